"""which run of Redis has deleted what the outbox names, and for which writer

Revision ID: 0005
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('outbox', sa.Column('writer', sa.Text(), server_default='', nullable=False))
    op.add_column('outbox', sa.Column('confirmed_run', sa.Text(), nullable=True))
    op.drop_index('ix_outbox_confirmed_at', table_name='outbox')
    op.create_index('ix_outbox_confirmed_run', 'outbox', ['confirmed_run'], postgresql_where=sa.text('confirmed_at IS NOT NULL'))
    op.alter_column('outbox', 'created_at', server_default=sa.text('clock_timestamp()'))


def downgrade():
    op.alter_column('outbox', 'created_at', server_default=sa.text('now()'))
    op.drop_index('ix_outbox_confirmed_run', table_name='outbox')
    op.create_index('ix_outbox_confirmed_at', 'outbox', ['confirmed_at'], postgresql_where=sa.text('confirmed_at IS NOT NULL'))
    op.drop_column('outbox', 'confirmed_run')
    op.drop_column('outbox', 'writer')
