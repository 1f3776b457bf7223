"""The icon of the site: sent by an admin or an operator, made into all sizes, shown wherever one is looked for."""

from __future__ import annotations

import re
import struct
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from feedapp.pictures.formats import ICONS
from tests.integration.media.samples import picture
from tests.support.apps import services

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody
    from tests.web.pages.browsing import Browser

RED = (200, 60, 20, 0)
PLACES = ("/public", "/feed.atom", "/feed.json", "/opensearch.xml", "/manifest.webmanifest")


@pytest.fixture
def admin(app: Flask, people: Callable[..., Somebody], browser: Callable[..., Browser]) -> Browser:
    ada = people("ada")
    with app.app_context():
        services(app).roles.assign(username="ada", role="admin")
    opened: Browser = browser(ada)
    return opened


def send(admin: Browser, content: bytes) -> int:
    return admin.post("/admin/site/icon", {"file": (BytesIO(content), "icon.png")}).status_code


def digest(engine: Engine) -> str:
    with engine.connect() as connection:
        found: str = connection.exec_driver_sql("SELECT icon FROM site_settings").scalar_one()
    return found


def test_the_site_comes_with_an_icon_in_every_form(client: FlaskClient) -> None:
    page = client.get("/public").text
    for address in re.findall(r'<link rel="(?:icon|apple-touch-icon)"[^>]* href="([^"]+)"', page):
        assert client.get(address).status_code == 200
    ico = client.get("/favicon.ico")
    assert ico.mimetype == "image/x-icon"
    with Image.open(BytesIO(ico.data)) as opened:
        assert opened.format == "ICO"
        assert opened.info["sizes"] == {(32, 32), (48, 48)}
    with Image.open(BytesIO(client.get("/apple-touch-icon.png").data)) as opened:
        assert (opened.size, opened.mode in {"RGB", "P"}) == ((180, 180), True)
    manifest = client.get("/manifest.webmanifest").get_json()
    assert {each["sizes"] for each in manifest["icons"]} == {"any", "192x192", "512x512"}
    assert manifest["theme_color"] == "#1f6f5c"
    for each in manifest["icons"]:
        assert client.get(each["src"]).mimetype == each["type"]


def test_what_an_admin_sends_is_made_into_all_sizes_and_shown_at_once(
    admin: Browser, client: FlaskClient, engine: Engine
) -> None:
    before = {each: client.get(each).text for each in PLACES}
    assert send(admin, picture("PNG", (300, 200), RED)) == 303
    named = digest(engine)
    for side in ICONS:
        answer = client.get(f"/media/{named}-{side}.png")
        assert (answer.status_code, answer.mimetype) == (200, "image/png")
        assert "immutable" in answer.headers["Cache-Control"]
        with Image.open(BytesIO(answer.data)) as opened:
            assert opened.size == (side, side)
            assert (opened.mode == "RGB") is (side == 180), "iOS makes what is transparent black"
    for each in PLACES:
        assert named in client.get(each).text
        assert named not in before[each]
    assert f'<img src="/media/{named}-96.png" width="26" height="26" alt="">' in client.get("/public").text
    assert client.get("/apple-touch-icon.png").data == client.get(f"/media/{named}-180.png").data
    small = client.get(f"/media/{named}-32.png").data
    ico = client.get("/favicon.ico").data
    assert small in ico
    assert struct.unpack_from("<HHH", ico) == (0, 1, 2)
    shown = admin.get("/admin/site").text
    assert f"/media/{named}-192.png" in shown
    assert admin.post("/admin/site/icon/delete").status_code == 303
    assert named not in client.get("/public").text
    assert small not in client.get("/favicon.ico").data


def test_what_is_no_picture_is_refused_beside_the_field(admin: Browser) -> None:
    refused = admin.post("/admin/site/icon", {"file": (BytesIO(b"<svg/>"), "icon.svg")})
    assert refused.status_code == 415
    assert "is no JPEG, PNG, WebP, GIF or AVIF" in refused.text
    assert 'value="feedapp"' in refused.text, "the other settings are there"
    assert admin.post("/admin/site/icon", {"file": (BytesIO(b""), "")}).status_code == 422


def test_the_files_of_an_icon_that_is_replaced_are_deleted_and_those_of_the_new_one_stay(
    app: Flask, admin: Browser, client: FlaskClient, engine: Engine
) -> None:
    send(admin, picture("PNG", (64, 64), RED))
    old = digest(engine)
    send(admin, picture("PNG", (64, 64), (1, 2, 3)))
    new = digest(engine)
    with engine.begin() as connection:  # the messages that stand there in case a process dies are old enough
        connection.exec_driver_sql("UPDATE outbox SET created_at = created_at - interval '1 hour'")
    with app.app_context():
        services(app).courier.work()
    for side in ICONS:
        assert client.get(f"/media/{old}-{side}.png").status_code == 404
        assert client.get(f"/media/{new}-{side}.png").status_code == 200


def test_a_version_of_the_settings_that_somebody_looks_at_stays_when_the_icon_is_another(admin: Browser) -> None:
    seen = admin.get("/admin/site").text.partition('name="version" value="')[2].partition('"')[0]
    send(admin, picture("PNG", (64, 64), RED))
    assert admin.post("/admin/site", {"name": "The Allotment", "version": seen}).status_code == 303


def test_an_operator_sets_it_by_a_command(app: Flask, client: FlaskClient, tmp_path: Path, engine: Engine) -> None:
    run = app.test_cli_runner()
    file = tmp_path / "icon.webp"
    file.write_bytes(picture("WEBP", (64, 64)))
    assert run.invoke(args=["site", "set", f"icon={file}", "name=The Allotment"]).exit_code == 0
    named = digest(engine)
    assert f"icon={named}\n" in run.invoke(args=["site", "show"]).output
    assert named in client.get("/public").text
    file.write_bytes(b"nothing")
    refused = run.invoke(args=["site", "set", f"icon={file}"])
    assert refused.exit_code != 0
    assert "icon.webp" in run.invoke(args=["site", "set", f"icon={file}.webp"]).output
    assert digest(engine) == named
    assert run.invoke(args=["site", "set", "icon="]).exit_code == 0
    assert named not in client.get("/public").text
