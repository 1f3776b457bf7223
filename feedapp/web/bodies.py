"""How the body of a request is sent: as it is, not compressed, in UTF-8."""

from __future__ import annotations

from hashlib import sha256

import orjson
from flask import request

from feedapp.errors import FieldError, InvalidInputError, UnsupportedCodingError, UnsupportedTypeError
from feedapp.pictures.uploads import MULTIPART

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


def refuse_what_is_no_form() -> None:
    """Raise UnsupportedTypeError for a body that is no form with files."""
    if request.mimetype != MULTIPART:
        raise UnsupportedTypeError(f"Send a form with a file, with the header Content-Type: {MULTIPART}; boundary=….")


def file_sent(name: str = "file") -> bytes:
    """Give the file that came in a form. Raise InvalidInputError if there is none."""
    files = request.files.getlist(name)
    if len(files) > 1:
        raise InvalidInputError(FieldError(name, "is there more than once: send one"))
    content = b""
    for file in files:
        file.seek(0)
        content = file.read()
    if not content:
        raise InvalidInputError(FieldError(name, "is required, as a file that is not empty"))
    return content


def content_sent() -> bytes:
    """Give what makes two requests the same: the body; of a form with files what is in it.

    Whoever sends such a form again has another boundary between its parts.
    """
    if request.mimetype != MULTIPART:
        return request.get_data()
    files = []
    for name, file in request.files.items(multi=True):
        file.seek(0)
        files.append((name, sha256(file.read()).hexdigest()))
        file.seek(0)
    return orjson.dumps([sorted(request.form.items(multi=True)), sorted(files)])
