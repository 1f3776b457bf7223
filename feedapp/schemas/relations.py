"""What people want nothing to do with, as they send it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from feedapp.lengths import MOST_MUTED_WORDS
from feedapp.schemas.inputs import Input
from feedapp.schemas.texts import Word  # noqa: TC001  (pydantic reads the annotations)


class MutedWords(Input):
    """All words and phrases that somebody does not want to read."""

    words: Annotated[list[Word], Field(max_length=MOST_MUTED_WORDS)]
