"""An example of each model, by its name. A test checks them against the schemas."""

from __future__ import annotations

from typing import Any

WHEN, LATER, YEAR_LATER = "2026-03-01T09:30:00.000000Z", "2026-03-01T10:15:00.000000Z", "2027-03-01T09:30:00.000000Z"
AUTHOR = {"id": "1", "username": "ada", "display_name": "Ada Lovelace", "avatar": None}
PERSON = {**AUTHOR, "bio": "Engines and gardens.", "following": False}
PASSWORD = "three or four words"  # noqa: S105 - nobody's
EXAMPLES: dict[str, dict[str, Any]] = {
    "AuthorJson": AUTHOR,
    "PersonJson": PERSON,
    "UserJson": {
        **PERSON,
        "created_at": WHEN,
        "posts_count": 12,
        "followers_count": 3,
        "following_count": 5,
        "blocking": False,
        "muting": False,
    },
    "BlockJson": {"blocking": True},
    "MuteJson": {"muting": True},
    "FollowJson": {"following": True, "followers_count": 4},
    "PostJson": {
        "id": "1",
        "url": "https://example.org/posts/1",
        "body": "The beans are up.",
        "author": AUTHOR,
        "created_at": WHEN,
        "edited_at": None,
        "likes_count": 2,
        "comments_count": 1,
        "liked": False,
        "bookmarked": False,
        "version": "2f5c8d1e",
    },
    "CommentJson": {
        "id": "1",
        "post_id": "1",
        "body": "Mine, too.",
        "author": AUTHOR,
        "created_at": LATER,
        "edited_at": None,
        "version": "8d1e2f5c",
    },
    "LikeJson": {"liked": True, "likes_count": 3},
    "ChangeJson": {"kind": "post", "id": "1", "change": "edited", "at": LATER, "version": "2f5c8d1e"},
    "ChangesJson": {
        "items": [{"kind": "post", "id": "1", "change": "edited", "at": LATER, "version": "2f5c8d1e"}],
        "next_cursor": "5f0c2d7e9a1b3c4deG4AAAAAAAAAAAA",
    },
    "BookmarkJson": {"bookmarked": True},
    "TokenJson": {
        "id": "8d0f6a5c1b7e4f2a",
        "kind": "api",
        "name": "my script",
        "created_at": WHEN,
        "expires_at": YEAR_LATER,
        "last_used_at": LATER,
        "current": True,
        "scopes": ["read", "write"],
    },
    "IssuedJson": {
        "token": "1.c2hvd24gb25seSBvbmNl",
        "id": "8d0f6a5c1b7e4f2a",
        "name": "my script",
        "scopes": ["read"],
        "expires_at": YEAR_LATER,
    },
    "ProblemKindJson": {
        "type": "/api/problems/not_found",
        "code": "not_found",
        "status": 404,
        "title": "Not found",
        "description": "It does not exist, or was deleted.",
    },
    "RootJson": {"openapi": "https://example.org/api/openapi.json", "docs": "https://example.org/api/docs"},
    "OwnJson": {
        **PERSON,
        "created_at": WHEN,
        "posts_count": 12,
        "followers_count": 3,
        "following_count": 5,
        "role": "member",
    },
    "WaitingJson": {"state": "waiting"},
    "Joining": {"username": "ada", "password": PASSWORD, "display_name": "Ada Lovelace"},
    "TokenWanted": {"username": "ada", "password": PASSWORD, "name": "my script", "scopes": ["read"]},
    "Writing": {"body": "The beans are up."},
    "ProfileChange": {"display_name": "Ada", "bio": "Engines and gardens."},
    "PasswordChange": {"current_password": PASSWORD, "new_password": "four other words then"},
    "OwnPassword": {"current_password": PASSWORD},
}
