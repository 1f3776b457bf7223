"""What reaches the application of a request, and what never does."""

from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING

import pytest

from tests.integration.front.apps import echo
from tests.integration.front.conftest import PATIENT

if TYPE_CHECKING:
    from tests.integration.front.conftest import Serve


def test_a_request_arrives_as_wsgi_has_it(serve: Serve) -> None:
    client = serve(echo)()
    told = client.ask("/a%20b/%C3%A9;x?q=%41&x=y", "X-Name: 1 \t", "Accept: caf\xe9").json
    assert told["REQUEST_METHOD"] == "GET"
    assert told["PATH_INFO"] == "/a b/\xc3\xa9;x"
    assert told["QUERY_STRING"] == "q=%41&x=y"
    assert told["SERVER_PROTOCOL"] == "HTTP/1.1"
    assert (told["HTTP_HOST"], told["HTTP_X_NAME"], told["HTTP_ACCEPT"]) == ("feed.example", "1", "caf\xc3\xa9")
    assert (told["REMOTE_ADDR"], told["SCRIPT_NAME"], told["wsgi.url_scheme"]) == ("127.0.0.1", "", "http")


def test_headers_that_come_twice_are_joined_and_cookies_as_cookies_are(serve: Serve) -> None:
    told = serve(echo)().ask("/", "Cookie: a=1", "X-A: 1", "Cookie: b=2", "x-a: 2").json
    assert told["HTTP_COOKIE"] == "a=1; b=2"
    assert told["HTTP_X_A"] == "1, 2"


@pytest.mark.parametrize("name", ["X_Forwarded_For", "x_forwarded_proto", "Content_Length", "X-Forwarded_Host"])
def test_a_name_with_an_underscore_passes_for_no_other(serve: Serve, name: str) -> None:
    told = serve(echo)().ask("/", f"{name}: 9").json
    assert "9" not in told.values()


def test_addresses_as_proxies_and_careless_programs_write_them(serve: Serve) -> None:
    connect = serve(echo)
    told = connect().ask("http://Other.Example:81/p?q").json
    assert (told["HTTP_HOST"], told["PATH_INFO"], told["QUERY_STRING"]) == ("Other.Example:81", "/p", "q")
    assert connect().ask("/p?q#part").json["QUERY_STRING"] == "q"
    assert connect().ask("*", method="OPTIONS").json["PATH_INFO"] == "*"
    client = connect()
    client.send("GET /é HTTP/1.1\r\nHost: a\r\n\r\n".encode())  # as curl sends it
    assert client.answer().json["PATH_INFO"] == "/\xc3\xa9"
    client.send(b"\r\n\r\nGET /later HTTP/1.1\r\nHost: a\r\n\r\n")
    assert client.answer().json["PATH_INFO"] == "/later"


def test_bodies_arrive_whole_however_they_were_cut(serve: Serve) -> None:
    client = serve(echo)()
    assert client.ask("/", method="POST", body=b"abc").json["body"] == "abc"
    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
    for part in ("2;extension=1\r\nde\r\n", "1\r\nf\r", "\n0\r\nX-Trailer: 1\r\n\r\n"):
        client.send(part)
    told = client.answer().json
    assert (told["body"], told["CONTENT_LENGTH"]) == ("def", "3")
    assert not {"HTTP_TRANSFER_ENCODING", "HTTP_X_TRAILER"} & set(told)
    for letter in "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nghi":
        client.send(letter)
    assert client.answer().json["body"] == "ghi"


def test_requests_that_follow_at_once_are_answered_in_turn(serve: Serve) -> None:
    client = serve(echo)()
    post = "POST /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
    client.send("".join(f"GET /{n} HTTP/1.1\r\nHost: a\r\n\r\n" for n in (1, 2)) + post + "GET /4 HTTP/1.1\r\n")
    client.send("Host: a\r\nConnection: close\r\n\r\n")
    assert [client.answer().json["PATH_INFO"] for _ in range(4)] == ["/1", "/2", "/3", "/4"]
    assert client.seconds_until_closed() < 5


def test_a_request_hidden_behind_a_body_is_not_answered(serve: Serve) -> None:
    client = serve(echo)()
    chunks = "3\r\nabc\r\n0\r\n\r\n"
    hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"
    client.send(f"POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}{hidden}")
    assert client.answer().headers["connection"] == "close"
    with pytest.raises(ConnectionError):
        client.answer()


def test_whoever_waits_for_a_word_before_the_body_gets_it(serve: Serve) -> None:
    client = serve(echo)()
    client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    assert client.answer().status == 100
    client.send("ab")
    assert client.answer().json["body"] == "ab"


def test_other_protocols_are_not_spoken_but_the_request_is_answered(serve: Serve) -> None:
    connect = serve(echo)
    assert connect().ask("/", "Connection: Upgrade", "Upgrade: websocket").headers["connection"] == "close"
    upgraded = connect().ask("/", "Connection: Upgrade", "Upgrade: h2c", method="POST", body=b"abc")
    assert upgraded.json["body"] == "abc"
    client = connect()
    client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    assert client.answer().status == 400


def test_http_1_0_ends_with_its_answer_unless_it_asks_to_go_on(serve: Serve) -> None:
    connect = serve(echo)
    client = connect()
    client.send("GET / HTTP/1.0\r\n\r\n")
    assert "HTTP_HOST" not in client.answer().json
    assert client.seconds_until_closed() < 5
    client = connect()
    client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    assert client.answer().headers["connection"] == "keep-alive"
    assert client.ask("/").status == 200


@pytest.mark.parametrize(
    "sent",
    [
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01",
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(serve: Serve, sent: str) -> None:
    client = serve(echo)()
    client.send(sent)
    answer = client.answer()
    assert (answer.status, answer.headers["connection"]) == (400, "close")
    assert client.seconds_until_closed() < 5


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (f"GET / HTTP/1.1\r\nHost: {'a' * 300_000}\r\n\r\n", 400),
        (f"GET / HTTP/1.1\r\nHost: a\r\nCookie: {'a' * 300_000}\r\n\r\n", 431),
        (f"GET /{'a' * 300_000} HTTP/1.1\r\nHost: a\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: a\r\n" + "X: 1\r\n" * 50_000 + "\r\n", 431),
    ],
)
def test_a_head_has_a_bound(serve: Serve, head: str, status: int) -> None:
    client = serve(echo)()
    client.send(head)
    assert client.answer().status == status


@pytest.mark.parametrize("framing", ["length", "chunks", "tiny chunks"])
def test_of_a_body_that_is_too_large_the_application_sees_the_length_alone(serve: Serve, framing: str) -> None:
    connect = serve(echo, limits=PATIENT._replace(body=20_000))
    client = connect()
    body = "a" * 100_000
    if framing == "length":
        client.send(f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n{body}")
    else:
        cut = f"{len(body):x}\r\n{body}\r\n" if framing == "chunks" else "1\r\na\r\n" * 100_000
        client.send(f"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{cut}")
    told = client.answer()
    assert told.headers["connection"] == "close"
    assert told.json["body"] == ""
    assert int(told.json["CONTENT_LENGTH"]) > 20_000
    assert connect().ask("/", method="POST", body=b"a" * 20_000).json["body"] == "a" * 20_000


def test_all_bodies_together_have_a_bound(serve: Serve) -> None:
    connect = serve(echo, limits=PATIENT._replace(bodies=100_000))
    begun = [connect() for _ in range(2)]
    for client in begun:
        client.request("POST", "/", "Content-Length: 60000")
        client.send("a" * 50_000)
    assert connect().ask("/").status == 200
    late = connect()
    late.request("POST", "/api/posts", "Content-Length: 60000")
    for _ in range(3):
        late.send("a" * 10_000)
        sleep(0.1)  # the sum is taken anew now and then
    answer = late.answer()
    assert (answer.status, answer.headers["content-type"]) == (503, "application/problem+json")
    assert int(answer.headers["retry-after"]) > 0
