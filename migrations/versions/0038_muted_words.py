"""muted_words: words that people do not want to read

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = '0038'
down_revision = '0037'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('muted_words',
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('word', sa.Text(), nullable=False),
    sa.CheckConstraint('char_length(word) BETWEEN 1 AND 100', name=op.f('ck_muted_words_word_length')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_muted_words_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'word', name=op.f('pk_muted_words'))
    )


def downgrade():
    op.drop_table('muted_words')
