"""mail addresses

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('mail_addresses',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('char_length(address) BETWEEN 3 AND 254', name=op.f('ck_mail_addresses_address_length')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_mail_addresses_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_addresses'))
    )
    op.create_index('uq_mail_addresses_verified', 'mail_addresses', [sa.text('lower(address)')], unique=True,
                    postgresql_where=sa.text('verified_at IS NOT NULL'))
    op.create_index('uq_mail_addresses_user_id', 'mail_addresses', ['user_id', sa.text('(verified_at IS NULL)')],
                    unique=True)


def downgrade():
    op.drop_table('mail_addresses')
