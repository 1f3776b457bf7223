from __future__ import annotations

import gzip
from typing import Any

GZIP = {"Accept-Encoding": "gzip, br"}


def test_pages_and_style_sheets_are_compressed_for_whoever_takes_it(browser: Any) -> None:
    page = browser().get("/login")
    address = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    for path in ("/login", address):
        plain, small = browser().get(path), browser().get(path, headers=GZIP)
        assert "Content-Encoding" not in plain.headers
        assert small.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(small.data) == plain.data
        assert len(small.data) < len(plain.data) / 2
        for answer in (plain, small):
            assert "Accept-Encoding" in answer.headers["Vary"]


def test_gzip_that_is_refused_is_not_sent(browser: Any) -> None:
    assert "Content-Encoding" not in browser().get("/login", headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_the_api_is_left_alone(browser: Any, people: Any) -> None:
    ada = people("ada", display_name="A" * 100)
    browser(ada).post("/posts", {"body": "x" * 10_000})
    assert "Content-Encoding" not in browser().get("/api/posts?feed=public", headers=GZIP).headers
