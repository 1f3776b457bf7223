"""The session's cookie among all the others that a browser sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from feedapp.blueprints.pages.kit.cookies import base_of, name_at
from tests.support.apps import SECRET_KEY

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

NAME = base_of("session", secret=SECRET_KEY)
ORIGIN = {"Origin": "http://localhost"}


@pytest.fixture
def client(app: Any) -> FlaskClient:
    found: FlaskClient = app.test_client(use_cookies=False)
    return found


def read(client: FlaskClient, cookie: str, address: str = "/settings") -> TestResponse:
    """Send bytes as a server passes them on: as Latin-1."""
    return client.get(address, environ_overrides={"HTTP_COOKIE": cookie})


OTHERS = {
    "Latin-1": "utm=Unders\xf8gelse; {}",
    "Latin-1 after": "{}; utm=Unders\xf8gelse",
    "UTF-8": "utm=Unders\xc3\xb8gelse; {}",
    "half a character": "utm=\xc3; {}",
    "bytes that are none": "a=\xff\xfe\x80; {}",
    "a quote that does not end": 'a="never; {}',
    "quotes": 'a="b\\"c"; {}',
    "a quoted name": '"a=b; {}',
    "control characters": "a=\x01\x02\x7f; {}",
    "commas": "a=b,c,d; {}",
    "joined by a comma": "a=b,{}",
    "no equals sign": "novalue; {}",
    "no name": "=x; {}",
    "empty parts": ";;; ; {};;",
    "spaces": "  a = b ;   {}  ",
    "no spaces": "a=b;{};c=d",
    "an old form": "$Version=1; {}; $Path=/",
    "JSON": 'a={{"b":"c;d"}}; {}',
    "very long": "a=" + "x" * 100_000 + "; {}",
    "very many": "; ".join(f"c{number}={number}" for number in range(2_000)) + "; {}",
    "a name that begins like it": NAME + "x=1; {}",
    "a bad one of the same name before it": NAME + "=nonsense; {}",
    "a bad one of the same name after it": "{}; " + NAME + "=nonsense",
    "an empty one of the same name before it": NAME + "=; {}",
}


@pytest.mark.parametrize("others", OTHERS)
def test_no_other_cookie_hides_the_session(client: FlaskClient, people: Any, others: str) -> None:
    ada = people("ada")
    assert read(client, OTHERS[others].format(f"{NAME}={ada.session}")).status_code == 200


def test_a_session_in_quotes_is_one(client: FlaskClient, people: Any) -> None:
    assert read(client, f'{NAME}="{people("ada").session}"').status_code == 200


@pytest.mark.parametrize("cookie", ["utm=Unders\xf8gelse", 'a="never', "\x80\xff", NAME, "=", ";"])
def test_without_a_session_nobody_is_signed_in(client: FlaskClient, cookie: str) -> None:
    answer = read(client, cookie, "/public")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in answer.headers


def test_a_choice_of_colours_is_found_among_others_too(client: FlaskClient) -> None:
    scheme = base_of("scheme", secret=SECRET_KEY)
    assert 'data-scheme="dark"' in read(client, f"utm=Unders\xf8gelse; {scheme}=dark", "/public").text


class TestOtherSites:
    def log_in(self, client: FlaskClient, who: Any, host: str) -> str:
        sent = {"username": who.username, "password": who.password}
        headers = {"Origin": f"http://{host}", "Host": host}
        return client.post("/login", data=sent, headers=headers).headers["Set-Cookie"].partition(";")[0]

    def test_two_sites_on_two_ports_of_one_host_sign_nobody_out(self, client: FlaskClient, people: Any) -> None:
        """A browser keeps one cookie of each name for a host, whatever the port."""
        ada = people("ada")
        jar = dict(self.log_in(client, ada, f"localhost:{port}").split("=", 1) for port in (8001, 8002))
        assert len(jar) == 2
        sent = "; ".join(f"{name}={value}" for name, value in jar.items())
        for port in (8001, 8002):
            answer = client.get("/settings", headers={"Host": f"localhost:{port}", "Cookie": sent})
            assert answer.status_code == 200

    def test_so_do_two_with_secrets_of_their_own(self, client: FlaskClient, people: Any) -> None:
        ada, app = people("ada"), client.application
        here = self.log_in(client, ada, "localhost")
        secret, app.secret_key = app.secret_key, "the secret of another site"
        try:
            there = self.log_in(client, ada, "localhost")
        finally:
            app.secret_key = secret
        assert here.partition("=")[0] != there.partition("=")[0]
        assert client.get("/settings", headers={"Cookie": f"{there}; {here}"}).status_code == 200

    def test_signing_out_of_one_leaves_the_other(self, client: FlaskClient, people: Any) -> None:
        first, second = (
            self.log_in(client, people(name), f"localhost:800{at}") for at, name in enumerate(("ada", "bob"))
        )
        headers = {"Host": "localhost:8001", "Origin": "http://localhost:8001", "Cookie": f"{first}; {second}"}
        answer = client.post("/logout", headers=headers)
        assert answer.headers["Set-Cookie"].startswith(second.partition("=")[0] + "=;")
        assert client.get("/settings", headers={"Host": "localhost:8000", "Cookie": first}).status_code == 200

    def test_a_session_is_good_at_every_port_of_its_site(self, client: FlaskClient, people: Any) -> None:
        """Behind another port there may be another process of the same site."""
        cookie = self.log_in(client, people("ada"), "localhost:8001")
        for host in ("localhost", "localhost:8002", "127.0.0.1:9", "[::1]:8001"):
            assert client.get("/settings", headers={"Host": host, "Cookie": cookie}).status_code == 200

    @pytest.mark.parametrize(
        ("host", "port"),
        [("a", ""), ("a:80", ""), ("a:443", ""), ("a:8000", "_8000"), ("[::1]", ""), ("[::1]:81", "_81"), ("a:x", "")],
    )
    def test_the_port_is_in_the_name_if_it_is_in_the_address(self, host: str, port: str) -> None:
        assert name_at("base", host) == f"base{port}"
