"""The trained tagger: a linear-chain CRF over the syllables of a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from nqextract.lexicon.vocabulary import Hits
from nqextract.model.features import features, spans, tags, word_layer
from nqextract.model.folder import TAUGHT, Model, ModelError, read_model, shipped_model
from nqextract.tokenize import segmenter, syllables
from nqextract.types import CleanArticle, Mention, Sentence

SOURCE = "model"


class Crf:
    """Weights that were read, ready to tag."""

    def __init__(self, model: Model) -> None:
        import pycrfsuite

        self.model = model
        self._tagger = pycrfsuite.Tagger()
        name = model.meta["segmenter"]
        self._segmenter = None if name == "none" else segmenter(name)
        try:
            self._tagger.open_inmemory(model.weights)
        except ValueError as error:
            raise ModelError(f"model {model.path}: its weights are damaged: {error}") from error

    def weigh(
        self, clean: CleanArticle, sentence: Sentence, hits: Hits, mentions: Sequence[Mention]
    ) -> Iterator[Mention]:
        """The names of ``sentence`` as the tagger sees them, and ``mentions`` as sure as it is of them.

        The score of each is how probable it is to be a name just so: the least of the probabilities of its tokens'
        tags, and that it ends where it does.  ``mentions`` are what the rules found there, in order, not overlapping;
        what it was not taught, and what does not begin and end where tokens do, keeps its score.
        """
        tokens = syllables(clean.text, sentence.start, sentence.end)
        answers = tags(tokens, mentions)
        words = None if self._segmenter is None else word_layer(clean.text, tokens, self._segmenter)
        found = self._tagger.tag(features(clean.text, clean.fold, tokens, hits, answers, words))
        for label, begin, end in spans(found):
            score = self._probability(label, begin, end, len(tokens))
            yield Mention(label, tokens[begin][0], tokens[end - 1][1], score=score, source=SOURCE)
        starts = {start: at for at, (start, _) in enumerate(tokens)}
        ends = {end: at + 1 for at, (_, end) in enumerate(tokens)}
        for mention in mentions:
            first, behind = starts.get(mention.start), ends.get(mention.end)
            if mention.label in TAUGHT and first is not None and behind is not None:
                mention = replace(mention, score=self._probability(mention.label, first, behind, len(tokens)))
            yield mention

    def _probability(self, label: str, begin: int, end: int, size: int) -> float:
        """Of the sentence tagged last, that its tokens from ``begin`` to ``end`` are one name of ``label``."""
        least: float = self._tagger.marginal(f"B-{label}", begin)
        for at in range(begin + 1, end):
            least = min(least, self._tagger.marginal(f"I-{label}", at))
        return min(least, 1 - self._tagger.marginal(f"I-{label}", end)) if end < size else least


@cache
def open_crf(path: str | None = None) -> Crf:
    """The tagger of the model in the folder ``path``, the one that comes along if not given; opened once a process.

    Raises :class:`ModelError`.
    """
    return Crf(read_model(shipped_model() if path is None else path))
