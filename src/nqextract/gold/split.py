"""The fixed rule that divides annotated articles into a part to develop on and a part that is only scored."""

from __future__ import annotations

import hashlib
from typing import Literal

Split = Literal["dev", "test", "all"]
SPLITS: tuple[Split, ...] = ("dev", "test", "all")

RULE = (
    'An article whose id begins with "seed-" is of the developing part. Of the others those are whose '
    "SHA-256 of the id (UTF-8), read as one hexadecimal number, is even; the rest is only scored."
)


def is_dev(article_id: str) -> bool:
    """True where the article belongs to the developing part.  A hash, so that no one chose and nothing can move."""
    if article_id.startswith("seed-"):
        return True
    return int(hashlib.sha256(article_id.encode()).hexdigest(), 16) % 2 == 0


def in_split(article_id: str, split: Split) -> bool:
    return split == "all" or is_dev(article_id) == (split == "dev")
