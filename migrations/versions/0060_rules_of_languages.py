"""the rules of 0058 and 0059 hold for the rows that were there, too

Revision ID: 0060
Revises: 0059
"""

from alembic import op

from feedapp.postgres.schema_changes import check_rows

revision = '0060'
down_revision = '0059'
branch_labels = None
depends_on = None
RULES = {
    'users': ('ck_users_locale_form', "locale ~ '^[a-z]{2,3}(-[a-z0-9]{2,8})*$'"),
    'posts': ('ck_posts_language_form', "language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'"),
    'comments': ('ck_comments_language_form', "language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'"),
}


def upgrade():
    for table, (name, _) in RULES.items():
        check_rows(table, name)


def downgrade():
    for table, (name, rule) in RULES.items():
        op.execute(f'ALTER TABLE {table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} CHECK ({rule}) NOT VALID')
