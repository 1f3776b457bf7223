"""a ring of figures for the operator's desk

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('figures',
    sa.Column('span', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('totals', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('details', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.CheckConstraint("span IN ('minute', 'hour')", name=op.f('ck_figures_span_known')),
    sa.PrimaryKeyConstraint('span', 'at', 'source', name=op.f('pk_figures'))
    )
    op.create_table('server_states',
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('state', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('source', name=op.f('pk_server_states'))
    )


def downgrade():
    op.drop_table('server_states')
    op.drop_table('figures')
