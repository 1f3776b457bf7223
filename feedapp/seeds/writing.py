"""Puts posts, comments and bios together, as UTF-8, from sentences that are rendered once.

A million posts are to be written in seconds, so a text is a choice among ready sentences rather than a new rendering.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.seeds import material

if TYPE_CHECKING:
    from random import Random

VARIANTS = 64
STRIDE = 11
"""How many templates of each topic one community uses."""
LONGEST = 8
"""Sentences in the longest paragraph, fewer than STRIDE."""
LONGEST_STEP = STRIDE * (VARIANTS - STRIDE) // LONGEST
SITE = "https://example.org"


class Writer:
    """Writes with the chances of one `Random`, which every call moves on."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._topics = [_rendered(topic, random) for topic in material.topics()]
        self.topics = len(self._topics)
        self._openings = [line.encode() + b" " for line in material.lines("openings")]
        self._closings = [b" " + line.encode() for line in material.lines("closings")]
        self._replies = [line.encode() for line in material.lines("comments")]
        self._links = [f"\n\n{SITE}/{page}".encode() for page in material.lines("links")]
        self._bios = material.templates("bios")

    def post(self, topic: int, mentioned: str | None) -> bytes:
        """Write a remark, a paragraph, several, or (one in forty) an essay."""
        random, sentences = self._random, self._topics[topic]
        shape = random.random()
        if shape < 0.4:  # noqa: PLR2004  (chances are what these figures are)
            body: bytes = random.choice(sentences)
        elif shape < 0.8:  # noqa: PLR2004
            body = self._sentences(sentences, 2 + int(random.random() * 3))
        elif shape < 0.975:  # noqa: PLR2004
            body = self._paragraphs(sentences, 2 + int(random.random() * 3), 5)
        else:
            body = self._paragraphs(sentences, 5 + int(random.random() * 10), LONGEST)
        extra = random.random()
        if extra < 0.3:  # noqa: PLR2004
            body = random.choice(self._openings) + body
        elif extra < 0.5:  # noqa: PLR2004
            body += random.choice(self._closings)
        elif extra < 0.57:  # noqa: PLR2004
            body += random.choice(self._links) + b"-%d" % (1 + int(random.random() * 400))
        if mentioned is not None:
            body += f" (With thanks to @{mentioned}.)".encode()
        return body

    def comment(self, topic: int, mentioned: str | None) -> bytes:
        """Write a reply; one in three says something about the topic too."""
        random = self._random
        body: bytes = random.choice(self._replies)
        if random.random() < 0.33:  # noqa: PLR2004
            body += b" " + random.choice(self._topics[topic])
        return body if mentioned is None else f"@{mentioned} ".encode() + body

    def bio(self) -> str:
        """Write a line about somebody; one in three says nothing."""
        if self._random.random() < 0.33:  # noqa: PLR2004
            return ""
        return self._bios.render(self._random.choice(self._bios.lines), self._random)

    def _paragraphs(self, sentences: list[bytes], count: int, longest: int) -> bytes:
        random = self._random
        return b"\n\n".join([self._sentences(sentences, 1 + int(random.random() * longest)) for _ in range(count)])

    def _sentences(self, sentences: list[bytes], count: int) -> bytes:
        """Take every so many-th sentence from somewhere on: no two that were made of the same template."""
        random = self._random
        step = 1 + int(random.random() * (LONGEST_STEP - 1))
        step += step % STRIDE == 0
        start = int(random.random() * (len(sentences) - step * count))
        return b" ".join(sentences[start : start + step * count : step])


def _rendered(topic: material.Templates, random: Random) -> list[bytes]:
    """Render all templates once, then all again, and so on; `STRIDE` a prime number of them, so that steps vary."""
    lines = random.sample(topic.lines, STRIDE)
    return [topic.render(line, random).encode() for _ in range(VARIANTS) for line in lines]
