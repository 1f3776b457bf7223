"""Files that were made to break a decoder: each is refused, or comes out clean, in bounded time and memory."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from PIL import Image

from feedapp.pictures.formats import MOST_BYTES
from tests.integration.media.samples import form, picture, png_of_size
from tests.web.api.calls import data, nothing_changes, problem

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
EXTERNAL = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><svg>&e;</svg>'
PADDING = bytes(60)
MISNAMED = {
    "svg": SVG,
    "xml": EXTERNAL,
    "html": HTML,
    "text": b"just a text",
    "nothing but noughts": bytes(5_000),
    "pdf": b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>",
    "zip": b"PK\x03\x04" + PADDING,
    "gzip": b"\x1f\x8b\x08" + PADDING,
    "elf": b"\x7fELF\x02\x01\x01" + PADDING,
    "script": b"#!/bin/sh\nrm -rf /\n",
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "mp4": b"\x00\x00\x00\x18ftypmp42" + PADDING,
    "heic": b"\x00\x00\x00\x18ftypheic" + PADDING,
    "mp3": b"ID3\x04" + PADDING,
    "wasm": b"\x00asm\x01\x00\x00\x00",
    "java": b"\xca\xfe\xba\xbe" + PADDING,
    "riff": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "ico": b"\x00\x00\x01\x00\x01\x00" + PADDING,
    "psd": b"8BPS\x00\x01" + PADDING,
    "exe": b"MZ" + PADDING,
}
REAL_BUT_NOT_TAKEN = ("BMP", "TIFF", "PPM", "ICO", "TGA", "PCX", "EPS", "PDF", "JPEG2000")


def send(client: FlaskClient, who: Somebody, content: bytes, name: str = "beans.jpg") -> dict[str, object]:
    return data(client.post("/api/media", headers=who.headers, **form(content, name)), 201)


def refuse(client: FlaskClient, who: Somebody, content: bytes, name: str = "beans.jpg") -> str:
    began = monotonic()
    found = problem(client.post("/api/media", headers=who.headers, **form(content, name)), 413, 415, 422)
    assert monotonic() - began < 10
    return str(found["code"])


@pytest.mark.parametrize("what", MISNAMED)
def test_what_is_no_picture_is_refused_whatever_it_is_called(
    client: FlaskClient, ada: Somebody, engine: Engine, what: str
) -> None:
    with nothing_changes(engine):
        assert refuse(client, ada, MISNAMED[what], "beans.png") in {"unsupported_picture", "unreadable_picture"}


@pytest.mark.parametrize("kind", REAL_BUT_NOT_TAKEN)
def test_pictures_of_other_formats_are_refused(client: FlaskClient, ada: Somebody, kind: str) -> None:
    try:
        content = picture(kind)
    except (OSError, KeyError):
        pytest.skip("cannot be made here")
    assert refuse(client, ada, content) == "unsupported_picture"


@pytest.mark.parametrize("size", [(60_000, 60_000), (2**31 - 1, 2**31 - 1), (6_400, 6_400), (40_000_001, 1)])
def test_a_bomb_of_pixels_is_refused_before_it_goes_off(
    client: FlaskClient, ada: Somebody, engine: Engine, size: tuple[int, int]
) -> None:
    with nothing_changes(engine):
        assert refuse(client, ada, png_of_size(*size)) in {"too_many_pixels", "unreadable_picture"}


def test_a_bomb_of_compressed_metadata_is_refused_or_ignored(client: FlaskClient, ada: Somebody) -> None:
    bomb = zlib.compress(bytes(200 * 1024 * 1024), 9)
    whole = picture("PNG")

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    at = 8 + 25  # after the signature and IHDR
    for bad in (chunk(b"iCCP", b"x\x00\x00" + bomb), chunk(b"zTXt", b"x\x00\x00" + bomb)):
        answer = client.post("/api/media", headers=ada.headers, **form(whole[:at] + bad + whole[at:]))
        assert answer.status_code in {201, 422}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_file_that_was_cut_is_refused(client: FlaskClient, ada: Somebody, kind: str, part: float) -> None:
    noise = BytesIO()
    Image.effect_noise((300, 300), 90).convert("RGB").save(noise, kind)
    whole = noise.getvalue()
    assert refuse(client, ada, whole[: int(len(whole) * part)]) in {"unreadable_picture", "unsupported_picture"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_damaged_bytes_are_refused_or_come_out_as_a_picture(client: FlaskClient, ada: Somebody, kind: str) -> None:
    whole = bytearray(picture(kind, size=(64, 64)))
    for at in range(20, len(whole), max(1, len(whole) // 12)):
        damaged = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
        answer = client.post("/api/media", headers=ada.headers, **form(bytes(damaged)))
        assert answer.status_code in {201, 415, 422}


@pytest.mark.parametrize("tail", [HTML, SVG, b"PK\x03\x04<?php system($_GET[0]); ?>"])
def test_of_a_picture_that_is_something_else_too_only_pixels_are_left(
    client: FlaskClient, ada: Somebody, tail: bytes
) -> None:
    exif = Image.Exif()
    exif[0x010E] = "<script>alert(1)</script>"
    sent = send(client, ada, picture("JPEG", exif=exif, comment=b"<?php ?>") + tail, "beans.php.jpg")
    kept = client.get(urlsplit(str(sent["url"])).path).data
    for word in (b"script", b"php", b"PK\x03", b"svg", b"EXIF", b"Exif"):
        assert word not in kept


def test_where_a_picture_was_taken_is_in_none_of_its_files(client: FlaskClient, ada: Somebody) -> None:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)}
    exif[0x010F] = "A Camera"
    content = picture("JPEG", size=(900, 600), exif=exif)
    assert Image.open(BytesIO(content)).getexif().get_ifd(0x8825)
    sent = send(client, ada, content)
    for address in (str(sent["url"]), str(sent["preview_url"])):
        kept = client.get(urlsplit(address).path).data
        assert not Image.open(BytesIO(kept)).getexif()
        assert b"A Camera" not in kept


@pytest.mark.parametrize(("orientation", "size"), [(1, (120, 80)), (3, (120, 80)), (6, (80, 120)), (8, (80, 120))])
def test_a_picture_is_turned_upright(
    client: FlaskClient, ada: Somebody, orientation: int, size: tuple[int, int]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    sent = send(client, ada, picture("JPEG", exif=exif))
    assert (sent["width"], sent["height"]) == size


def test_an_animated_gif_becomes_its_first_frame(client: FlaskClient, ada: Somebody) -> None:
    out = BytesIO()
    frames = [Image.new("RGB", (50, 50), colour) for colour in ((255, 0, 0), (0, 255, 0))]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100)
    kept = Image.open(BytesIO(client.get(urlsplit(str(send(client, ada, out.getvalue())["url"])).path).data))
    red, green, _ = kept.convert("RGB").getpixel((25, 25))  # type: ignore[misc]
    assert getattr(kept, "n_frames", 1) == 1
    assert red > 200 > green


def test_what_is_transparent_stays_so_and_sixteen_bits_become_eight(client: FlaskClient, ada: Somebody) -> None:
    clear = send(client, ada, picture("PNG", colour=(200, 60, 20, 0)))
    kept = Image.open(BytesIO(client.get(urlsplit(str(clear["url"])).path).data))
    assert kept.convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]
    out = BytesIO()
    Image.new("I;16", (20, 20), 128 * 256).save(out, "PNG")
    grey = send(client, ada, out.getvalue())
    kept = Image.open(BytesIO(client.get(urlsplit(str(grey["url"])).path).data))
    assert abs(kept.convert("L").getpixel((5, 5)) - 128) < 4  # type: ignore[operator]


@pytest.mark.parametrize("content", [b"", None])
def test_a_form_without_a_file_says_what_is_missing(client: FlaskClient, ada: Somebody, content: bytes | None) -> None:
    answer = client.post("/api/media", headers=ada.headers, **form(content, alt="x"))
    assert problem(answer, 422)["errors"][0]["field"] == "file"


def test_what_is_no_form_is_refused(client: FlaskClient, ada: Somebody) -> None:
    problem(client.post("/api/media", headers=ada.headers, json={"file": "x"}), 415)
    problem(client.post("/api/media", headers=ada.headers, data=picture(), content_type="image/jpeg"), 415)
    broken = {"data": b"--x\r\nnonsense", "content_type": "multipart/form-data; boundary=x"}
    problem(client.post("/api/media", headers=ada.headers, **broken), 400, 422)


def test_more_than_ten_megabytes_are_refused(client: FlaskClient, ada: Somebody) -> None:
    content = picture("JPEG")
    assert send(client, ada, content + bytes(MOST_BYTES - len(content)))
    found = problem(client.post("/api/media", headers=ada.headers, **form(content + bytes(MOST_BYTES))), 413)
    assert found["code"] == "too_large"
    found = problem(client.post("/api/media", headers=ada.headers, **form(content + bytes(MOST_BYTES + 99_000))), 413)
    assert "10 MB" in found["detail"]


def test_only_pictures_may_be_that_large(client: FlaskClient, ada: Somebody) -> None:
    problem(client.post("/api/posts", headers=ada.headers, json={"body": "x" * 600_000}), 413)
    problem(client.patch("/api/me", headers=ada.headers, **form(bytes(600_000))), 413, 415)


def test_a_stranger_is_told_to_sign_in_before_anything_else(client: FlaskClient) -> None:
    problem(client.post("/api/media", **form(bytes(2_000_000))), 401)
    problem(client.put("/api/me/avatar", **form(b"x")), 401)
