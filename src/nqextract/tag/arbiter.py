"""The only place that decides which of overlapping candidates stands."""

from __future__ import annotations

from collections.abc import Iterable

from nqextract.types import ANNOTATED_KINDS, Block, Mention

_PRECEDENCE = {"DOC": 0, "TITLE": 1, "ORG": 2, "PERSON": 3, "DATE": 4}
"""Between equal spans: the label whose form says more wins."""

_LEAST = 0.5
"""A name that the trained tagger thinks more likely to be none does not stand.  What it is not asked about is sure."""


def arbitrate(candidates: Iterable[Mention]) -> list[Mention]:
    """The candidates that stand, in order, not overlapping: the surer one, else the longer, else by label."""
    standing: list[Mention] = []
    for mention in sorted(candidates, key=_strength):
        if mention.score < _LEAST:
            continue
        index = _insertion(standing, mention.start)
        before = standing[index - 1] if index else None
        after = standing[index] if index < len(standing) else None
        if (before and before.end > mention.start) or (after and after.start < mention.end):
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


def _insertion(standing: list[Mention], start: int) -> int:
    low, high = 0, len(standing)
    while low < high:
        middle = (low + high) // 2
        if standing[middle].start < start:
            low = middle + 1
        else:
            high = middle
    return low
