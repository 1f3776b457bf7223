"""which names somebody had before, and from when to when

Revision ID: 0053
Revises: 0058
"""

import sqlalchemy as sa
from alembic import op

revision = '0053'
down_revision = '0058'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('held_names',
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('held_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('held_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('username', sa.Text(), nullable=False),
    sa.CheckConstraint('held_from < held_until', name=op.f('ck_held_names_held_for_a_time')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_held_names_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'held_until', name=op.f('pk_held_names'))
    )
    op.create_index(op.f('ix_held_names_username'), 'held_names', ['username'])


def downgrade():
    op.drop_table('held_names')
