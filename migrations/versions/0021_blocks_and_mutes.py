"""blocks and mutes

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade():
    for table, by, of in (('blocks', 'blocker_id', 'blocked_id'), ('mutes', 'muter_id', 'muted_id')):
        op.create_table(table,
        sa.Column(by, sa.BigInteger(), nullable=False),
        sa.Column(of, sa.BigInteger(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.CheckConstraint(f'{by} <> {of}', name=op.f(f'ck_{table}_not_oneself')),
        sa.ForeignKeyConstraint([by], ['users.id'], name=op.f(f'fk_{table}_{by}'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint([of], ['users.id'], name=op.f(f'fk_{table}_{of}'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint(by, of, name=op.f(f'pk_{table}'))
        )
        op.create_index(op.f(f'ix_{table}_{by}_created_at_{of}'), table, [by, 'created_at', of], unique=False)
    op.create_index(op.f('ix_blocks_blocked_id_blocker_id'), 'blocks', ['blocked_id', 'blocker_id'], unique=False)
    op.create_index(op.f('ix_mutes_muted_id'), 'mutes', ['muted_id'], unique=False)
    # What is done between two people and what parts them take the same lock, so one sees the other. A function of its
    # own, for what it looks for is looked for after the lock, within the statement of the like, the comment, the follow.
    op.execute("""
        CREATE FUNCTION feedapp_may_meet(one bigint, other bigint) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
        BEGIN
            IF one = other THEN
                RETURN true;
            END IF;
            PERFORM pg_advisory_xact_lock_shared(hashint8extended(least(one, other), greatest(one, other)));
            RETURN NOT EXISTS (
                SELECT FROM blocks WHERE blocker_id = one AND blocked_id = other
                UNION ALL SELECT FROM blocks WHERE blocker_id = other AND blocked_id = one
            );
        END $$
    """)


def downgrade():
    op.execute('DROP FUNCTION feedapp_may_meet(bigint, bigint)')
    op.drop_table('mutes')
    op.drop_table('blocks')
