"""What a feed page weighs on the wire, cold and warm: measured by the browser, headers included."""

from __future__ import annotations

from typing import Any

import pytest

COLD_BYTES = 60_000
WARM_BYTES = 15_000


@pytest.mark.parametrize("locale", ["en", "de"])
@pytest.mark.parametrize("signed_in", [False, True], ids=["signed out", "signed in"])
def test_a_feed_page_is_light(
    visit: Any,
    capsys: pytest.CaptureFixture[str],
    signed_in: bool,  # noqa: FBT001
    locale: str,
) -> None:
    writer = visit("writer")
    for number in range(20):
        writer.write(f"Post {number}: " + "words as people write them, some more and some fewer. " * (1 + number % 6))
    reader = visit("ada" if signed_in else None, locale=locale)
    if signed_in:
        reader.post(f"/@{writer.name}/followers")
    session = reader.context.new_cdp_session(reader.page)
    session.send("Network.enable")
    seen: dict[str, float] = {}
    session.on("Network.responseReceived", lambda event: seen.setdefault(event["requestId"], 0))
    session.on("Network.loadingFinished", lambda event: seen.update({event["requestId"]: event["encodedDataLength"]}))
    figures = {}
    for visited in ("cold", "warm"):
        seen.clear()
        reader.page.goto("/", wait_until="networkidle")
        figures[visited] = (sum(seen.values()), sum(size > 0 for size in seen.values()))
    with capsys.disabled():
        for visited, (size, requests) in figures.items():
            who = "signed in" if signed_in else "signed out"
            print(f"\n{locale}, {who}, {visited}: {size:,.0f} bytes, {requests} requests")  # noqa: T201
    assert figures["cold"][0] <= COLD_BYTES
    assert figures["warm"][0] <= WARM_BYTES
    assert figures["warm"][1] == 1
