"""notification_digests: who gets by mail what they were told, and how often

Revision ID: 0054
Revises: 0051
"""

import sqlalchemy as sa
from alembic import op

revision = '0054'
down_revision = '0051'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('notification_digests',
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('every', sa.Text(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_until', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("every IN ('daily', 'weekly')", name=op.f('ck_notification_digests_every_known')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_notification_digests_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_notification_digests'))
    )
    op.create_index(op.f('ix_notification_digests_due_at_user_id'), 'notification_digests', ['due_at', 'user_id'])


def downgrade():
    op.drop_table('notification_digests')
