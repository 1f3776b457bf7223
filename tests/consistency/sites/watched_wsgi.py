"""The app as it is, with what it claims and fills written down: see watching.py."""

from __future__ import annotations

import os
from pathlib import Path

from tests.consistency.sites.watching import watch
from wsgi import app

__all__ = ["app"]

if os.environ.get("FEEDAPP_WATCHED"):
    watch(Path(os.environ["FEEDAPP_WATCHED"]))
