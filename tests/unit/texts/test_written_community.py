"""The texts of the demo hang together: people who exist, answer what was said, and may see what they answer."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image

from feedapp.archive.records import record
from feedapp.lengths import ALT_LENGTH
from feedapp.seeds.written import drawings
from feedapp.seeds.written.reading import Conversation, conversations, people
from feedapp.seeds.written.telling import BOOKMARKS, PREFIX, lines
from feedapp.text.links import names, tags
from feedapp.text.markdown import formatting

EVERYBODY, POSTS = people(), conversations()
USERNAMES = {each.username for each in EVERYBODY}
FOLLOWS = {each.username: each.follows for each in EVERYBODY}
TEXTS = [text for post in POSTS for text in (post.text, *(comment.text for comment in post.comments))]
END = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_there_are_forty_conversations_at_least_of_about_twenty_five_people() -> None:
    assert len(POSTS) >= 40
    assert len({post.id for post in POSTS}) == len(POSTS)
    assert 20 <= len(EVERYBODY) == len(USERNAMES) <= 30
    for post in POSTS:
        assert 3 <= len(post.comments) <= 12, post.id


def test_everybody_says_something_of_themselves_and_writes() -> None:
    wrote = {post.by for post in POSTS} | {comment.by for post in POSTS for comment in post.comments}
    assert wrote == USERNAMES
    assert all(each.bio for each in EVERYBODY)
    for each in EVERYBODY:
        assert {*each.follows} <= USERNAMES - {each.username}, each.username
    assert all(post.by in USERNAMES for post in POSTS)


def test_every_answer_answers_what_was_said_before_and_comments_stand_in_the_order_of_their_time() -> None:
    answers = 0
    for post in POSTS:
        times = [comment.after for comment in post.comments]
        assert times == sorted(times), post.id
        assert times[0] > timedelta(0), post.id
        for place, comment in enumerate(post.comments):
            if comment.to is not None:
                assert 0 <= comment.to < place, (post.id, comment.text)
                answers += 1
    assert answers > len(POSTS) * 2


def test_mentions_are_of_people_who_are_there_and_most_posts_have_a_tag() -> None:
    mentioned = [name for text in TEXTS for name in names(text)]
    assert len(mentioned) >= 10
    assert {*mentioned} <= USERNAMES
    tagged = Counter(tag for post in POSTS for tag in tags(post.text))
    assert len(tagged) >= 10
    assert tagged.most_common(1)[0][1] >= 4
    assert sum(bool([*tags(post.text)]) for post in POSTS) > len(POSTS) / 2
    assert {tag for each in EVERYBODY for tag in each.tags} <= {*tagged, "lostandfound"}


def test_no_text_repeats_another_and_some_are_formatted_and_in_other_scripts() -> None:
    assert len({*TEXTS}) == len(TEXTS)
    assert sum(formatting(text) is not None for text in TEXTS) >= 10
    for signs in ("\u0627", "\u3092", "\U0001f389", "\u00df", "```", "\n> ", "\n1. ", "\n- ", "https://"):
        assert any(signs in text for text in TEXTS), signs


def sees(post: Conversation, username: str) -> bool:
    return not post.followers or username == post.by or post.by in FOLLOWS[username]


def test_what_is_for_followers_is_answered_by_followers() -> None:
    private = [post for post in POSTS if post.followers]
    assert len(private) >= 3
    for post in private:
        for comment in post.comments:
            assert sees(post, comment.by), (post.id, comment.by)


def test_every_picture_exists_and_says_what_it_shows() -> None:
    pictures = [picture for post in POSTS for picture in post.pictures]
    assert len(pictures) >= 5
    for name, alt in pictures:
        assert 20 <= len(alt) <= ALT_LENGTH
        with Image.open(BytesIO(drawings.scene(name))) as drawn:
            assert drawn.format == "WEBP"
    for each in EVERYBODY:
        with Image.open(BytesIO(drawings.avatar(each.drawing, each.colour))) as drawn:
            assert drawn.width == drawn.height


@pytest.mark.parametrize("end", [END, END.replace(hour=0, minute=3), END.replace(hour=23, minute=58)])
def test_all_lines_are_of_an_archive_and_nothing_comes_before_its_cause_or_after_the_end(end: datetime) -> None:
    told = list(lines(end))
    assert list(lines(end)) == told
    for number, line in enumerate(told):
        record(line, line=number, now=end)  # raises ValueError
    moments = [datetime.fromisoformat(line["created_at"]) for line in told if "created_at" in line]
    assert max(moments) < end
    assert end - max(moments) < timedelta(hours=1)
    joined = {line["username"]: line["created_at"] for line in told if line["type"] == "user"}
    posts = {line["id"]: line for line in told if line["type"] == "post"}
    comments = {(line["author"], line["created_at"]) for line in told if line["type"] == "comment"}
    for line in told:
        who = line.get("user") or line.get("follower") or line.get("author")
        if who and "created_at" in line:
            assert line["created_at"] > joined[who], line
        if "post" in line and "created_at" in line:
            assert line["created_at"] > posts[line["post"]]["created_at"], line
        if line.get("in_reply_to"):
            assert (line["in_reply_to"], line["answers_at"]) in comments
            assert line["created_at"] > line["answers_at"]
        if line["type"] == "comment_like":
            assert (line["author"], line["commented_at"]) in comments
            assert line["created_at"] > line["commented_at"]


def test_who_likes_something_may_see_it_and_did_not_write_it() -> None:
    told = list(lines(END))
    posts = {PREFIX + post.id: post for post in POSTS}
    likes = [line for line in told if line["type"] in {"like", "comment_like"}]
    assert len(likes) > 600
    for line in likes:
        assert sees(posts[line["post"]], line["user"]), line
        assert line["user"] != line.get("author", posts[line["post"]].by), line
    kept = {line["post"] for line in told if line["type"] == "bookmark"}
    assert kept == {PREFIX + name for name in BOOKMARKS}
