"""People's profiles: reading anybody's, changing one's own."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from feedapp.cache.catalogue import keys
from feedapp.cache.catalogue.invalidation.people import user_edited, user_renamed
from feedapp.errors import (
    FieldError,
    InvalidInputError,
    NotFoundError,
    StaleEditError,
    UnauthenticatedError,
)
from feedapp.limits import RENAMES
from feedapp.reading.assembly import own_mail, post_views, posts_keys, profile_keys, profile_view
from feedapp.reading.page_models import ProfilePageView
from feedapp.reading.read_models import Paged, sight_of
from feedapp.reading.reader import Place
from feedapp.reading.versions import Expected, fits, version_of
from feedapp.reading.viewers import SIGN_IN
from feedapp.services.access.proofs import Proof
from feedapp.services.people.pinned import Pinned
from feedapp.services.people.usernames import taken_name
from feedapp.writing.events import UserRenamed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.reading.read_models import ProfileView, Viewer
    from feedapp.reading.reader import Reading
    from feedapp.reading.sight import Sight
    from feedapp.reading.tokens.home_secrets import HomeSecrets
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.services.access.password_proofs import PasswordProofs
    from feedapp.services.access.proofs import Owners
    from feedapp.services.access.rate_limits import RateLimits
    from feedapp.services.people.mail.addresses import MailAddressService
    from feedapp.services.people.usernames import UsernameService
    from feedapp.writing.unit_of_work import UnitOfWork

log = logging.getLogger("feedapp.security")
NOBODY = "There is nobody with that name."


class ProfileService:
    """Profiles by username. A name that was given up belongs to nobody until somebody takes it."""

    def __init__(
        self,
        *,
        reading: Reading,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        owners: Owners,
        proofs: PasswordProofs,
        usernames: UsernameService,
        addresses: MailAddressService,
        rate_limits: RateLimits,
        home_secrets: HomeSecrets,
    ) -> None:
        self._home_secrets = home_secrets
        self._addresses = addresses
        self._rate_limits = rate_limits
        self._usernames = usernames
        self._owners = owners
        self._proofs = proofs
        self._reading = reading
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._users = owners.users
        self._pinned = Pinned(reading)

    def show(self, credentials: Credentials, *, username: str) -> ProfileView:
        """Give somebody's profile. Raise NotFoundError."""
        hint = self._reading.hint(username)
        ahead = [] if hint is None else self._ahead([hint], credentials)
        viewer = self._viewers.identify(credentials, facts=[keys.USERNAME.key(username)], ahead=ahead).viewer
        return self._view(self._user_id(username), viewer)

    def show_by_id(self, credentials: Credentials, user_id: int) -> ProfileView:
        """Give somebody's profile, whatever they are called now. Raise NotFoundError."""
        viewer = self._viewers.identify(credentials, ahead=self._ahead([user_id], credentials)).viewer
        return self._view(user_id, viewer)

    def among(self, credentials: Credentials, user_ids: Sequence[int]) -> Paged[ProfileView]:
        """Give those of these people whom the viewer finds, in this order, as a page by itself."""
        sight = sight_of(self._viewers.identify(credentials, ahead=self._ahead(user_ids, credentials)).viewer)
        facts = self._reading.facts([key for each in user_ids for key in profile_keys(each, sight.viewer_id)])
        views = [view for user_id in user_ids if (view := profile_view(user_id, facts, sight)) is not None]
        return Paged(self._pinned.on(views, facts, sight), None, None)

    def show_with_posts(
        self, credentials: Credentials, *, username: str, cursor: str | None, limit: int
    ) -> ProfilePageView:
        """Give somebody's profile with a page of their posts. Raise NotFoundError."""
        hint = self._reading.hint(username)
        ahead = [] if hint is None else profile_keys(hint, credentials.claimed_id)
        places = [] if hint is None else [Place(keys.POSTS_BY.of(hint), cursor, limit)]
        name = keys.USERNAME.key(username)
        viewer = self._viewers.identify(credentials, facts=[name], ahead=ahead, places=places).viewer
        sight = sight_of(viewer)
        user_id = self._user_id(username)
        page = self._reading.page(Place(keys.POSTS_BY.of(user_id), cursor, limit))
        viewer_id = sight.viewer_id
        top = self._pinned.ahead([user_id], viewer_id)
        facts = self._reading.facts([*profile_keys(user_id, viewer_id), *posts_keys(page.items, viewer_id), *top])
        profile = profile_view(user_id, facts, sight)
        if profile is None:
            raise NotFoundError(NOBODY)
        posts = page.of(post_views(page.items, facts, sight, muted=True))
        return ProfilePageView(viewer, profile, posts, self._pinned.of(user_id, facts, sight) if not cursor else None)

    def own(self, credentials: Credentials) -> ProfileView:
        """Give the viewer's own profile. Raise UnauthenticatedError."""
        claimed = credentials.claimed_id
        ahead = [] if claimed is None else [*self._ahead([claimed], credentials), *_own_keys(claimed)]
        viewer = self._viewers.identify(credentials, ahead=ahead).viewer
        if viewer is None:
            raise UnauthenticatedError(SIGN_IN)
        return self._own(viewer)

    def joined(self, user_id: int) -> ProfileView:
        """Give a profile as signing up gave it, but with what its owner has edited since. Raise NotFoundError."""
        view = self._view(user_id, None)
        return replace(view, posts_count=0, followers_count=0, following_count=0, pinned_id=None)

    def edit_own(
        self,
        credentials: Credentials,
        *,
        username: str | None = None,
        display_name: str | None = None,
        bio: str | None = None,
        email: str | None = None,
        locale: str | None = None,
        current_password: str | None = None,
        expected: Expected = None,
    ) -> ProfileView:
        """Change what is given of the viewer's own profile; what stands there already is no change.

        The `locale` `""` is none. Another username takes the password, as does a mail address, `""` for none; one that
        waits to be verified, and is given with the password, gets another mail. Raise ConflictError for a name that is
        taken, InvalidInputError for a wrong password, TooManyAttemptsError, StaleEditError.
        """
        viewer = self._viewers.require(credentials)
        given = {"username": username, "display_name": display_name, "bio": bio, "locale": locale}
        changes: dict[str, str | None] = {name: value for name, value in given.items() if value is not None}
        changes |= {"locale": None} if locale == "" else {}
        renames = username is not None and username != viewer.person.username
        if current_password is None and email == (self._addresses.of(viewer).address or ""):
            email = None

        def edit(proof: Proof) -> ProfileView:
            return self._edit(viewer, changes, email, expected, proof)

        if not renames and email is None:
            return edit(Proof(viewer.id, token_hash=viewer.token_hash))
        if current_password is None:
            raise _password_missing()
        with ExitStack() as counted:
            if renames:
                counted.enter_context(self._rate_limits.counting((RENAMES, str(viewer.id))))
            if email is not None:
                counted.enter_context(self._addresses.counting(viewer, email))
            return self._proofs.by_viewer(viewer, current_password, edit)

    def _edit(
        self, viewer: Viewer, changes: dict[str, str | None], email: str | None, expected: Expected, proof: Proof
    ) -> ProfileView:
        with self._unit_of_work() as work:
            user = self._owners.lock(proof)
            seen, old = fits(version_of(user.username, user.display_name, user.bio), expected), user.username
            columns = {name: value for name, value in changes.items() if value != getattr(user, name)} if seen else {}
            new = columns.get("username")
            if new is not None:
                if proof.password_hash is None:  # it was theirs when they sent it, and somebody renamed them since
                    raise _password_missing()
                work.stales(user_renamed(user_id=user.id, old=old, new=new))
            if columns:
                if not self._users.update(user.id, **columns):
                    raise taken_name(str(new))
                work.stales(user_edited(user_id=user.id))
            if new is not None:
                self._usernames.taken(new, by=user)
                log.info("User %d has another username", user.id)
                work.emits(UserRenamed(user.id, user.key, old, new))
            if email is not None and seen:
                self._addresses.change(work, user, email)
        view = self._own(viewer)
        if not seen:
            raise StaleEditError(view)
        return view

    def renew_home(self, credentials: Credentials) -> None:
        """Make another secret address of the viewer's home feed; what was given out before leads nowhere.

        Raise UnauthenticatedError.
        """
        viewer = self._viewers.require(credentials)
        with self._unit_of_work() as work:
            user = self._owners.lock(Proof(viewer.id, token_hash=viewer.token_hash))
            self._users.update(user.id, home_renewals=user.home_renewals + 1)
            work.stales(user_edited(user_id=user.id))

    def _user_id(self, username: str) -> int:
        user_id = self._reading.user_id(username)
        if user_id is None:
            raise NotFoundError(NOBODY)
        return user_id

    def _own(self, viewer: Viewer) -> ProfileView:
        email, unread = _own_keys(viewer.id)
        facts = self._reading.facts([*profile_keys(viewer.id, viewer.id), email, unread])
        (profile,) = self._pinned.on([_found(viewer.id, facts, viewer.sight)], facts, viewer.sight)
        user, mail = facts[keys.USER.key(viewer.id)], own_mail(facts.get(email))
        more = {"home_secret": self._home_secrets.of(user), "locale": user["locale"]}
        return replace(profile, mail=mail, unread_count=facts.get(unread, 0), **more)

    def _view(self, user_id: int, viewer: Viewer | None) -> ProfileView:
        sight = sight_of(viewer)
        facts = self._reading.facts(profile_keys(user_id, sight.viewer_id))
        (profile,) = self._pinned.on([_found(user_id, facts, sight)], facts, sight)
        return profile

    def _ahead(self, user_ids: Sequence[int], credentials: Credentials) -> list[Key]:
        """Name what profiles take, as far as is known before they are read."""
        claimed = credentials.claimed_id
        of_people = [key for user_id in user_ids for key in profile_keys(user_id, claimed)]
        return [*of_people, *self._pinned.ahead(user_ids, claimed)]


def _own_keys(user_id: int) -> tuple[Key, Key]:
    return keys.EMAIL.key(user_id), keys.UNREAD.key(user_id)


def _found(user_id: int, facts: Mapping[Key, Any], sight: Sight) -> ProfileView:
    profile = profile_view(user_id, facts, sight)
    if profile is None:
        raise NotFoundError(NOBODY)
    return profile


def _password_missing() -> InvalidInputError:
    return InvalidInputError(FieldError("current_password", "is required to change the username or the mail address"))
