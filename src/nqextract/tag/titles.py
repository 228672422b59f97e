"""TITLE: positions (chức vụ), from the grammar's heads and what completes them."""

from __future__ import annotations

import re

from nqextract.lexicon.vocabulary import Kind
from nqextract.tag.grammar import Phrase, Reader
from nqextract.types import Mention, NameValue

_FORMER = re.compile(r"(?:(?<=^)|(?<=[^\w]))(nguyên|quyền|cựu|q\.) $")
_WORDS_BACK = 3  # as far as a body's name is looked for before a position
_PLURAL = re.compile(r"các $")
_HELD = re.compile(r"(?:làm|giữ (?:chức|chức vụ|cương vị|vai trò)) $")
_NOT_HELD = re.compile(
    r"(?:chuẩn|vị trí|chức danh(?: như)?|chức vụ như|tiêu chuẩn|(?:khuyết|thiếu)(?: một| hai| ba)?) $"
)
"""Before a bare position that is spoken of as such, not as somebody's."""


def find_titles(reader: Reader) -> list[Mention]:
    """TITLE mentions in order."""
    mentions: list[Mention] = []
    end = 0
    spoken_end = -1
    for start in reader.hits.titles:
        if start < end or _inside_body(reader, start):
            continue
        phrase = reader.title(start)
        if phrase is None:
            continue
        if _is_spoken_of(reader, phrase, spoken_end):
            spoken_end = end = phrase.end
            continue
        if not _is_position(reader, phrase):
            continue
        begin = start
        former = _FORMER.search(reader.folded, max(0, start - 8), start)
        if former and former.start(1) >= end:
            begin = former.start(1)
        end = phrase.end
        value = NameValue(reader.text[begin:end], phrase.parent, phrase.place)
        mentions.append(Mention("TITLE", begin, end, value, source="grammar"))
    return mentions


def _inside_body(reader: Reader, start: int) -> bool:
    """ "Ban [Bí thư] Trung ương", "Văn phòng [Chủ tịch nước]": a body that began before holds this one."""
    first = reader.word(start)
    if first and reader.ends_everyday_word(start, first):  # "giữ chức vụ | Phó Bí thư"
        return True
    title = reader.hits.at(start, Kind.TITLE)
    head = reader.hits.at(start, Kind.HEAD)
    if title and head and head[0] > title[0]:  # "Đại sứ | quán"
        return True
    begin = start
    for _ in range(_WORDS_BACK):
        begin = reader.word_before(begin)
        if begin >= start:
            return False
        for end, entry in reader.hits.by_start.get(begin, ()):
            if end > start and entry.kind in (Kind.BODY, Kind.HEAD, Kind.HALL):
                return True
    return False


def _is_spoken_of(reader: Reader, phrase: Phrase, spoken_end: int) -> bool:
    """Named as a kind of position ("chức danh bí thư, phó bí thư"), first or later in such a list."""
    if spoken_end >= 0 and reader.folded[spoken_end : phrase.start] in (", ", ",", " và ", ", ,"):
        return True
    return phrase.bare and _NOT_HELD.search(reader.folded, max(0, phrase.start - 16), phrase.start) is not None


def _is_position(reader: Reader, phrase: Phrase) -> bool:
    """A head that something completes, or one that may stand alone where it does."""
    if not phrase.bare or phrase.entry.alone == "yes":
        return True
    if "bodyfield" in phrase.entry.takes and _PLURAL.search(reader.folded, max(0, phrase.start - 4), phrase.start):
        return True  # "giao các trưởng khoa"
    alone = phrase.entry.alone
    if alone in ("held", "both", "cap") and _is_held(reader, phrase):
        return True
    if alone in ("cap", "both") and reader.capital(phrase.start):
        return True
    return alone in ("cap", "both", "name") and _name_follows(reader, phrase.end)


def _is_held(reader: Reader, phrase: Phrase) -> bool:
    """ "… làm tổ trưởng": a bare position that somebody is said to hold."""
    held = _HELD.search(reader.folded, max(0, phrase.start - 17), phrase.start)
    if held is None or (held.group() == "làm " and phrase.entry.alone == "cap"):  # "làm đại sứ cho cuộc thi"
        return False
    return reader.ends_phrase(phrase.end)


def _name_follows(reader: Reader, end: int) -> bool:
    start = reader.gap(end)
    run = reader.capital_run(start)
    return bool(run) and (len(run) >= 2 and reader.surname(*run[0]) is not None)
