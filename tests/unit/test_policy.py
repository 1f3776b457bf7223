"""Rights: what stands in the table, and nothing else."""

from __future__ import annotations

from typing import get_args

import pytest

from feedapp.errors import ForbiddenError
from feedapp.reading.read_models import Person, Viewer
from feedapp.services import policy
from feedapp.services.policy import Action, Kind, Thing

ADA, BOB = (Viewer(Person(number, name, name), "-") for number, name in ((1, "ada"), (2, "bob")))


@pytest.mark.parametrize("action", get_args(Action))
@pytest.mark.parametrize("kind", get_args(Kind))
def test_only_its_author_changes_a_thing(action: Action, kind: Kind) -> None:
    thing = Thing(kind, ADA.id)
    assert [policy.may(viewer, action, thing) for viewer in (ADA, BOB, None)] == [True, False, False]
    policy.require(ADA, action, thing)
    for viewer in (BOB, None):
        with pytest.raises(ForbiddenError, match=f"Only its author can (change|delete) a {kind}"):
            policy.require(viewer, action, thing)


def test_what_is_not_in_the_table_nobody_may_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "_RULES", {})
    with pytest.raises(ForbiddenError, match="Nobody can edit a post"):
        policy.require(ADA, "edit", Thing("post", ADA.id))
