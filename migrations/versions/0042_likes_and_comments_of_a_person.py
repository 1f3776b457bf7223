"""what one person likes, and their comments, in order

Revision ID: 0042
Revises: 0041
"""

from alembic import op

revision = '0042'
down_revision = '0041'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index(op.f('ix_likes_user_id_created_at_post_id'), 'likes', ['user_id', 'created_at', 'post_id'])
    op.create_index(op.f('ix_comments_author_id_created_at_id'), 'comments', ['author_id', 'created_at', 'id'])
    op.drop_index(op.f('ix_likes_user_id'), 'likes')
    op.drop_index(op.f('ix_comments_author_id'), 'comments')


def downgrade():
    op.create_index(op.f('ix_likes_user_id'), 'likes', ['user_id'])
    op.create_index(op.f('ix_comments_author_id'), 'comments', ['author_id'])
    op.drop_index(op.f('ix_comments_author_id_created_at_id'), 'comments')
    op.drop_index(op.f('ix_likes_user_id_created_at_post_id'), 'likes')
