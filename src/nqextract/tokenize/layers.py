"""What ``run --tokens`` writes and ``show --tokens`` shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nqextract.tokenize.syllables import syllables
from nqextract.tokenize.words import Segmenter
from nqextract.types import CleanArticle, Sentence


def token_layers(clean: CleanArticle, sentences: Sequence[Sentence], segmenter: Segmenter) -> dict[str, Any]:
    """``{"id", "segmenter", "sentences": [{"start", "end", "tokens": [[s, e], …], "words": [[s, e], …]}, …]}``.

    All offsets are raw ones.  A word that a line break cuts in two is given as one span with the break inside.
    """

    def raw(spans: list[tuple[int, int]], offset: int = 0) -> list[list[int]]:
        return [list(clean.raw_span(offset + start, offset + end)) for start, end in spans]

    layers = []
    for sentence in sentences:
        start, end = clean.raw_span(sentence.start, sentence.end)
        words = segmenter.words(clean.text[sentence.start : sentence.end])
        tokens = syllables(clean.text, sentence.start, sentence.end)
        layers.append({"start": start, "end": end, "tokens": raw(tokens), "words": raw(words, sentence.start)})
    return {"id": clean.article.id, "segmenter": segmenter.name, "sentences": layers}
