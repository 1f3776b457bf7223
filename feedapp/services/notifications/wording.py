"""What somebody is told in a line, for mails and for devices: in the words of the page of notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.text.characters import one_line
from feedapp.text.formatted import headline

if TYPE_CHECKING:
    from feedapp.reading.notifications import NotificationView

QUOTED = 120
"""Signs of a text that are quoted."""
_DONE = {
    "hide": "A moderator hid",
    "unhide": "A moderator shows again",
    "delete": "A moderator deleted",
    "silence": "A moderator silenced",
    "unsilence": "A moderator lifted the silence of",
    "sweep": "A moderator deleted everything by",
    "unsweep": "A moderator brought back everything by",
    "suspend": "A moderator suspended",
    "unsuspend": "A moderator lets back in",
}
_TO_PEOPLE = ("silence", "unsilence", "suspend", "unsuspend", "sweep", "unsweep")


def said(view: NotificationView) -> str:
    """Say what happened."""
    thing, one = "comment" if view.comment_id else "post", view.others_count == 0
    if view.actor is None:
        return _moderated(view, thing)
    others = "" if one else f" and {view.others_count:,} {'other' if view.others_count == 1 else 'others'}"
    who = f"{one_line(view.actor.display_name)}{others}"
    return {
        "like": f"{who} {'likes' if one else 'like'} your {thing}",
        "follow": f"{who} {'follows' if one else 'follow'} you",
        "comment": f"{who} commented on your post",
        "reply": f"{who} answered your comment",
    }.get(view.kind, f"{who} named you in a {thing}")


def _moderated(view: NotificationView, thing: str) -> str:
    if view.action == "report":
        return "Something was reported" if view.others_count == 0 else f"{view.others_count + 1:,} things were reported"
    whose = f"your {thing}" if view.post_id else "you" if view.action in _TO_PEOPLE else "something that you wrote"
    return f"{_DONE.get(view.action or '', 'A moderator changed')} {whose}"


def quoted(view: NotificationView) -> str:
    """Give the beginning of what a moderator said, or of the text that it is about; nothing if neither is there."""
    return headline(view.note or view.text or "", QUOTED)


def path_of(view: NotificationView, username: str) -> str:
    """Give where it is seen by whoever is told, of that name."""
    if view.comment_id:
        return f"/posts/{view.post_id}/comments/{view.comment_id}"
    if view.post_id:
        return f"/posts/{view.post_id}"
    if view.kind == "follow" and view.actor is not None:
        return f"/@{username}/followers" if view.others_count else f"/@{view.actor.username}"
    return "/admin/reports" if view.action == "report" else "/notifications"
