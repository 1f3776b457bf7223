"""How the test types the guide: what it puts in place of names, what it answers, and which commands it leaves out."""

from __future__ import annotations

from typing import NamedTuple

HOST = "example.org"
FROM_EMPTY, NEW_VERSION, NEW_SETTINGS, LOST = (
    "From an empty Debian to a public site",
    "A new version",
    "New settings",
    "All is lost",
)
BLOCKS = (FROM_EMPTY, NEW_VERSION, NEW_SETTINGS, LOST)
"""Each is typed by `test_guide.py`, whole and in this order."""

REPOSITORY, BACKUP = "REPOSITORY", "BACKUP"
"""What a reader puts something of their own in the place of."""


class Question(NamedTuple):
    """What a program asks, and what the reader types."""

    asked: str
    answer: str


QUESTIONS = {
    "feedapp setup": [
        Question("PostgreSQL", ""),
        Question("Redis", ""),
        Question("Mail", ""),
        Question("Where backups go", ""),
        Question("Folder of", ""),
    ],
    "certbot certonly": [
        Question("mail address", f"ada@{HOST}"),
        Question("(Y)es/(N)o", "y"),
        Question("(Y)es/(N)o", "n"),
    ],
}
"""By words of the line; Enter takes what is proposed."""

ENDS_WITH = {"feedapp doctor": (1, "No mail leaves")}
"""The exit status of a line, if it is not 0, and what it says: there is no mail server."""

NOT_RUN = {
    "flask --app wsgi …": "another name of `feedapp …`",
    "feedapp export FILE": "moves a community: tests/integration/stored/ runs it",
    "feedapp import FILE": "moves a community: tests/integration/stored/ runs it",
    "make test-deploy": "a test",
    "make test-guide": "this test",
}
"""Commands that the guide mentions in a sentence and the test does not run, with the reason."""


def questions_of(line: str) -> list[Question]:
    """Give what a line asks."""
    return next((asked for words, asked in QUESTIONS.items() if words in line), [])


def end_of(line: str) -> tuple[int, str]:
    """Give the exit status that a line is meant to end with, and what it says then."""
    return next((end for words, end in ENDS_WITH.items() if words in line), (0, ""))
