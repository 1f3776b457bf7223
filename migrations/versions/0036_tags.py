"""tags: those of existing posts are read from their texts, a portion of them at a time

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op
from feedapp.text.links import tags

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None

PORTION = 10_000


def upgrade():
    op.create_table('tags',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('posts', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('followers', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.CheckConstraint('char_length(name) BETWEEN 1 AND 100', name=op.f('ck_tags_name_length')),
    sa.CheckConstraint('posts >= 0', name=op.f('ck_tags_posts_not_negative')),
    sa.CheckConstraint('followers >= 0', name=op.f('ck_tags_followers_not_negative')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tags')),
    sa.UniqueConstraint('name', name=op.f('uq_tags_name'))
    )
    op.create_index('ix_tags_name_prefix', 'tags', ['name'], postgresql_ops={'name': 'text_pattern_ops'})
    op.create_table('post_tags',
    sa.Column('post_id', sa.BigInteger(), nullable=False),
    sa.Column('tag_id', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_tags_post_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tag_id'], ['tags.id'], name=op.f('fk_post_tags_tag_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('post_id', 'tag_id', name=op.f('pk_post_tags'))
    )
    op.create_table('tag_follows',
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('tag_id', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['tag_id'], ['tags.id'], name=op.f('fk_tag_follows_tag_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_tag_follows_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'tag_id', name=op.f('pk_tag_follows'))
    )
    op.create_index(op.f('ix_tag_follows_tag_id'), 'tag_follows', ['tag_id'])
    _fill(op.get_bind())
    op.create_index(op.f('ix_post_tags_tag_id_created_at_post_id'), 'post_tags', ['tag_id', 'created_at', 'post_id'])
    op.create_index(op.f('ix_post_tags_created_at'), 'post_tags', ['created_at'])


def downgrade():
    op.drop_table('tag_follows')
    op.drop_table('post_tags')
    op.drop_table('tags')


def _fill(connection):
    """Read the tags of all posts: only those with a # in them are looked at, in the order of their ids."""
    query = sa.text(
        "SELECT id, body FROM posts WHERE id > :last AND body ~ '[#\uff03]' ORDER BY id LIMIT :most"
    )
    last = 0
    while posts := connection.execute(query, {'last': last, 'most': PORTION}).all():
        last = posts[-1].id
        found = [{'post': post.id, 'name': name} for post in posts for name in tags(post.body)]
        if found:
            names = [{'name': name} for name in sorted({each['name'] for each in found})]
            connection.execute(sa.text('INSERT INTO tags (name) VALUES (:name) ON CONFLICT DO NOTHING'), names)
            connection.execute(sa.text(
                'INSERT INTO post_tags (post_id, tag_id, created_at) SELECT posts.id, tags.id, posts.created_at '
                'FROM unnest(CAST(:posts AS bigint[]), CAST(:names AS text[])) AS found(post, tag) '
                'JOIN posts ON posts.id = post JOIN tags ON tags.name = tag'
            ), {'posts': [each['post'] for each in found], 'names': [each['name'] for each in found]})
    connection.execute(sa.text(
        'UPDATE tags SET posts = counted.posts FROM '
        '(SELECT tag_id, count(*) AS posts FROM post_tags GROUP BY tag_id) AS counted WHERE tag_id = tags.id'
    ))
