"""whether everybody reads what moderators did

Revision ID: 0044
Revises: 0043
"""

import sqlalchemy as sa
from alembic import op

revision = '0044'
down_revision = '0043'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('site_settings', sa.Column('moderation_log', sa.Text(), server_default=sa.text("'moderators'"),
                                             nullable=False))
    op.create_check_constraint(op.f('ck_site_settings_moderation_log_known'), 'site_settings',
                               "moderation_log IN ('moderators', 'public')")


def downgrade():
    op.drop_column('site_settings', 'moderation_log')
