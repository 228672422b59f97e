"""Short names that an article itself gives: "Hiệp hội Bất động sản TP. HCM (HoREA)", later "HoREA"."""

from __future__ import annotations

import re
from bisect import bisect_left

from nqextract.lexicon import either
from nqextract.lexicon.vocabulary import Entry, Kind
from nqextract.tag.grammar import Reader
from nqextract.text import fold

_IN_BRACKETS = re.compile(r"\((?P<name>[^\W\d_][^\W_]{1,11}(?:[-&][^\W_]{1,6})?)\)")
_LONGEST = 140  # characters of a name before its short form
_WORD = re.compile(r"[^\W\d_]+")


def learn_acronyms(reader: Reader) -> None:
    """Add to the hits of ``reader`` the other occurrences of each short name that stands in brackets behind a name."""
    given: dict[str, tuple[int, Entry]] = {}
    for match in _IN_BRACKETS.finditer(reader.text):
        short = match["name"]
        if sum(character.isupper() for character in short) < 2 or reader.hits.by_start.get(match.start("name")):
            continue
        full = _named(reader, match)
        if full is None or _is_of_a_part(full, short):
            continue
        given.setdefault(short, (match.start("name"), Entry(Kind.BODY, full, detail="other")))
    if not given:
        return
    added = set()
    for found in re.finditer(rf"(?<![^\W_]){either(given)}(?![^\W_])", reader.text):
        where, entry = given[found[0]]
        if found.start() != where:
            hits = reader.hits.by_start.setdefault(found.start(), [])
            hits.append((found.end(), entry))
            hits.sort(key=lambda hit: -hit[0])  # longest first
            added.add(found.start())
    reader.hits.names[:] = sorted(added.union(reader.hits.names))


def _named(reader: Reader, match: re.Match[str]) -> str | None:
    """The name of the organisation that ends with the brackets ``match``, without them."""
    names = reader.hits.names
    for start in names[bisect_left(names, match.start() - _LONGEST) : bisect_left(names, match.start())]:
        phrase = reader.organisation(start)
        if phrase is not None and phrase.end >= match.end():
            return reader.text[start : match.start()].strip()
    return None


def _is_of_a_part(full: str, short: str) -> bool:
    """Whether ``short`` stands for the end of the name alone: "Ban Quản lý dự án (QLDA)"."""
    initials = "".join(word[0] for word in _WORD.findall(fold(full)))
    letters = fold(short)
    return initials.endswith(letters) and len(letters) < len(initials)
