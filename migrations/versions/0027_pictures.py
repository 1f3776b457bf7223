"""pictures of posts, and avatars

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('pictures',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), nullable=False),
    sa.Column('post_id', sa.BigInteger(), nullable=True),
    sa.Column('place', sa.SmallInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('bytes', sa.BigInteger(), nullable=False),
    sa.Column('alt', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("digest ~ '^[0-9a-f]{32}$'", name=op.f('ck_pictures_digest_form')),
    sa.CheckConstraint('width > 0 AND height > 0 AND bytes > 0', name=op.f('ck_pictures_sizes_positive')),
    sa.CheckConstraint('char_length(alt) <= 1500', name=op.f('ck_pictures_alt_length')),
    sa.CheckConstraint('place BETWEEN 0 AND 3', name=op.f('ck_pictures_place_of_few')),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_pictures_owner_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_pictures_post_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pictures')),
    sa.UniqueConstraint('digest', name=op.f('uq_pictures_digest'))
    )
    op.create_index('ix_pictures_owner_id_id', 'pictures', ['owner_id', 'id'], postgresql_include=['bytes'])
    op.create_index('ix_pictures_post_id', 'pictures', ['post_id', 'place'], unique=True,
        postgresql_where=sa.text('post_id IS NOT NULL'))
    op.create_index('ix_pictures_unused', 'pictures', ['created_at', 'id'],
        postgresql_where=sa.text('post_id IS NULL'))
    op.add_column('users', sa.Column('avatar', sa.Text(), nullable=True))
    op.create_check_constraint(op.f('ck_users_avatar_form'), 'users', "avatar ~ '^[0-9a-f]{32}$'")
    op.create_index('ix_users_avatar', 'users', ['avatar'], unique=True,
        postgresql_where=sa.text('avatar IS NOT NULL'))


def downgrade():
    op.drop_index('ix_users_avatar', 'users')
    op.drop_constraint(op.f('ck_users_avatar_form'), 'users')
    op.drop_column('users', 'avatar')
    op.drop_table('pictures')
