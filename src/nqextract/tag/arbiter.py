"""The only place that decides which of overlapping candidates stands."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from operator import attrgetter

from nqextract.types import ANNOTATED_KINDS, Block, Mention

_PRECEDENCE = {"DOC": 0, "TITLE": 1, "ORG": 2, "PERSON": 3, "DATE": 4}
"""Between equal spans: the label whose form says more wins."""

_start = attrgetter("start")
_LEAST = 0.5
"""A name that the trained tagger thinks more likely to be none does not stand.  What it is not asked about is sure."""


def arbitrate(candidates: Iterable[Mention]) -> list[Mention]:
    """The candidates that stand, in order, not overlapping: the surer one, else the longer, else by label."""
    standing: list[Mention] = []
    rivals: list[Mention] = []  # candidates that overlap, one with the next at least
    end = -1  # of the rivals
    for mention in sorted((mention for mention in candidates if mention.score >= _LEAST), key=_start):
        if mention.start >= end:
            standing += rivals if len(rivals) < 2 else _strongest(rivals)
            rivals = []
        rivals.append(mention)
        end = max(end, mention.end)
    return standing + _strongest(rivals)


def _strongest(rivals: list[Mention]) -> list[Mention]:
    """Those of ``rivals`` that stand, in order."""
    standing: list[Mention] = []
    for mention in sorted(rivals, key=_strength):
        index = bisect_left(standing, mention.start, key=_start)
        if index and standing[index - 1].end > mention.start:
            continue
        if index < len(standing) and standing[index].start < mention.end:
            continue
        standing.insert(index, mention)
    return standing


def in_annotated_blocks(mentions: Iterable[Mention], blocks: tuple[Block, ...]) -> list[Mention]:
    """The mentions that lie inside a block whose mentions count; ``mentions`` in order."""
    kept: list[Mention] = []
    index = 0
    for mention in mentions:
        while index < len(blocks) and blocks[index].end <= mention.start:
            index += 1
        if index < len(blocks):
            block = blocks[index]
            if block.kind in ANNOTATED_KINDS and block.start <= mention.start and mention.end <= block.end:
                kept.append(mention)
    return kept


def _strength(mention: Mention) -> tuple[float, int, int, int]:
    return (-mention.score, mention.start - mention.end, _PRECEDENCE[mention.label], mention.start)
