"""The line that says when the article was published."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from nqextract.clean.names import is_byline
from nqextract.clean.page import Line
from nqextract.clean.phrases import is_line, prefix_end
from nqextract.types import BlockKind, Dateline

_MONTHS = {
    "một": 1, "giêng": 1, "hai": 2, "ba": 3, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9,
    "mười": 10, "mười một": 11, "mười hai": 12, "chạp": 12,
}  # fmt: skip
_month = r"(?P<{0}>\d{{1,2}}|mười một|mười hai|mười|một|giêng|hai|ba|tư|năm|sáu|bảy|tám|chín|chạp)"
_date = re.compile(
    r"(?:ngày\s*)?(?:"
    r"(?<![\d/.-])(?P<d1>\d{1,2})\s*(?P<sep>[/.-])\s*(?P<m1>\d{1,2})\s*(?P=sep)\s*(?P<y1>\d{4})(?![\d/])"
    r"|(?<![\d/.-])(?P<y2>\d{4})-(?P<m2>\d{1,2})-(?P<d2>\d{1,2})(?![\d/])"
    r"|(?<!\d)(?P<d3>\d{1,2})\s+tháng\s+" + _month.format("m3") + r"\s*,?\s*(?:năm\s+)?(?P<y3>\d{4})(?!\d)"
    r"|tháng\s+" + _month.format("m4") + r"\s+(?P<d4>\d{1,2})\s*,\s*(?P<y4>\d{4})(?!\d)"
    r")"
)
_year = re.compile(r"\d{4}")
_weekday = re.compile(r"(?<![^\W_])(?:thứ\s*(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\s*nhật|t[2-7]|cn)(?![^\W_])")
_weekday_before = re.compile(_weekday.pattern + r"\s*[,.:-]?\s*$")
_time = re.compile(
    r"(?<!\d)(?P<hour>[01]?\d|2[0-3])\s*(?::|h|g|giờ)\s*(?P<minute>[0-5]\d)?(?::[0-5]\d)?(?!\d)"
    r"\s*(?:phút\b)?\s*(?P<half>am|pm|sa|ch)?(?![^\W_])"
)
_zone = re.compile(r"\(?\s*(?:gmt|utc)\s*[+-]?\s*\d{0,2}(?::\d\d)?\s*\)?")
_between = re.compile(r"[\s|,.;:()\[\]•·/>-]+|\d[\d.,]*")
_outlet = re.compile(r"\((?=[^\W\d_])[^()\d]{2,30}\)")
_MOST_WORDS = 25
_LONGEST = 300  # characters, spaces between the words, too


@dataclass(frozen=True, slots=True)
class DatelineMatch:
    dateline: Dateline
    parts: list[tuple[BlockKind | None, int, int]]  # of the whole line


def read_dateline(line: Line) -> DatelineMatch | None:
    """The dateline that ``line`` is, if it is one: a full date, and beside it nothing but a weekday, a time, words
    such as "Cập nhật lúc", a section's name or the reporter's."""
    if line.words > _MOST_WORDS or len(line.fold) > _LONGEST or _year.search(line.fold) is None:
        return None
    found = _date.search(line.fold)
    if found is None:
        return None
    iso = _iso(found)
    if iso is None:
        return None
    start, end = found.span()
    before = _weekday_before.search(line.fold, 0, start)
    if before is not None:
        start = before.start()
    weekday = _weekday.search(line.fold)
    rest = [(0, start), (end, len(line.fold))]
    time = None
    pieces: list[tuple[int, int]] = []
    for piece_start, piece_end in rest:
        clock = _time.search(line.fold, piece_start, piece_end)
        if clock is not None and time is None and (clock["minute"] or "h" in clock.group() or "giờ" in clock.group()):
            time = _clock(clock)
            pieces += [(piece_start, clock.start()), (clock.end(), piece_end)]
        else:
            pieces.append((piece_start, piece_end))
    authors: list[tuple[int, int]] = []
    for piece_start, piece_end in pieces:
        author = _explain(line, piece_start, piece_end)
        if author is None:
            return None
        if author[0] < author[1]:
            authors.append(author)
    dateline = Dateline(
        date=iso,
        start=line.start + start,
        end=line.start + end,
        weekday=None if weekday is None else line.text[weekday.start() : weekday.end()],
        time=time,
    )
    return DatelineMatch(dateline, _parts(line, authors))


def _explain(line: Line, start: int, end: int) -> tuple[int, int] | None:
    """``(start, start)`` where nothing but page words stands in the piece, the span of an author's name that stands
    there, None where there is more."""
    begin = start
    while begin < end:
        skip = (
            _outlet.match(line.fold, begin, end)
            or _between.match(line.fold, begin, end)
            or _zone.match(line.fold, begin, end)
            or _weekday.match(line.fold, begin, end)
        )
        if skip is not None and skip.end() > begin:
            begin = skip.end()
            continue
        phrase = prefix_end("dateline", line.fold[begin:end])
        if phrase is None:
            break
        begin += phrase
    if begin >= end:
        return start, start
    stop = end
    while stop > begin and _between.fullmatch(line.fold[stop - 1]):
        stop -= 1
    rest = line.fold[begin:stop]
    if is_line("menu", rest):
        return start, start
    if is_byline(line.text[begin:stop]):
        return begin, stop
    return None


def _parts(line: Line, authors: list[tuple[int, int]]) -> list[tuple[BlockKind | None, int, int]]:
    if not authors:
        return []
    parts: list[tuple[BlockKind | None, int, int]] = []
    at = 0
    for start, end in authors:
        parts += [(BlockKind.DATELINE, at, start), (BlockKind.BYLINE, start, end)]
        at = end
    parts.append((BlockKind.DATELINE, at, len(line.fold)))
    return [(kind, line.start + start, line.start + end) for kind, start, end in parts]


def _iso(found: re.Match[str]) -> str | None:
    for n in "1234":
        if found[f"y{n}"] is not None:
            month = found[f"m{n}"]
            number = int(month) if month.isdigit() else _MONTHS[month]
            try:
                return date(int(found[f"y{n}"]), number, int(found[f"d{n}"])).isoformat()
            except ValueError:
                return None
    return None


def _clock(found: re.Match[str]) -> str:
    hour = int(found["hour"])
    if found["half"] in ("pm", "ch") and hour < 12:
        hour += 12
    return f"{hour:02d}:{found['minute'] or '00'}"
