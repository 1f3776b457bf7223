"""Words of the reader's language for what programs call by a code."""

from __future__ import annotations

from feedapp.languages.catalogues import gettext as _
from feedapp.languages.catalogues import marked

CODES = frozenset(
    {
        *(marked("spam"), marked("abuse"), marked("illegal"), marked("other")),
        *(marked("none"), marked("hide"), marked("delete"), marked("silence"), marked("suspend"), marked("restore")),
        *(marked("member"), marked("moderator"), marked("admin")),
    }
)
"""Why something is reported, what a moderator did, who may do what: the API has the same."""


def word(code: str) -> str:
    """Give the word for a code; unchanged what is none, as what somebody wrote."""
    return _(code) if code in CODES else code
