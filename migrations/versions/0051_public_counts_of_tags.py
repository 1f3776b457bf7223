"""a tag counts the posts that are for everybody, no longer those for followers

Revision ID: 0051
Revises: 0049
"""

import sqlalchemy as sa
from alembic import op

revision = '0051'
down_revision = '0049'
branch_labels = None
depends_on = None

PORTION = 500
LIMITED = 'SELECT DISTINCT tag_id FROM post_tags JOIN posts ON posts.id = post_id WHERE visibility <> \'public\''


def upgrade():
    """Change nothing here: the job that 0061 orders counts them anew, beside the site."""


def downgrade():
    """Count anew the posts of tags that a post for followers has, a portion of them at a time.

    A portion is locked, and then counted by another statement, which sees what those had written that it waited for.
    All are locked in the order of their names, which every write keeps.
    """
    connection = op.get_bind()
    wanted = [row.id for row in connection.execute(
        sa.text(f'SELECT id FROM tags WHERE id IN ({LIMITED}) ORDER BY name COLLATE "C"'))]
    for start in range(0, len(wanted), PORTION):
        portion = {'ids': wanted[start:start + PORTION]}
        connection.execute(
            sa.text('SELECT FROM tags WHERE id = ANY(:ids) ORDER BY name COLLATE "C" FOR NO KEY UPDATE'), portion)
        connection.execute(sa.text(
            'UPDATE tags SET posts = (SELECT count(*) FROM post_tags JOIN posts ON posts.id = post_id '
            'WHERE tag_id = tags.id) WHERE id = ANY(:ids)'), portion)
