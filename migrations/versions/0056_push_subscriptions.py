"""push_subscriptions: browsers that are told at once

Revision ID: 0056
Revises: 0055
"""

import sqlalchemy as sa
from alembic import op

revision = '0056'
down_revision = '0055'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('push_subscriptions',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('token_id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('endpoint', sa.Text(), nullable=False),
    sa.Column('p256dh', sa.LargeBinary(), nullable=False),
    sa.Column('auth', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('char_length(endpoint) <= 1000', name=op.f('ck_push_subscriptions_endpoint_length')),
    sa.CheckConstraint('octet_length(p256dh) = 65 AND octet_length(auth) = 16',
                       name=op.f('ck_push_subscriptions_keys_length')),
    sa.ForeignKeyConstraint(['token_id'], ['tokens.id'], name=op.f('fk_push_subscriptions_token_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_push_subscriptions_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_push_subscriptions')),
    sa.UniqueConstraint('token_id', name=op.f('uq_push_subscriptions_token_id'))
    )
    op.create_index(op.f('ix_push_subscriptions_user_id_id'), 'push_subscriptions', ['user_id', 'id'])


def downgrade():
    op.drop_table('push_subscriptions')
