"""histories of the database, and how often readers looked

Revision ID: 0011
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('cache_readers', sa.Column('looks', sa.BigInteger(), server_default=sa.text('0'), nullable=False))
    op.create_table('cache_histories',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('cleaned_before', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_cache_histories'))
    )


def downgrade():
    op.drop_table('cache_histories')
    op.drop_column('cache_readers', 'looks')
