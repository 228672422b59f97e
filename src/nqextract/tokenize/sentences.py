"""Sentences of the annotated parts of an article."""

from __future__ import annotations

from nqextract.stops import sentence_ends
from nqextract.types import ANNOTATED_KINDS, CleanArticle, Sentence


def split_sentences(clean: CleanArticle) -> tuple[Sentence, ...]:
    """The sentences of the annotated blocks, in order; none crosses a block, white space belongs to none."""
    found: list[Sentence] = []
    for index, block in enumerate(clean.blocks):
        if block.kind not in ANNOTATED_KINDS:
            continue
        begin = block.start
        for end in (*sentence_ends(clean.text, clean.fold, block.start, block.end), block.end):
            while begin < end and clean.text[begin].isspace():
                begin += 1
            if begin < end:
                found.append(Sentence(begin, end, index))
            begin = end
    return tuple(found)
