"""Reading a linear chain: how probable each label of each token is, and which labels are the most probable together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_RANGE = 300.0  # a product is scaled before it can grow or shrink by more powers of e: float64 holds twice as many


@dataclass(frozen=True, slots=True)
class Reading:
    """Of sentences, token behind token (rows): the probability of each label (columns), and the best label of each."""

    probabilities: Floats
    best: Ints


class Chain:
    """``transitions``: how much each label (row) speaks for each next one (column)."""

    def __init__(self, transitions: Floats) -> None:
        self._transitions = transitions
        self._factors = np.exp(transitions)
        labels = len(transitions)
        self._both_ways = np.zeros((2 * labels, 2 * labels))
        self._both_ways[:labels, :labels] = self._factors
        self._both_ways[labels:, labels:] = self._factors.T
        self._scaled_every = max(1, int(_RANGE / (np.abs(transitions).max() + np.log(labels))))

    def read(self, scores: Floats, sizes: Sequence[int]) -> Reading:
        """``scores`` are those of each label (column) by the tokens' own features, ``sizes`` of how many tokens each
        sentence is; none is empty."""
        factors = np.exp(scores - scores.max(axis=1, keepdims=True))
        ends = np.cumsum(sizes, dtype=np.intp)
        begins = ends - np.array(sizes, dtype=np.intp)
        ahead, back = self._messages(factors, begins, ends)
        back *= factors
        probabilities = ahead * back
        probabilities /= probabilities.sum(axis=1, keepdims=True)
        return Reading(probabilities, self._best(scores, begins, ends, probabilities, back))

    def _messages(self, factors: Floats, begins: Ints, ends: Ints) -> tuple[Floats, Floats]:
        """What the tokens before each say of its labels, and those behind it; each row by a factor of its own.

        The sentences are read side by side, and each from both ends at once: a step of the loop costs hardly more for
        all of them than for one.
        """
        tokens, labels = factors.shape
        sizes = ends - begins
        steps = np.arange(sizes.max(initial=1))[:, np.newaxis]
        order = np.stack([np.minimum(begins + steps, tokens - 1), np.maximum(ends - 1 - steps, 0)], axis=-1)
        own = factors[order].reshape(*steps.shape[:1], len(sizes), 2 * labels)
        messages = np.ones_like(own)
        state = own[0].copy()
        halves = state.reshape(len(sizes), 2, labels)
        for step, (message, factor) in enumerate(zip(messages[1:], own[1:], strict=True), start=1):
            state.dot(self._both_ways, message)
            np.multiply(message, factor, state)
            if step % self._scaled_every == 0:
                halves /= halves.max(axis=2, keepdims=True)
        sentence = np.repeat(np.arange(len(sizes)), sizes)
        at = np.arange(tokens)
        ahead = messages[at - begins[sentence], sentence, :labels]
        return ahead, messages[ends[sentence] - 1 - at, sentence, labels:]

    def _best(self, scores: Floats, begins: Ints, ends: Ints, probabilities: Floats, back: Floats) -> Ints:
        """The labels that are the most probable together, sentence by sentence.

        Nearly always these are the most probable of each token.  No labels together are more probable than any one of
        them: so they are, where they together are at least as probable as any other label of the sentence.
        """
        best: Ints = probabilities.argmax(axis=1)
        tokens = np.arange(len(best))
        others = probabilities.copy()
        others[tokens, best] = 0
        ways = self._factors[best[:-1]] * back[1:]  # from the best of each token to every label of the next
        together = np.empty(len(best))
        together[1:] = ways[tokens[:-1], best[1:]] / ways.sum(axis=1)
        together[begins] = probabilities[begins, best[begins]]
        unsure = np.multiply.reduceat(together, begins) < np.maximum.reduceat(others.max(axis=1), begins)
        for begin, end in zip(begins[unsure].tolist(), ends[unsure].tolist(), strict=True):
            best[begin:end] = self._viterbi(scores[begin:end])
        return best

    def _viterbi(self, scores: Floats) -> list[int]:
        total = scores[0]
        before: list[list[int]] = []
        for own in scores[1:]:
            ways = total[:, np.newaxis] + self._transitions
            before.append(ways.argmax(axis=0).tolist())
            total = ways.max(axis=0) + own
        path = [int(total.argmax())]
        for choices in reversed(before):
            path.append(choices[path[-1]])
        return path[::-1]
