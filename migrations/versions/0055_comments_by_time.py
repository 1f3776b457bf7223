"""an index of all comments by time: what a search for a frequent word finds is the latest of very many

Revision ID: 0055
Revises: 0052
"""

from alembic import op

from feedapp.postgres.schema_changes import build_index, drop_index

revision = '0055'
down_revision = '0052'
branch_labels = None
depends_on = None


def upgrade():
    build_index(op.f('ix_comments_created_at_id'), 'comments', ['created_at', 'id'])


def downgrade():
    drop_index(op.f('ix_comments_created_at_id'), 'comments')
