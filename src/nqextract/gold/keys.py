"""Keys by which values are compared: equal keys, equal values."""

from __future__ import annotations

import re

from nqextract.gold.models import GoldDocument
from nqextract.records import DocumentKey
from nqextract.text import fold, normalise

_space = re.compile(r"\s+")


def text_key(text: str) -> str:
    """``text`` without regard to case, tone placement, kinds of dash and quote, and all spacing.

    Spacing is dropped rather than made single, so that "40 - CT / TW" is "40-CT/TW".
    """
    return _space.sub("", fold(normalise(text)[0]))


def document_key(document: DocumentKey | GoldDocument) -> str:
    """The type with the number, or with the meeting where no number is given."""
    if document.number:
        return f"{document.type} {text_key(document.number)}"
    return f"{document.type} {text_key(document.meeting or '')}"
