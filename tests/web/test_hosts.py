"""By which names and schemes the site may be asked, and how it calls itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app

from config import Settings
from feedapp.app import create_app
from feedapp.web.host_guard import REFUSED, HostGuard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask.testing import FlaskClient

    from feedapp.wiring import Services
    from tests.support.people import Somebody

    MakeSite = Callable[..., FlaskClient]

ENVIRONMENT = {"DATABASE_URL": "postgresql://", "REDIS_URL": "unix:///s", "SECRET_KEY": "x" * 64}
NO_HOSTS = [
    *("", " ", "a b", "\u00e9", 'evil.example"><script>', "x" * 64, "x" * 5_000, "a..b", "-a", "[::1", "[::1]x"),
    *("a:b:c", "a:123456", "a:99999", "a@b", "a/b", "a\tb", "evil.example\x00", "%61", "a.example,b.example"),
    *(".".join(["a" * 60] * 5), ".".join(["a" * 60] * 5_000), "[1:2]", "[::g]", "[fe80::1%25eth0]", ".", "a.example.."),
]
HOSTS = [
    "localhost",
    "127.0.0.1:8000",
    "[::1]:8000",
    "feed.example",
    "FEED.example.",
    "feed_app:8203",
    "_a.example",
    "xn--a.example",
]


@pytest.fixture
def site(settings: Settings, client: FlaskClient) -> Iterator[MakeSite]:
    """Start the site with other settings, given as the environment has them."""
    made: list[Any] = []

    def make(*, proxies: int = 0, **environment: str) -> FlaskClient:
        given = Settings.from_environment({**ENVIRONMENT, **environment})
        app = create_app(
            replace(settings, site_url=given.site_url, site_hosts=given.site_hosts, trusted_proxies=proxies)
        )
        made.append(app)
        return app.test_client(use_cookies=False)

    yield make
    for app in made:
        services: Services = app.extensions["feedapp"]
        with app.app_context():
            services.close()


def get(client: FlaskClient, address: str, host: str | None, **more: Any) -> TestResponse:
    """Ask without the client, which would make sense of the Host itself."""
    request = EnvironBuilder(path=address).get_request()
    environ = {**request.environ, "HTTP_HOST": host, **more}
    if host is None:
        del environ["HTTP_HOST"]
    return TestResponse(*run_wsgi_app(client.application, environ, buffered=True), request)


@pytest.mark.parametrize("host", NO_HOSTS, ids=lambda host: host[:20])
def test_a_host_that_is_none_is_refused_by_pages_and_api_alike(client: FlaskClient, host: str) -> None:
    for address, kind in (("/", "text/html"), ("/api/posts", "application/problem+json"), ("/nothing", "text/html")):
        answer = get(client, address, host)
        assert (answer.status_code, answer.mimetype) == (400, kind)
        assert "Host" in answer.text
        assert len(answer.data) < 20_000
        assert answer.headers["X-Request-Id"]
    assert get(client, "/livez", host).status_code == 200


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_is_one_is_in_the_addresses_of_posts(client: FlaskClient, ada: Somebody, host: str) -> None:
    answer = get(client, "/api/posts/1", host)
    assert answer.get_json()["url"].lower() == f"http://{host}/posts/1".lower()
    assert get(client, "/", host).status_code == 200


@pytest.fixture
def ada(client: FlaskClient, people: Callable[..., Somebody]) -> Somebody:
    ada = people("ada")
    for body in ("first", "second"):
        client.post("/api/posts", headers=ada.headers, json={"body": body})
    return ada


@pytest.mark.parametrize("protocol", ["HTTP/1.0", "HTTP/1"])
@pytest.mark.parametrize("host", [None, ""])
def test_http_1_0_needs_no_host(client: FlaskClient, site: MakeSite, ada: Somebody, host: str, protocol: str) -> None:
    """As some health checks still speak it."""
    for each in (client, site(SITE_URL="https://feed.example")):
        answer = get(each, "/api/posts/1", host, SERVER_PROTOCOL=protocol)
        assert answer.status_code == 200
        assert answer.get_json()["url"] in {"http://localhost/posts/1", "https://feed.example/posts/1"}


def test_an_environment_without_host_or_server_is_answered(client: FlaskClient) -> None:
    seen: list[WSGIEnvironment] = []

    def app(environ: WSGIEnvironment, _: StartResponse) -> list[bytes]:
        seen.append(environ)
        return []

    HostGuard(app)({"wsgi.url_scheme": "http"}, lambda *_: lambda _: None)
    assert REFUSED not in seen[0]


@pytest.mark.usefixtures("ada")
class TestSiteUrl:
    SITE = "https://feed.example"
    OWN = ("feed.example", "FEED.Example", "feed.example.", "feed.example:443", "feed.example:80")
    OTHERS = ("evil.example", "feed.example.evil.example", "www.feed.example", "feed.example:8000", "127.0.0.1")

    def test_addresses_come_from_it_whatever_the_host(self, site: MakeSite) -> None:
        client = site(SITE_URL=f"{self.SITE}/", SITE_HOSTS="www.feed.example")
        for host in (*self.OWN, "www.feed.example", "WWW.feed.example:8000"):
            answer = get(client, "/api/posts?limit=1", host)
            assert answer.get_json()["items"][0]["url"].startswith(f"{self.SITE}/posts/")
            assert answer.headers["Link"].startswith(f"<{self.SITE}/api/posts?limit=1&cursor=")

    def test_other_hosts_are_refused_but_for_probes(self, site: MakeSite) -> None:
        client = site(SITE_URL=self.SITE)
        for host in self.OTHERS:
            for address, kind in (("/", "text/html"), ("/api/posts", "application/problem+json")):
                answer = get(client, address, host)
                assert (answer.status_code, answer.mimetype) == (421, kind), host
            assert {get(client, probe, host).status_code for probe in ("/livez", "/readyz")} == {200}
        assert {get(client, "/", host).status_code for host in self.OWN} == {200}

    def test_more_hosts_can_be_named_with_or_without_a_port(self, site: MakeSite) -> None:
        client = site(SITE_URL=self.SITE, SITE_HOSTS="www.feed.example, 127.0.0.1:8000 ,[0:0::1]")
        for host in ("www.feed.example", "WWW.FEED.EXAMPLE.:81", "127.0.0.1:8000", "[::1]:9", "[0::1]"):
            assert get(client, "/", host).status_code == 200, host
        for host in ("127.0.0.1:8001", "127.0.0.1", "m.feed.example", "[::2]"):
            assert get(client, "/", host).status_code == 421, host

    def test_a_host_that_is_named_with_a_default_port_is_the_same_without(self, site: MakeSite) -> None:
        client = site(SITE_HOSTS="feed.example:80,www.feed.example:443", proxies=1)
        for scheme, host, status in (
            ("http", "feed.example", 200),
            ("http", "feed.example:80", 200),
            ("https", "feed.example:80", 200),
            ("https", "feed.example", 421),
            ("http", "feed.example:8000", 421),
            ("https", "www.feed.example", 200),
            ("https", "WWW.feed.example.:443", 200),
            ("http", "www.feed.example", 421),
        ):
            assert get(client, "/", host, HTTP_X_FORWARDED_PROTO=scheme).status_code == status, (scheme, host)

    def test_a_colon_without_a_port_is_in_no_address(self, client: FlaskClient) -> None:
        assert get(client, "/api/posts/1", "feed.example:").get_json()["url"] == "http://feed.example/posts/1"

    def test_hosts_can_be_named_without_an_address(self, site: MakeSite) -> None:
        client = site(SITE_HOSTS="feed.example")
        assert get(client, "/api/posts/1", "feed.example:8000").get_json()["url"] == "http://feed.example:8000/posts/1"
        assert get(client, "/api/posts/1", "evil.example").status_code == 421

    def test_what_was_kept_for_one_host_is_not_given_to_a_wrong_one(self, site: MakeSite) -> None:
        client = site(SITE_URL=self.SITE)
        for _ in range(3):
            assert get(client, "/public", "feed.example").status_code == 200
            assert get(client, "/public", "evil.example").status_code == 421

    def test_https_there_makes_cookies_secure_and_own_forms_count(self, site: MakeSite, ada: Somebody) -> None:
        """Also behind a proxy that ends TLS and says nothing of it."""
        client = site(SITE_URL=self.SITE)
        sent = {"username": "ada", "password": ada.password}
        host = {"Host": "feed.example"}
        refused = client.post("/login", data=sent, headers={**host, "Origin": "http://feed.example"})
        answer = client.post("/login", data=sent, headers={**host, "Origin": "https://feed.example"})
        assert (refused.status_code, answer.status_code) == (403, 303)
        assert "Secure" in answer.headers["Set-Cookie"]
        assert answer.headers["Set-Cookie"].startswith("__Host-")

    @pytest.mark.parametrize(
        ("url", "host", "root"),
        [
            ("http://Feed.Example:80", "feed.example", "http://feed.example"),
            ("http://feed_app:8203", "feed_app:8203", "http://feed_app:8203"),
            ("https://f\u0119ed.example", "xn--fed-sra.example", "https://xn--fed-sra.example"),
            ("http://[0:0:0::1]:8000", "[::1]:8000", "http://[::1]:8000"),
            ("https://stra\u00dfe.example", "xn--strae-oqa.example", "https://xn--strae-oqa.example"),
            ("https://STRA\u1e9eE.example", "xn--strae-oqa.example", "https://xn--strae-oqa.example"),
            ("https://\u03b2\u03cc\u03bb\u03bf\u03c2.example", "xn--nxasmm1c.example", "https://xn--nxasmm1c.example"),
        ],
    )
    def test_it_may_be_written_in_many_ways(self, site: MakeSite, url: str, host: str, root: str) -> None:
        assert get(site(SITE_URL=url), "/api/posts/1", host).get_json()["url"] == f"{root}/posts/1"


@pytest.mark.usefixtures("ada")
class TestProxies:
    def test_the_scheme_is_read_in_any_case(self, site: MakeSite, ada: Somebody) -> None:
        client = site(proxies=1)
        for scheme in ("https", "HTTPS", " Https "):
            headers = {"X-Forwarded-Proto": scheme, "X-Forwarded-Host": "feed.example"}
            assert client.get("/api/posts/1", headers=headers).get_json()["url"] == "https://feed.example/posts/1"
            sent = {"username": "ada", "password": ada.password}
            answer = client.post("/login", data=sent, headers={**headers, "Origin": "https://feed.example"})
            assert (answer.status_code, "Secure" in answer.headers["Set-Cookie"]) == (303, True)

    @pytest.mark.parametrize("scheme", ["javascript", "wss", "data", "", "https:", "http/2", "https;q=1", "\u00e9"])
    def test_a_scheme_that_is_none_of_the_webs_is_not_taken(self, site: MakeSite, scheme: str) -> None:
        client = site(proxies=1)
        answer = client.get("/api/posts?limit=1", headers={"X-Forwarded-Proto": scheme})
        assert answer.get_json()["items"][0]["url"].startswith("http://localhost/")
        assert answer.headers["Link"].startswith("<http://localhost/")

    def test_the_host_is_checked_like_any(self, site: MakeSite) -> None:
        client = site(proxies=1, SITE_URL="https://feed.example")
        for host, status in (("feed.example", 200), ("evil.example", 421), ("a b", 400), ("x" * 300, 400)):
            assert client.get("/", headers={"X-Forwarded-Host": host}).status_code == status

    def test_of_several_the_one_that_the_own_proxy_says_counts(self, site: MakeSite) -> None:
        client = site(proxies=1)
        headers = {"X-Forwarded-Host": "evil.example, feed.example", "X-Forwarded-Proto": "ftp, https"}
        assert client.get("/api/posts/1", headers=headers).get_json()["url"] == "https://feed.example/posts/1"

    def test_without_a_proxy_they_say_nothing(self, client: FlaskClient) -> None:
        headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
        assert client.get("/api/posts/1", headers=headers).get_json()["url"] == "http://localhost/posts/1"
