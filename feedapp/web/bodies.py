"""How the body of a request is sent: as it is, not compressed, in UTF-8."""

from __future__ import annotations

from flask import request

from feedapp.errors import UnsupportedCodingError, UnsupportedTypeError

_UTF_8 = frozenset({"utf-8", "utf8"})


def refuse_content_coding() -> None:
    """Raise UnsupportedCodingError for a body that was compressed, which nothing here takes apart."""
    coding = request.headers.get("Content-Encoding", "").strip().lower()
    if coding not in {"", "identity"}:
        raise UnsupportedCodingError("Send the body as it is, without Content-Encoding.")


def refuse_other_charsets() -> None:
    """Raise UnsupportedTypeError for a body that says to be in anything but UTF-8."""
    charset = request.mimetype_params.get("charset")
    if charset is not None and charset.strip().strip("'").lower() not in _UTF_8:
        raise UnsupportedTypeError("Send the body in UTF-8: leave the charset out of Content-Type.")
