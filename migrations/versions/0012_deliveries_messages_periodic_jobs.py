"""deliveries by run, messages to other targets than Redis, leases of periodic jobs

Only tables are added, so this runs beside a site of the version before. Its processes write a second run into
`confirmed_run` itself, with a space between: such a row is delivered once more by those of this version, and the other
way round, which does no harm.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('outbox_deliveries',
    sa.Column('outbox_id', sa.BigInteger(), nullable=False),
    sa.Column('run', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], name=op.f('fk_outbox_deliveries_outbox_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('outbox_id', 'run', name=op.f('pk_outbox_deliveries'))
    )
    op.create_table('outbox_messages',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('target', sa.Text(), nullable=False),
    sa.Column('payload', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('attempts', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_messages'))
    )
    op.create_index('ix_outbox_messages_target_due_at', 'outbox_messages', ['target', 'due_at'])
    op.create_table('periodic_jobs',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('free_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_by', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_periodic_jobs'))
    )


def downgrade():
    op.drop_table('periodic_jobs')
    op.drop_table('outbox_messages')
    op.drop_table('outbox_deliveries')
