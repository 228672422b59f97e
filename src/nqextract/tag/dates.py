"""DATE: calendar dates and ranges with at least a month, read into EDTF.

Works on the folded text.  A cheap scan finds the numbers that could begin a date; one anchored grammar reads on from
there; a small pattern over the words before decides whether it is a date at all and where its span begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from nqextract.lexicon import either, rows
from nqextract.tag.numerals import figures
from nqextract.types import CleanArticle, DateValue, Mention

UNKNOWN_YEAR = "XXXX"
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LOOK_BACK = 44  # longer than the longest run of words that may open a date


@dataclass(frozen=True)
class _Grammar:
    """The compiled patterns of this tagger."""

    seed: re.Pattern[str]  # a number that may begin a date
    day: re.Pattern[str]  # a date with the days and dates that it shares a span with
    single: re.Pattern[str]
    opening: re.Pattern[str]  # what belongs to the span, before the number
    weak: re.Pattern[str]  # what makes "D/M" a date without belonging to it
    hint: re.Pattern[str]
    bracket: re.Pattern[str]
    joined: re.Pattern[str]
    since: re.Pattern[str]
    no_day: re.Pattern[str]
    counted: re.Pattern[str]
    month: re.Pattern[str]
    bare_month: re.Pattern[str]
    no_month: re.Pattern[str]
    parts: tuple[tuple[str, re.Pattern[str], str], ...]  # of the day: the form, the form as a word, what it means
    months: dict[str, int]


_D = "(?:3[01]|[12][0-9]|0?[1-9])(?![0-9])"
_M = "(?:1[0-2]|0?[1-9])(?![0-9])"
_Y = "(?:1[89]|20)[0-9]{2}(?![0-9])"
_S = r"(?: ?[/-] ?|\.)"


@cache
def _grammar() -> _Grammar:
    forms: dict[str, list[str]] = {}
    values: dict[tuple[str, str], str] = {}
    for row in rows("date_words"):
        forms.setdefault(row["kind"], []).append(row["form"])
        values[row["kind"], row["form"]] = row["value"]
    kind = {name: either(words) for name, words in forms.items()}
    part, weekday, day = kind["part_of_day"], f"(?<!lần ){kind['weekday']}", kind["day"]
    word_month = kind["month"]
    inner = f"(?:{part} )?(?:{weekday},? )?(?:{day} )?"
    to = f"(?: ?- ?| {kind['to']} ){inner}"
    between = f"(?: ?- ?| {kind['to']} | {kind['and']} | ?, ?){inner}"
    # Days that share the month of the last one, or, before "đến" and "-", have their own month and year.
    head = f"(?P<head>(?:{_D}(?:(?:{_S}{_M}(?:{_S}{_Y})?| tháng {_M}(?:(?:{_S}|,? năm ){_Y})?){to}|{between})){{0,8}})"
    last = (
        f"(?P<d>{_D})(?:{_S}(?P<m>{_M})|,? tháng (?:(?P<n>{_M})|(?P<w>{word_month})(?!\\w)))"
        f"(?:(?:{_S}|,? năm ?)(?P<y>{_Y}))?"
    )
    tail = r"(?!\w|[/.,-][0-9]| / ?[0-9]|/[^\W_]| ?%)"
    opening = (
        f"(?:(?:(?:{part}(?: {kind['relative']})?|{kind['today']}),? )?(?:{weekday},? ?)?(?:{part} )?{day} ?"
        f"|(?:{part}(?: {kind['relative']})?|{kind['today']}),? (?:{weekday},? )?"
        f"|{weekday},? ?)$"
    )
    month_item = f"{_M}(?:(?:{_S}|,? năm ?){_Y})?"
    month = (
        f"tháng (?:(?P<from>{month_item})(?P<join> ?- ?| {kind['to']} | {kind['and']} )(?:tháng )?(?=[0-9]))?"
        f"(?:(?P<m>{_M})|(?P<w>{word_month})(?= năm ?[12]| ?[/-] ?[12]))(?:(?:{_S}|,? năm ?)(?P<y>{_Y}))?{tail}"
    )
    return _Grammar(
        seed=re.compile(
            r"[0-9]{1,2}(?: ?[/-] ?[0-9]|\.[0-9]|,? ?(?:tháng|và|đến|tới|hoặc|hay|cho|rạng|cùng) | ?, ?[0-9])"
        ),
        day=re.compile(head + last + tail),
        single=re.compile("(?P<head>)" + last + tail),
        opening=re.compile(r"(?<!\w)" + opening),
        weak=re.compile(rf"(?<!\w){kind['before']} $"),
        hint=re.compile(rf"(?<!\w){kind['hint']} $"),
        bracket=re.compile(rf"(?<!\w)(?:{kind['time_word']}|{weekday}|{part}),? ?\($"),
        joined=re.compile(r"(?:,| và| hoặc| -|-) ?$"),
        since=re.compile(r"(?<!\w)(?:kể )?(từ )$"),
        no_day=re.compile(rf"(?<!\w){kind['not_before_day']} ngày $"),
        counted=re.compile(rf" {kind['not_after']}(?!\w)"),
        month=re.compile(month),
        bare_month=re.compile(rf"(?:(?P<from>{_M}/{_Y})(?: ?- ?| {kind['to']} ))?(?P<m>{_M})/(?P<y>{_Y}){tail}"),
        no_month=re.compile(rf"(?:[0-9]|(?<!\w){kind['not_before_month']}) $"),
        parts=tuple(
            (form, re.compile(rf"(?<!\w){form}(?!\w)"), values["part_of_day", form]) for form in forms["part_of_day"]
        ),
        months={form: int(values["month", form]) for form in forms["month"]},
    )


_numbers = re.compile("[0-9]+")
_head_item = re.compile(rf"({_D})(?:{_S}({_M})(?:{_S}({_Y}))?| tháng ({_M})(?:(?:{_S}|,? năm )({_Y}))?)?(?= ?[-,]| |$)")
_range_join = re.compile(r"-|đến|tới|rạng")


def _valid(day: int, month: int, year: int | None) -> bool:
    if day > _DAYS[month - 1]:
        return False
    leap = year is None or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    return leap or (day, month) != (29, 2)


def edtf(year: int | None, month: int, day: int | None = None) -> str:
    """The EDTF string of a day or a month; ``XXXX`` for no year."""
    text = f"{UNKNOWN_YEAR if year is None else year}-{month:02}"
    return text if day is None else f"{text}-{day:02}"


def _ascends(match: re.Match[str]) -> bool:
    """Whether the dash in "14-5, 17-5" joins days, or parts day and month."""
    head: str = match["head"]
    if "/" in head or "." in head or "tháng" in head:
        return True
    dash = "-" in head
    if dash and ("," in head or "và" in head) and match.string[match.end("d")] == "-":
        return False
    days = [int(number) for number in _numbers.findall(head)]
    if len(days) > 1 and dash and match.string[match.end("d")] == "-" and re.search("đến|tới| - ", head):
        return True  # "28-9 đến 2-10"
    days.append(int(match["d"]))
    return all(before < after for before, after in pairwise(days))


def _first_of(head: str, month: int, year: int | None) -> tuple[int, int, int | None] | None:
    """Day, month, year of the first date in ``head``, whose gaps the last date fills."""
    item = _head_item.match(head)
    if item is None:
        return None
    day = int(item[1])
    own_month = item[2] or item[4]
    own_year = item[3] or item[5]
    first_month = int(own_month) if own_month else month
    if own_year:
        return day, first_month, int(own_year)
    # "28/12 đến 3/1/2020": the year before.
    return day, first_month, year - 1 if year is not None and first_month > month else year


def _day_mention(clean: CleanArticle, match: re.Match[str], floor: int) -> Mention | None:
    """The mention of ``match``, or None where what stands around it says that it is no date."""
    grammar, fold = _grammar(), clean.fold
    start, end = match.span()
    before = fold[max(floor, start - _LOOK_BACK) : start]
    line = before.rfind("\n")
    if line >= 0:
        before = before[line + 1 :]
    month_text, year_text = match["m"] or match["n"], match["y"]
    month = int(month_text) if month_text else grammar.months[match["w"]]
    year = int(year_text) if year_text else None
    separator = fold[match.end("d") : match.start("m")].strip() if match["m"] else "tháng"
    head: str = match["head"]
    opening = grammar.opening.search(before)
    if opening is None and not _is_triggered(clean, match, before, separator, year is not None, floor):
        return None
    after = fold[end : end + 14]
    if year is None and grammar.counted.match(after):
        return None
    if opening is not None:
        if year is None and separator != "/" and grammar.no_day.search(before):
            return None
        start -= opening.end() - opening.start()
    day = int(match["d"])
    last = edtf(year, month, day)
    if not _valid(day, month, year):
        return None
    value = last
    if head:
        first = _first_of(head, month, year)
        if first is None or not _valid(*first):
            return None
        value = f"{edtf(first[2], first[1], first[0])}/{last}"
        if year is not None and first[2] is not None and (first[2], first[1], first[0]) >= (year, month, day):
            return None
        if _range_join.search(head):
            since = grammar.since.search(fold[max(floor, start - 8) : start])
            if since is not None:
                start -= since.end(1) - since.start(1)
    words = opening.group() if opening is not None else before if before.endswith("(") else ""
    part = None if head else _part_of_day(words)
    return Mention("DATE", start, end, DateValue(value, part))


def _part_of_day(words: str) -> str | None:
    for form, word, value in _grammar().parts:  # the table has the longer forms first
        if form in words and word.search(words):
            return value
    return None


_DAY_OF = re.compile(  # "ngày bầu cử (22/5)", "Ngày họp, 23/9,", "Hạn nộp bài là 30/11."
    r"(?<!\w)(?:ngày (?!(?:đầu|cuối|càng|nay)(?!\w))(?:[^\W\d_]+ ){0,2}[^\W\d_]+(?: là |: ?|, | ?\()"
    r"|hạn(?: [^\W\d_]+){0,4} là )$"
)
_ENDS = re.compile(r"\s*(?:[.,;)]|$)")


def _is_triggered(
    clean: CleanArticle, match: re.Match[str], before: str, separator: str, has_year: bool, floor: int
) -> bool:
    """Whether a number pair with no "ngày", weekday or part of day before it is a date all the same."""
    grammar = _grammar()
    if before.endswith(("tháng ", "số ")):
        return False
    if grammar.hint.search(before) or grammar.bracket.search(before):
        return True
    if separator == "/" and _DAY_OF.search(before) and _ENDS.match(clean.fold, match.end()):
        return True
    if has_year:
        day_month = clean.fold[match.start("d") : match.end()]
        return separator == "tháng" or day_month.count("/") == 2 or (len(set(re.findall("[/.-]", day_month))) == 1)
    if floor == match.start() - len(before) and grammar.joined.fullmatch(before):
        return True  # "ngày 14-5 và 20-5": directly behind another date
    if separator == "-" and not re.search("đến|tới", match["head"]):
        # "từ 2-3" counts something; "trước 15-11." does not.
        descends = not match["head"] and int(match["d"]) > 12
        return descends and grammar.weak.search(before) is not None
    return separator != "." and grammar.weak.search(before) is not None


def _days(clean: CleanArticle) -> list[Mention]:
    grammar, fold = _grammar(), clean.fold
    mentions: list[Mention] = []
    floor = 0
    for start in figures(fold):
        if start < floor or grammar.seed.match(fold, start) is None:
            continue
        previous = fold[start - 1] if start else " "
        earlier = fold[start - 2] if start > 1 else " "
        # "4.676", "07:48", "NQ-12"; but "Thứ năm,14/12" only lacks a space.
        if previous.isdecimal() or (previous in ".,:" and earlier.isdecimal()):
            continue
        if previous in "/-" and earlier.isalnum():
            continue
        if previous.isalnum() and not fold.endswith(("ngày", "lúc"), 0, start):
            continue
        match = grammar.day.match(fold, start)
        if match is not None and match["head"] and not _ascends(match):
            match = grammar.single.match(fold, start)
        mention = _bare_month(fold, start, floor) if match is None else _day_mention(clean, match, floor)
        if mention is not None:
            mentions.append(mention)
            floor = mention.end
    return mentions


def _bare_month(fold: str, start: int, floor: int) -> Mention | None:
    """ "từ 10/2017 đến 5/2018": months that only a preposition or a bracket marks."""
    grammar = _grammar()
    match = grammar.bare_month.match(fold, start)
    if match is None:
        return None
    end = match.end()
    before = fold[max(floor, start - 12) : start]
    bracketed = before.endswith("(") and fold.startswith(")", end)
    if not bracketed and grammar.weak.search(before) is None:
        return None
    value = edtf(int(match["y"]), int(match["m"]))
    if match["from"]:
        first_month, first_year = map(int, match["from"].split("/"))
        value = f"{edtf(first_year, first_month)}/{value}"
        since = grammar.since.search(before)
        if since is not None:
            start -= since.end(1) - since.start(1)
    return Mention("DATE", start, end, DateValue(value))


def _months(clean: CleanArticle, days: list[Mention]) -> list[Mention]:
    grammar, fold = _grammar(), clean.fold
    taken = iter([(mention.start, mention.end) for mention in days])
    span = next(taken, None)
    mentions: list[Mention] = []
    position = fold.find("tháng ")
    while position >= 0:
        start, position = position, fold.find("tháng ", position + 6)
        while span is not None and span[1] <= start:
            span = next(taken, None)
        if span is not None and span[0] <= start:
            continue
        if mentions and mentions[-1].end > start:
            continue
        match = grammar.month.match(fold, start)
        if match is None:
            continue
        mention = _month_mention(fold, match)
        if mention is not None and (span is None or mention.end <= span[0]):
            mentions.append(mention)
    return mentions


def _month_mention(fold: str, match: re.Match[str]) -> Mention | None:
    grammar = _grammar()
    start, end = match.span()
    if start and fold[start - 1].isalnum():
        return None
    year = int(match["y"]) if match["y"] else None
    if grammar.no_month.search(fold, max(0, start - 12), start):
        return None
    if year is None and grammar.counted.match(fold, end):
        return None
    month = int(match["m"]) if match["m"] else grammar.months[match["w"]]
    value = edtf(year, month)
    if match["from"]:
        numbers = [int(number) for number in _numbers.findall(match["from"])]
        first_month = numbers[0]
        first_year = numbers[1] if len(numbers) > 1 else year
        if len(numbers) == 1 and year is not None and first_month > month:
            first_year = year - 1
        value = f"{edtf(first_year, first_month)}/{value}"
        if _range_join.search(match["join"]):
            since = grammar.since.search(fold, max(0, start - 8), start)
            if since is not None:
                start = since.start(1)
    return Mention("DATE", start, end, DateValue(value))


def find_dates(clean: CleanArticle) -> list[Mention]:
    """The DATE mentions of ``clean`` in order, each with a :class:`DateValue` (year ``XXXX`` where none is written).

    Linear in the length of the text.
    """
    days = _days(clean)
    return sorted(days + _months(clean, days), key=lambda mention: mention.start)
