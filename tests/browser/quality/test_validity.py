"""The Nu HTML checker finds no error in any page."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

FAILED: list[tuple[str, dict[str, str | float | bool]]] = [
    ("/posts", {"body": "  "}),
    ("/settings/username", {"username": "no name"}),
    ("/settings/profile", {"display_name": "Ada", "bio": "mine", "version": "of before"}),
    ("/login", {"username": "nobody", "password": "wrong password"}),
    ("/signup", {"username": "no name", "password": "short"}),
    ("/nothing/here", {"body": "kept"}),
]
"""Forms that come back."""


def test_every_page_is_valid_html(visit: Any, furnished: Any, node_modules: Path, tmp_path: Path) -> None:
    ada, stops = furnished
    stranger = visit()
    for stop in stops:
        answer = (ada if stop.signed_in else stranger).context.request.get(stop.address)
        (tmp_path / f"{stop.name}.html").write_text(answer.text(), encoding="utf-8")
    for number, (address, form) in enumerate(FAILED):
        answer = ada.context.request.post(address, form=form, headers={"Sec-Fetch-Site": "same-origin"})
        assert not answer.ok, address
        (tmp_path / f"failed {number}.html").write_text(answer.text(), encoding="utf-8")
    assert errors(tmp_path, node_modules) == {}


def test_every_page_is_valid_html_in_another_language(translated: Any, node_modules: Path, tmp_path: Path) -> None:
    """Each page once, in one of the languages in turn."""
    for stop, visitor, tongue in translated():
        answer = visitor.context.request.get(stop.address, headers={"Accept-Language": tongue})
        direction = ' dir="rtl"' if tongue == "ar" else ""
        assert f'<html lang="{tongue}"{direction}' in answer.text(), stop.name
        (tmp_path / f"{stop.name}, {tongue}.html").write_text(answer.text(), encoding="utf-8")
    assert errors(tmp_path, node_modules) == {}


def errors(folder: Path, node_modules: Path) -> dict[str, str]:
    """Ask the checker about all pages in a folder, and give what it says, with an example of each."""
    jar = node_modules / "vnu-jar" / "build" / "dist" / "vnu.jar"
    # Style sheets are not checked: it does not know all of today's CSS, which browsers do.
    command = ["java", "-jar", str(jar), "--errors-only", "--format", "json", "--skip-non-html", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = {each["message"]: f"{each['url']}: {each.get('extract')}" for each in json.loads(done.stderr)["messages"]}
    assert found or done.returncode == 0
    return found
