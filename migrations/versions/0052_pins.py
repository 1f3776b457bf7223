"""which post of their own somebody has at the top of their profile

Revision ID: 0052
Revises: 0054
"""

import sqlalchemy as sa
from alembic import op

revision = '0052'
down_revision = '0054'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('pins',
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('post_id', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_pins_post_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_pins_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_pins')),
    sa.UniqueConstraint('post_id', name=op.f('uq_pins_post_id'))
    )


def downgrade():
    op.drop_table('pins')
