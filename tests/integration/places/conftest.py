"""A place where others can write, too."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.integration.places.strangers import EVERYBODYS

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory as /tmp is: everybody's, and sticky."""
    path = Path(tempfile.mkdtemp(prefix="shared-", dir=EVERYBODYS))
    path.chmod(0o1777)
    for name in ("TMPDIR", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(path))
    yield path
    shutil.rmtree(path)
