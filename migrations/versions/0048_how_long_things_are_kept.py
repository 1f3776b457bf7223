"""how long things are kept

Revision ID: 0048
Revises: 0047
"""

import sqlalchemy as sa
from alembic import op

revision = '0048'
down_revision = '0047'
branch_labels = None
depends_on = None

DAYS = {
    'notifications_days': (90, 1, 3650),
    'devices_days': (365, 1, 3650),
    'networks_days': (30, 1, 90),
    'refused_days': (30, 1, 365),
    'changes_days': (30, 1, 365),
    'moderation_days': (0, 0, 3650),
}


def upgrade():
    for name, (days, least, most) in DAYS.items():
        op.add_column('site_settings', sa.Column(name, sa.SmallInteger(), server_default=sa.text(str(days)),
                                                 nullable=False))
        op.create_check_constraint(op.f(f'ck_site_settings_{name}'), 'site_settings',
                                   f'{name} BETWEEN {least} AND {most}')


def downgrade():
    for name in DAYS:
        op.drop_constraint(op.f(f'ck_site_settings_{name}'), 'site_settings', type_='check')
        op.drop_column('site_settings', name)
