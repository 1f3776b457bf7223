"""the icon of the site

Revision ID: 0043
Revises: 0042
"""

import sqlalchemy as sa
from alembic import op

revision = '0043'
down_revision = '0042'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('site_settings', sa.Column('icon', sa.Text(), server_default=sa.text("''"), nullable=False))
    op.create_check_constraint(op.f('ck_site_settings_icon_form'), 'site_settings', "icon ~ '^([0-9a-f]{32})?$'")


def downgrade():
    op.drop_constraint(op.f('ck_site_settings_icon_form'), 'site_settings', type_='check')
    op.drop_column('site_settings', 'icon')
