"""Pages on which posts and comments are written, edited and deleted: one mechanism, which each declares its part of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from flask import request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.addresses import safe_path
from feedapp.blueprints.pages.kit.changes import CONFLICT, Change, Member, Members, path_ids, refusal_status
from feedapp.blueprints.pages.kit.form_keys import claimed
from feedapp.blueprints.pages.kit.forms import Form, read, typed
from feedapp.blueprints.pages.kit.rendering import nothing, page, piece, see_other, shown, wants_fragment, wants_whole
from feedapp.blueprints.pages.kit.versions import FIELD, applied, expected
from feedapp.errors import InvalidInputError, KeyReusedError, TryLaterError
from feedapp.schemas.inputs import Writing
from feedapp.text.html import linked
from feedapp.text.links import names as named_in
from feedapp.text.mentions import meant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask import Blueprint, Response
    from markupsafe import Markup

    from feedapp.reading.read_models import PictureView, PostView, Viewer
    from feedapp.reading.threads import CommentView
    from feedapp.reading.viewers import Credentials
    from feedapp.services.people.names import NameService

OK = 200
ViewT = TypeVar("ViewT", "PostView", "CommentView")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Generic[ViewT]):
    """What is written: posts or comments. Callables take the ids of the path by name, beside what stands here.

    `new` is what the form of a new one has. `all_at` is the path to which it is sent, answered by the endpoint
    `publishes`; `one_at` that of one. `card(view, viewer, whole=…)` is how one is shown. `made` and `edited` say where
    one is seen after that, `place`
    where one is that the same form made before, and `deleted(**ids)` where its author goes on.
    `above` raises if what a new one stands under is not there. `take` keeps the pictures that come with a form, and
    `kept` gives them for a form that is shown again. `noted` is told of the answer after a new one, and who wrote it.
    """

    what: str
    new: type[Writing]
    all_at: str
    one_at: str
    publishes: str
    own: Callable[..., tuple[Viewer, ViewT]]
    publish: Callable[..., ViewT]
    edit: Callable[..., ViewT]
    delete: Callable[..., None]
    card: Callable[..., Markup]
    made: Callable[[Credentials, ViewT], str]
    edited: Callable[[Credentials, ViewT], str]
    place: Callable[[ViewT], str]
    deleted: Callable[..., str]
    above: Callable[..., object] = lambda _, **__: None
    take: Callable[[Credentials], object] = lambda _: None
    kept: Callable[[Credentials], Sequence[PictureView]] = lambda _: ()
    noted: Callable[[Response, int], Response] = lambda response, _: response


def add_to(pages: Blueprint, written: Written[ViewT], members: Members, names: NameService) -> None:
    """Add the pages on which these are written, edited and deleted."""

    @members
    def publish(member: Member, **ids: Any) -> Response:
        return Change(
            act=lambda: written.publish(
                member.sender, **ids, once=claimed(written.place), **read(written.new).model_dump()
            ),
            done=lambda view: written.noted(
                shown(written.card(view, member.viewer, whole=False), status=201)
                if wants_fragment()
                else see_other(written.made(member.sender, view)),
                member.viewer.id,
            ),
            refusals=(InvalidInputError, KeyReusedError, TryLaterError),
            again=lambda form, error: writing(
                member.viewer,
                written.what,
                form=form._replace(pictures=written.kept(member.sender)),
                status=refusal_status(error),
                **ids,
            ),
        ).answer()

    @members
    def edit(member: Member, **ids: Any) -> Response:
        def act() -> ViewT:
            new = read(Writing)
            sent = new.model_dump()
            return applied({"body": new.body}, lambda: written.edit(member.sender, **ids, **sent, expected=expected()))

        return Change(
            act=act,
            done=lambda view: (
                shown(written.card(view, member.viewer, whole=wants_whole()))
                if wants_fragment()
                else see_other(written.edited(member.sender, view))
            ),
            again=lambda form, _: writing(
                member.viewer, written.what, form=form, version=request.form.get(FIELD), **ids
            ),
            stale=lambda now: writing(
                member.viewer,
                written.what,
                form=Form(typed(), {}),
                version=now.version,
                current=linked(now.body, meant(names.in_text(now), named_in(now.body), now.created_at)),
                **ids,
            ),
        ).answer()

    @members
    def delete(member: Member, **ids: Any) -> Response:
        return Change(
            act=lambda: written.delete(member.sender, **ids, expected=expected()),
            done=lambda _: nothing() if wants_fragment() else see_other(written.deleted(**ids)),
            stale=lambda now: _confirmation(written.what, member.viewer, now, status=CONFLICT, changed=True),
        ).answer()

    def editor(**named: str) -> Response:
        ids = path_ids(named)
        viewer, view = written.own(cookies.credentials(), **ids)
        form = Form({"body": view.body, "language": view.chosen_language or ""}, {})
        return writing(viewer, written.what, form=form, version=view.version, status=OK, **ids)

    def confirm(**named: str) -> Response:
        viewer, view = written.own(cookies.credentials(), **path_ids(named))
        return _confirmation(written.what, viewer, view)

    pages.add_url_rule(written.all_at, written.publishes, publish, methods=["POST"])
    pages.add_url_rule(f"{written.one_at}/edit", "editor", editor)
    pages.add_url_rule(f"{written.one_at}/edit", "edit", edit, methods=["POST"])
    pages.add_url_rule(f"{written.one_at}/delete", "confirm", confirm)
    pages.add_url_rule(f"{written.one_at}/delete", "delete", delete, methods=["POST"])
    _add_previews(pages, written, members, names)


def _add_previews(pages: Blueprint, written: Written[ViewT], members: Members, names: NameService) -> None:
    """Add what shows a text as it would look: it is saved nowhere, and the key of its form stays unused."""

    def again(member: Member, form: Form, ids: dict[str, Any], status: int | None = None) -> Response:
        form = form._replace(pictures=written.kept(member.sender))
        return writing(member.viewer, written.what, form=form, version=request.form.get(FIELD), status=status, **ids)

    def shown_before(member: Member, ids: dict[str, Any]) -> Response:
        def act() -> str:
            if not wants_fragment():  # a script has its pictures where they are
                written.take(member.sender)
            return read(Writing).body

        def done(body: str) -> Response:
            people = names.in_draft(body)
            if wants_fragment():
                return piece("_preview.html", text=body, people=people)
            return again(member, Form(typed(), {}, draft=(body, people)), ids, OK)

        return Change(act=act, done=done, again=lambda form, _: again(member, form, ids)).answer()

    @members
    def preview(member: Member, **ids: Any) -> Response:
        written.above(member.sender, **ids)
        return shown_before(member, ids)

    @members
    def preview_edit(member: Member, **ids: Any) -> Response:
        written.own(member.sender, **ids)  # raises if it is another's, or gone
        return shown_before(member, ids)

    pages.add_url_rule(f"{written.all_at}/preview", "preview", preview, methods=["POST"])
    pages.add_url_rule(f"{written.one_at}/edit/preview", "preview_edit", preview_edit, methods=["POST"])


def writing(
    viewer: Viewer,
    what: str,
    *,
    text: str = "",
    form: Form | None = None,
    post_id: int | None = None,
    comment_id: int | None = None,
    version: str | None = None,
    current: Markup | None = None,
    status: int | None = None,
) -> Response:
    """Show the page to write on; `what` is a post or a comment. A refused `form` is shown again with its messages.

    `version` is the one that is being edited; `current` the text that somebody saved meanwhile.
    """
    editing = comment_id is not None if what == "comment" else post_id is not None
    return page(
        "write.html",
        viewer=viewer,
        status=status or (CONFLICT if current is not None else InvalidInputError.status if form else 200),
        what=what,
        editing=editing,
        form=form or Form({"body": text}, {}),
        version=version if editing else None,
        current=current,
        action=_action(what, post_id, comment_id),
        back=url_for("pages.posts.show", post_id=post_id) if post_id else next_page() or url_for("pages.feeds.home"),
        next=next_page(),
    )


def next_page() -> str:
    """Give the page to come back to after a new post was written; nothing if the way to its form named none."""
    return safe_path(request.values.get("next"), "")


def _action(what: str, post_id: int | None, comment_id: int | None) -> str:
    if what == "post":
        return url_for("pages.posts.edit", post_id=post_id) if post_id else url_for("pages.posts.publish")
    if comment_id is None:
        return url_for("pages.comments.comment_on", post_id=post_id)
    return url_for("pages.comments.edit", post_id=post_id, comment_id=comment_id)


def _confirmation(what: str, viewer: Viewer, view: PostView | CommentView, **more: Any) -> Response:
    post_id = getattr(view, "post_id", view.id)
    return page("delete.html", viewer=viewer, what=what, written=view, post_id=post_id, **more)
