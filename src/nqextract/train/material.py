"""What a model is trained on: gold, marked sentences, and articles that the rules label."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from nqextract.gold import Pair, load_gold
from nqextract.read import read_inputs
from nqextract.text import sha256
from nqextract.tokenize import segmenter as segmenter_of
from nqextract.train.examples import Example, gold_examples, marked_examples
from nqextract.train.marked import marked_files, read_marked
from nqextract.train.silver import Silver, long_sentences, related, silver_examples
from nqextract.types import Article, Failure, Mention, NqextractError

TURNS = 3
"""Times that each text is read with part of the vocabulary left out."""
SILVER_SENTENCES = 4_000
"""More of them teach the tagger to say what the rules say: on unseen articles that was no better."""


@dataclass(slots=True)
class Material:
    """``learned``, ``lines`` and ``silver`` are trained on, ``scored`` is not; nor is any silver article that shares a
    sentence with an annotated one, or with one of ``articles``, among which they lie.

    ``data``: what :meth:`examples` gave so far, for who wants to know what a model was made from; ``failures``: which
    articles it could not read.
    """

    learned: list[Pair]
    scored: list[Pair]
    lines: list[tuple[Article, list[Mention]]]
    silver: Sequence[Path]
    articles: Sequence[Path]
    data: dict[str, dict[str, Any]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    @classmethod
    def load(
        cls,
        gold: Sequence[Path],
        articles: Sequence[Path],
        split_gold: Sequence[Path],
        sentences: Sequence[Path],
        silver: Sequence[Path],
        stderr: TextIO | None = None,
    ) -> Material:
        """Reads all but the silver articles, which are read as they are needed.  ``stderr`` is told of unreviewed gold.

        Raises :class:`NqextractError` for gold or sentences that cannot be used, and where there are none.
        """
        learned = load_gold(gold, articles, stderr=stderr) if gold else []
        scored: list[Pair] = []
        if split_gold:
            learned += load_gold(split_gold, articles, split="dev", stderr=stderr)
            scored = load_gold(split_gold, articles, split="test", stderr=stderr)
        lines = [line for path in marked_files(sentences) for line in read_marked(path)]
        if not learned and not lines:
            raise NqextractError("nothing to train on: name gold with --gold or marked sentences with --sentences")
        for path in silver:
            if not path.exists():
                raise NqextractError(f"{path}: no such file or folder")
        return cls(learned, scored, lines, silver, articles)

    def examples(self, segmenter: str = "none") -> Iterator[Example]:
        """All of it, in a fixed order."""
        words = None if segmenter == "none" else segmenter_of(segmenter)
        self.data["gold"] = {
            "articles": len(self.learned),
            "sha256": sha256("\n".join(f"{pair.gold.article} {pair.gold.sha256}" for pair in self.learned)),
        }
        yield from self._counted("gold", gold_examples(self.learned, TURNS, words))
        self.data["sentences"] = {
            "lines": len(self.lines),
            "sha256": sha256("\n".join(article.text for article, _ in self.lines)),
        }
        yield from self._counted("sentences", marked_examples(self.lines, TURNS, words))
        self.data["silver"] = {}
        held_out: frozenset[str] = frozenset()
        if self.silver:
            annotated = (pair.article for pair in (*self.learned, *self.scored))
            kept_out = chain(annotated, self._read(self.articles))
            held_out = frozenset(sentence for article in kept_out for sentence in long_sentences(article.text))
        chosen = self._chosen(related(self._read(self.silver), held_out))
        yield from self._counted("silver", silver_examples(chosen, SILVER_SENTENCES, words))

    def _counted(self, part: str, examples: Iterable[Example]) -> Iterator[Example]:
        count = 0
        for example in examples:
            count += 1
            yield example
        self.data[part]["examples"] = count

    def _chosen(self, chosen: Iterable[Silver]) -> Iterator[Silver]:
        digest = hashlib.sha256()
        for count, (clean, right) in enumerate(chosen, start=1):
            digest.update(f"{clean.article.id}\t{sha256(clean.article.text)}\n".encode())
            self.data["silver"] = {"articles": count, "sha256": digest.hexdigest()}
            yield clean, right

    def _read(self, paths: Sequence[Path]) -> Iterator[Article]:
        for item in read_inputs([str(path) for path in paths]) if paths else ():
            if isinstance(item, Failure):
                self.failures.append(item)
            else:
                yield item
