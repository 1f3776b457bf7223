"""A site that nobody runs yet says at its start where its first admin is made."""

import re

from tests.integration.launching.runs import Start, wait_for


def test_a_start_prints_an_address_until_there_is_an_admin(start: Start) -> None:
    run = start()
    run.wait_until_ready()
    wait_for(run, "/setup?code=")  # which is asked of PostgreSQL after that
    said = r"Nobody runs this site yet\. Become its admin: http://[^/]+(/setup\?code=[A-Za-z0-9_-]{24})\n"
    found = re.search(said, run.text())
    assert found, run.text()
    assert run.get(found[1]) == 200
