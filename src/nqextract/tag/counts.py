"""How many people or venues: numbers with their qualifier and unit."""

from __future__ import annotations

from nqextract.types import CleanArticle, Count


def find_counts(clean: CleanArticle) -> list[Count]:
    return []
