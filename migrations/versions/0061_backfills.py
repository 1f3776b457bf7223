"""large changes of rows, which a periodic job makes in portions; the first counts the posts of tags anew

Revision ID: 0061
Revises: 0060
"""

import sqlalchemy as sa
from alembic import op

revision = '0061'
down_revision = '0060'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('backfills',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('position', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_backfills'))
    )
    # Since 0051 a tag counts the posts that are for everybody.
    op.execute("INSERT INTO backfills (name) VALUES ('counts_of_tags')")


def downgrade():
    op.drop_table('backfills')
