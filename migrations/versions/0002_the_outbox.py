"""the outbox

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    
    op.create_table('outbox',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('keys', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_confirmed_at', ['confirmed_at'], unique=False, postgresql_where=sa.text('confirmed_at IS NOT NULL'))
        batch_op.create_index('ix_outbox_unconfirmed', ['created_at'], unique=False, postgresql_where=sa.text('confirmed_at IS NULL'))

    


def downgrade():
    
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_unconfirmed', postgresql_where=sa.text('confirmed_at IS NULL'))
        batch_op.drop_index('ix_outbox_confirmed_at', postgresql_where=sa.text('confirmed_at IS NOT NULL'))

    op.drop_table('outbox')
    
