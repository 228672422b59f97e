"""ORG: organisations, from the phrases of the grammar that stand on their own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from nqextract.lexicon import rows
from nqextract.lexicon.vocabulary import NAMING, Kind
from nqextract.tag.grammar import Phrase, Reader
from nqextract.types import Mention, NameValue

_PLURALS = (
    *("các", "những", "mọi", "từng", "mỗi", "nhiều", "một số", "toàn bộ", "tất cả"),
    *("cấp", "nội bộ", "một", "hai", "ba", "bốn"),
)
_COUNTED = re.compile(r"(?:^|([^\W\d_]+) |[^\w.,/-] ?)(?:[2-9]|[1-9]\d{1,2}) $")
"""A number before a kind of bodies, and the word before it."""
_PLURAL_LIST = re.compile(
    r"(?:các|những) (?:(?:tỉnh|huyện|quận|thị|thành|thị xã|thành phố|xã|phường|sở|ban|ngành)(?:, ?| và )){1,5}$"
)
_LAWS = ("luật ", "luật tổ chức ")
_OF_KINDS = re.compile(r" (?:của )?các (?=[^\W\d_])")
_COMMUNAL = re.compile(r"(?:xã|phường|thị trấn|thôn|bản|ấp)$")
_JOINT = re.compile(r"\s*(?:,|;|và|hoặc|-|/)?\s*")
_GENERIC_TAIL = re.compile(
    r" (?:các cấp|cấp (?:tỉnh|huyện|xã|trên|dưới|cơ sở)|trực thuộc|cơ sở|liên quan(?! đến| tới)|và tương đương"
    r"|các (?:tỉnh|huyện|xã|quận|phường|thành phố|địa phương|sở|bộ|ngành))(?![^\W_])"
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n])[\s\"'*(-]*$")
_LINE_START = re.compile(r"(?:^|[\n.!?”\"])[ (]*(?:theo )?$")
_PRESS_HEADS = ("Báo", "Tạp chí", "Đài ", "Thông tấn")
_LIST_OF_UNITS = re.compile(r"(?:, ?| )(?:huyện|xã|phường|thị trấn|thị xã|thành phố|quận)(?! ủy)(?![^\W_])")
_LISTED_KINDS = re.compile(
    r"(?:(?:, ?| và )(?:tỉnh ủy|thành ủy|huyện ủy|quận ủy|thị ủy|đảng ủy|ban cán sự đảng|đảng đoàn)){1,6}"
    r" (?:trực thuộc|cơ sở)"
    r"|(?:(?:, ?| và )(?:hđnd|ubnd|hội đồng nhân dân|ủy ban nhân dân|(?:ủy ban )?mttq(?: việt nam)?)){1,3}"
    r" (?:các cấp|cấp [^\W\d_]+|các (?:xã|huyện|quận|phường|tỉnh))"
)
"""What follows the first of a list of kinds of committees."""


def find_organizations(reader: Reader, taken: Iterable[tuple[int, int]] = ()) -> list[Mention]:
    """ORG mentions in order, outside the spans ``taken`` (titles, documents), which must be sorted."""
    spans = list(taken)
    cursor = 0
    mentions: list[Mention] = []
    end = 0
    plural_end = -1  # where the last plural of bodies ends
    for start in _with_congresses(reader):
        if start < end:
            continue
        while cursor < len(spans) and spans[cursor][1] <= start:
            cursor += 1
        if cursor < len(spans) and spans[cursor][0] <= start:
            continue
        is_congress = reader.folded.startswith("đại hội", start)
        if not is_congress and _is_ordinary(reader, start, plural_end):
            continue
        phrase = reader.organisation(start)
        if is_congress and (phrase is None or phrase.end <= start + 7):
            end = start + 7  # nothing begins inside "đại hội"
            continue
        if phrase is None or (cursor < len(spans) and spans[cursor][0] < phrase.end) or _is_inside(reader, phrase):
            continue
        plural = _is_plural(reader, start, plural_end)
        if _is_generic(reader, phrase, plural):
            if plural:
                plural_end = phrase.end
            continue
        end = phrase.end
        if _is_signature(reader, phrase):
            continue
        value = NameValue(reader.text[start:end], phrase.parent, phrase.place)
        mentions.append(Mention("ORG", start, end, value, source="grammar"))
    return mentions


def _with_congresses(reader: Reader) -> list[int]:
    starts = reader.hits.names
    congress = reader.folded.find("đại hội")
    if congress < 0:
        return starts
    congresses = set()
    while congress >= 0:
        congresses.add(congress)
        congress = reader.folded.find("đại hội", congress + 1)
    return sorted(congresses.union(starts))


def _is_ordinary(reader: Reader, start: int, plural_end: int) -> bool:
    """Whether what begins at ``start`` is a word or a kind of body whatever follows: "vụ việc", "một đội gồm".

    Most heads in small letters are; reading on behind them would be the most of the work.  A plural is left to
    :func:`_is_generic`, for what stands behind it in the list is one, too.
    """
    end = 0  # of the longest name
    needs_more = not reader.text[start].isupper()
    for stop, entry in reader.hits.by_start.get(start, ()):
        if entry.kind not in NAMING:
            continue
        if " " in entry.name:
            return False
        end = end or stop
        needs_more = needs_more and entry.kind is Kind.HEAD and entry.alone != "yes"
    if not end:
        return False
    return reader.in_everyday_word(start, end) or (
        needs_more and not reader.capital(reader.gap(end)) and not _is_plural(reader, start, plural_end)
    )


def _is_inside(reader: Reader, phrase: Phrase) -> bool:
    """A short head that is a syllable of an ordinary word ("họp báo"), or of a person's name ("Nguyễn Trường An")."""
    capital = reader.capital(phrase.start)
    if not capital and (first := reader.word(phrase.start)) and reader.ends_everyday_word(phrase.start, first):
        return True
    if phrase.start >= 2 and reader.marked(phrase.start - 2):
        return True  # "Y-Ban Êban"
    if " " in phrase.entry.name:
        return False
    if reader.in_everyday_word(phrase.start, phrase.head_end):
        return True
    if not capital:
        return False
    before = reader.word_before(phrase.start)
    adjacent = before < phrase.start and reader.folded[phrase.start - 1] == " "
    return adjacent and reader.capital(before) and reader.surname(before, phrase.start - 1) == "common"


def _is_plural(reader: Reader, start: int, plural_end: int) -> bool:
    """Behind "các", or in a list whose first member is."""
    if reader.folded[max(0, start - 12) : start].rstrip().endswith(_PLURALS):
        return True
    listed = reader.folded.endswith((",", ", ", " và "), 0, start)
    if listed and _PLURAL_LIST.search(reader.folded, max(0, start - 45), start):
        return True
    return plural_end >= 0 and _JOINT.fullmatch(reader.folded, plural_end, start) is not None


@cache
def _numbered_words() -> frozenset[str]:
    return frozenset(row["word"] for row in rows("numbered_words"))


def _is_counted(reader: Reader, start: int) -> bool:
    """ "29 chi hội cấp phường", "thành lập 3 trung tâm Tư vấn pháp luật"; "quận 3", "khu vực 1" count nothing."""
    if not reader.folded[max(0, start - 2) : start - 1].isdecimal():
        return False
    counted = _COUNTED.search(reader.folded, max(0, start - 16), start)
    return counted is not None and counted.group(1) not in _numbered_words()


def _is_signature(reader: Reader, phrase: Phrase) -> bool:
    """ "…\nTạp chí Cao su Việt Nam": the newspaper, named alone at the end of its article."""
    if len(reader.folded) - phrase.end > 8 or not phrase.entry.name.startswith(_PRESS_HEADS):
        return False
    if reader.folded[phrase.end :].strip(" \n.)"):
        return False
    return _LINE_START.search(reader.folded, max(0, phrase.start - 12), phrase.start) is not None


def _is_generic(reader: Reader, phrase: Phrase, plural: bool) -> bool:
    """A kind of body, or words that only look like a body's head."""
    entry = phrase.entry
    if entry.kind is Kind.HEAD and _is_counted(reader, phrase.start):
        return True
    if _GENERIC_TAIL.match(reader.folded, phrase.end) or _is_building(reader, phrase):
        return True
    if reader.folded.endswith(_LAWS, 0, phrase.start):
        return True
    kinds = _OF_KINDS.match(reader.folded, phrase.end) if phrase.bare else None
    if kinds and (reader.hits.at(kinds.end(), Kind.GENERIC) or reader.hits.at(kinds.end(), Kind.UNIT)):
        return True
    if phrase.bare and _LISTED_KINDS.match(reader.folded, phrase.end):
        return True
    if entry.kind is Kind.BODY:
        return False
    if phrase.bare:
        if plural or entry.alone == "no":
            return True
        return entry.alone != "yes" and not _stands_alone(reader, phrase)
    written = reader.text[phrase.start : phrase.end]
    capital = reader.capital(phrase.start)
    short = " " not in entry.name
    shouted = reader.shouted(phrase.start)
    if not capital and short and not reader.capital(reader.gap(phrase.head_end)) and not (shouted and phrase.place):
        return True
    place = reader.text[slice(*phrase.place)] if phrase.place else ""
    only_place = phrase.place == (reader.gap(phrase.head_end), phrase.end)
    if only_place and not capital and "open" in entry.takes and "committee" not in entry.classes:
        return True
    unnamed = only_place and place.islower() and not any(character.isdigit() for character in place)
    if unnamed and plural:
        return True
    if written.islower() and (
        (phrase.parent and not written[-1].isdigit()) or (unnamed and (short or _COMMUNAL.search(place)))
    ):
        return True
    return unnamed and _LIST_OF_UNITS.match(reader.folded, phrase.end) is not None


def _is_building(reader: Reader, phrase: Phrase) -> bool:
    """ "đường Trường Chinh", "Nhà Quốc hội", "Trung tâm Hội nghị tỉnh": a thing that bears the name."""
    if reader.hits.at(phrase.start, Kind.HALL):
        return True
    hall = reader.hits.ending_at(phrase.head_end, Kind.HALL)
    if hall and hall[0] < phrase.start:
        return True
    before = phrase.start - 1
    return before > 0 and " " not in phrase.entry.name and reader.hits.ending_at(before, Kind.BEARER) is not None


def _stands_alone(reader: Reader, phrase: Phrase) -> bool:
    """A capitalised short head ("Bộ") stands for a body only where it is no part of a longer capitalised name."""
    if not reader.capital(phrase.start) or reader.in_everyday_word(phrase.start, phrase.head_end):
        return False
    if phrase.start > 1 and reader.text[phrase.start - 2].isdigit():
        return False  # "giao 3 Bộ"
    if phrase.entry.alone == "mid" and _SENTENCE_START.search(reader.folded, max(0, phrase.start - 4), phrase.start):
        return False
    before = reader.word_before(phrase.start, over_lines=True)
    inside_name = (
        phrase.start > 0
        and reader.folded[phrase.start - 1] == " "
        and reader.capital(before)
        and reader.text[before : phrase.start].strip().isalpha()
    )
    return not inside_name and not reader.capital(reader.gap(phrase.end))
