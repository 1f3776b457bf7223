"""accounts out of sight: until they are deleted, or while they are suspended

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

LEAVING = 'deletion_at IS NOT NULL OR leaving_since IS NOT NULL'


def upgrade():
    op.add_column('users', sa.Column('deletion_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('users', sa.Column('suspended_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_users_going', 'users', ['id'], unique=False, postgresql_where=sa.text(LEAVING))


def downgrade():
    op.drop_index('ix_users_going', table_name='users', postgresql_where=sa.text(LEAVING))
    op.drop_column('users', 'suspended_at')
    op.drop_column('users', 'deletion_at')
