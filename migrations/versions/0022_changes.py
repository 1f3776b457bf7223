"""what has changed, for mirrors: recorded by triggers in the transaction that changes it

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

# What an edit is: another value of any column that a reader can see. Of users these few, of posts and comments all but
# what follows from others' acts.
_SEEN_OF_USERS = "ARRAY['username', 'display_name', 'bio', 'role']"
_SHOWN = {
    'posts': "to_jsonb({}) - 'terms' - 'last_commented_at'",
    'comments': "to_jsonb({}) - 'terms'",
    'users': f"(SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb({{}})) WHERE key = ANY({_SEEN_OF_USERS}))",
}
# Who is out of sight is deleted for everybody else, and created again when they come back.
_OUT = '({0}.deletion_at IS NOT NULL OR {0}.leaving_since IS NOT NULL OR {0}.suspended_at IS NOT NULL)'
_KINDS = {'posts': 'post', 'comments': 'comment', 'users': 'user'}


def _function(table):
    post_id = '{}.post_id' if table == 'comments' else 'NULL::bigint'
    insert = (
        'INSERT INTO changes (transaction_id, kind, thing_id, post_id, change) '
        f"SELECT pg_current_xact_id()::text::bigint, '{_KINDS[table]}', {{0}}.id, {post_id.format('{0}')}, {{1}} FROM "
    )
    shown, edited = _SHOWN[table], "'edited'"
    differs = f"{shown.format('fresh')} IS DISTINCT FROM {shown.format('gone')}"
    if table == 'users':
        out, was_out = _OUT.format('fresh'), _OUT.format('gone')
        edited = f"CASE WHEN {out} THEN 'deleted' WHEN {was_out} THEN 'created' ELSE 'edited' END"
        differs = f'{out} <> {was_out} OR NOT {out} AND {differs}'
    return f"""
        CREATE FUNCTION feedapp_record_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF current_setting('feedapp.unrecorded', true) = 'on' THEN
                RETURN NULL;
            END IF;
            IF TG_OP = 'INSERT' THEN
                {insert.format('fresh', "'created'")} fresh ORDER BY fresh.id;
            ELSIF TG_OP = 'DELETE' THEN
                {insert.format('gone', "'deleted'")} gone ORDER BY gone.id;
            ELSE
                {insert.format('fresh', edited)} fresh JOIN gone USING (id)
                WHERE {differs} ORDER BY fresh.id;
            END IF;
            RETURN NULL;
        END $$
    """


def upgrade():
    op.create_table('changes',
    sa.Column('transaction_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('thing_id', sa.BigInteger(), nullable=False),
    sa.Column('post_id', sa.BigInteger(), nullable=True),
    sa.Column('change', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.CheckConstraint("change IN ('created', 'edited', 'deleted')", name=op.f('ck_changes_change_known')),
    sa.CheckConstraint("kind IN ('post', 'comment', 'user')", name=op.f('ck_changes_kind_known')),
    sa.PrimaryKeyConstraint('transaction_id', 'id', name=op.f('pk_changes'))
    )
    op.create_table('changes_dropped',
    sa.Column('id', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.Column('transaction_id', sa.BigInteger(), nullable=False),
    sa.Column('change_id', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_changes_dropped_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_changes_dropped'))
    )
    for table in _KINDS:
        op.execute(_function(table))
        for event, names in (
            ('INSERT', 'NEW TABLE AS fresh'),
            ('UPDATE', 'OLD TABLE AS gone NEW TABLE AS fresh'),
            ('DELETE', 'OLD TABLE AS gone'),
        ):
            op.execute(
                f'CREATE TRIGGER feedapp_record_{event.lower()} AFTER {event} ON {table} REFERENCING {names} '
                f'FOR EACH STATEMENT EXECUTE FUNCTION feedapp_record_{table}()'
            )


def downgrade():
    for table in _KINDS:
        for event in ('insert', 'update', 'delete'):
            op.execute(f'DROP TRIGGER feedapp_record_{event} ON {table}')
        op.execute(f'DROP FUNCTION feedapp_record_{table}()')
    op.drop_table('changes_dropped')
    op.drop_table('changes')
