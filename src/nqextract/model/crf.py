"""The trained tagger: a linear-chain CRF over the syllables of a sentence."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache

from nqextract.lexicon.vocabulary import Hits
from nqextract.model.features import Span, columns, spans, tags, word_layer
from nqextract.model.folder import TAUGHT, Model, ModelError, read_model, shipped_model
from nqextract.tokenize import segmenter, syllables
from nqextract.types import CleanArticle, Mention, Sentence

SOURCE = "model"

Asked = tuple[Sentence, Sequence[Mention]]
"""A sentence, and what the rules found there: in order, not overlapping."""

_AT_ONCE = 32  # sentences that are read side by side: more would take more memory, and hardly less time


class Crf:
    """Weights that were read, ready to tag."""

    def __init__(self, model: Model) -> None:
        from nqextract.model.chain import Chain
        from nqextract.model.weights import Weights

        self.model = model
        name = model.meta["segmenter"]
        self._segmenter = None if name == "none" else segmenter(name)
        try:
            self._weights = Weights(model.weights)
            self._chain = Chain(self._weights.transitions)
        except (ValueError, OverflowError, MemoryError) as error:
            raise ModelError(f"model {model.path}: its weights are damaged: {error}") from error
        self._columns = {tag: column for column, tag in enumerate(self._weights.labels)}

    def weigh(self, clean: CleanArticle, asked: Sequence[Asked], hits: Hits) -> Iterator[Iterator[Mention]]:
        """For each of ``asked`` the names of the sentence as the tagger sees them, and the rules' as sure as it is of
        them.

        The score of each is how probable it is to be a name just so: the least of the probabilities of its tokens'
        tags, and that it ends where it does.  What it was not taught, and what does not begin and end where tokens do,
        keeps its score.
        """
        for begin in range(0, len(asked), _AT_ONCE):
            yield from self._weigh(clean, asked[begin : begin + _AT_ONCE], hits)

    def _weigh(self, clean: CleanArticle, asked: Sequence[Asked], hits: Hits) -> Iterator[Iterator[Mention]]:
        tokens = [syllables(clean.text, sentence.start, sentence.end) for sentence, _ in asked]
        seen = [
            (
                own,
                tags(own, mentions),
                None if self._segmenter is None else word_layer(clean.text, own, self._segmenter),
            )
            for own, (_, mentions) in zip(tokens, asked, strict=True)
            if own
        ]
        sizes = [len(own) for own in tokens if own]
        reading = self._chain.read(self._weights.scores(columns(clean.text, clean.fold, seen, hits), sizes), sizes)
        best = [self._weights.labels[label] for label in reading.best.tolist()]
        probabilities = reading.probabilities.ravel().tolist()  # token behind token, those of its tags
        width = len(self._weights.labels)
        begin = 0
        for own, (_, mentions) in zip(tokens, asked, strict=True):
            end = begin + len(own)
            yield self._names(own, best[begin:end], probabilities[begin * width : end * width], mentions)
            begin = end

    def _names(
        self, tokens: Sequence[Span], best: Sequence[str], probabilities: list[float], mentions: Sequence[Mention]
    ) -> Iterator[Mention]:
        for label, begin, end in spans(best):
            score = self._probability(probabilities, label, begin, end)
            yield Mention(label, tokens[begin][0], tokens[end - 1][1], score=score, source=SOURCE)
        for mention in mentions:
            if mention.label in TAUGHT:
                begin, end = bisect_left(tokens, (mention.start,)), bisect_left(tokens, (mention.end,))
                if begin < end and tokens[begin][0] == mention.start and tokens[end - 1][1] == mention.end:
                    score = self._probability(probabilities, mention.label, begin, end)
                    mention = Mention(mention.label, mention.start, mention.end, mention.value, score, mention.source)
            yield mention

    def _probability(self, probabilities: list[float], label: str, begin: int, end: int) -> float:
        """That the tokens of a sentence from ``begin`` to ``end`` are one name of ``label``, by those of its tags."""
        width, first, further = len(self._columns), self._columns[f"B-{label}"], self._columns[f"I-{label}"]
        inside = probabilities[(begin + 1) * width + further : (end + 1) * width : width]
        least = probabilities[begin * width + first]
        if end * width < len(probabilities):
            least = min(least, 1 - inside.pop())
        return min([least, *inside])


@cache
def open_crf(path: str | None = None) -> Crf:
    """The tagger of the model in the folder ``path``, the one that comes along if not given; opened once a process.

    Raises :class:`ModelError`.
    """
    return Crf(read_model(shipped_model() if path is None else path))
