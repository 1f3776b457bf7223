"""Letters as they leave: in a frame that names the site, as text and as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from feedapp.languages.catalogues import gettext as _
from feedapp.languages.known import direction
from feedapp.languages.recognised import localised, translated
from feedapp.languages.spoken import current
from feedapp.schemas import colours
from feedapp.writing.mail.letters import LETTERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedapp.reading.site import Site
    from feedapp.writing.mail.letters import Item, Letter


class Written(NamedTuple):
    """A mail as it leaves: its subject, both parts, and the address by which mails of this kind are ended."""

    subject: str
    text: str
    html: str
    ends: str | None = None


OURS = ("at", "why", "device")
"""Facts that are texts of ours, in English."""
PAGE = Markup(
    '<!DOCTYPE html>\n<html lang="{language}" dir="{direction}">\n'
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark"><title>{subject}</title></head>\n'
    '<body style="margin: 0 auto; max-width: 34em; padding: 1.5em 1.25em; font: 16px/1.5 system-ui, sans-serif">\n'
    '<p style="margin: 0; padding-bottom: 0.75em; border-bottom: 3px solid {colour}"><b><bdi>{site}</bdi></b></p>\n'
    '<h1 style="margin: 1em 0; font-size: 1.375em; line-height: 1.25" dir="auto">{subject}</h1>\n'
    "{parts}\n</body>\n</html>\n"
)
"""Styles stand where they hold: many programs read no others. Colours of texts are the program's own, light or dark."""
BUTTON = Markup(
    '<p style="margin: 1.5em 0 0.75em"><a href="{address}" style="display: inline-block; padding: 0.65em 1.4em; '
    "border-radius: 2em; background: {colour}; color: #fff; font-weight: bold; line-height: 1.25; "
    'text-decoration: none">{label}</a></p>\n'
    '<p style="margin: 0 0 1.5em; font-size: 0.8125em; opacity: 0.8; overflow-wrap: anywhere">'
    '<span dir="ltr">{address}</span></p>'
)
LIST = Markup('<ul style="margin: 1.25em 0; padding: 0; list-style: none">\n{}\n</ul>')
ITEM = Markup('<li style="margin: 0; padding: 0.75em 0; border-top: 1px solid #8886">')
QUOTE = Markup('<br><span style="opacity: 0.8; overflow-wrap: anywhere" dir="auto">“{}”</span>')
FRAME = Markup(
    '<p style="margin: 2em 0 0; padding-top: 0.75em; border-top: 1px solid #8886; font-size: 0.8125em; opacity: 0.8">'
    "{said}</p>"
)


def written(name: str, facts: Mapping[str, str], *, site: Site, root: str) -> Written:
    """Write a letter for a site that is found at `root`, which has no slash at its end."""
    facts = {**facts, **{each: localised(translated(facts[each])) for each in OURS if each in facts}}
    greeting = _("Hello,") if name in {"verify", "address_taken"} else hello(facts["username"])
    return framed(LETTERS[name](facts), greeting, site=site, root=root)


def hello(username: str) -> str:
    """Greet somebody."""
    return _("Hello @%(username)s,") % {"username": username}


def framed(letter: Letter, greeting: str, *, site: Site, root: str) -> Written:
    """Write a letter that begins with a greeting."""
    colour = colours.readable(site.accent)
    said = _("Sent by %(site)s, %(root)s/") % {"site": site.name, "root": root}
    before, after = (greeting, *letter.paragraphs), letter.after
    address = f"{root}{letter.link.path}" if letter.link else ""
    label = _(letter.link.label) if letter.link else ""
    linked = (f"{label}:\n{address}",) if letter.link else ()
    ends = f"{root}{letter.ends.path}" if letter.ends else None
    ended = f"\n{_(letter.ends.label)}: {ends}" if letter.ends else ""
    listed = tuple(_item(each, root) for each in letter.items)
    text = "\n\n".join((*before, *listed, *linked, *after, f"-- \n{said}{ended}")) + "\n"
    button = [BUTTON.format(address=address, label=label, colour=colour)] if letter.link else []
    items = [LIST.format(Markup("\n").join(_html_item(each, root) for each in letter.items))] if listed else []
    end = Markup('<br><a href="{}">{}</a>').format(ends, _(letter.ends.label)) if letter.ends else Markup("")
    frame = FRAME.format(said=Markup('<span dir="auto">{}</span>{}').format(said, end))
    parts = [*map(_paragraph, before), *items, *button, *map(_paragraph, after), frame]
    language = current()
    page = {"subject": letter.subject, "language": language, "direction": direction(language)}
    page |= {"site": site.name, "colour": colour}
    html = PAGE.format(parts=Markup("\n").join(parts), **page)
    return Written(f"{site.name}: {letter.subject}", text, str(html), ends)


def _item(item: Item, root: str) -> str:
    quote = f"\n  > {item.quote}" if item.quote else ""
    return f"* {item.text}{quote}\n  {root}{item.path}"


def _html_item(item: Item, root: str) -> Markup:
    quote = QUOTE.format(item.quote) if item.quote else Markup("")
    return ITEM + Markup('<a href="{}" dir="auto">{}</a>{}</li>').format(f"{root}{item.path}", item.text, quote)


def _paragraph(text: str) -> Markup:
    return Markup('<p dir="auto">{}</p>').format(text)
