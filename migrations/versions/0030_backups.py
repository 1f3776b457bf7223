"""backups that were made

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('backups',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('bytes', sa.BigInteger(), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.CheckConstraint("kind IN ('dump', 'base')", name=op.f('ck_backups_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_backups'))
    )
    op.create_index('ix_backups_finished_at', 'backups', ['finished_at'], unique=False)


def downgrade():
    op.drop_index('ix_backups_finished_at', table_name='backups')
    op.drop_table('backups')
