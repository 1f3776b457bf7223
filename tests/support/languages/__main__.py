"""`make texts`: brings the catalogues up to date with what stands in templates, Python and scripts."""

from __future__ import annotations

from tests.support.languages.catalogues import TRANSLATED, renew

if __name__ == "__main__":
    for each in TRANSLATED:
        missing = renew(each.tag)
        print(f"{each.tag}: {f'{missing} texts have no translation' if missing else 'complete'}")  # noqa: T201
