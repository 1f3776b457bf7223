"""moderation: hidden posts and comments, reports, the log

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

HIDDEN = '(hidden_at IS NULL) = (hidden_reason IS NULL) AND char_length(hidden_reason) <= 1000'
WAITING, RESOLVED = sa.text('resolved_at IS NULL'), sa.text('resolved_at IS NOT NULL')

# What is hidden is deleted for mirrors, and created again when it is shown again (migration 0022).
_HIDES = "fresh.hidden_at IS NOT NULL AND gone.hidden_at IS NULL"
_SHOWS = "fresh.hidden_at IS NULL AND gone.hidden_at IS NOT NULL"
_CHANGE = f"CASE WHEN {_HIDES} THEN 'deleted' WHEN {_SHOWS} THEN 'created' ELSE 'edited' END"
_IN_SIGHT = 'NOT (fresh.hidden_at IS NOT NULL AND gone.hidden_at IS NOT NULL) AND '
_UNSEEN = {'posts': " - 'terms' - 'last_commented_at'", 'comments': " - 'terms'"}


def _function(table, *, change, condition):
    post_id = '{}.post_id' if table == 'comments' else 'NULL::bigint'
    insert = (
        'INSERT INTO changes (transaction_id, kind, thing_id, post_id, change) '
        f"SELECT pg_current_xact_id()::text::bigint, '{table[:-1]}', {{0}}.id, {post_id.format('{0}')}, {{1}} FROM "
    )
    differs = f'to_jsonb(fresh){_UNSEEN[table]} IS DISTINCT FROM to_jsonb(gone){_UNSEEN[table]}'
    return f"""
        CREATE OR REPLACE FUNCTION feedapp_record_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF current_setting('feedapp.unrecorded', true) = 'on' THEN
                RETURN NULL;
            END IF;
            IF TG_OP = 'INSERT' THEN
                {insert.format('fresh', "'created'")} fresh ORDER BY fresh.id;
            ELSIF TG_OP = 'DELETE' THEN
                {insert.format('gone', "'deleted'")} gone ORDER BY gone.id;
            ELSE
                {insert.format('fresh', change)} fresh JOIN gone USING (id)
                WHERE {condition}{differs} ORDER BY fresh.id;
            END IF;
            RETURN NULL;
        END $$
    """


def upgrade():
    for table in ('posts', 'comments'):
        op.add_column(table, sa.Column('hidden_at', sa.DateTime(timezone=True), nullable=True))
        op.add_column(table, sa.Column('hidden_reason', sa.Text(), nullable=True))
        # Every row there is has neither, so nothing needs to be read to know that they obey.
        op.create_check_constraint(op.f(f'ck_{table}_hidden_with_reason'), table, HIDDEN, postgresql_not_valid=True)
        op.execute(f'ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_hidden_with_reason')
        op.execute(_function(table, change=_CHANGE, condition=_IN_SIGHT))
    op.create_table('report_cases',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('thing_id', sa.BigInteger(), nullable=False),
    sa.Column('post_id', sa.BigInteger(), nullable=True),
    sa.Column('subject_id', sa.BigInteger(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolved_by', sa.BigInteger(), nullable=True),
    sa.Column('resolution', sa.Text(), nullable=True),
    sa.Column('resolution_note', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.CheckConstraint("kind IN ('post', 'comment', 'user', 'appeal')", name=op.f('ck_report_cases_kind_known')),
    sa.CheckConstraint("resolution IN ('none', 'hide', 'delete', 'silence', 'suspend', 'restore')",
                       name=op.f('ck_report_cases_resolution_known')),
    sa.CheckConstraint('(resolution IS NULL) = (resolved_at IS NULL)', name=op.f('ck_report_cases_resolved_once')),
    sa.CheckConstraint('char_length(resolution_note) <= 1000', name=op.f('ck_report_cases_note_length')),
    sa.ForeignKeyConstraint(['subject_id'], ['users.id'], name=op.f('fk_report_cases_subject_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['resolved_by'], ['users.id'], name=op.f('fk_report_cases_resolved_by'),
                            ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_cases'))
    )
    op.create_index('uq_report_cases_open', 'report_cases', ['kind', 'thing_id'], unique=True, postgresql_where=WAITING)
    op.create_index('ix_report_cases_waiting', 'report_cases', ['created_at', 'id'], unique=False,
                    postgresql_where=WAITING)
    op.create_index('ix_report_cases_resolved', 'report_cases', ['created_at', 'id'], unique=False,
                    postgresql_where=RESOLVED)
    op.create_index(op.f('ix_report_cases_subject_id_created_at_id'), 'report_cases',
                    ['subject_id', 'created_at', 'id'], unique=False)
    op.create_index(op.f('ix_report_cases_resolved_by'), 'report_cases', ['resolved_by'], unique=False)
    op.create_table('reports',
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.Column('reporter_id', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('body', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("reason IN ('spam', 'abuse', 'illegal', 'other', 'appeal')", name=op.f('ck_reports_reason_known')),
    sa.CheckConstraint('char_length(note) <= 1000', name=op.f('ck_reports_note_length')),
    sa.ForeignKeyConstraint(['case_id'], ['report_cases.id'], name=op.f('fk_reports_case_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['reporter_id'], ['users.id'], name=op.f('fk_reports_reporter_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('case_id', 'reporter_id', name=op.f('pk_reports'))
    )
    op.create_index(op.f('ix_reports_reporter_id'), 'reports', ['reporter_id'], unique=False)
    op.create_table('moderation_actions',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('actor_id', sa.BigInteger(), nullable=True),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('thing', sa.Text(), nullable=False),
    sa.Column('thing_id', sa.BigInteger(), nullable=False),
    sa.Column('post_id', sa.BigInteger(), nullable=True),
    sa.Column('subject_id', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('note', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("actor IN ('member', 'operator', 'site')", name=op.f('ck_moderation_actions_actor_known')),
    sa.CheckConstraint("action IN ('hide', 'unhide', 'delete', 'silence', 'unsilence', 'suspend', 'unsuspend', "
                       "'sweep', 'unsweep', 'note', 'resolve')", name=op.f('ck_moderation_actions_action_known')),
    sa.CheckConstraint("thing IN ('post', 'comment', 'user', 'report')",
                       name=op.f('ck_moderation_actions_thing_known')),
    sa.CheckConstraint('char_length(reason) <= 1000', name=op.f('ck_moderation_actions_reason_length')),
    sa.CheckConstraint('char_length(note) <= 1000', name=op.f('ck_moderation_actions_note_length')),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk_moderation_actions_actor_id'),
                            ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['subject_id'], ['users.id'], name=op.f('fk_moderation_actions_subject_id'),
                            ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_moderation_actions'))
    )
    op.create_index(op.f('ix_moderation_actions_created_at_id'), 'moderation_actions', ['created_at', 'id'],
                    unique=False)
    op.create_index(op.f('ix_moderation_actions_subject_id_created_at_id'), 'moderation_actions',
                    ['subject_id', 'created_at', 'id'], unique=False)
    op.create_index(op.f('ix_moderation_actions_actor_id'), 'moderation_actions', ['actor_id'], unique=False)
    op.create_index('ix_moderation_actions_report', 'moderation_actions', ['thing_id', 'id'], unique=False,
                    postgresql_where=sa.text("thing = 'report'"))


def downgrade():
    op.drop_table('moderation_actions')
    op.drop_table('reports')
    op.drop_table('report_cases')
    for table in ('comments', 'posts'):
        op.execute(_function(table, change="'edited'", condition=''))
        op.drop_constraint(op.f(f'ck_{table}_hidden_with_reason'), table)
        op.drop_column(table, 'hidden_reason')
        op.drop_column(table, 'hidden_at')
