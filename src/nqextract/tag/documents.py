"""DOC: references to one particular official document, by its number or by its meeting.

Literal searches find the type words in the folded text; behind each, anchored patterns read a number with its symbol,
or a meeting, and then what is coordinated with it.  All steps look a bounded way ahead, so the whole is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

import ahocorasick

from nqextract.lexicon import either, forms_by_kind, rows
from nqextract.tag.meetings import Meeting, meetings_at, read_meetings
from nqextract.text import fold as fold_text
from nqextract.types import CleanArticle, DocumentValue, Mention


@dataclass(frozen=True, slots=True)
class _Type:
    form: str
    type: str
    kind: str
    bare: str


@dataclass(frozen=True, slots=True)
class _Occurrence:
    """A type word in the text."""

    start: int
    end: int
    row: _Type


@dataclass(frozen=True)
class _Grammar:
    finder: ahocorasick.Automaton  # of the type words, in the table's order where two have one form
    symbols: frozenset[str]
    symbol_types: dict[str, frozenset[str]]
    after: re.Pattern[str]
    counted: re.Pattern[str]
    verb: re.Pattern[str]
    noun: re.Pattern[str]


@cache
def _grammar() -> _Grammar:
    words = forms_by_kind("document_words")
    counted = words["not_after"] + forms_by_kind("date_words")["not_after"]
    symbol_types: dict[str, set[str]] = {}
    for row in rows("document_symbols"):
        symbol = fold_text(row["symbol"])
        if row["kind"] == "type":
            symbol_types.setdefault(symbol, set()).add(row["value"])
    symbols = frozenset(fold_text(row["symbol"]) for row in rows("document_symbols"))
    types: dict[str, list[_Type]] = {}
    for row in rows("document_types"):
        types.setdefault(row["form"], []).append(_Type(row["form"], row["type"], row["kind"], row["bare"]))
    finder = ahocorasick.Automaton()
    for form, same in types.items():
        finder.add_word(form, same)
    finder.make_automaton()
    return _Grammar(
        finder=finder,
        symbols=symbols,
        symbol_types={symbol: frozenset(types) for symbol, types in symbol_types.items()},
        after=re.compile(rf"\s*(?:$|[.,;:!?()\"'\n\[\]/-]|{either(words['after'])}(?!\w))"),
        counted=re.compile(
            r" ?(?:%|(?!(?:ngày|tháng|năm) [0-9]|lần thứ|ngày càng)"
            rf"{either([form for form in counted if form != '%'])}(?!\w))"
        ),
        noun=re.compile(rf"(?<!\w){either(words['noun_before'])} $"),
        verb=re.compile(rf"(?<!\w){either(words['verb_before'])} $"),
    )


_number = re.compile(
    r"(?:(?P<so> ?,? ?(?P<bracket>\()?số ?:? ?(?:số )?)| )"
    r"(?P<digits>[0-9]{1,5}(?:[a-zđ](?= ?[-/])|[a-e](?![^\W_]))?)(?![0-9])"
)
_central = re.compile(r" (?:trung ương|tw) (?P<so>số )?(?P<digits>[0-9]{1,5})(?![0-9])")
_complete = re.compile(r"(?P<digits>[0-9](?<![^\W_].)(?<![/.,-].)[0-9]{0,4}) ?- ?(?P<type>[a-zđ]{2,8}) ?/")
"""A number with its whole symbol, no type word needed: "20-NQ/TW"."""
_goes_on = re.compile(r" ?[/-] ?[0-9]|[.,][0-9]|[^\W_]")  # the figure is part of a longer one: "3-5", "2.000"
_next = re.compile(
    r"(?:,? ?\(?(?:ngày )?[0-9]{1,2} ?[/.-] ?[0-9]{1,2} ?[/.-] ?[0-9]{4}\)?)?"
    r"(?: ?[,;] ?(?:và )?| (?:và|hoặc|hay) )(?P<item>(?P<so>số ?:? ?)?(?P<digits>[0-9]{1,5})(?![0-9]))"
)
_segment = re.compile(
    r"(?P<sep> ?[-/] ?|\.| )"
    r"(?:(?P<year>(?:19|20)[0-9]{2})"
    r"|(?P<letters>[a-zđư][a-zđưâ&]{0,13}(?:\.[a-zđ]{1,4})?(?:[0-9]{1,2}|(?<=qh) [0-9]{2})?))(?!\w)"
)
_gap = re.compile(r"(?: [^\W\d_]+(?:,(?= ))?){1,12}?(?: \([^()\n]{1,24}\))? số ?:? ?(?P<digits>[0-9]{1,5})(?![0-9])")
_short_gap_words = 6


def _occurrences(fold: str) -> list[_Occurrence]:
    """The type words of ``fold`` in order; where two overlap the earlier, then the longer one stays."""
    found: list[tuple[int, int, _Type]] = []
    for last, types in _grammar().finder.iter(fold):
        end = last + 1
        start = end - len(types[0].form)
        if not (start and fold[start - 1].isalnum()) and not fold[end : end + 1].isalpha():
            found += [(start, -end, row) for row in types]
    found.sort(key=itemgetter(0, 1))
    kept: list[_Occurrence] = []
    for start, negative_end, row in found:
        if not kept or start >= kept[-1].end:
            kept.append(_Occurrence(start, -negative_end, row))
    return [occurrence for occurrence in kept if occurrence.row.kind != "skip"]


def _symbol_end(clean: CleanArticle, position: int) -> int:
    """Where the symbol behind a number ends: ``position`` itself where there is none."""
    end = position
    for index in range(6):
        match = _segment.match(clean.fold, end)
        if match is None or not _belongs(clean, match, index):
            break
        end = match.end()
    return end


def _belongs(clean: CleanArticle, match: re.Match[str], index: int) -> bool:
    """Whether the ``index``-th segment behind a number is part of its symbol."""
    grammar = _grammar()
    separator, letters = match["sep"], match["letters"]
    if match["year"]:
        return "/" in separator or _segment.match(clean.fold, match.end()) is not None
    bare = letters.rstrip(" 0123456789")
    written = clean.text[match.start("letters") : match.end("letters")]
    spaced = separator.strip() != separator
    if separator in (" ", "."):
        # "18 NQ/TW": a known type, with more of the symbol behind it.
        following = clean.fold[match.end() : match.end() + 2].strip()[:1]
        return not index and bare in grammar.symbol_types and following in ("/", "-") and written[0].isupper()
    if bare in grammar.symbols or all(part in grammar.symbols for part in bare.split(".")):
        return not spaced or written[0].isupper()
    if len(bare) < 2 or not written[0].isupper() or written[1:].islower():
        return False
    return not spaced or (written.isupper() and (index > 0 or "/" in separator))


def _bare_number_stands(clean: CleanArticle, occurrence: _Occurrence, digits: str, end: int) -> bool:
    """Whether a number without "số" and symbol names a document rather than counts something."""
    grammar, fold, row = _grammar(), clean.fold, occurrence.row
    if row.bare == "no" or (row.bare == "zero" and not digits.startswith("0")):
        return False
    if not digits.isdecimal():
        return row.kind == "noun" and len(digits) > 2  # "Nghị quyết 30a"
    if len(digits) == 5 or (len(digits) == 4 and 1990 <= int(digits) <= 2050):
        return False
    if _goes_on.match(fold, end) or grammar.counted.match(fold, end):
        return False
    if row.kind in ("abbr", "noun"):
        return len(digits) > 1 or grammar.after.match(fold, end) is not None
    upper = clean.text[occurrence.start].isupper()
    before = fold[max(0, occurrence.start - 12) : occurrence.start]
    if not upper and grammar.verb.search(before):
        return False
    if len(digits) > 2 or (upper and digits.startswith("0")):
        return upper or (grammar.after.match(fold, end) or grammar.noun.search(before)) is not None
    # "Có việc kết luận 10, có việc chưa."
    if not upper and fold[end : end + 1] != " " and not grammar.noun.search(before):
        return False
    return len(digits) > 1 and grammar.after.match(fold, end) is not None


_TWO = re.compile(r"(?<!\w)(?:hai|2) $")


def _counts_two(fold: str, start: int, end: int) -> bool:
    """Whether "hai" says that there is one more document than the first, at ``[start, end)``."""
    return fold.startswith(" và ", end) and _TWO.search(fold, max(0, start - 5), start) is not None


def _further(clean: CleanArticle, row: _Type, first: int, end: int) -> Iterator[Mention]:
    """ "số 19, 20 và 21": the numbers coordinated with the one at ``[first, end)``."""
    grammar, fold = _grammar(), clean.fold
    while (match := _next.match(fold, end)) is not None:
        start, digits_end = match.start("item"), match.end("digits")
        stop = _symbol_end(clean, digits_end)
        digits = match["digits"]
        dated = match.group()[: start - match.start()].strip(" ,;vàhoặcy").strip()
        if stop == digits_end and not match["so"]:
            plain = _goes_on.match(fold, stop) is None
            yearly = len(digits) > 3 or (len(digits) == 1 and not clean.fold[end - 1].isdecimal())
            ends = grammar.after.match(fold, stop) is not None or (len(digits) == 2 and _counts_two(fold, first, end))
            if dated or not plain or yearly or not ends:
                return
            if grammar.counted.match(fold, stop) or re.match(r" ?\)? ?(?:tháng|năm) ", fold[stop : stop + 9]):
                return
        yield Mention("DOC", start, stop, DocumentValue(row.type, clean.text[match.start("digits") : stop].strip()))
        end = stop


def _numbered(clean: CleanArticle, occurrence: _Occurrence, limit: int) -> list[Mention]:
    """The mentions that begin at ``occurrence``, by number; ``limit`` is where the next type word begins."""
    fold, row = clean.fold, occurrence.row
    match = _number.match(fold, occurrence.end)
    if match is None:
        match = _central.match(fold, occurrence.end)
        if match is not None and _symbol_end(clean, match.end("digits")) == match.end("digits"):
            match = None  # "Nghị quyết Trung ương 10" is of a plenum
    if match is None:
        if row.kind == "abbr" or fold.find(" số", occurrence.end, limit) < 0:
            return []
        match = _gap.match(fold, occurrence.end)
        if match is None or match.end() > limit:
            return []
        stop = _symbol_end(clean, match.end("digits"))
        if not _symbol_fits(fold[match.end("digits") : stop], row):
            return []
        if row.type != "law" and fold.count(" ", occurrence.end, match.start("digits")) > _short_gap_words:
            return []
    else:
        stop = _symbol_end(clean, match.end("digits"))
        if stop == match.end("digits"):
            if match["so"]:
                if re.match(r"[/.,-][0-9]|[^\W_]", fold[stop : stop + 2]) or row.kind == "skip":
                    return []
            elif not _bare_number_stands(clean, occurrence, match["digits"], stop):
                return []
    number = clean.text[match.start("digits") : stop]
    if match.groupdict().get("bracket"):
        if fold[stop : stop + 1] != ")":
            return []
        stop += 1
    mention = Mention("DOC", occurrence.start, stop, DocumentValue(row.type, number))
    return [mention, *_further(clean, row, occurrence.start, stop)]


def _symbol_fits(symbol: str, row: _Type) -> bool:
    """Whether a folded symbol may belong to a document of ``row``: "kế hoạch … số 18-NQ/TW" is none."""
    if row.type == "law":
        return "qh" in symbol
    parts = re.split(r"[-/ ]+", symbol)
    return any(row.type in _grammar().symbol_types.get(part, ()) for part in parts)


_issues = {
    "plenum": frozenset({"resolution", "conclusion", "regulation", "decision", "directive"}),
    "congress": frozenset({"resolution", "congress_document"}),
    "session": frozenset({"resolution", "law"}),
}
"""What a meeting of each kind can issue: a report to a congress, a plan for a plenum are no documents of theirs."""

_coordinated = re.compile(r"(?:,| và|, và)(?: các)? ?")


def _mention_of(row: _Type, meeting: Meeting, start: int) -> Mention:
    if meeting.number is not None:
        return Mention("DOC", start, meeting.end, DocumentValue(row.type, number=meeting.number))
    return Mention("DOC", start, meeting.end, DocumentValue(row.type, meeting=meeting.key))


def find_documents(clean: CleanArticle) -> list[Mention]:
    """The DOC mentions of ``clean`` in order, each with a :class:`DocumentValue`: its type, and its number or meeting.

    Linear in the length of the text.
    """
    fold = clean.fold
    found = _occurrences(fold)
    mentions: list[Mention] = []
    reached = 0
    pending: list[_Occurrence] = []  # bare type words in coordination with the next one
    for index, occurrence in enumerate(found):
        if occurrence.start < reached:
            continue
        if pending and _coordinated.fullmatch(fold, pending[-1].end, occurrence.start) is None:
            pending.clear()
        if occurrence.row.kind == "abbr" and not clean.text[occurrence.start : occurrence.end].isupper():
            continue
        limit = found[index + 1].start if index + 1 < len(found) else len(fold)
        new = _numbered(clean, occurrence, limit)
        if not new:
            # "NQTW 4": the type word has swallowed the body.
            fused = occurrence.row.form.endswith("tw")
            meetings = meetings_at(clean, occurrence.end - 2) if fused else read_meetings(clean, occurrence.end)
            issued = _issues[meetings[0].kind] if meetings else frozenset()
            if occurrence.row.type in issued:
                for bare in pending:
                    if bare.row.type in issued:
                        value = DocumentValue(bare.row.type, meeting=meetings[0].key)
                        mentions.append(Mention("DOC", bare.start, bare.end, value))
                new = [_mention_of(occurrence.row, meetings[0], occurrence.start)]
                new += [_mention_of(occurrence.row, meeting, meeting.start) for meeting in meetings[1:]]
        if new:
            mentions += new
            reached = new[-1].end
            pending.clear()
        else:
            pending.append(occurrence)
    return sorted([*mentions, *_complete_numbers(clean, mentions)], key=lambda mention: mention.start)


def _complete_numbers(clean: CleanArticle, mentions: list[Mention]) -> Iterator[Mention]:
    """Numbers that stand without a type word, after a document with one ("… và 20-NQ/TW về kinh tế tập thể")."""
    if not mentions:
        return
    cursor = 0
    for match in _complete.finditer(clean.fold, mentions[0].end):
        types = _grammar().symbol_types.get(match["type"], frozenset())
        stop = _symbol_end(clean, match.end("digits"))
        while cursor < len(mentions) and mentions[cursor].end <= match.start():
            cursor += 1
        held = cursor < len(mentions) and mentions[cursor].start < stop
        if len(types) == 1 and stop >= match.end() and not held:
            yield Mention(
                "DOC", match.start(), stop, DocumentValue(next(iter(types)), clean.text[match.start() : stop])
            )
