"""how many days a deleted account can be taken back

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('site_settings', sa.Column('deletion_grace_days', sa.SmallInteger(), server_default=sa.text('14'),
                                             nullable=False))
    op.create_check_constraint(op.f('ck_site_settings_deletion_grace'), 'site_settings',
                               'deletion_grace_days BETWEEN 0 AND 90')


def downgrade():
    op.drop_constraint(op.f('ck_site_settings_deletion_grace'), 'site_settings', type_='check')
    op.drop_column('site_settings', 'deletion_grace_days')
