"""sanctions: who is suspended or silenced, why, and until when

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('sanctions',
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("kind IN ('suspension', 'silence')", name=op.f('ck_sanctions_kind_known')),
    sa.CheckConstraint('char_length(reason) BETWEEN 1 AND 1000', name=op.f('ck_sanctions_reason_length')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_sanctions_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'kind', name=op.f('pk_sanctions'))
    )
    op.create_index('ix_sanctions_ending', 'sanctions', ['until'], unique=False,
                    postgresql_where=sa.text('until IS NOT NULL'))


def downgrade():
    op.drop_table('sanctions')
