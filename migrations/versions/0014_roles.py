"""roles

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('users', sa.Column('role', sa.Text(), server_default=sa.text("'member'"), nullable=False))
    # NOT VALID and then validated: the check of the rows that are there keeps nobody from writing.
    op.execute("ALTER TABLE users ADD CONSTRAINT ck_users_role_known "
               "CHECK (role IN ('member', 'moderator', 'admin')) NOT VALID")
    op.execute('ALTER TABLE users VALIDATE CONSTRAINT ck_users_role_known')
    op.create_index('ix_users_staff', 'users', ['id'], unique=False, postgresql_where=sa.text("role <> 'member'"))


def downgrade():
    op.drop_index('ix_users_staff', table_name='users', postgresql_where=sa.text("role <> 'member'"))
    op.drop_constraint(op.f('ck_users_role_known'), 'users', type_='check')
    op.drop_column('users', 'role')
