"""networks that members logged in from, for some days

Revision ID: 0045
Revises: 0044
"""

import sqlalchemy as sa
from alembic import op

revision = '0045'
down_revision = '0044'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('seen_networks',
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('network', sa.Text(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_seen_networks_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'network', name=op.f('pk_seen_networks'))
    )
    op.create_index(op.f('ix_seen_networks_network_user_id'), 'seen_networks', ['network', 'user_id'], unique=False)
    op.create_index(op.f('ix_seen_networks_seen_at'), 'seen_networks', ['seen_at'], unique=False)


def downgrade():
    op.drop_table('seen_networks')
