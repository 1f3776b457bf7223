"""archives of one person, as they wait to be fetched

Revision ID: 0040
Revises: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = '0040'
down_revision = '0039'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('personal_archives',
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('size', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_personal_archives_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_personal_archives'))
    )
    op.create_index(op.f('ix_personal_archives_asked_at'), 'personal_archives', ['asked_at'], unique=False)
    op.create_table('personal_archive_parts',
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['personal_archives.user_id'], name=op.f('fk_personal_archive_parts_user_id'),
                            ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'number', name=op.f('pk_personal_archive_parts'))
    )


def downgrade():
    op.drop_table('personal_archive_parts')
    op.drop_table('personal_archives')
