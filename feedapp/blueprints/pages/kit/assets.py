"""Static files under addresses that carry a hash of all of them, so that a browser keeps them for a year."""

from __future__ import annotations

import mimetypes
import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import orjson
from flask import Blueprint, Response, current_app, url_for

from feedapp.blueprints.pages.kit.addresses import link
from feedapp.errors import NotFoundError
from feedapp.languages.catalogues import FOLDER, scripted
from feedapp.languages.known import ENGLISH, LANGUAGES
from feedapp.pictures.formats import ACCEPTED, icon_name, name_of, widths_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment

    from feedapp.reading.read_models import PictureView

PREVIEW, SMALL = 800, 400
"""Widths of pictures where the browser does not choose."""
PAPERS = {"light": "#f9f7f3", "dark": "#0c0f12"}
"""What pages are coloured with (`--page` in tokens.css), for programs that know no other form."""
YEAR = 365 * 24 * 3600
FIRST = "js/main.js"
"""The script of every page, which imports the others; it is not fetched along with itself."""
_IMPORTED = re.compile(rb"^(?:import|export)\b[^;']*'\./(\w+\.js)'", re.MULTILINE)
_UNREAD = re.compile(rb"\s*/\*.*?\*/\s*|\n\s*", re.DOTALL)
"""What a browser does not read in a style sheet: comments and indentation, each a line's end instead."""
STYLES = ("tokens", "base", "layout", "parts", "posts", "forms", "shell")
"""The style sheets of every page, which are answered as one; their layers have an order of their own."""
ALL_STYLES = "css/all.css"


class Files(NamedTuple):
    """Every file in static/ by its name, and the hash of all."""

    version: str
    contents: Mapping[str, bytes]


def blueprint() -> Blueprint:
    """Make the blueprint. The hash stands in the path, so that what a script imports beside itself carries it too."""
    asset_pages = Blueprint("assets", __name__)

    @asset_pages.get("/static/<version>/<path:filename>")
    def show(version: str, filename: str) -> Response:
        files = _files(current_app.root_path)
        content = files.contents.get(filename) or _scripted().get(filename)
        if content is None:
            raise NotFoundError("There is no such file.")
        kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
        answer = Response(content, content_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        # A page from before an upgrade may still ask for an old version: it gets the new one, not to be kept.
        current = version == files.version
        answer.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if current else "no-cache"
        return answer

    return asset_pages


@cache
def asset(filename: str) -> str:
    """Give the address of a file in static/."""
    return url_for("pages.assets.show", version=_files(current_app.root_path).version, filename=filename)


def script_texts(language: str) -> str | None:
    """Give the address of what scripts say in a language; None for English, which stands in them."""
    return None if language == ENGLISH else asset(_texts_file(language))


def _texts_file(language: str) -> str:
    return f"texts/{language}.json"


@cache
def _scripted() -> dict[str, bytes]:
    return {_texts_file(tag): orjson.dumps(scripted(tag)) for tag in LANGUAGES if tag != ENGLISH}


@cache
def styles() -> list[str]:
    """Give the addresses of the style sheets of every page: one, so that a first visit costs one request for all."""
    return [asset(ALL_STYLES)]


@cache
def modules() -> list[str]:
    """Give the addresses of the scripts that every page needs; not those that are imported later."""
    contents, found, new = _files(current_app.root_path).contents, {FIRST}, {FIRST}
    while new:
        new = {f"js/{name.decode()}" for each in new for name in _IMPORTED.findall(contents[each])} - found
        found |= new
    return [asset(name) for name in sorted(found - {FIRST})]


def icon_file(side: int) -> str:
    """Name the file of the icon that the site comes with."""
    return f"icons/{side}.png"


def icon(digest: str, side: int) -> str:
    """Give the address of the site's icon; `digest` is empty for the one that it comes with."""
    return link("pages.media.show", name=icon_name(digest, side)) if digest else asset(icon_file(side))


def content_of(filename: str) -> bytes:
    """Give a file in static/."""
    return _files(current_app.root_path).contents[filename]


def version() -> str:
    """Give the hash of all files."""
    return _files(current_app.root_path).version


@cache
def _files(root_path: str) -> Files:
    root = Path(root_path) / "static"
    contents = {
        path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()
    }
    contents[ALL_STYLES] = _UNREAD.sub(b"\n", b"".join(contents[f"css/{name}.css"] for name in STYLES))
    whole = sha256()
    for name, content in contents.items():
        whole.update(f"{name}\0{len(content)}\0".encode() + content)
    for path in sorted(FOLDER.iterdir()):  # of which `_scripted` makes what scripts say
        whole.update(path.read_bytes())
    return Files(whole.hexdigest()[:12], contents)


def file_of(digest: str, width: int) -> str:
    """Give the address of a file of a picture."""
    return link("pages.media.show", name=name_of(digest, width))


def srcset(picture: PictureView) -> str:
    """Name every width of a picture, for the browser to choose."""
    return ", ".join(f"{file_of(picture.digest, width)} {width}w" for width in widths_of(picture.width))


def preview(width: int) -> int:
    """Give which width of such a picture is shown where the browser does not choose."""
    return min(width, PREVIEW)


def small(width: int) -> int:
    """Give the smallest."""
    return min(width, SMALL)


def equip_with_pictures(environment: Environment) -> None:
    """Give templates what they use."""
    environment.filters.update(file_of=file_of, srcset=srcset, preview=preview, small=small)
    environment.globals.update(accepted=",".join(ACCEPTED), icon=icon, papers=PAPERS)
