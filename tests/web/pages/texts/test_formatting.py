from __future__ import annotations

from typing import TYPE_CHECKING, Any

import feedparser  # type: ignore[import-untyped]
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.support.people import Somebody

TEXT = "**Soup** by @ada\n\n- bread\n- `salt`\n\n```\nif soup:\n    eat()\n```"
STRONG = '<p dir="auto"><strong>Soup</strong> by <a class="mention" href="{}/@ada" dir="ltr">@ada</a></p>'


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Somebody:
    return people("ada")


def publish(client: FlaskClient, author: Somebody, body: str) -> str:
    post = client.post("/api/posts", headers=author.headers, json={"body": body}).get_json()
    assert post["body"] == body, "the API has what was written"
    return str(post["id"])


def test_posts_and_comments_have_formatting_everywhere(client: FlaskClient, ada: Somebody) -> None:
    number = publish(client, ada, TEXT)
    comment = client.post(f"/api/posts/{number}/comments", headers=ada.headers, json={"body": "*Good* soup"}).get_json()
    for address in ("/public", f"/posts/{number}", "/@ada", "/search?q=eat"):
        page = client.get(address).text
        assert STRONG.format("") in page
        assert '<ul dir="auto"><li>bread</li><li><code dir="ltr">salt</code></li></ul>' in page
    assert "<mark>eat</mark>()" in page
    assert "<em>Good</em> soup" in client.get(f"/posts/{number}/comments/{comment['id']}", follow_redirects=True).text


def test_titles_have_no_signs_of_it(client: FlaskClient, ada: Somebody) -> None:
    number = publish(client, ada, TEXT)
    page = client.get(f"/posts/{number}").text
    assert "ada: Soup by @ada bread salt if soup: eat()" in page
    assert "**" not in page
    assert (
        client.get(f"/oembed?url=http://localhost/posts/{number}").get_json(force=True)["title"].startswith("Soup by")
    )


def test_feeds_have_it_with_whole_addresses(client: FlaskClient, ada: Somebody) -> None:
    publish(client, ada, TEXT + '\n\nhref="/login" and <a href="/x">\nanother line')
    [item] = client.get("/feed.json").get_json(force=True)["items"]
    html = item["content_html"]
    assert STRONG.format("http://localhost") in html
    assert "<code>if soup:\n    eat()</code>" in html
    assert 'href="/login" and &lt;a href="/x"&gt;<br>\nanother line' in html
    assert item["content_text"].startswith("**Soup**")
    [entry] = feedparser.parse(client.get("/feed.atom").data).entries
    assert entry.title.startswith("Soup by @ada")
    assert "<strong>Soup</strong>" in entry.content[0].value


def test_a_long_post_is_cut_with_sound_formatting(client: FlaskClient, ada: Somebody) -> None:
    number = publish(client, ada, "\n\n".join(f"> **part {each}** {'word ' * 40}end" for each in range(30)))
    page = client.get("/public").text
    assert page.count("<blockquote") == page.count("</blockquote>") == 3
    assert "…</p></blockquote>" in page
    assert client.get(f"/posts/{number}").text.count("<blockquote") == 30


@pytest.mark.parametrize(
    "body", ["<script>alert(1)</script> *x*", "[x](javascript:alert(1)) *x*", "![x](https://e.org/x.png)"]
)
def test_nothing_of_somebody_else_runs_or_loads(client: FlaskClient, ada: Somebody, body: str) -> None:
    number = publish(client, ada, body)
    page: Any = client.get(f"/posts/{number}").text
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "e.org/x.png" not in [part.partition('"')[0] for part in page.split('src="')]
