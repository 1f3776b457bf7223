"""An application that takes long to load, as a large one does on a slow machine."""

from __future__ import annotations

import os
import time
from pathlib import Path

from tests.integration.front.apps import moody

__all__ = ["moody"]

while not Path(os.environ["FEEDAPP_LOADED_WHEN"]).exists():
    time.sleep(0.02)
