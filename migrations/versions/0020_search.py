"""full-text search: what is found in posts and comments, and people by their names

Revision ID: 0020
Revises: 0012
"""

from alembic import op

revision = '0020'
down_revision = '0012'
branch_labels = None
depends_on = None

# Letters of scripts without spaces between words, and of Hangul, which hangs particles on them: each is a word by
# itself, and what is asked for is a phrase of them.
_ONE_BY_ONE = (
    '\\u0e00-\\u0eff\\u0f40-\\u0fbc\\u1000-\\u109f\\u1780-\\u17d3\\u3005-\\u3007\\u3040-\\u30ff\\u31f0-\\u31ff'
    '\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7a3\\uf900-\\ufaff\\U00020000-\\U0003ffff'
)


def upgrade():
    op.execute('CREATE TEXT SEARCH DICTIONARY feedapp_stem (TEMPLATE = snowball, Language = english)')
    op.execute('CREATE TEXT SEARCH CONFIGURATION feedapp_search (COPY = english)')
    op.execute('ALTER TEXT SEARCH CONFIGURATION feedapp_search ALTER MAPPING REPLACE english_stem WITH feedapp_stem')
    op.execute(f"""
        CREATE FUNCTION feedapp_search_text(written text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN CASE WHEN octet_length(written) = length(written) THEN lower(written) ELSE regexp_replace(
            lower(normalize(regexp_replace(normalize(written, NFKD), '[\\u0300-\\u036f]', '', 'g'), NFC)),
            '([{_ONE_BY_ONE}])', ' \\1 ', 'g') END
    """)
    op.execute("""
        CREATE FUNCTION feedapp_search_terms(written text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN to_tsvector('feedapp_search'::regconfig, feedapp_search_text(written))
    """)
    op.execute("""
        CREATE FUNCTION feedapp_search_phrase(asked text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN phraseto_tsquery('feedapp_search'::regconfig, feedapp_search_text(asked))
    """)
    op.execute("""
        CREATE FUNCTION feedapp_search_grams(name text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN (
            SELECT coalesce(array_agg(DISTINCT substr(word, place, 3)), '{}')
            FROM (SELECT '  ' || part || ' ' AS word
                  FROM regexp_split_to_table(feedapp_search_text(name), '[^[:alnum:]]+') AS part
                  WHERE part <> '') AS words,
            generate_series(1, length(word) - 2) AS place)
    """)
    # Stored: to compare a phrase, or a word that half of all posts have, PostgreSQL looks at the terms of many posts.
    for table in ('posts', 'comments'):
        op.execute(f'ALTER TABLE {table} ADD COLUMN terms tsvector GENERATED ALWAYS AS (feedapp_search_terms(body)) STORED')
        op.execute(f'CREATE INDEX ix_{table}_terms ON {table} USING gin (terms)')
    op.execute(
        "CREATE INDEX ix_users_name_grams ON users USING gin (feedapp_search_grams(username || ' ' || display_name))"
    )


def downgrade():
    op.execute('DROP INDEX ix_users_name_grams')
    for table in ('posts', 'comments'):
        op.execute(f'ALTER TABLE {table} DROP COLUMN terms')
    op.execute('DROP FUNCTION feedapp_search_grams(text)')
    op.execute('DROP FUNCTION feedapp_search_phrase(text)')
    op.execute('DROP FUNCTION feedapp_search_terms(text)')
    op.execute('DROP FUNCTION feedapp_search_text(text)')
    op.execute('DROP TEXT SEARCH CONFIGURATION feedapp_search')
    op.execute('DROP TEXT SEARCH DICTIONARY feedapp_stem')
