"""the language that somebody chose for a post or a comment

Revision ID: 0059
Revises: 0053
"""

import sqlalchemy as sa
from alembic import op

revision = '0059'
down_revision = '0053'
branch_labels = None
depends_on = None
TABLES = ('posts', 'comments')


def upgrade():
    for table in TABLES:
        # A column without a default, and a rule that 0060 checks the rows by: neither looks at them while writers wait.
        op.add_column(table, sa.Column('language', sa.Text(), nullable=True))
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_language_form "
                   "CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$') NOT VALID")


def downgrade():
    for table in TABLES:
        op.drop_constraint(op.f(f'ck_{table}_language_form'), table)
        op.drop_column(table, 'language')
