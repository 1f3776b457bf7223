"""POST /api/media and what becomes of a picture."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from PIL import Image
from sqlalchemy import text

from feedapp.pictures.formats import name_of
from tests.integration.media.samples import form, picture
from tests.web.api.calls import MEDIA_FIELDS, POST_FIELDS, data, fields_at_fault, problem

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody


def send(client: FlaskClient, who: Somebody, content: bytes | None = None, **fields: str) -> dict[str, Any]:
    content = picture() if content is None else content
    return data(client.post("/api/media", headers=who.headers, **form(content, **fields)), 201)


def file_at(client: FlaskClient, url: str) -> Any:
    return client.get(urlsplit(url).path)


def test_a_picture_is_answered_with_its_addresses_and_size(client: FlaskClient, ada: Somebody) -> None:
    sent = send(client, ada, picture(size=(120, 80)), alt="  Beans\r\n ")
    assert set(sent) == MEDIA_FIELDS
    assert (sent["width"], sent["height"], sent["alt"]) == (120, 80, "Beans")
    assert sent["url"] == sent["preview_url"]
    assert sent["url"].startswith("http://localhost/media/")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_each_format_becomes_a_webp_without_anything_else_in_it(client: FlaskClient, ada: Somebody, kind: str) -> None:
    answer = file_at(client, send(client, ada, picture(kind))["url"])
    assert answer.content_type == "image/webp"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'; sandbox" in answer.headers.getlist("Content-Security-Policy")
    opened = Image.open(BytesIO(answer.data))
    assert (opened.format, opened.size) == ("WEBP", (120, 80))
    assert not set(opened.info) & {"exif", "xmp", "icc_profile"}
    red, green, blue = opened.convert("RGB").getpixel((60, 40))  # type: ignore[misc]
    assert abs(red - 200) < 12 and abs(green - 60) < 12 and abs(blue - 20) < 12  # noqa: PT018


def test_a_large_picture_is_made_smaller_in_several_widths(client: FlaskClient, ada: Somebody) -> None:
    sent = send(client, ada, picture(size=(3000, 1500)))
    assert (sent["width"], sent["height"]) == (1600, 800)
    assert sent["url"].endswith("-1600.webp")
    assert sent["preview_url"].endswith("-800.webp")
    sizes = [
        Image.open(BytesIO(file_at(client, sent["url"].replace("-1600.", f"-{width}.")).data)).size
        for width in (400, 800, 1600)
    ]
    assert sizes == [(400, 200), (800, 400), (1600, 800)]


def test_a_file_is_asked_for_again_only_when_it_changed_which_it_never_does(client: FlaskClient, ada: Somebody) -> None:
    first = file_at(client, send(client, ada)["url"])
    again = client.get(first.request.path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", ["x", "..%2f..%2fetc%2fpasswd", "0" * 32 + "-400.webp", "0" * 32 + "-0400.webp"])
def test_what_is_no_file_of_ours_is_not_there(client: FlaskClient, name: str) -> None:
    assert client.get(f"/media/{name}").status_code == 404


def test_a_post_shows_its_pictures_in_the_order_in_which_they_were_named(client: FlaskClient, ada: Somebody) -> None:
    one, two = send(client, ada, alt="one"), send(client, ada, alt="two")
    wanted = {"body": "Beans", "media": [two["id"], one["id"]]}
    post = data(client.post("/api/posts", headers=ada.headers, json=wanted), 201)
    assert set(post) == POST_FIELDS
    assert post["media"] == [two, one]
    assert data(client.get(f"/api/posts/{post['id']}"))["media"] == [two, one]
    assert data(client.get("/api/posts"))["items"][0]["media"] == [two, one]


def test_a_post_without_pictures_has_none(client: FlaskClient, ada: Somebody, post_id: str) -> None:
    assert data(client.get(f"/api/posts/{post_id}"))["media"] == []
    nothing = {"body": "Beans", "media": None}
    assert data(client.post("/api/posts", headers=ada.headers, json=nothing), 201)["media"] == []


@pytest.mark.parametrize("media", ["1", [1], ["1", "1"], [["1"]], {"1": "1"}, ["1", "2", "3", "4", "5"], ["x"], ["99"]])
def test_pictures_that_cannot_be_are_named(client: FlaskClient, ada: Somebody, media: Any) -> None:
    send(client, ada)
    answer = client.post("/api/posts", headers=ada.headers, json={"body": "Beans", "media": media})
    assert fields_at_fault(answer, 422) == {"media"}
    assert data(client.get("/api/posts"))["items"] == []


def test_nobody_uses_anothers_picture_nor_one_twice(client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    wanted = {"body": "Beans", "media": [send(client, ada)["id"]]}
    problem(client.post("/api/posts", headers=bob.headers, json=wanted), 422)
    data(client.post("/api/posts", headers=ada.headers, json=wanted), 201)
    problem(client.post("/api/posts", headers=ada.headers, json=wanted), 422)


def test_what_a_picture_shows_can_be_said_later(client: FlaskClient, ada: Somebody) -> None:
    sent = send(client, ada)
    address = f"/api/media/{sent['id']}"
    assert data(client.patch(address, headers=ada.headers, json={"alt": "Beans"}))["alt"] == "Beans"
    post = data(client.post("/api/posts", headers=ada.headers, json={"body": "B", "media": [sent["id"]]}), 201)
    data(client.get(f"/api/posts/{post['id']}"))
    data(client.patch(address, headers=ada.headers, json={"alt": "Young beans"}))
    assert data(client.get(f"/api/posts/{post['id']}"))["media"][0]["alt"] == "Young beans"
    assert fields_at_fault(client.patch(address, headers=ada.headers, json={"alt": "x" * 1501}), 422) == {"alt"}


def test_a_picture_is_its_owners(client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    sent = send(client, ada)
    address = f"/api/media/{sent['id']}"
    problem(client.patch(address, headers=bob.headers, json={"alt": "x"}), 404)
    problem(client.delete(address, headers=bob.headers), 404)
    data(client.post("/api/posts", headers=ada.headers, json={"body": "B", "media": [sent["id"]]}), 201)
    problem(client.patch(address, headers=bob.headers, json={"alt": "x"}), 403)
    problem(client.delete(address, headers=bob.headers), 403)
    problem(client.delete(address), 401)


def test_a_deleted_picture_leaves_its_post_and_its_files_are_deleted(
    client: FlaskClient, services: Services, ada: Somebody
) -> None:
    one, two = send(client, ada, picture(size=(900, 900))), send(client, ada)
    wanted = {"body": "B", "media": [one["id"], two["id"]]}
    post = data(client.post("/api/posts", headers=ada.headers, json=wanted), 201)
    data(client.get(f"/api/posts/{post['id']}"))
    assert client.delete(f"/api/media/{one['id']}", headers=ada.headers).status_code == 204
    assert data(client.get(f"/api/posts/{post['id']}"))["media"] == [two]
    services.courier.work()
    assert file_at(client, one["url"]).status_code == 404
    assert file_at(client, one["preview_url"]).status_code == 404
    assert file_at(client, two["url"]).status_code == 200
    problem(client.delete(f"/api/media/{one['id']}", headers=ada.headers), 404)


def test_pictures_go_with_their_post(client: FlaskClient, services: Services, ada: Somebody) -> None:
    sent = send(client, ada)
    post = data(client.post("/api/posts", headers=ada.headers, json={"body": "B", "media": [sent["id"]]}), 201)
    client.delete(f"/api/posts/{post['id']}", headers=ada.headers)
    services.courier.work()
    assert file_at(client, sent["url"]).status_code == 404


def test_pictures_and_the_avatar_go_with_the_account(client: FlaskClient, services: Services, ada: Somebody) -> None:
    sent = send(client, ada)
    avatar = data(client.put("/api/me/avatar", headers=ada.headers, **form(picture())))["avatar"]
    services.account_deletion.delete(ada.id)
    services.courier.work()
    assert file_at(client, sent["url"]).status_code == 404
    assert file_at(client, avatar).status_code == 404


def test_what_no_post_came_for_is_deleted_after_a_day(
    client: FlaskClient, services: Services, engine: Engine, ada: Somebody
) -> None:
    old, used, new = send(client, ada), send(client, ada), send(client, ada)
    data(client.post("/api/posts", headers=ada.headers, json={"body": "B", "media": [used["id"]]}), 201)
    with engine.begin() as connection:
        aged = text("UPDATE pictures SET created_at = now() - interval '25 hours' WHERE id <> :new")
        connection.execute(aged, {"new": int(new["id"])})
    assert services.pictures.sweep() == 1
    services.courier.work()
    assert [file_at(client, each["url"]).status_code for each in (old, used, new)] == [404, 200, 200]


def test_files_whose_request_never_ended_are_deleted_but_not_too_soon(
    services: Services, engine: Engine, ada: Somebody
) -> None:
    name = name_of(services.pictures._files.make(picture(), "whole").digest, 120)
    services.courier.work()
    assert name in services.picture_store.names()
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox_messages SET created_at = now() - interval '5 minutes', due_at = now()"))
    services.courier.work()
    assert name not in services.picture_store.names()


def test_a_member_has_so_much_room_and_no_more(
    client: FlaskClient, services: Services, ada: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = send(client, ada)
    size = len(file_at(client, sent["url"]).data)
    monkeypatch.setattr(services.pictures, "_quota", size + size // 2)
    found = problem(client.post("/api/media", headers=ada.headers, **form(picture())), 403)
    assert found["code"] == "quota"
    client.delete(f"/api/media/{sent['id']}", headers=ada.headers)
    send(client, ada)


def test_a_request_sent_again_makes_no_second_picture(client: FlaskClient, ada: Somebody) -> None:
    headers = {**ada.headers, "Idempotency-Key": "once"}
    content = picture()
    first = client.post("/api/media", headers=headers, **form(content))
    again = client.post("/api/media", headers=headers, **form(content))  # with another boundary
    assert data(first, 201) == data(again, 201)
    assert again.headers["Idempotent-Replayed"] == "true"
    other = client.post("/api/media", headers=headers, **form(picture("PNG")))
    assert problem(other, 422)["code"] == "key_reused"


def test_an_avatar_is_shown_wherever_its_owner_is(client: FlaskClient, ada: Somebody, post_id: str) -> None:
    assert data(client.get("/api/users/ada"))["avatar"] is None
    assert data(client.get(f"/api/posts/{post_id}"))["author"]["avatar"] is None
    me = data(client.put("/api/me/avatar", headers=ada.headers, **form(picture(size=(500, 300)))))
    assert Image.open(BytesIO(file_at(client, me["avatar"]).data)).size == (400, 400)
    for side in (96, 192):
        small = file_at(client, me["avatar"].replace("-400.", f"-{side}."))
        assert Image.open(BytesIO(small.data)).size == (side, side)
    assert data(client.get("/api/users/ada"))["avatar"] == me["avatar"]
    assert data(client.get(f"/api/posts/{post_id}"))["author"]["avatar"] == me["avatar"]
    assert data(client.get("/api/me", headers=ada.headers))["avatar"] == me["avatar"]


def test_an_avatar_is_replaced_and_taken_away(client: FlaskClient, services: Services, ada: Somebody) -> None:
    first, second = (
        data(client.put("/api/me/avatar", headers=ada.headers, **form(picture())))["avatar"] for _ in range(2)
    )
    services.courier.work()
    assert [file_at(client, each).status_code for each in (first, second)] == [404, 200]
    assert data(client.delete("/api/me/avatar", headers=ada.headers))["avatar"] is None
    assert data(client.delete("/api/me/avatar", headers=ada.headers))["avatar"] is None
    services.courier.work()
    assert file_at(client, second).status_code == 404
