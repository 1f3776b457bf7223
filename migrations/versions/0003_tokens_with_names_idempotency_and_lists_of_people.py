"""tokens with names, idempotency records, lists of people, accounts that are being deleted

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('idempotency_records',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('fingerprint', sa.LargeBinary(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('location', sa.Text(), nullable=True),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('char_length(key) BETWEEN 1 AND 255', name=op.f('ck_idempotency_records_key_length')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_idempotency_records_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_idempotency_records'))
    )
    op.create_index('uq_idempotency_records_scope', 'idempotency_records', [sa.text('coalesce(user_id, 0)'), 'key'], unique=True)
    op.create_index(op.f('ix_idempotency_records_created_at'), 'idempotency_records', ['created_at'])
    op.create_index(op.f('ix_idempotency_records_user_id'), 'idempotency_records', ['user_id'])

    op.add_column('tokens', sa.Column('name', sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column('tokens', sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(op.f('ck_tokens_name_length'), 'tokens', 'char_length(name) <= 100')
    op.add_column('users', sa.Column('leaving_since', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_users_leaving', 'users', ['leaving_since'], postgresql_where=sa.text('leaving_since IS NOT NULL'))

    op.create_index(op.f('ix_follows_follower_id_created_at_followee_id'), 'follows', ['follower_id', 'created_at', 'followee_id'])
    op.create_index(op.f('ix_user_counters_followers_user_id'), 'user_counters', ['followers', 'user_id'])


def downgrade():
    op.drop_index(op.f('ix_user_counters_followers_user_id'), 'user_counters')
    op.drop_index(op.f('ix_follows_follower_id_created_at_followee_id'), 'follows')
    op.drop_index('ix_users_leaving', 'users')
    op.drop_column('users', 'leaving_since')
    op.drop_constraint(op.f('ck_tokens_name_length'), 'tokens')
    op.drop_column('tokens', 'last_used_at')
    op.drop_column('tokens', 'name')
    op.drop_table('idempotency_records')
