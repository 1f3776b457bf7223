"""settings of the site

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('site_settings',
    sa.Column('id', sa.SmallInteger(), server_default=sa.text('1'), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), server_default=sa.text("'feedapp'"), nullable=False),
    sa.Column('tagline', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('description', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('rules', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('privacy', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('contact', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('accent', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('language', sa.Text(), server_default=sa.text("'en'"), nullable=False),
    sa.Column('announcement', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('signup', sa.Text(), server_default=sa.text("'open'"), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_site_settings_one_row')),
    sa.CheckConstraint('char_length(name) BETWEEN 1 AND 50', name=op.f('ck_site_settings_name_length')),
    sa.CheckConstraint('char_length(tagline) <= 150', name=op.f('ck_site_settings_tagline_length')),
    sa.CheckConstraint('char_length(description) <= 5000', name=op.f('ck_site_settings_description_length')),
    sa.CheckConstraint('char_length(rules) <= 20000', name=op.f('ck_site_settings_rules_length')),
    sa.CheckConstraint('char_length(privacy) <= 20000', name=op.f('ck_site_settings_privacy_length')),
    sa.CheckConstraint('char_length(contact) <= 200', name=op.f('ck_site_settings_contact_length')),
    sa.CheckConstraint('char_length(announcement) <= 500', name=op.f('ck_site_settings_announcement_length')),
    sa.CheckConstraint("accent ~ '^(#[0-9a-f]{6})?$'", name=op.f('ck_site_settings_accent_form')),
    sa.CheckConstraint("language ~ '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$'",
                       name=op.f('ck_site_settings_language_form')),
    sa.CheckConstraint("signup IN ('open', 'approval', 'invitation', 'closed')",
                       name=op.f('ck_site_settings_signup_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site_settings'))
    )


def downgrade():
    op.drop_table('site_settings')
