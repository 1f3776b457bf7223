"""Mentions: which names in texts belong to people who exist, so that only those become links.

A name may have been another's when a text was written, who is called otherwise now: the text means that person. Who had
a name is part of what is known of it, by id, and what they are called now is the fact of the person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from feedapp.cache.catalogue.keys import COMMENT, POST, TAKEN, USER
from feedapp.reading.read_models import PostView
from feedapp.text.folding import excerpt
from feedapp.text.links import may_name, names
from feedapp.text.mentions import Held, Named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.reading.read_models import PersonView, ProfileView
    from feedapp.reading.reader import Reading
    from feedapp.reading.threads import CommentView

MOST = 1_000
"""Names that are looked up for one page. Where there are more, each text has an equal share, its first ones."""
REMEMBERED = 20
"""Names of one text that are fetched along with it the next time; more than so many take a trip of their own."""


class NameService:
    """Looks names up through the cache, all of a page together: a read after a sign-up or a deletion knows."""

    def __init__(self, *, reading: Reading) -> None:
        self._reading = reading

    def in_text(self, written: PostView | CommentView) -> Named:
        """Give the names in a post or a comment, shown whole, that are people's, in lower case."""
        return self._existing({_key(written): names(written.body)})

    def in_draft(self, text: str) -> frozenset[str]:
        """Give those in a text that nobody has published."""
        keys = [TAKEN.key(name) for name in names(text)[:MOST]] if may_name(text) else []
        return frozenset(str(key.ids[0]) for key, taken in self._reading.facts(keys).items() if _is_taken(taken))

    def in_list(
        self,
        written: Iterable[PostView | CommentView],
        *,
        whole: PostView | None = None,
        bios: Iterable[ProfileView | PersonView] = (),
    ) -> Named:
        """Give those in what a list shows of posts or comments, in one post that is shown `whole`, and in bios."""
        found = {} if whole is None else {_key(whole): names(whole.body)}
        found |= {USER.key(each.person.id): names(each.bio) for each in bios}
        found |= {_key(each): names(each.body, end=excerpt(each.body).end) for each in written if may_name(each.body)}
        return self._existing(found)

    def ahead(self, texts: Iterable[str]) -> list[Key]:
        """Name what `in_list` asks for of such texts, to load it along with other facts."""
        found = (name for text in texts if may_name(text) for name in names(text, end=excerpt(text).end))
        return [TAKEN.key(name) for name in dict.fromkeys(found)][:MOST]

    def _existing(self, found: Mapping[Key, list[str]]) -> Named:
        """Ask for them in one trip and, if any is not cached, one statement; none if they came along with the texts."""
        share = MOST if sum(map(len, found.values())) <= MOST else MOST // len(found)
        keys = {key: [TAKEN.key(name) for name in each[:share]] for key, each in found.items() if each}
        if not keys:
            return Named.of((), {})
        wanted = list(dict.fromkeys(key for each in keys.values() for key in each))
        facts = self._reading.facts(wanted)
        former = {key: each["former"] for key, each in facts.items() if isinstance(each, Mapping)}
        holders = {key: [USER.key(user_id) for user_id, _, _ in each] for key, each in former.items()}
        people = self._reading.facts(list(dict.fromkeys(user for each in holders.values() for user in each)))
        along = {
            text: [more for key in each[:REMEMBERED] for more in (key, *holders.get(key, ()))]
            for text, each in keys.items()
        }
        self._reading.fetch_along(along)
        held = {
            str(key.ids[0]): [Held(_called(people.get(USER.key(each[0]))), *each[1:]) for each in spans]
            for key, spans in former.items()
        }
        return Named.of((str(key.ids[0]) for key, taken in facts.items() if _is_taken(taken)), held)


def _is_taken(fact: Any) -> bool:
    return bool(fact["taken"]) if isinstance(fact, Mapping) else bool(fact)


def _called(user: Mapping[str, Any] | None) -> str:
    return user["username"] if user else ""


def _key(written: PostView | CommentView) -> Key:
    return (POST if isinstance(written, PostView) else COMMENT).key(written.id)
