"""notices of reports, sweeps, filters

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op

revision = '0039'
down_revision = '0038'
branch_labels = None
depends_on = None

STANDING = sa.text('undone_at IS NULL AND removed_at IS NULL')


def upgrade():
    op.create_index('uq_notifications_reports', 'notifications', ['recipient_id'], unique=True,
                    postgresql_where=sa.text("action = 'report'"))
    op.create_table('filters',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('pattern', sa.Text(), nullable=False),
    sa.Column('effect', sa.Text(), nullable=False),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("kind IN ('word', 'link', 'domain', 'network')", name=op.f('ck_filters_kind_known')),
    sa.CheckConstraint("effect IN ('hold', 'refuse')", name=op.f('ck_filters_effect_known')),
    sa.CheckConstraint('char_length(pattern) BETWEEN 1 AND 200', name=op.f('ck_filters_pattern_length')),
    sa.ForeignKeyConstraint(['created_by'], ['users.id'], name=op.f('fk_filters_created_by'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_filters')),
    sa.UniqueConstraint('kind', 'pattern', name=op.f('uq_filters_kind_pattern'))
    )
    op.create_index(op.f('ix_filters_created_by'), 'filters', ['created_by'], unique=False)
    op.create_table('sweeps',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('suspends', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('posts', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('comments', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('char_length(reason) BETWEEN 1 AND 1000', name=op.f('ck_sweeps_reason_length')),
    sa.CheckConstraint('undone_at IS NULL OR removed_at IS NULL', name=op.f('ck_sweeps_undone_or_removed')),
    sa.CheckConstraint('posts >= 0 AND comments >= 0', name=op.f('ck_sweeps_counts_not_negative')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_sweeps_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sweeps'))
    )
    op.create_index('uq_sweeps_standing', 'sweeps', ['user_id'], unique=True, postgresql_where=STANDING)
    op.create_index(op.f('ix_sweeps_user_id'), 'sweeps', ['user_id'], unique=False)
    op.create_index(op.f('ix_sweeps_created_at_id'), 'sweeps', ['created_at', 'id'], unique=False)
    op.create_index('ix_sweeps_unfinished', 'sweeps', ['id'], unique=False,
                    postgresql_where=sa.text('done_at IS NULL'))
    for one in ('post', 'comment'):
        table = f'swept_{one}s'
        op.create_table(table,
        sa.Column(f'{one}_id', sa.BigInteger(), nullable=False),
        sa.Column('sweep_id', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint([f'{one}_id'], [f'{one}s.id'], name=op.f(f'fk_{table}_{one}_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['sweep_id'], ['sweeps.id'], name=op.f(f'fk_{table}_sweep_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint(f'{one}_id', name=op.f(f'pk_{table}'))
        )
        op.create_index(op.f(f'ix_{table}_sweep_id_{one}_id'), table, ['sweep_id', f'{one}_id'], unique=False)


def downgrade():
    for table in ('swept_comments', 'swept_posts', 'sweeps', 'filters'):
        op.drop_table(table)
    op.drop_index('uq_notifications_reports', table_name='notifications')
