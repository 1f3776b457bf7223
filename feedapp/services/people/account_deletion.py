"""Deleting somebody with all that they wrote, in portions, so that no transaction is long however much it was."""

from __future__ import annotations

from math import inf
from time import monotonic
from typing import TYPE_CHECKING

from feedapp.cache.catalogue import invalidation

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.repositories.comments import CommentRepository
    from feedapp.repositories.follows import FollowRepository
    from feedapp.repositories.likes import LikeRepository
    from feedapp.repositories.posts import PostRepository
    from feedapp.services.access.proofs import Owners, Proof
    from feedapp.services.content.posts import PostService
    from feedapp.services.people.follows import FollowService
    from feedapp.services.people.usernames import UsernameService
    from feedapp.writing.unit_of_work import UnitOfWork, Work

PORTION = 200
INTERRUPTED_AFTER = 60
"""Seconds after its beginning when a departure is taken up by others; two at it at a time do no harm."""


class AccountDeletion:
    """Deletes users. What is interrupted is finished by calling it again: the user goes last."""

    def __init__(
        self,
        *,
        unit_of_work: UnitOfWork,
        owners: Owners,
        posts: PostRepository,
        likes: LikeRepository,
        comments: CommentRepository,
        follows: FollowRepository,
        post_service: PostService,
        follow_service: FollowService,
        usernames: UsernameService,
    ) -> None:
        self._usernames = usernames
        self._unit_of_work = unit_of_work
        self._owners = owners
        self._users, self._tokens = owners.users, owners.tokens
        self._posts = posts
        self._likes = likes
        self._comments = comments
        self._follows = follows
        self._post_service = post_service
        self._follow_service = follow_service

    def delete(self, user_id: int, *, within: float | None = None, proof: Proof | None = None) -> bool:
        """Delete a user: first what lets them in, then what they left, then the user. Tell whether that was all.

        `within` so many seconds; what is left then is deleted by `go_on`. `proof` is of who wants that, if it
        is the user: raise UnauthenticatedError, OutdatedProofError if it does not hold any more.
        """
        with self._unit_of_work() as work:
            if proof is None:
                self._users.lock(user_id)
            else:
                self._owners.lock(proof)
            self._users.leave(user_id)
            work.stales(invalidation.tokens_revoked(user_id=user_id, hashes=self._tokens.remove_all_of(user_id)))
        return self._clear(user_id, until=inf if within is None else monotonic() + within)

    def go_on(self) -> None:
        """Finish departures that were interrupted, by a time limit or by the end of a process."""
        with self._unit_of_work():
            user_ids = list(self._users.leaving(for_seconds=INTERRUPTED_AFTER, at_most=PORTION))
        for user_id in user_ids:
            self._clear(user_id, until=inf)

    def _clear(self, user_id: int, *, until: float) -> bool:
        while not self._finish(user_id):
            for portion in (self._likes_portion, self._comments_portion, self._follows_portion, self._posts_portion):
                while monotonic() < until and self._carry_out(portion, user_id):
                    pass
            if monotonic() >= until:
                return False
        return True

    def _finish(self, user_id: int) -> bool:
        """Delete the row, unless something is left. Its lock keeps a late request from adding more."""
        with self._unit_of_work() as work:
            user = self._users.lock(user_id)
            if user is None:
                return True
            left = (
                self._likes.post_ids_liked_by(user_id, at_most=1)
                or self._comments.written_by(user_id, at_most=1)
                or self._follows.around(user_id, at_most=1)
                or self._posts.ids_by(user_id, at_most=1)
            )
            if left:
                return False
            work.stales(invalidation.tokens_revoked(user_id=user_id, hashes=self._tokens.remove_all_of(user_id)))
            work.stales(invalidation.user_deleted(user_id=user_id, username=user.username))
            self._usernames.given_up(user.username, by=user)
            self._users.delete(user_id)
        return True

    def _carry_out(self, portion: Callable[[Work, int], int], user_id: int) -> int:
        with self._unit_of_work() as work:
            return portion(work, user_id)

    def _likes_portion(self, work: Work, user_id: int) -> int:
        post_ids = self._likes.post_ids_liked_by(user_id, at_most=PORTION)
        for post_id in post_ids:
            if self._likes.remove(post_id=post_id, user_id=user_id):
                self._posts.count(post_id, likes=-1)
                work.stales(invalidation.post_unliked(post_id=post_id, user_id=user_id))
        return len(post_ids)

    def _comments_portion(self, work: Work, user_id: int) -> int:
        written = self._comments.written_by(user_id, at_most=PORTION)
        for post_id, comment_id in written:
            if self._comments.lock(post_id=post_id, comment_id=comment_id) is not None:
                self._comments.delete(comment_id)
                self._posts.count(post_id, comments=-1)
                work.stales(invalidation.comment_deleted(post_id=post_id, comment_id=comment_id))
        return len(written)

    def _follows_portion(self, work: Work, user_id: int) -> int:
        around = self._follows.around(user_id, at_most=PORTION, locked=True)
        self._users.lock_counters(each for follow in around for each in follow)
        for follower_id, followee_id in around:
            self._follow_service.change(work, follower_id=follower_id, followee_id=followee_id, following=False)
        return len(around)

    def _posts_portion(self, work: Work, user_id: int) -> int:
        post_ids = self._posts.ids_by(user_id, at_most=PORTION)
        locked = [post_id for post_id in post_ids if self._posts.lock(post_id) is not None]
        for post_id in locked:  # all are locked before the author's counters are: posts before counters
            self._post_service.remove(work, post_id=post_id, author_id=user_id)
        return len(post_ids)
