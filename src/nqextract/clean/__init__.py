"""Tells the parts of an article apart: title, dateline, captions, body; byline, credits, source, page furniture."""

from __future__ import annotations

import re

from nqextract.clean.page import Page, read_lines
from nqextract.clean.steps import STEPS
from nqextract.text import fold, half_surrogate, normalise
from nqextract.types import ANNOTATED_KINDS, Article, Block, BlockKind, CleanArticle, StageError

_letter = re.compile(r"[^\W\d_]")

__all__ = ["clean_article"]


def clean_article(article: Article) -> CleanArticle:
    """The article as plain text, in blocks of one kind each, in order; white space belongs to no block.

    Nothing is rewritten but by :func:`nqextract.text.normalise`; in ``fold``, line breaks inside a block (hard-wrapped
    text) are plain spaces.  Raises :class:`StageError` ("clean") where there is no letter in the text, or half a
    surrogate pair in it or beside it: no output could hold that.
    """
    _refuse_halves(article)
    text, raw_starts = normalise(article.text)
    if _letter.search(text) is None:
        raise StageError("clean", "empty", "the article has no text" if not text.strip() else "no letter in the text")
    folded = fold(text)
    page = Page(article, text, folded, read_lines(text, folded), raw_starts)
    for step in STEPS:
        step(page)
    blocks = _blocks(page)
    return CleanArticle(
        article=article,
        text=text,
        fold=_unbroken(folded, blocks),
        blocks=blocks,
        dateline=page.dateline,
        raw_starts=raw_starts,
    )


def _refuse_halves(article: Article) -> None:
    for name in ("text", "id", "path", "title", "published", "url", "outlet"):
        value: str | None = getattr(article, name)
        if value is not None and (at := half_surrogate(value)) is not None:
            half = f"half a surrogate pair (U+{ord(value[at]):04X}) at character {at} of the {name}"
            raise StageError("clean", "encoding", half)


def _blocks(page: Page) -> tuple[Block, ...]:
    blocks: list[Block] = []
    first: dict[str, int] = {}

    def add(kind: BlockKind, start: int, end: int, squeezed: str) -> None:
        repeats = None
        if kind in ANNOTATED_KINDS:
            index = first.setdefault(squeezed.strip(" .-"), len(blocks))
            repeats = index if index < len(blocks) else None
        blocks.append(Block(kind, start, end, repeats))

    for line in page.lines:
        whole = line.kind or BlockKind.PARAGRAPH
        if not line.parts:
            add(whole, line.start, line.end, line.squeezed)
        for kind, start, end in line.parts:
            piece = page.text[start:end]
            start += len(piece) - len(piece.lstrip())
            end -= len(piece) - len(piece.rstrip())
            if start >= end:
                continue
            if kind is None and _letter.search(piece) is None:
                kind = blocks[-1].kind if blocks else BlockKind.FURNITURE  # the stop behind "(Ảnh: …)"
            add(kind or whole, start, end, " ".join(page.fold[start:end].split()))
    return tuple(blocks)


def _unbroken(folded: str, blocks: tuple[Block, ...]) -> str:
    if all(folded.find("\n", block.start, block.end) < 0 for block in blocks):
        return folded
    pieces: list[str] = []
    at = 0
    for block in blocks:
        pieces += [folded[at : block.start], folded[block.start : block.end].replace("\n", " ")]
        at = block.end
    pieces.append(folded[at:])
    return "".join(pieces)
