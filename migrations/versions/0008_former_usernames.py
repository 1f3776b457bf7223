"""usernames that were given up

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('former_usernames',
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('user_key', sa.Uuid(), nullable=False),
    sa.Column('given_up_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_former_usernames'))
    )


def downgrade():
    op.drop_table('former_usernames')
