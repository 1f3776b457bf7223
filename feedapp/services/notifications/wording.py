"""What somebody is told in a line, for mails and for devices: in the words of the page of notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.languages.catalogues import gettext as _
from feedapp.languages.catalogues import marked, ngettext
from feedapp.languages.formats import number
from feedapp.text.characters import one_line
from feedapp.text.formatted import headline

if TYPE_CHECKING:
    from feedapp.reading.notifications import NotificationView

QUOTED = 120
"""Signs of a text that are quoted."""
_TO_POSTS = {
    "hide": marked("A moderator hid your post"),
    "unhide": marked("A moderator shows again your post"),
    "delete": marked("A moderator deleted your post"),
}
_TO_COMMENTS = {
    "hide": marked("A moderator hid your comment"),
    "unhide": marked("A moderator shows again your comment"),
    "delete": marked("A moderator deleted your comment"),
}
_TO_PEOPLE = {
    "silence": marked("A moderator silenced you"),
    "unsilence": marked("A moderator lifted the silence of you"),
    "sweep": marked("A moderator deleted everything by you"),
    "unsweep": marked("A moderator brought back everything by you"),
    "suspend": marked("A moderator suspended you"),
    "unsuspend": marked("A moderator lets you back in"),
    "hide": marked("A moderator hid something that you wrote"),
    "unhide": marked("A moderator shows again something that you wrote"),
    "delete": marked("A moderator deleted something that you wrote"),
}


def said(view: NotificationView) -> str:
    """Say what happened, in the language that is spoken."""
    if view.actor is None:
        return _moderated(view)
    who, people = one_line(view.actor.display_name), view.others_count + 1
    if view.others_count:
        others = {"name": who, "count": number(view.others_count)}
        who = ngettext("%(name)s and %(count)s other", "%(name)s and %(count)s others", view.others_count) % others
    return _happened(view, people) % {"who": who}


def _happened(view: NotificationView, people: int) -> str:
    if view.comment_id is not None and view.kind in {"like", "mention"}:
        if view.kind == "like":
            return ngettext("%(who)s likes your comment", "%(who)s like your comment", people)
        return ngettext("%(who)s named you in a comment", "%(who)s named you in a comment", people)
    return {
        "like": ngettext("%(who)s likes your post", "%(who)s like your post", people),
        "follow": ngettext("%(who)s follows you", "%(who)s follow you", people),
        "comment": ngettext("%(who)s commented on your post", "%(who)s commented on your post", people),
        "reply": ngettext("%(who)s answered your comment", "%(who)s answered your comment", people),
    }.get(view.kind, ngettext("%(who)s named you in a post", "%(who)s named you in a post", people))


def _moderated(view: NotificationView) -> str:
    things = view.others_count + 1
    if view.action == "report":
        return ngettext("Something was reported", "%(count)s things were reported", things) % {"count": number(things)}
    of_comment = view.comment_id is not None
    known = (_TO_COMMENTS if of_comment else _TO_POSTS) if view.post_id else _TO_PEOPLE
    return _(known.get(view.action or "", marked("A moderator changed something that you wrote")))


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
