"""An app of somebody else's, on another origin: it does its day's work with the API, from a real browser."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.visitors import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

APP = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Another app</title><h1>Another app</h1><ul></ul>
<script type="module">
window.day = async (site, username, password) => {
  let token = null;
  const call = async (method, path, body, more = {}) => {
    const headers = { ...more };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await fetch(site + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, json: text ? JSON.parse(text) : null };
  };
  const wrong = await call("POST", "/api/tokens", { username, password: "not the password" });
  token = (await call("POST", "/api/tokens", { username, password, name: "another app" })).json.token;
  const start = (await call("GET", "/api/changes?cursor=now")).json.next_cursor;
  const key = { "Idempotency-Key": crypto.randomUUID?.() ?? String(Math.random()) };
  const written = await call("POST", "/api/posts", { body: "From another origin" }, key);
  const again = await call("POST", "/api/posts", { body: "From another origin" }, key);
  const id = written.json.id;
  const version = (await call("GET", `/api/posts/${id}`)).headers.get("ETag");
  const edited = await call("PATCH", `/api/posts/${id}`, { body: "Edited there" }, { "If-Match": version });
  const stale = await call("PATCH", `/api/posts/${id}`, { body: "Too late" }, { "If-Match": version });
  const liked = await call("POST", `/api/posts/${id}/likes`);
  const commented = await call("POST", `/api/posts/${id}/comments`, { body: "Well said" });
  const page = await call("GET", "/api/posts?feed=home&limit=1");
  for (const post of page.json.items) {
    document.querySelector("ul").append(Object.assign(document.createElement("li"), { textContent: post.body }));
  }
  const changes = (await call("GET", `/api/changes?cursor=${start}`)).json.items;
  const profile = await call("PUT", "/api/me/muted-words", { words: ["football"] });
  const deleted = await call("DELETE", `/api/posts/${id}`);
  const out = await call("DELETE", "/api/tokens/current");
  const after = await call("GET", "/api/me");
  return {
    wrong: [wrong.status, wrong.json.code], written: written.status, location: written.headers.get("Location"),
    again: [again.status, again.json.id === id, again.headers.get("Idempotent-Replayed")],
    edited: edited.json.body, stale: [stale.status, stale.json.current.body], liked: liked.json.liked,
    commented: commented.status, link: page.headers.get("Link"), request: !!page.headers.get("X-Request-Id"),
    changes: changes.map((each) => `${each.kind} ${each.change}`), profile: profile.json.words,
    deleted: deleted.status, out: out.status,
    after: [after.status, after.json.code, after.headers.get("WWW-Authenticate").split(" ")[0]],
    cookies: document.cookie,
  };
};
</script></html>"""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Where the app is: on another port, which is another origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(APP.encode())))
            self.end_headers()
            self.wfile.write(APP.encode())

        def log_message(self, *_: Any) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


def test_an_app_on_another_origin_does_its_days_work(visit: Any, base_url: str, elsewhere: str) -> None:
    ada = visit("ada")
    page = ada.go(elsewhere)
    assert page.evaluate("location.origin") != base_url
    done = page.evaluate("([site, name, password]) => day(site, name, password)", [base_url, ada.name, PASSWORD])
    address = done.pop("location")
    assert address.startswith("/api/posts/")
    assert 'rel="prev"' in done.pop("link")
    assert done == {
        "wrong": [401, "wrong_password"],
        "written": 201,
        "again": [201, True, "true"],
        "edited": "Edited there",
        "stale": [412, "Edited there"],
        "liked": True,
        "commented": 201,
        "request": True,
        "changes": ["post created", "post edited", "comment created"],
        "profile": ["football"],
        "deleted": 204,
        "out": 204,
        "after": [401, "invalid_token", "Bearer"],
        "cookies": "",
    }
    assert page.locator("li").all_text_contents() == ["Edited there"]
    # Whoever is signed in there with a cookie is nobody here: the browser sends none.
    assert page.evaluate("(site) => fetch(site + '/api/me').then((answer) => answer.status)", base_url) == 401
    refused = "(site) => fetch(site + '/api/me', { credentials: 'include' }).then(() => 'read', () => 'refused')"
    assert page.evaluate(refused, base_url) == "refused"
