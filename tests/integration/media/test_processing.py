"""The process that decodes: its bounds, and that few run at a time."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from feedapp import deadline
from feedapp.errors import TryLaterError, UnreadablePictureError
from feedapp.pictures import processing
from feedapp.pictures.processing import PictureProcessing
from tests.integration.media.samples import picture

if TYPE_CHECKING:
    from pathlib import Path

REAL = processing.DECODER
SLOW = "import sys, time; sys.stdin.buffer.read(); time.sleep({}); print('{{\"files\": []}}')"


@pytest.fixture
def decoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a program that stands in for the decoder."""
    script = tmp_path / "decoder.py"
    monkeypatch.setattr(processing, "DECODER", script)
    return script


def test_forty_megapixels_are_decoded() -> None:
    out = BytesIO()
    Image.new("RGB", (8_000, 5_000), (20, 90, 160)).save(out, "PNG")
    made = PictureProcessing().make(out.getvalue(), "whole")
    assert [(each.width, each.height) for each in made] == [(400, 250), (800, 500), (1600, 1000)]


def test_a_decoder_that_takes_all_memory_is_ended_and_nothing_else(decoder: Path) -> None:
    real = REAL.read_text(encoding="utf-8")
    begins = "    try:\n        files = files_of("
    decoder.write_text(real.replace(begins, "    x = bytearray(3 * 1024**3)\n" + begins), encoding="utf-8")
    assert decoder.read_text(encoding="utf-8") != real
    with pytest.raises(UnreadablePictureError):
        PictureProcessing().make(picture(), "whole")


def test_a_decoder_that_computes_without_end_is_ended_by_its_bound(decoder: Path) -> None:
    decoder.write_text(
        "import resource, sys\nresource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass\n", encoding="utf-8"
    )
    with pytest.raises(UnreadablePictureError, match="takes too long"):
        PictureProcessing().make(picture(), "whole")


def test_a_decoder_that_does_not_answer_is_ended_in_time(decoder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processing, "LONGEST_WORK", 0.5)
    decoder.write_text(SLOW.format(60), encoding="utf-8")
    began = monotonic()
    with deadline.within(deadline.REQUEST), pytest.raises(TryLaterError):
        PictureProcessing().make(picture(), "whole")
    assert monotonic() - began < 5


def test_a_command_waits_for_a_slow_machine(decoder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processing, "LONGEST_WORK", 0.1)
    decoder.write_text(SLOW.format(0.5), encoding="utf-8")
    assert PictureProcessing().make(picture(), "whole") == []


def test_the_deadline_of_the_request_is_kept(decoder: Path) -> None:
    decoder.write_text(SLOW.format(60), encoding="utf-8")
    began = monotonic()
    with deadline.within(0.5), pytest.raises(TryLaterError):
        PictureProcessing().make(picture(), "whole")
    assert monotonic() - began < 4


def test_few_are_decoded_at_a_time_and_few_wait(decoder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processing, "LONGEST_WAIT", 30)
    running, most = 0, 0
    counting = threading.Lock()
    real = processing._made

    def counted(*args: object) -> object:
        nonlocal running, most
        with counting:
            running += 1
            most = max(most, running)
        try:
            return real(*args)  # type: ignore[arg-type]
        finally:
            with counting:
                running -= 1

    monkeypatch.setattr(processing, "_made", counted)
    decoder.write_text(SLOW.format(0.3), encoding="utf-8")
    pool = PictureProcessing(places=2, waiting=3)

    def one(_: int) -> str:
        try:
            pool.make(b"x", "whole")
        except TryLaterError as error:
            return f"refused for {error.retry_after}"
        return "done"

    with ThreadPoolExecutor(12) as threads:
        outcomes = list(threads.map(one, range(12)))
    assert most == 2
    assert outcomes.count("done") >= 5
    assert "refused for 1" in outcomes
    assert pool.make(b"x", "whole") == []  # every place was given back


def test_the_decoder_knows_nothing_of_the_site() -> None:
    """It is run alone: no settings, no secrets in its environment, no import of feedapp."""
    probe = (
        "import sys, runpy\n"
        "runpy.run_path(%r, run_name='decoder')\n"
        "print([name for name in sys.modules if name.split('.')[0] in {'feedapp', 'flask', 'sqlalchemy', 'config'}])"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", probe % str(processing.DECODER)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
