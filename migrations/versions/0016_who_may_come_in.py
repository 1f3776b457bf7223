"""who may come in: invitations, applications, the first admin

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('invitations',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code_hash', sa.LargeBinary(), nullable=False),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('uses', sa.Integer(), nullable=False),
    sa.Column('used', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('uses BETWEEN 1 AND 1000', name=op.f('ck_invitations_uses_bounds')),
    sa.CheckConstraint('used BETWEEN 0 AND uses', name=op.f('ck_invitations_used_bounds')),
    sa.ForeignKeyConstraint(['created_by'], ['users.id'], name=op.f('fk_invitations_created_by'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitations')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_invitations_code_hash'))
    )
    op.create_index(op.f('ix_invitations_created_by'), 'invitations', ['created_by'], unique=False)
    op.create_table('arrivals',
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('invitation_id', sa.BigInteger(), nullable=True),
    sa.Column('rules_accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_arrivals_user_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitations.id'], name=op.f('fk_arrivals_invitation_id'),
                            ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_arrivals'))
    )
    op.create_index(op.f('ix_arrivals_invitation_id'), 'arrivals', ['invitation_id'], unique=False)
    op.create_table('applications',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('username', sa.Text(), nullable=False),
    sa.Column('display_name', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('rules_accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refusal', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.CheckConstraint("username ~ '^[a-z0-9_]{1,30}$'", name=op.f('ck_applications_username_form')),
    sa.CheckConstraint('char_length(display_name) BETWEEN 1 AND 100', name=op.f('ck_applications_display_name_length')),
    sa.CheckConstraint('char_length(reason) BETWEEN 1 AND 500', name=op.f('ck_applications_reason_length')),
    sa.CheckConstraint('char_length(refusal) <= 500', name=op.f('ck_applications_refusal_length')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_applications')),
    sa.UniqueConstraint('username', name=op.f('uq_applications_username'))
    )
    op.create_index('ix_applications_waiting', 'applications', ['created_at', 'id'], unique=False,
                    postgresql_where=sa.text('refused_at IS NULL'))
    op.create_table('setup_codes',
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('hash', name=op.f('pk_setup_codes'))
    )


def downgrade():
    op.drop_table('setup_codes')
    op.drop_table('applications')
    op.drop_table('arrivals')
    op.drop_table('invitations')
