"""proof of work, and mail to who asks for an account

Revision ID: 0046
Revises: 0045
"""

import sqlalchemy as sa
from alembic import op

revision = '0046'
down_revision = '0045'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('site_settings', sa.Column('proof_of_work', sa.Text(), server_default=sa.text("'off'"),
                                             nullable=False))
    op.create_check_constraint(op.f('ck_site_settings_proof_of_work_known'), 'site_settings',
                               "proof_of_work IN ('off', 'on')")
    op.add_column('applications', sa.Column('email', sa.Text(), nullable=True))
    op.create_check_constraint(op.f('ck_applications_email_length'), 'applications',
                               'char_length(email) BETWEEN 3 AND 254')


def downgrade():
    op.drop_constraint(op.f('ck_applications_email_length'), 'applications', type_='check')
    op.drop_column('applications', 'email')
    op.drop_constraint(op.f('ck_site_settings_proof_of_work_known'), 'site_settings', type_='check')
    op.drop_column('site_settings', 'proof_of_work')
