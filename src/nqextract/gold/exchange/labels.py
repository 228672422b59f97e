"""The labels as people see them in a tool: their words, colours and keys, from the vocabulary's tables."""

from __future__ import annotations

from typing import NamedTuple

from nqextract.lexicon import rows
from nqextract.types import LABELS


class LabelLook(NamedTuple):
    """``background`` is a colour as ``#rrggbb`` on which black can be read; ``key`` the key that sets the label."""

    name: str
    words: str
    background: str
    key: str


def labels() -> list[LabelLook]:
    """All labels, in their order."""
    words = {row["key"]: row["text"] for row in rows("display") if row["kind"] == "label"}
    looks = {row["label"]: row for row in rows("label_looks")}
    return [LabelLook(name, words[name], looks[name]["background"], looks[name]["key"]) for name in LABELS]
