"""Permissions: who may do what, once for pages, API and commands. `may` answers, `require` raises.

What is not in the table is forbidden for everybody. A moderator may all that a member may, an admin all that
a moderator may. Whoever runs commands on the server is an operator, and is asked nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from feedapp.errors import ForbiddenError
from feedapp.models import ROLES
from feedapp.reading.threads import CommentView

if TYPE_CHECKING:
    from feedapp.reading.read_models import PostView, Role, Viewer

Action = Literal["see", "edit", "delete", "pin", "hide", "resolve", "silence", "suspend", "sweep"]
Kind = Literal[
    "post",
    "comment",
    "picture",
    "user",
    "role",
    "site",
    "invitation",
    "application",
    "password",
    "report",
    "log",
    "filter",
    "desk",
    "webhook",
]
NOBODY = 0


class Thing(NamedTuple):
    """What something is done to, as far as rights depend on it. What is the site's has no author."""

    kind: Kind
    author_id: int = NOBODY


class Rule(NamedTuple):
    """Who may: its author, or whoever has at least a role; and what others are told."""

    refusal: str
    author: bool = False
    role: Role | None = None

    def allows(self, *, role: str, is_author: bool) -> bool:
        """Tell whether somebody of that role may."""
        return (self.author and is_author) or (self.role is not None and ROLES.index(role) >= ROLES.index(self.role))


RULES: dict[tuple[Action, Kind], Rule] = {
    ("edit", "post"): Rule("Only its author can change a post.", author=True),
    ("delete", "post"): Rule("Only its author can delete a post.", author=True),
    ("pin", "post"): Rule("Only its author can pin a post.", author=True),
    ("edit", "comment"): Rule("Only its author can change a comment.", author=True),
    ("delete", "comment"): Rule("Only its author can delete a comment.", author=True),
    ("edit", "picture"): Rule("Only whoever sent a picture can change it.", author=True),
    ("delete", "picture"): Rule("Only whoever sent a picture can delete it.", author=True),
    ("hide", "post"): Rule("Only moderators and admins hide posts.", role="moderator"),
    ("hide", "comment"): Rule("Only moderators and admins hide comments.", role="moderator"),
    ("suspend", "user"): Rule("Only moderators and admins suspend somebody.", role="moderator"),
    ("sweep", "user"): Rule("Only moderators and admins delete all that somebody wrote.", role="moderator"),
    ("silence", "user"): Rule("Only moderators and admins silence somebody.", role="moderator"),
    ("see", "report"): Rule("Only moderators and admins see reports.", role="moderator"),
    ("resolve", "report"): Rule("Only moderators and admins decide about reports.", role="moderator"),
    ("edit", "filter"): Rule("Only moderators and admins see and change filters.", role="moderator"),
    ("see", "log"): Rule("Only moderators and admins see the log of moderation.", role="moderator"),
    ("see", "role"): Rule("Only moderators and admins see this page.", role="moderator"),
    ("edit", "role"): Rule("Only admins give roles.", role="admin"),
    ("edit", "invitation"): Rule("Only admins make and revoke invitations.", role="admin"),
    ("edit", "application"): Rule("Only moderators and admins decide who may come in.", role="moderator"),
    ("edit", "password"): Rule("Only moderators and admins help others back in.", role="moderator"),
    ("see", "desk"): Rule("Only admins see the operator's desk.", role="admin"),
    ("edit", "desk"): Rule("Only admins repair counters.", role="admin"),
    ("edit", "webhook"): Rule("Only admins see and change webhooks.", role="admin"),
    ("edit", "site"): Rule("Only admins change the settings of the site.", role="admin"),
}


def thing(view: PostView | CommentView) -> Thing:
    """Give the thing that a read model shows."""
    return Thing("comment" if isinstance(view, CommentView) else "post", view.author.id)


def may(viewer: Viewer | None, action: Action, thing: Thing) -> bool:
    """Tell whether a viewer may do that; somebody anonymous may change nothing."""
    if viewer is None:
        return False
    return _allows(action, thing.kind, role=viewer.role, is_author=viewer.id == thing.author_id)


def require(viewer: Viewer | None, action: Action, thing: Thing) -> None:
    """Raise ForbiddenError, which says who may, if this viewer may not."""
    if not may(viewer, action, thing):
        _refuse(action, thing.kind)


def require_role(role: str, action: Action, thing: Thing) -> None:
    """Do the same for the role that somebody has in the transaction that carries it out."""
    if not _allows(action, thing.kind, role=role, is_author=False):
        _refuse(action, thing.kind)


def _allows(action: Action, kind: Kind, *, role: str, is_author: bool) -> bool:
    rule = RULES.get((action, kind))
    return rule is not None and rule.allows(role=role, is_author=is_author)


def _refuse(action: Action, kind: Kind) -> None:
    rule = RULES.get((action, kind))
    raise ForbiddenError(rule.refusal if rule else f"Nobody can {action} a {kind}.")
