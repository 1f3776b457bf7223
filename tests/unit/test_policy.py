"""Rights: what stands in the table, and nothing else."""

from __future__ import annotations

import pytest

from feedapp.errors import ForbiddenError
from feedapp.models import ROLES
from feedapp.reading.read_models import Person, Role, Viewer
from feedapp.services import policy
from feedapp.services.policy import Action, Kind, Rule, Thing

ADA, BOB = 1, 2
EXPECTED = {
    ("edit", "post"): ("author", None),
    ("delete", "post"): ("author", None),
    ("edit", "comment"): ("author", None),
    ("delete", "comment"): ("author", None),
    ("edit", "picture"): ("author", None),
    ("delete", "picture"): ("author", None),
    ("pin", "post"): ("author", None),
    ("hide", "post"): (None, "moderator"),
    ("hide", "comment"): (None, "moderator"),
    ("suspend", "user"): (None, "moderator"),
    ("silence", "user"): (None, "moderator"),
    ("sweep", "user"): (None, "moderator"),
    ("edit", "webhook"): (None, "admin"),
    ("edit", "filter"): (None, "moderator"),
    ("see", "report"): (None, "moderator"),
    ("resolve", "report"): (None, "moderator"),
    ("see", "log"): (None, "moderator"),
    ("see", "role"): (None, "moderator"),
    ("edit", "role"): (None, "admin"),
    ("edit", "site"): (None, "admin"),
    ("see", "desk"): (None, "admin"),
    ("edit", "desk"): (None, "admin"),
    ("edit", "invitation"): (None, "admin"),
    ("edit", "application"): (None, "moderator"),
    ("edit", "password"): (None, "moderator"),
}
"""Who may: its author, and who has at least that role."""


def viewer(user_id: int, role: Role) -> Viewer:
    return Viewer(Person(user_id, f"user_{user_id}", "Somebody"), "-", role)


def test_the_table_is_the_one_that_is_expected() -> None:
    found = {key: ("author" if rule.author else None, rule.role) for key, rule in policy.RULES.items()}
    assert found == EXPECTED


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("owner", [ADA, BOB])
@pytest.mark.parametrize(("action", "kind"), policy.RULES)
def test_each_role_may_what_the_table_says_of_things_of_each(
    action: Action, kind: Kind, owner: int, role: Role
) -> None:
    author, least = EXPECTED[action, kind]
    expected = (author is not None and owner == ADA) or (least is not None and ROLES.index(role) >= ROLES.index(least))
    ada, thing = viewer(ADA, role), Thing(kind, owner)
    assert policy.may(ada, action, thing) is expected
    if expected:
        policy.require(ada, action, thing)
    else:
        with pytest.raises(ForbiddenError, match=policy.RULES[action, kind].refusal):
            policy.require(ada, action, thing)


@pytest.mark.parametrize(("action", "kind"), policy.RULES)
def test_nobody_who_is_not_signed_in_may_change_anything(action: Action, kind: Kind) -> None:
    assert not policy.may(None, action, Thing(kind, ADA))
    with pytest.raises(ForbiddenError):
        policy.require(None, action, Thing(kind, ADA))


def test_what_is_not_in_the_table_nobody_may_do(monkeypatch: pytest.MonkeyPatch) -> None:
    rules: dict[tuple[Action, Kind], Rule] = {}
    monkeypatch.setattr(policy, "RULES", rules)
    with pytest.raises(ForbiddenError, match="Nobody can edit a post"):
        policy.require(viewer(ADA, "admin"), "edit", Thing("post", ADA))
