"""TypeScript types are made from the served document, and a program that uses them is checked against them."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

NODE = Path(__file__).resolve().parents[2] / ".venv" / "node-api" / "node_modules" / ".bin"
PROGRAM = """
import type { components, paths } from "./api";

type Page = paths["/api/posts"]["get"]["responses"]["200"]["content"]["application/json"];
type Problem = components["schemas"]["Problem"];

export async function bodies(site: string, token: string): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const address: string = `${site}/api/posts?feed=home&order=asc${cursor && `&cursor=${cursor}`}`;
    const answer = await fetch(address, { headers: { Authorization: `Bearer ${token}` } });
    if (!answer.ok) throw new Error(((await answer.json()) as Problem).code);
    const page = (await answer.json()) as Page;
    for (const post of page.items) found.push(`${post.author.username}: ${post.body}`);
    cursor = page.next_cursor;
  }
  return found;
}

export const wanted: NonNullable<paths["/api/posts"]["get"]["parameters"]["query"]> = { feed: "public", order: "asc" };
export const post: components["schemas"]["NewPost"] = { body: "Hello", visibility: "followers" };
"""


@pytest.fixture
def types(client: FlaskClient, app: Flask, tmp_path: Path) -> Path:
    """A folder with the types."""
    (tmp_path / "openapi.json").write_bytes(client.get("/api/openapi.json").data)
    made = subprocess.run(
        [NODE / "openapi-typescript", "openapi.json", "--output", "api.ts", "--default-non-nullable=false"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return tmp_path


def compiled(folder: Path, program: str) -> str:
    (folder / "program.ts").write_text(program, encoding="utf-8")
    options = ["--strict", "--noEmit", "--target", "es2022", "--lib", "es2022,dom", "--module", "esnext"]
    done = subprocess.run(
        [NODE / "tsc", *options, "--moduleResolution", "bundler", "program.ts"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout


def test_a_program_compiles_against_the_document(types: Path) -> None:
    assert compiled(types, PROGRAM) == ""


def test_a_program_that_asks_for_something_else_does_not(types: Path) -> None:
    assert "no_such_field" in compiled(types, PROGRAM.replace("post.body", "post.no_such_field"))
    assert '"sideways"' in compiled(types, PROGRAM.replace('"asc" };', '"sideways" };'))
