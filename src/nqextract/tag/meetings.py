"""The meetings that issue documents: plenums, congresses and sessions, in all wordings.

A meeting's key is that of the guideline: ``plenum:6:XIII``, ``congress:XIII``, ``congress:XX:tỉnh Bắc Ninh``,
``session:8:XV``, ``session:extra-9:XV``; an ordinal or term that is not said is left empty (``plenum:8:``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from nqextract.lexicon import either, forms_by_kind
from nqextract.tag.numerals import ordinal, to_roman
from nqextract.types import Analysis, CleanArticle

_MOST_PLENUMS = 15
"""No Central Committee since 1976 met more often: "Nghị quyết Trung ương 29" names a number."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting at ``[start, end)``.  ``number`` is set instead of ``key`` where the figure is a document's number."""

    start: int
    end: int
    key: str | None
    number: str | None = None

    @property
    def kind(self) -> str:
        """ "plenum", "congress" or "session"."""
        return self.key.partition(":")[0] if self.key else "plenum"


@dataclass(frozen=True)
class _Grammar:
    first_words: tuple[str, ...]  # a meeting's wording begins with one of them
    opener: re.Pattern[str]
    plenum: tuple[re.Pattern[str], ...]
    other_plenum: re.Pattern[str]
    congress: tuple[re.Pattern[str], ...]
    other_congress: tuple[re.Pattern[str], ...]
    session: re.Pattern[str]
    next_plenum: re.Pattern[str]
    next_term: re.Pattern[str]
    after: re.Pattern[str]
    counted: re.Pattern[str]
    generic: re.Pattern[str]
    unit: re.Pattern[str]


_WORD = "(?:mười (?:một|hai|ba|bốn|tư|lăm|năm)|nhất|nhì|hai|ba|bốn|tư|năm|sáu|bảy|bẩy|tám|chín|mười)(?!\\w)(?! ?[0-9])"
_FIGURE = "(?:[0-9]{1,2}(?![0-9%]|[.,/-][0-9])|[ivx]{1,6}(?!\\w))"
_ORDINAL = f"(?:{_FIGURE}|{_WORD})"
_YEARS = r"(?:,? ?\(?nhiệm kỳ [0-9]{4} ?- ?[0-9]{4}\)?)"
_PERIOD = re.compile(_YEARS)
_NEXT_WORD = re.compile(r"(?: -)? ?(?P<word>(?:tp|tx|tt)\.|[^\W\d_]+)")


def _term(name: str) -> str:
    """ ", khóa XII", " (khóa 12)": the term goes to the groups ``name`` and ``name`` + "2"."""
    return (
        rf"(?:,? ?\( ?khóa (?:thứ )?(?P<{name}>{_ORDINAL})(?:(?:,| và) ?(?:khóa )?{_FIGURE})* ?\)"
        rf"|,? khóa (?:thứ )?(?P<{name}2>{_ORDINAL}))"
    )


@cache
def _grammar() -> _Grammar:
    words = forms_by_kind("document_words")
    counted = words["not_after"] + forms_by_kind("date_words")["not_after"]
    central, committee, party = (either(words[kind]) for kind in ("central", "committee", "party"))
    body = rf"(?:,? ?(?:của )?(?:{committee} ?{central}(?: {party})?|{central} {party}|{committee} {party}(?! bộ| ủy)))"
    centre = rf"(?:(?:{committee} )?{central}(?: {party})?(?!\w))"
    order = f"(?:lần )?(?:thứ )?(?P<ordinal>{_ORDINAL})"
    plenum = (
        rf"hội nghị (?:của )?{centre}{_term('a')}? (?:lần thứ|thứ|lần) (?P<ordinal>{_ORDINAL}){_term('b')}?",
        rf"(?:hội nghị )?{centre} {order}(?:{body})?{_term('a')}?",
        rf"hội nghị (?:lần thứ|thứ|lần) (?P<ordinal>{_ORDINAL}){_term('b')}?(?:{body})?{_term('a')}?",
        rf"(?:lần thứ|thứ) (?P<ordinal>{_ORDINAL}){body}{_term('a')}?",
    )
    of_party = rf"(?: của {party}(?: ta)?(?!\w)| {party}(?!\w))"
    heads = either(words["body_head"])
    congress = (
        rf"đại hội (?:đại biểu )?(?:{party} )?(?:đại biểu )?toàn quốc(?:{of_party})?(?: khóa)? "
        rf"(?:lần thứ |thứ |lần )?(?P<ordinal>{_ORDINAL})(?:{of_party})?(?:{_YEARS})?",
        rf"đại hội (?:đại biểu )?(?:{party} )?(?:khóa )?(?:lần thứ |thứ |lần )?(?P<ordinal>{_ORDINAL})"
        rf"(?!(?: của|,)? {heads}(?!\w))(?:{of_party}(?! bộ| ủy))?(?:{_YEARS})?",
    )
    name = r"(?: (?!lần thứ|nhiệm kỳ|khóa|và)[^\W\d_][^\W_.]*(?:\.(?= ))?(?: -)?){0,9}?"
    other_congress = (
        rf"đại hội (?:đại biểu )?(?P<body>(?:toàn quốc )?{heads}(?!\w){name})(?: toàn quốc)?,? "
        rf"(?:lần thứ|khóa) (?P<ordinal>{_ORDINAL})(?:{_YEARS})?",
        rf"đại hội (?:đại biểu )?(?:toàn quốc )?(?:lần thứ |(?=[ivxl]+ ))(?P<ordinal>{_ORDINAL})(?: của|,)? "
        rf"(?P<body>{heads}(?!\w))",
        r"đại hội (?:đại biểu )?(?P<body>đảng bộ(?!\w))",
    )
    return _Grammar(
        first_words=("hội nghị", "đại hội", "kỳ họp", "lần thứ", "thứ", *words["central"], *words["committee"]),
        opener=re.compile(rf" (?:{either(words['opener'])} )?"),
        plenum=tuple(map(re.compile, plenum)),
        other_plenum=re.compile(rf",? ?(?:của )?(?:{committee} )?(?P<body>{heads})(?!\w)"),
        congress=tuple(map(re.compile, congress)),
        other_congress=tuple(map(re.compile, other_congress)),
        session=re.compile(
            rf"kỳ họp (?P<extra>bất thường )?(?:lần thứ|thứ) ?(?P<ordinal>{_ORDINAL})"
            r"(?P<extra2> \(?bất thường\)?)?"
            rf"(?:,? (?:của )?(?P<house>quốc hội|hđnd|hội đồng nhân dân))?{_term('a')}?"
        ),
        next_plenum=re.compile(
            rf"(?: ?, ?| và |, và )"
            rf"(?P<item>(?:(?:hội nghị )?{central} |lần thứ |thứ )?(?P<ordinal>{_FIGURE}){_term('a')}?)"
        ),
        next_term=re.compile(r"(?: ?, ?| và |, và )(?P<item>\(?(?:khóa )?(?P<a>[ivx]{1,5})(?!\w)\)?)"),
        after=re.compile(rf"\s*(?:$|[.,;:!?()\"'\n\[\]-]|{either(words['after'])}(?!\w))"),
        counted=re.compile(rf" ?(?:%|{either([form for form in counted if form != '%'])}(?!\w))"),
        generic=re.compile(rf" {either(words['generic'])}(?!\w)"),
        unit=re.compile(rf" (?P<unit>{either(words['unit'])})(?!\w)"),
    )


def _roman(text: str | None) -> str:
    number = ordinal(text) if text else None
    return to_roman(number) if number and number < 40 else ""


def _group(match: re.Match[str], *names: str) -> str | None:
    groups = match.groupdict()
    return next((groups[name] for name in names if groups.get(name)), None)


def _capitalised_end(clean: CleanArticle, position: int, most: int = 5) -> int:
    """The end of the run of capitalised words behind ``position`` ("tỉnh" + " Bà Rịa - Vũng Tàu")."""
    end = position
    for _ in range(most):
        match = _NEXT_WORD.match(clean.fold, end)
        if match is None or match.end() == match.start() or not clean.text[match.start("word")].isupper():
            break
        if clean.fold[end : end + 1] not in (" ", "-"):
            break
        end = match.end()
    return end


def _body_end(clean: CleanArticle, position: int) -> int:
    """The end of a body's name behind its head word: units and capitalised names, nested a few deep."""
    grammar, end = _grammar(), position
    for _ in range(4):
        unit = grammar.unit.match(clean.fold, end)
        stop = _capitalised_end(clean, unit.end() if unit else end)
        if stop == end:
            break
        end = stop
    return end


def _plenums(clean: CleanArticle, start: int) -> list[Meeting]:
    grammar, fold = _grammar(), clean.fold
    for pattern in grammar.plenum:
        match = pattern.match(fold, start)
        if match is not None:
            break
    else:
        return []
    number = ordinal(match["ordinal"])
    if number is None or number == 0:
        return []
    end = match.end()
    term = _group(match, "a", "a2", "b", "b2")
    central = re.search(r"trung ương|tw|\bt\.?ư\b", match.group()) is not None
    if not central:
        other = grammar.other_plenum.match(fold, end)
        if other is not None:
            stop = _body_end(clean, other.end())
            tail = re.compile(_term("a")).match(fold, stop)
            if tail is not None:
                stop, term = tail.end(), _group(tail, "a", "a2")
            place = clean.text[other.start("body") : _body_end(clean, other.end())]
            return [Meeting(start, stop, f"plenum:{number}:{_roman(term)}:{_without_head(place)}")]
    if number > _MOST_PLENUMS and term is None:
        return [Meeting(start, end, None, clean.text[match.start("ordinal") : match.end("ordinal")])]
    if grammar.counted.match(fold, end) and term is None:
        return []
    found = [(start, end, number, term)]
    while True:
        if found[-1][3] is not None:
            again = grammar.next_term.match(fold, end)
            if again is not None and grammar.after.match(fold, again.end()):
                end = again.end()
                found.append((again.start("item"), end, found[-1][2], again["a"]))
                continue
        following = grammar.next_plenum.match(fold, end)
        if following is None:
            break
        stop, number = following.end(), ordinal(following["ordinal"])
        term = _group(following, "a", "a2")
        if number is None or not 0 < number <= _MOST_PLENUMS or (term is None and not grammar.after.match(fold, stop)):
            break
        if term is None and (grammar.counted.match(fold, stop) or re.match(r" (?:tháng|năm) ", fold[stop : stop + 7])):
            break
        end = stop
        found.append((following.start("item"), end, number, term))
    # "Trung ương 6, 7 khóa XII": the term is said once for all of them.
    meetings: list[Meeting] = []
    term = None
    for first, last, number, own in reversed(found):
        term = own or term
        meetings.append(Meeting(first, last, f"plenum:{number}:{_roman(term)}"))
    return meetings[::-1]


def _without_head(body: str) -> str:
    """ "Đảng bộ tỉnh Bắc Ninh" is known as "tỉnh Bắc Ninh"."""
    return re.sub(r"^(?:[Đđ]ảng [Bb]ộ|[Tt]oàn quốc) ", "", body.strip())


def _congress(clean: CleanArticle, start: int) -> Meeting | None:
    grammar, fold = _grammar(), clean.fold
    for pattern in grammar.congress:
        match = pattern.match(fold, start)
        if match is not None:
            number = ordinal(match["ordinal"])
            if number and number < 40 and not grammar.counted.match(fold, match.end("ordinal")):
                return Meeting(start, match.end(), f"congress:{to_roman(number)}")
    named, reverse, placed = grammar.other_congress
    match = named.match(fold, start)
    if match is not None and (number := ordinal(match["ordinal"])) and not _is_generic(match["body"]):
        body = _without_head(clean.text[match.start("body") : match.end("body")])
        return Meeting(start, match.end(), f"congress:{_roman(match['ordinal'])}:{body}")
    match = reverse.match(fold, start)
    if match is not None and ordinal(match["ordinal"]) and not grammar.generic.match(fold, match.end()):
        end = _body_end(clean, match.end())
        body = _without_head(clean.text[match.start("body") : end])
        return Meeting(start, _years_end(fold, end), f"congress:{_roman(match['ordinal'])}:{body}")
    match = placed.match(fold, start)
    if match is not None and not grammar.generic.match(fold, match.end()):
        end = _body_end(clean, match.end())
        # "đảng bộ phường, xã" are many; "Đảng bộ tỉnh" is one.
        if end == match.end() or re.match(r"(?:,| và) (?:xã|phường|huyện|thị|các)", fold[end : end + 10]):
            return None
        body = _without_head(clean.text[match.start("body") : end])
        return Meeting(start, _years_end(fold, end), f"congress::{body}")
    return None


def _is_generic(body: str) -> bool:
    return _grammar().generic.search(" " + body) is not None and "các cơ quan" not in body


def _years_end(fold: str, end: int) -> int:
    match = _PERIOD.match(fold, end)
    return match.end() if match is not None else end


def _session(clean: CleanArticle, start: int) -> Meeting | None:
    match = _grammar().session.match(clean.fold, start)
    if match is None:
        return None
    number = ordinal(match["ordinal"])
    if not number or number > 60:
        return None
    extra = "extra-" if match["extra"] or match["extra2"] else ""
    key = f"session:{extra}{number}:{_roman(_group(match, 'a', 'a2'))}"
    end = match.end()
    if match["house"] and match["house"] != "quốc hội":
        stop = _body_end(clean, match.end("house"))
        if stop > end:
            end = stop
            tail = re.compile(_term("a")).match(clean.fold, end)
            if tail is not None:
                end = tail.end()
                key = f"session:{extra}{number}:{_roman(_group(tail, 'a', 'a2'))}"
        key += ":" + clean.text[match.start("house") : stop]
    return Meeting(start, end, key)


def meetings_at(clean: CleanArticle, start: int) -> list[Meeting]:
    """The meetings whose wording begins at ``start``; more than one where they are coordinated ("Trung ương 4, 5")."""
    if not clean.fold.startswith(_grammar().first_words, start):
        return []
    plenums = _plenums(clean, start)
    if plenums:
        return plenums
    single = _congress(clean, start) or _session(clean, start)
    return [single] if single is not None else []


def read_meetings(clean: CleanArticle, end: int) -> list[Meeting]:
    """The meetings behind a document's type word that ends at ``end``."""
    opener = _grammar().opener.match(clean.fold, end)
    if opener is None:
        return []
    found = meetings_at(clean, opener.end())
    if found and found[0].kind != "congress" and opener.group() == " trình ":
        return []  # a bill laid before a session is not yet its law
    if not found and opener.end() > end + 1:
        found = meetings_at(clean, end + 1)
    return found


def meetings_of(analysis: Analysis) -> list[Meeting]:
    """:func:`find_meetings` of an article, looked for once."""
    if analysis.meetings is None:
        analysis.meetings = find_meetings(analysis.clean)
    return analysis.meetings


_triggers = ("hội nghị ", "đại hội ", "kỳ họp ")


def find_meetings(clean: CleanArticle) -> list[Meeting]:
    """Plenums, congresses and sessions named anywhere in the text, in order ("kết quả Hội nghị Trung ương 8 khóa XII").

    Conferences that only bear a number ("Hội nghị lần thứ 12" of a province) are told apart by their body where it is
    said; a plenum without "Trung ương" in its name is left out.
    """
    found: list[Meeting] = []
    for trigger in _triggers:
        start = clean.fold.find(trigger)
        while start >= 0:
            if not (start and clean.fold[start - 1].isalnum()):
                for meeting in meetings_at(clean, start):
                    words = clean.fold[start : meeting.end]
                    if meeting.key and (
                        trigger != "hội nghị " or re.search(r"trung ương|(?<!\w)t\.?[wư](?!\w)", words)
                    ):
                        found.append(meeting)
            start = clean.fold.find(trigger, start + 1)
    return sorted(found, key=lambda meeting: meeting.start)
