"""How long what people write may be, in characters, and what a username is made of.

Each figure stands here and nowhere else: tables, inputs, archives, pages and their scripts take it from here.
"""

BODY_LENGTH = 20_000
"""Of a post or a comment."""
BIO_LENGTH = 2_000
DISPLAY_NAME_LENGTH = 100
TOKEN_NAME_LENGTH = 100
PASSKEY_NAME_LENGTH = 60
MAIL_ADDRESS_LENGTH = 254
IDEMPOTENCY_KEY_LENGTH = 255
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 128

USERNAME_LENGTH = 30
USERNAME_PATTERN = f"^[a-z0-9_]{{1,{USERNAME_LENGTH}}}$"
"""Of a username that is folded."""

SITE_LENGTHS = {
    "name": 50,
    "tagline": 150,
    "description": 5_000,
    "rules": 20_000,
    "privacy": 20_000,
    "contact": 200,
    "announcement": 500,
}
"""Of the settings of the site, by name."""
ALT_LENGTH = 1_500
"""Of what says in words what a picture shows."""
MOST_PICTURES_OF_POST = 4
MODERATION_LENGTH = 1_000
"""Of why a moderator did something, and of notes on reports."""
PATTERN_LENGTH = 200
"""Of what a filter looks for."""
REASON_LENGTH = 500
"""Of why somebody would like to come in, and of what they are told who are not let in."""
TAG_LENGTH = 100
"""Of the name of a tag; what is longer is none."""
SPAN = 4_096
"""Of ids of posts: one cached fact says which of so many somebody has bookmarked. A page of a feed needs one or two."""
NOTIFICATION_ID_LENGTH = 40
MUTED_WORD_LENGTH, MOST_MUTED_WORDS = 100, 100
"""Of a word or a phrase that somebody does not want to read, and how many of them: they are read with every page."""
WEBHOOK_URL_LENGTH, WEBHOOK_NAME_LENGTH = 2_000, 100
PUSH_ENDPOINT_LENGTH = 1_000
"""Of the address that a push service gives a browser."""
