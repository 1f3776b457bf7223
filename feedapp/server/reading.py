"""Reads requests: collects received bytes until a request is complete."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httptools

from feedapp.pictures import uploads
from feedapp.server import environ as environs
from feedapp.server.environ import BadRequestError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from feedapp.server.environ import Headers
    from feedapp.server.limits import Limits

HEAD_END = b"\r\n\r\n"
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_RAW_FACTOR = 8
"""How much larger than its body a request may be on the wire: pieces of one byte take six."""


class TooLargeError(BadRequestError):
    """A head beyond what is taken."""


class RequestReader:
    """Reads the requests of one connection, one after the other."""

    def __init__(self, common: WSGIEnvironment, limits: Limits) -> None:
        self.pending = b""
        """What arrived after the end of the request that is being answered."""
        self.environ: WSGIEnvironment | None = None
        self.received = 0
        """Bytes of the request that is arriving; 0 between two of them."""
        self.body_size = 0
        self.body_limit = limits.body
        self.is_upload = False
        """Whether it may bring pictures, and be larger than others."""
        self.is_last = False
        """Whether the connection ends with this answer."""
        self._common = common
        self._limits = limits
        self._parser = httptools.HttpRequestParser(self)
        self._begin()

    def _begin(self) -> None:
        self._target = b""
        self._headers: Headers = []
        self._body: list[bytes] = []
        self._is_complete = self._is_head_complete = self._is_upgrade = False
        self._unfinished = b""
        self._error: BadRequestError | None = None

    def forget(self) -> None:
        """Begin with the next request."""
        self.environ = None
        self.received = self.body_size = 0
        self.body_limit, self.is_upload = self._limits.body, False
        self._begin()

    def feed(self, data: bytes) -> WSGIEnvironment | None:
        """Take received bytes; give the request once it is complete. Raise BadRequestError."""
        self.received += len(data)
        if not data.isascii() and self.received == len(data):
            data = _with_ascii_address(data)
        try:
            self._parse(data)
        except httptools.HttpParserError as error:
            raise self._error or BadRequestError("This is not an HTTP/1.1 request.") from error
        if self._error:
            raise self._error
        if self._is_complete:
            return self._finished()
        if self.environ is None:
            self._bound_head(data)
        elif self._is_too_large():
            return self._cut()
        return None

    def _parse(self, data: bytes) -> None:
        """Give the parser no more than this request, as far as its end is known."""
        while not self._is_head_complete:  # the first end may be that of empty lines before the head
            end = data.find(HEAD_END) + len(HEAD_END)
            if end < len(HEAD_END) or end == len(data):
                self._give(data)
                return
            self._give(data[:end])
            data = data[end:]
        if self._is_complete or self._error or self.environ is None:
            self.pending = data
        elif "CONTENT_LENGTH" in self.environ:
            missing = int(self.environ["CONTENT_LENGTH"]) - self.body_size
            self._give(data[:missing])
            self.pending = data[missing:]
        else:
            self._give(data)

    def _give(self, data: bytes) -> None:
        if not self._is_upgrade:
            try:
                self._parser.feed_data(data)
            except httptools.HttpParserUpgrade as error:  # the parser leaves all that follows to us
                self._is_upgrade = self.is_last = True
                data = data[error.args[0] :]
                self._is_complete = self.environ is not None and self.environ.get("CONTENT_LENGTH", "0") == "0"
        if self._is_upgrade and not self._is_complete and self.environ is not None:
            self.on_body(data)
            self._is_complete = self.body_size >= int(self.environ.get("CONTENT_LENGTH", "0"))

    def _bound_head(self, data: bytes) -> None:
        self._unfinished = bytes(data) if not self._unfinished else self._unfinished + data
        if self.received <= self._limits.head:
            return
        line = self._unfinished.rpartition(b"\n")[2]
        if line[:5].lower() == b"host:":
            raise BadRequestError("The Host of this request is not a host name: check the address.")
        raise TooLargeError("The head of this request is too large.")

    def _is_too_large(self) -> bool:
        raw = self.received - self._limits.head
        return self.body_size > self.body_limit or raw > self.body_limit * _RAW_FACTOR

    def _cut(self) -> WSGIEnvironment:
        """Pass on the head alone: the application answers that the body is too large, as it does elsewhere."""
        assert self.environ is not None
        self.is_last = True
        environs.set_body(self.environ, b"")
        self.environ["CONTENT_LENGTH"] = str(max(self.body_size, self.body_limit + 1))
        return self.environ

    def _finished(self) -> WSGIEnvironment:
        assert self.environ is not None
        environs.set_body(self.environ, b"".join(self._body))
        self._body = []
        return self.environ

    @property
    def about(self) -> WSGIEnvironment:
        """What is known of the request so far, at least its URL."""
        if self.environ is not None:
            return self.environ
        path = self._target.decode("latin-1").partition("?")[0]
        return {"PATH_INFO": path, "REQUEST_METHOD": "", "SERVER_PROTOCOL": ""}

    @property
    def wants_to_be_told(self) -> bool:
        """Whether the client waits for 100 Continue before it sends the body."""
        return (
            self._is_head_complete
            and not self._is_complete
            and not self.body_size
            and self.environ is not None
            and self.environ.get("HTTP_EXPECT", "").lower() == "100-continue"
        )

    # What the parser calls. Its callbacks must not raise: it would not say where it stopped.

    def on_message_begin(self) -> None:
        """A pipelined request after a chunked body is not answered: its sender retries on a new connection."""
        if self._is_complete:
            self.is_last = True

    def on_url(self, part: bytes) -> None:
        """Take the address, or a part of it."""
        if not self._is_complete:
            self._target += part

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; trailers are ignored."""
        if not self._is_head_complete:
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Make the environment."""
        if self._is_head_complete:
            return
        self._is_head_complete = True
        parser = self._parser
        try:
            self.environ = environs.of_request(
                self._common, parser.get_method().decode(), self._target, parser.get_http_version(), self._headers
            )
        except BadRequestError as error:
            self._error = error
            return
        upload = uploads.largest(self.environ)
        if upload is not None:
            self.body_limit, self.is_upload = upload, True
        length = self.environ.get("CONTENT_LENGTH", "")
        if length and int(length) > self.body_limit:
            self.body_size = int(length)

    def on_body(self, part: bytes) -> None:
        """Take a part of the body, unless there is too much of it already."""
        if not self._is_complete and self.body_size <= self.body_limit:
            self.body_size += len(part)
            self._body.append(part)

    def on_message_complete(self) -> None:
        """Note that the request is whole."""
        self._is_complete = True
        self.is_last = self.is_last or not self._parser.should_keep_alive()


def _with_ascii_address(data: bytes) -> bytes:
    """Escape bytes of a URL that the client should have escaped: curl sends what it was given."""
    line, end, rest = data.partition(b"\r\n")
    return _NOT_ASCII.sub(lambda found: b"%%%02X" % found[0][0], line) + end + rest
