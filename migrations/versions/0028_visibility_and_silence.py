"""posts for followers only, and people whom only their followers come upon

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('posts', sa.Column('visibility', sa.Text(), server_default=sa.text("'public'"), nullable=False))
    # Every row has the default: looking at them all need not keep anybody from writing.
    op.execute(
        "ALTER TABLE posts ADD CONSTRAINT ck_posts_visibility_known "
        "CHECK (visibility IN ('public', 'followers')) NOT VALID"
    )
    op.execute('ALTER TABLE posts VALIDATE CONSTRAINT ck_posts_visibility_known')
    op.add_column('users', sa.Column('silenced_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        'ix_users_silenced', 'users', ['id'], unique=False, postgresql_where=sa.text('silenced_at IS NOT NULL')
    )


def downgrade():
    op.drop_index('ix_users_silenced', table_name='users')
    op.drop_column('users', 'silenced_at')
    op.drop_column('posts', 'visibility')
