"""The rules: what may be done, by whom, and what it makes stale. Pages, API and command line all come through here."""
