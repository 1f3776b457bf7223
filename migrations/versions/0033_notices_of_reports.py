"""notices of reports: one entry for each moderator

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index('uq_notifications_reports', 'notifications', ['recipient_id'], unique=True,
                    postgresql_where=sa.text("action = 'report'"))


def downgrade():
    op.drop_index('uq_notifications_reports', table_name='notifications')
