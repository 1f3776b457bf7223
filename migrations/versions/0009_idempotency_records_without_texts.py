"""idempotency records without texts

Records of the API named what a request made, with its text; now they name it by its id. This takes the texts out of
those of the last day. Tables stay as they are.

Revision ID: 0009
Revises: 0008
"""

from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade():
    op.execute(
        "UPDATE idempotency_records SET location = NULL, body = convert_to("
        "json_build_object('id', convert_from(body, 'UTF8')::json ->> 'id')::text, 'UTF8') "
        "WHERE location LIKE '/api/posts/%'"
    )
    # Whoever was renamed or deleted since is not found: an id that nobody has says so.
    op.execute(
        "UPDATE idempotency_records SET location = NULL, body = convert_to(json_build_object('id', coalesce("
        "(SELECT users.id FROM users WHERE users.username = substr(location, length('/api/users/') + 1)), 0"
        ")::text)::text, 'UTF8') WHERE location LIKE '/api/users/%'"
    )


def downgrade():
    # An older version would answer with the id alone.
    op.execute("DELETE FROM idempotency_records WHERE location IS NULL AND convert_from(body, 'UTF8') LIKE '{\"id\"%'")
