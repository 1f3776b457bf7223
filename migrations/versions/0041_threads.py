"""threads: what a comment answers, where it stands, likes of comments

Revision ID: 0041
Revises: 0040
"""

from alembic import op

revision = '0041'
down_revision = '0040'
branch_labels = None
depends_on = None

# A deleted comment that was answered stays without author and text (it is a stub), and is gone for mirrors at that
# moment, not when its row goes.
_DELETES = 'fresh.author_id IS NULL AND gone.author_id IS NOT NULL'
_HIDES = 'fresh.hidden_at IS NOT NULL AND gone.hidden_at IS NULL'
_SHOWS = 'fresh.hidden_at IS NULL AND gone.hidden_at IS NOT NULL'
_CHANGE = f"CASE WHEN {_HIDES} THEN 'deleted' WHEN {_SHOWS} THEN 'created' ELSE 'edited' END"
_BODY = "char_length(body) BETWEEN 1 AND 20000"


def _function(change, gone):
    insert = (
        'INSERT INTO changes (transaction_id, kind, thing_id, post_id, change) '
        "SELECT pg_current_xact_id()::text::bigint, 'comment', {0}.id, {0}.post_id, {1} FROM "
    )
    return f"""
        CREATE OR REPLACE FUNCTION feedapp_record_comments() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF current_setting('feedapp.unrecorded', true) = 'on' THEN
                RETURN NULL;
            END IF;
            IF TG_OP = 'INSERT' THEN
                {insert.format('fresh', "'created'")} fresh ORDER BY fresh.id;
            ELSIF TG_OP = 'DELETE' THEN
                {insert.format('gone', "'deleted'")} gone {gone} ORDER BY gone.id;
            ELSE
                {insert.format('fresh', change)} fresh JOIN gone USING (id)
                WHERE NOT (fresh.hidden_at IS NOT NULL AND gone.hidden_at IS NOT NULL)
                AND to_jsonb(fresh) - 'terms' IS DISTINCT FROM to_jsonb(gone) - 'terms' ORDER BY fresh.id;
            END IF;
            RETURN NULL;
        END $$
    """


def upgrade():
    # Bytes that sort as (created_at, id) does: 15 of them for each level of a thread.
    op.execute("""
        CREATE FUNCTION feedapp_thread_place(moment timestamptz, id bigint) RETURNS bytea
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            SELECT set_byte(timestamptz_send(moment), 0, get_byte(timestamptz_send(moment), 0) # 128)
                || substr(int8send(id), 2)
        $$
    """)
    op.execute("""
        ALTER TABLE comments
            ADD COLUMN in_reply_to bigint,
            ADD COLUMN under bytea NOT NULL DEFAULT '',
            ADD COLUMN path bytea NOT NULL GENERATED ALWAYS AS (under || feedapp_thread_place(created_at, id)) STORED,
            ALTER COLUMN author_id DROP NOT NULL,
            DROP CONSTRAINT ck_comments_body_length
    """)
    op.execute(f"""
        ALTER TABLE comments
            ADD CONSTRAINT uq_comments_post_id_id UNIQUE (post_id, id),
            ADD CONSTRAINT fk_comments_in_reply_to FOREIGN KEY (post_id, in_reply_to) REFERENCES comments (post_id, id),
            ADD CONSTRAINT ck_comments_body_length
                CHECK (CASE WHEN author_id IS NULL THEN body = '' ELSE {_BODY} END),
            ADD CONSTRAINT ck_comments_answers_earlier CHECK (in_reply_to < id),
            ADD CONSTRAINT ck_comments_under_its_thread CHECK ((in_reply_to IS NULL) = (under = '')
                AND octet_length(under) <= 60 AND octet_length(under) % 15 = 0),
            ADD CONSTRAINT ck_comments_nothing_left_of_deleted
                CHECK (author_id IS NOT NULL OR (edited_at IS NULL AND hidden_at IS NULL))
    """)
    op.execute('CREATE INDEX ix_comments_post_id_path ON comments (post_id, path)')
    op.execute('CREATE INDEX ix_comments_outline ON comments (post_id, path) WHERE octet_length(path) <= 30')
    op.execute('CREATE INDEX ix_comments_in_reply_to_created_at_id ON comments (in_reply_to, created_at, id) '
               'WHERE in_reply_to IS NOT NULL')
    op.execute("""
        CREATE TABLE comment_counters (
            comment_id bigint NOT NULL CONSTRAINT pk_comment_counters PRIMARY KEY
                CONSTRAINT fk_comment_counters_comment_id REFERENCES comments ON DELETE CASCADE,
            likes bigint NOT NULL DEFAULT 0,
            replies bigint NOT NULL DEFAULT 0,
            CONSTRAINT ck_comment_counters_likes_not_negative CHECK (likes >= 0),
            CONSTRAINT ck_comment_counters_replies_not_negative CHECK (replies >= 0)
        )
    """)
    op.execute("""
        CREATE TABLE comment_likes (
            comment_id bigint NOT NULL CONSTRAINT fk_comment_likes_comment_id REFERENCES comments ON DELETE CASCADE,
            user_id bigint NOT NULL CONSTRAINT fk_comment_likes_user_id REFERENCES users ON DELETE CASCADE,
            created_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_comment_likes PRIMARY KEY (comment_id, user_id)
        )
    """)
    op.execute('CREATE INDEX ix_comment_likes_comment_id_created_at_user_id '
               'ON comment_likes (comment_id, created_at, user_id)')
    op.execute('CREATE INDEX ix_comment_likes_user_id ON comment_likes (user_id)')
    op.execute(_function(f"CASE WHEN {_DELETES} THEN 'deleted' ELSE {_CHANGE} END", 'WHERE gone.author_id IS NOT NULL'))


def downgrade():
    op.execute(_function(_CHANGE, ''))
    op.execute('DROP TABLE comment_likes')
    op.execute('DROP TABLE comment_counters')
    op.execute("SET LOCAL feedapp.unrecorded = 'on'")
    op.execute("""
        ALTER TABLE comments
            DROP CONSTRAINT ck_comments_nothing_left_of_deleted,
            DROP CONSTRAINT ck_comments_under_its_thread,
            DROP CONSTRAINT ck_comments_answers_earlier,
            DROP CONSTRAINT ck_comments_body_length,
            DROP CONSTRAINT fk_comments_in_reply_to,
            DROP CONSTRAINT uq_comments_post_id_id,
            DROP COLUMN path,
            DROP COLUMN under,
            DROP COLUMN in_reply_to
    """)
    op.execute('DROP FUNCTION feedapp_thread_place(timestamptz, bigint)')
    op.execute('DELETE FROM comments WHERE author_id IS NULL')
    op.execute(f"""
        ALTER TABLE comments
            ALTER COLUMN author_id SET NOT NULL,
            ADD CONSTRAINT ck_comments_body_length CHECK ({_BODY})
    """)
