"""the language that somebody wants pages and mails in

Revision ID: 0058
Revises: 0056
"""

import sqlalchemy as sa
from alembic import op

revision = '0058'
down_revision = '0056'
branch_labels = None
depends_on = None


def upgrade():
    # A column without a default, and a rule that 0060 checks the rows by: neither looks at them while writers wait.
    op.add_column('users', sa.Column('locale', sa.Text(), nullable=True))
    op.execute("ALTER TABLE users ADD CONSTRAINT ck_users_locale_form "
               "CHECK (locale ~ '^[a-z]{2,3}(-[a-z0-9]{2,8})*$') NOT VALID")


def downgrade():
    op.drop_constraint(op.f('ck_users_locale_form'), 'users')
    op.drop_column('users', 'locale')
