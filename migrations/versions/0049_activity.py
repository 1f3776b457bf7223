"""when something was last written under a post

Revision ID: 0049
Revises: 0048
"""

import sqlalchemy as sa
from alembic import op

revision = '0049'
down_revision = '0048'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'post_activity',
        sa.Column('post_id', sa.BigInteger(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_activity_post_id'),
                                ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('post_id', name=op.f('pk_post_activity')),
    )
    # The triggers come first, so that nothing is missed that others write while the rows of what is there are made.
    op.execute("""
        CREATE FUNCTION feedapp_post_is_active() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO post_activity (post_id, created_at) SELECT id, created_at FROM fresh ORDER BY id
            ON CONFLICT DO NOTHING;
            RETURN NULL;
        END $$
    """)
    # Every write locks the counters of posts before this: so does one that has written many comments and not counted yet.
    op.execute("""
        CREATE FUNCTION feedapp_comment_is_active() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM FROM post_counters WHERE post_id IN (SELECT post_id FROM fresh) ORDER BY post_id FOR NO KEY UPDATE;
            INSERT INTO post_activity AS known (post_id, created_at)
            SELECT post_id, max(created_at) FROM fresh WHERE author_id IS NOT NULL GROUP BY post_id ORDER BY post_id
            ON CONFLICT (post_id) DO UPDATE SET created_at = excluded.created_at
            WHERE known.created_at < excluded.created_at;
            RETURN NULL;
        END $$
    """)
    # Only the last comment under a post tells of it: what is deleted before changes nothing.
    op.execute("""
        CREATE FUNCTION feedapp_comment_was_active() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE post_activity AS known SET created_at = coalesce((
                SELECT created_at FROM comments WHERE comments.post_id = posts.id AND author_id IS NOT NULL
                ORDER BY created_at DESC, id DESC LIMIT 1), posts.created_at)
            FROM posts WHERE posts.id = known.post_id AND known.post_id IN (
                SELECT gone.post_id FROM gone WHERE author_id IS NOT NULL AND gone.created_at >= known.created_at);
            RETURN NULL;
        END $$
    """)
    for name, table, event, function, tables in (
        ('post_is_active', 'posts', 'INSERT', 'feedapp_post_is_active', 'NEW TABLE AS fresh'),
        ('comment_is_active', 'comments', 'INSERT', 'feedapp_comment_is_active', 'NEW TABLE AS fresh'),
        ('comment_was_active', 'comments', 'DELETE', 'feedapp_comment_was_active', 'OLD TABLE AS gone'),
    ):
        op.execute(f'CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {tables} '
                   f'FOR EACH STATEMENT EXECUTE FUNCTION {function}()')
    # A deleted comment that was answered stays as a stub, and tells of nothing any more.
    op.execute('CREATE TRIGGER comment_became_stub AFTER UPDATE ON comments REFERENCING OLD TABLE AS gone '
               'FOR EACH STATEMENT EXECUTE FUNCTION feedapp_comment_was_active()')
    op.execute("""
        INSERT INTO post_activity (post_id, created_at)
        SELECT posts.id, coalesce((
            SELECT created_at FROM comments WHERE comments.post_id = posts.id AND author_id IS NOT NULL
            ORDER BY created_at DESC, id DESC LIMIT 1), posts.created_at) FROM posts ORDER BY posts.id
        ON CONFLICT DO NOTHING
    """)
    op.create_index(op.f('ix_post_activity_created_at_post_id'), 'post_activity', ['created_at', 'post_id'])


def downgrade():
    for name, table in (('post_is_active', 'posts'), ('comment_is_active', 'comments'),
                        ('comment_was_active', 'comments'), ('comment_became_stub', 'comments')):
        op.execute(f'DROP TRIGGER {name} ON {table}')
    for function in ('feedapp_post_is_active', 'feedapp_comment_is_active', 'feedapp_comment_was_active'):
        op.execute(f'DROP FUNCTION {function}()')
    op.drop_table('post_activity')
