from __future__ import annotations

from typing import Any

import pytest

from feedapp.reading.viewers import Credentials


@pytest.fixture
def bob(people: Any, services: Any) -> Any:
    ada, bob = (Credentials.of(people(name).session, kind="session") for name in ("ada", "bob"))
    services.posts.publish(ada, body="Beans <b>")
    services.likes.like(bob, 1)
    services.comments.comment_on(bob, 1, body="Well said, @ada")
    return bob


def test_a_persons_comments_say_what_they_are_under(browser: Any, bob: Any) -> None:
    page = browser().get("/@bob/comments")
    assert page.status_code == 200
    assert "Well said" in page.text
    assert '<a class="mention" href="/@ada" dir="ltr">@ada</a>' in page.text
    assert "On <bdi>" in page.text
    assert '<a href="/posts/1">On' in page.text
    assert "Beans &lt;b&gt;" in page.text
    assert '<a href="/@bob/comments" aria-current="page">Comments</a>' in page.text


def test_a_persons_likes_are_posts(browser: Any, bob: Any) -> None:
    page = browser().get("/@bob/likes")
    assert 'id="post-1"' in page.text
    assert '<a href="/@bob/likes" aria-current="page">Likes</a>' in page.text


def test_the_profile_leads_to_both(browser: Any, bob: Any) -> None:
    page = browser().get("/@bob").text
    assert '<a href="/@bob" aria-current="page">Posts</a>' in page
    for each in ("comments", "likes"):
        assert f'<a href="/@bob/{each}">' in page


@pytest.mark.parametrize("each", ["comments", "likes"])
def test_a_script_gets_the_cards_and_names_are_folded(browser: Any, bob: Any, each: str) -> None:
    answer = browser().get(f"/@bob/{each}?fragment=1")
    assert answer.text.strip().startswith("<article")
    assert browser().get(f"/@BOB/{each}").location == f"/@bob/{each}"
    assert browser().get(f"/@nobody/{each}").status_code == 404
    assert "not" in browser().get(f"/@ada/{each}").text
    assert 'class="empty"' in browser().get(f"/@ada/{each}").text
