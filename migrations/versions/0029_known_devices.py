"""devices that were seen at log-ins

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('tokens', sa.Column('new_device', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.create_table('known_devices',
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_known_devices_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'hash', name=op.f('pk_known_devices'))
    )
    op.create_index(op.f('ix_known_devices_seen_at'), 'known_devices', ['seen_at'], unique=False)


def downgrade():
    op.drop_table('known_devices')
    op.drop_column('tokens', 'new_device')
