"""how often the secret address of a home feed was renewed

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('users', sa.Column('home_renewals', sa.Integer(), server_default=sa.text('0'), nullable=False))


def downgrade():
    op.drop_column('users', 'home_renewals')
