"""A small community as an archive: a line of each kind."""

from __future__ import annotations

from typing import Any

COMMUNITY: list[dict[str, Any]] = [
    {"type": "user", "username": "ada", "display_name": "Ada", "bio": "…", "created_at": "2018-09-02T10:00:00Z"},
    {"type": "user", "username": "Bob", "created_at": "2018-09-02T10:00:00.5Z"},
    {"type": "post", "id": "7", "author": "ada", "body": "Grüße #Grüße #tag", "created_at": "2018-09-03T10:00:00Z"},
    {"type": "post", "id": "8", "author": "bob", "body": "same time", "created_at": "2018-09-03T10:00:00Z"},
    {"type": "comment", "post": "7", "author": "bob", "body": "hello", "created_at": "2018-09-03T11:00:00Z"},
    {"type": "like", "post": "7", "user": "bob", "created_at": "2018-09-03T12:00:00Z"},
    {
        "type": "comment",
        "post": "7",
        "author": "ada",
        "body": "and to you",
        "created_at": "2018-09-03T11:30:00Z",
        "in_reply_to": "bob",
        "answers_at": "2018-09-03T11:00:00Z",
    },
    {
        "type": "comment_like",
        "post": "7",
        "author": "bob",
        "commented_at": "2018-09-03T11:00:00Z",
        "user": "ada",
        "created_at": "2018-09-03T12:10:00Z",
    },
    {"type": "bookmark", "post": "8", "user": "ada", "created_at": "2018-09-03T12:30:00Z"},
    {"type": "pin", "post": "8", "user": "bob", "created_at": "2018-09-03T12:35:00Z"},
    {"type": "tag_follow", "tag": "tag", "user": "ada", "created_at": "2018-09-03T12:40:00Z"},
    {"type": "tag_follow", "tag": "other", "user": "bob", "created_at": "2018-09-03T12:41:00Z"},
    {
        "type": "held_name",
        "user": "bob",
        "name": "robert",
        "created_at": "2018-09-02T10:00:00.5Z",
        "until": "2018-09-02T12:00:00Z",
    },
    {"type": "follow", "follower": "bob", "followee": "ada", "created_at": "2018-09-03T13:00:00Z"},
    {"type": "mute", "muter": "bob", "muted": "ada", "created_at": "2018-09-03T14:00:00Z"},
]
