"""what a token may do

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        'tokens',
        sa.Column('scopes', postgresql.ARRAY(sa.Text()), server_default=sa.text("'{read,write}'"), nullable=False),
    )
    op.create_check_constraint(
        op.f('ck_tokens_scopes_known'),
        'tokens',
        "cardinality(scopes) > 0 AND scopes <@ ARRAY['read', 'write', 'moderate', 'admin']",
    )


def downgrade():
    op.drop_constraint(op.f('ck_tokens_scopes_known'), 'tokens', type_='check')
    op.drop_column('tokens', 'scopes')
