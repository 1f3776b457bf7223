"""a key for each user that never comes again, as an id may

Everybody who is there gets the same key, which takes no time however many they are: their ids differ, and whoever gets
one of these ids later has a key of their own.

Revision ID: 0007
Revises: 0006
"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('users', sa.Column('key', sa.Uuid(), server_default=sa.text(f"'{uuid4()}'::uuid"), nullable=False))
    op.alter_column('users', 'key', server_default=sa.text('gen_random_uuid()'))


def downgrade():
    op.drop_column('users', 'key')
