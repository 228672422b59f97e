"""Years of dates that are written without one, from what the article or its metadata says; never from the clock.

In order of trust: a full date with the same day or month; the date of publication; full dates that must lie just before
(documents just issued) or just after (deadlines); a year that the article speaks of as its own; the year of a quarter,
then of a month close by; the year in the number of a document that is called new.  Where none of these holds the year
stays ``XXXX``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from nqextract.lexicon import forms_by_kind
from nqextract.tag.numerals import ordinal
from nqextract.types import Analysis, DateValue, DocumentValue, Mention

_UNKNOWN = "XXXX"
_ONLINE_SINCE = 1998
"""No web article is older (Vietnam went online in November 1997): earlier dates are history, not the article's time."""
_YEARS = range(1800, 2100)
"""What a date in a text may have; a page without a date of its own may say 0001-01-01 or 9999-12-31."""
_NEAR_DAYS = 200
"""A document further back says little about the day of the meeting."""
_DEADLINE_DAYS = 100
"""Nor does a deadline further off."""
_IN_FORCE = frozenset({(1, 1), (7, 1)})
"""Month and day from which laws hold: as deadlines they are set years before, and count only when near."""
_IN_FORCE_DAYS = 30
_CLOSE_DAYS = 100
"""A month further off is not the article's time."""
_MONTHS = re.compile(  # "9 tháng đầu năm 2018"; the number is looked at from behind, as a search skips to words only
    r" tháng(?:(?<=([369]) tháng)|(?<=(1[01]) tháng))(?: đầu)?(?: năm|,? năm|/) ?(?P<year>20[0-9]{2})(?![0-9])"
)
_QUARTER = re.compile(r"quý (?P<quarter>iv|i{1,3}|[1-4]) ?(?:[/-]|năm|, năm) ?(?P<year>20[0-9]{2})(?![0-9])")
_WORD = re.compile(r"\w+")
_CLAUSE_MARK, _SENTENCE_MARK = re.compile(r"[.;:\n]"), re.compile(r"[.;\n]")
_SOON = timedelta(days=90)
_AUTUMN, _DECEMBER = 9, 12  # the month from which, and in which only, next year's tasks are set
_LEAD = 500  # where an article says when its event was
_SENTENCE = 300
_CONVEYED = frozenset({"resolution", "directive", "conclusion", "regulation", "law"})
"""What conferences convey when it is new; other documents are cited years later."""


class _Day(NamedTuple):
    """A day of the article; ``month_only`` where no day is said (``day`` is then 1)."""

    year: int | None
    month: int
    day: int
    month_only: bool


class _Context(NamedTuple):
    """What the words around a date make of it."""

    issued: bool  # the date of the document before it
    document: bool  # in one sentence with a document
    future: bool  # still to come
    bound: bool  # the end of a period, past or to come
    aside: bool  # a founding, a birth, a law's coming into force: says nothing about the article's time


@lru_cache(1024)
def _parse(text: str) -> _Day:
    parts = text.split("-")
    year = None if parts[0] == _UNKNOWN else int(parts[0])
    return _Day(year, int(parts[1]), int(parts[2]) if len(parts) > 2 else 1, len(parts) == 2)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    words = forms_by_kind("date_words")

    def near(kind: str) -> str:
        return rf"(?<!\w)(?:{'|'.join(map(re.escape, words[kind]))})(?!\w)"

    return {
        "future": re.compile(near("future") + r"(?! (?:đó|đây|nữa))"),
        "bound": re.compile(near("bound")),
        "aside": re.compile(near("aside")),
        "review": re.compile(
            rf"{near('review')}(?: \w+){{0,4}} [0-9]{{1,2}} năm|[0-9]{{1,2}} năm (?:thực hiện|triển khai|thi hành)"
        ),
        "year": re.compile(r"năm (?<!\wnăm )(?P<year>(?:19|20)[0-9]{2})(?![0-9])(?! ?[-/] ?[0-9])"),
        "not_own": re.compile(rf"{near('not_own_year')}(?: \w+){{0,3}} ?\(?$"),
        "planned": re.compile(rf"{near('planned_year')}(?:[ ,]+\w+){{0,12}} $"),
        "reviewed": re.compile(rf"{near('reviewed_year')}(?:[ ,]+\w+){{0,5}} $"),
        "own": re.compile(rf"{near('own_year')}(?:[ ,]+\w+){{0,4}} $"),
        "achieved": re.compile(near("achieved")),
        "opens": re.compile(rf"(?:[,\"(] ?|^ *|{near('saying')} )(?:trong )?$"),
        "past": re.compile(rf"{near('past_year')} $"),
        "present": re.compile(near("present_year")),
        "told": re.compile(near("told_year")),
        "new": re.compile(near("new_document")),
    }


@cache
def _first_words() -> frozenset[str]:
    """Those with which what is asked of the words before a date begins: hardly any date has one."""
    forms = forms_by_kind("date_words")
    return frozenset(
        word for kind in ("future", "bound", "aside") for form in forms[kind] for word in _WORD.findall(form)[:1]
    )


def _context(analysis: Analysis, mention: Mention, documents: list[int]) -> _Context:
    fold, patterns = analysis.clean.fold, _patterns()
    start = mention.start
    behind = fold[max(0, start - 12) : start].rstrip(" ,(-")
    at = max(0, start - 12) + len(behind)
    before = _CLAUSE_MARK.split(fold[max(0, start - 28) : start])[-1]
    floor, roof = start - _SENTENCE, start + _SENTENCE
    start_of = max(fold.rfind(".", max(0, floor), start), fold.rfind("\n", max(0, floor), start), floor)
    ends = [end for end in (fold.find(". ", start, roof + 2), fold.find("\n", start, roof + 1)) if end >= 0]
    end_of = min([*ends, roof])
    behind_start = bisect_right(documents, start_of)  # the first document that ends behind the sentence's start
    issued = bisect_right(documents, at) > bisect_left(documents, at)
    document = behind_start < len(documents) and documents[behind_start] <= end_of
    near = before[-18:]  # may begin inside a word
    if _first_words().isdisjoint(_WORD.findall(f"{near} {before}")):
        return _Context(issued, document, future=False, bound=False, aside=False)
    return _Context(
        issued,
        document,
        future=patterns["future"].search(near) is not None,
        bound=patterns["bound"].search(near) is not None,
        aside=patterns["aside"].search(before) is not None,
    )


def _on(year: int, day: _Day) -> date:
    try:
        return date(year, day.month, day.day)
    except ValueError:  # 29 February in another year
        return date(year, day.month, day.day - 1)


def _latest_until(day: _Day, limit: date) -> int:
    return limit.year if _on(limit.year, day) <= limit else limit.year - 1


def _earliest_from(day: _Day, limit: date) -> int:
    start = _on(limit.year, day)
    if day.month_only and day.month == limit.month:
        return limit.year
    return limit.year if start >= limit else limit.year + 1


def _nearest(day: _Day, to: date) -> int:
    return min((to.year - 1, to.year, to.year + 1), key=lambda year: abs((_on(year, day) - to).days))


def _published(analysis: Analysis) -> date | None:
    """The day of publication, from metadata or the dateline."""
    dateline = analysis.clean.dateline
    for text in (analysis.clean.article.published, dateline.date if dateline else None):
        if text:
            try:
                day = date.fromisoformat(text[:10])
            except ValueError:
                continue
            if day.year in _YEARS:
                return day
    return None


class _Evidence:
    """What the article says about its own time; the text is searched once, when that is first asked for."""

    def __init__(self, fold: str, full: list[tuple[_Day, _Context]], published: date | None) -> None:
        self.fold = fold
        self.full = full
        self.published = published
        self._own_years: dict[int, int | None] = {}
        self.now: date | None = None  # the day of the event, or of the first date that could be resolved

    @cached_property
    def by_month(self) -> dict[int, list[_Day]]:
        """The full dates since there is news on the web, by their months."""
        found: dict[int, list[_Day]] = {}
        for known, _ in self.full:
            if known.year and known.year >= _ONLINE_SINCE:
                found.setdefault(known.month, []).append(known)
        return found

    @cached_property
    def latest_year(self) -> int:
        return max((known.year or 0 for days in self.by_month.values() for known in days), default=0)

    @cached_property
    def reviews(self) -> bool:
        """Whether the article is about years of work: "sơ kết 5 năm thực hiện Chỉ thị …" is of an old document."""
        return _patterns()["review"].search(self.fold) is not None

    @cached_property
    def anchors(self) -> tuple[list[date], list[date]]:
        """Full dates that must lie just before, and just after."""
        earlier: list[date] = []
        later: list[date] = []
        for known, context in self.full:
            if known.year is None or known.year < _ONLINE_SINCE or known.month_only or context.aside:
                continue
            if context.future:
                later.append(_on(known.year, known))
            elif context.document and not (context.issued and self.reviews):
                earlier.append(_on(known.year, known))
        return earlier, later

    @cached_property
    def years(self) -> list[re.Match[str]]:
        return list(_patterns()["year"].finditer(self.fold))

    @cached_property
    def quarters(self) -> set[tuple[int, int]]:
        """The last month and the year of each quarter that the article names."""
        return {(3 * (ordinal(m["quarter"]) or 0), int(m["year"])) for m in _QUARTER.finditer(self.fold)}

    @cached_property
    def first_months(self) -> set[tuple[int, int]]:
        """How many months of which year it looks back on."""
        return {(int(m[1] or m[2]), int(m["year"])) for m in _MONTHS.finditer(self.fold)}

    def own_year(self, month: int) -> int | None:
        if month not in self._own_years:
            self._own_years[month] = _own_year(self, month)
        return self._own_years[month]


def _year_of(analysis: Analysis, day: _Day, context: _Context, evidence: _Evidence) -> int | None:
    same = {
        known.year
        for known in evidence.by_month.get(day.month, ())
        # A month alone fixes a day's year only where the article knows no later year.
        if day.month_only or (known.year == evidence.latest_year if known.month_only else known.day == day.day)
    }
    if len(same) == 1:
        (year,) = same
        return year
    today = evidence.published or evidence.now
    if today is not None:
        if context.issued:
            return _latest_until(day, today)
        if context.future:
            return _earliest_from(day, today - _SOON)  # a deadline that has just passed is no year away
        if context.bound:
            return _nearest(day, today)
        # What lies long ahead in this year was last year.
        return _latest_until(day, today + _SOON)
    return _from_anchors(analysis, day, evidence) or _from_document_years(analysis, day)


def _from_anchors(analysis: Analysis, day: _Day, evidence: _Evidence) -> int | None:
    """From full dates and from the years that the article speaks of."""
    own = evidence.own_year(day.month) or _year_of_period(evidence, day)
    earlier, later = evidence.anchors
    if earlier:
        limit = max(earlier)
        year = _earliest_from(day, limit)
        if (_on(year, day) - limit).days <= _NEAR_DAYS and (own is None or own <= year):
            return None if _looks_back_on(evidence, year) else year
    if later:
        limit = min(later)
        year = _latest_until(day, limit)
        near = _IN_FORCE_DAYS if (limit.month, limit.day) in _IN_FORCE else _DEADLINE_DAYS
        if (limit - _on(year, day)).days <= near:
            return year
    return own or _year_of_month(day, evidence)


def _year_of_period(evidence: _Evidence, day: _Day) -> int | None:
    """ "nhiệm vụ quý IV/2020": the quarter that is under way or about to begin; "9 tháng đầu năm 2018"."""
    years = {year for last, year in evidence.quarters if last - 5 <= day.month <= last}
    # "9 tháng đầu năm 2018" are looked back on in the next
    years |= {year for months, year in evidence.first_months if 0 <= day.month - months <= 2}
    return years.pop() if len(years) == 1 else None


def _year_of_month(day: _Day, evidence: _Evidence) -> int | None:
    """From a month close by ("ban hành tháng 5-2018") where the article knows no later year."""
    months = [known for known, context in evidence.full if known.month_only and known.year and not context.aside]
    latest = max((known.year or 0 for known in months), default=0)
    if latest < _ONLINE_SINCE or len({known.year for known, _ in evidence.full if known.year}) != 1:
        return None
    if any(int(match["year"]) > latest for match in evidence.years):
        return None
    near = set()
    for known in months:
        month = _on(latest, known)
        year = _nearest(day, month)
        if abs((_on(year, day) - month).days) <= _CLOSE_DAYS:
            near.add(year)
    return near.pop() if len(near) == 1 else None


def _looks_back_on(evidence: _Evidence, year: int) -> bool:
    """Whether the article tells of a later year than ``year`` as past: then ``year`` is not its own."""
    fold, patterns = evidence.fold, _patterns()
    for match in evidence.years:
        if int(match["year"]) > year and not patterns["planned"].search(
            fold, max(0, match.start() - 90), match.start()
        ):
            before = fold[max(0, match.start() - 12) : match.start()]
            after = _SENTENCE_MARK.split(fold[match.end() : match.end() + 40])[0]
            if patterns["past"].search(before) or " đã " in after:
                return True
    return False


def _own_year(evidence: _Evidence, month: int) -> int | None:
    """The year that the article speaks of as its own ("chương trình công tác năm 2018"), where it is ``month``'s."""
    fold, patterns = evidence.fold, _patterns()
    years: list[int] = []
    for match in evidence.years:
        before = _CLAUSE_MARK.split(fold[max(0, match.start() - 90) : match.start()])[-1]
        after = _SENTENCE_MARK.split(fold[match.end() : match.end() + 60])[0]
        year = int(match["year"])
        if year < _ONLINE_SINCE or patterns["not_own"].search(before):
            continue
        if patterns["planned"].search(before):
            if month >= _AUTUMN:  # this year's tasks or the next year's
                if month < _DECEMBER or patterns["achieved"].search(before):
                    continue
                year -= 1
        elif patterns["reviewed"].search(before):
            year += month <= 2  # last year's work is reviewed after New Year
        elif not (
            (patterns["own"].search(before) and not patterns["told"].search(after))
            or (patterns["opens"].search(before) and patterns["present"].search(after))
        ):
            continue
        years.append(year)
    return years[0] if len(set(years)) == 1 else None


def _from_document_years(analysis: Analysis, day: _Day) -> int | None:
    """From "Quy định 102/2017" where the documents conveyed are called new."""
    years = set()
    for mention in analysis.mentions:
        value = mention.value
        if isinstance(value, DocumentValue) and value.number and value.type in _CONVEYED:
            match = re.search(r"[/-] ?((?:19|20)[0-9]{2})(?![0-9])", value.number)
            if match is not None:
                years.add(int(match[1]))
    if len(years) != 1 or _patterns()["new"].search(analysis.clean.fold) is None:
        return None
    # What was issued in a year is still conveyed in the first weeks of the next.
    return years.pop() + (day.month <= 2)


def _resolved(value: DateValue, last: _Day, year: int) -> DateValue | None:
    """``value`` with ``year`` for its last day; none where it is of 29 February, which the year lacks."""
    first_text, _, last_text = value.edtf.rpartition("/")
    first = _parse(first_text) if first_text else last
    first_year = first.year or (year - 1 if first.month > last.month else year)
    if _on(year, last).day != last.day or _on(first_year, first).day != first.day:
        return None
    edtf = last_text.replace(_UNKNOWN, str(year))
    if first_text:
        edtf = f"{first_text.replace(_UNKNOWN, str(first_year))}/{edtf}"
    return DateValue(edtf, value.part_of_day, year_inferred=True)


def _tells_event(analysis: Analysis, item: tuple[int, _Day, _Context]) -> bool:
    """Whether a full date is that of the article's event: early in the text, and of nothing else."""
    index, day, context = item
    mention = analysis.mentions[index]
    if context.issued or context.future or context.bound or context.aside or day.month_only:
        return False
    return (day.year or 0) >= _ONLINE_SINCE and mention.start < _LEAD


def resolve_dates(analysis: Analysis) -> None:
    """Set the years of the DATE mentions that lack one, as far as the article gives ground for them.

    Rewrites ``analysis.mentions``; ``year_inferred`` tells which values were completed.
    """
    dates = [
        (index, mention, _parse(mention.value.edtf.rpartition("/")[2]))
        for index, mention in enumerate(analysis.mentions)
        if isinstance(mention.value, DateValue)
    ]
    if all(day.year is not None for _, _, day in dates):
        return
    documents = [mention.end for mention in analysis.mentions if mention.label == "DOC"]
    days = [(index, day, _context(analysis, mention, documents)) for index, mention, day in dates]
    full = dict.fromkeys((day, context) for _, day, context in days if day.year is not None)
    evidence = _Evidence(analysis.clean.fold, list(full), _published(analysis))
    evidence.now = next(
        (_on(day.year, day) for item in days if (day := item[1]).year and _tells_event(analysis, item)), None
    )
    open_days = [item for item in days if item[1].year is None]
    mentions = list(analysis.mentions)
    # The article's own time first: a day that is neither a document's nor still to come.
    open_days.sort(key=lambda item: (item[1].month_only, item[2].issued or item[2].future or item[2].aside, item[0]))
    years: dict[tuple[_Day, _Context, date | None], int | None] = {}  # many dates, few different ones
    for index, day, context in open_days:
        key = (day, context, evidence.now)
        if key not in years:
            years[key] = _year_of(analysis, day, context, evidence)
        year = years[key]
        value = mentions[index].value
        if year is None or not isinstance(value, DateValue):
            continue
        if (resolved := _resolved(value, day, year)) is None:
            continue
        if evidence.now is None and not day.month_only:
            evidence.now = _on(year, day)
        old = mentions[index]
        mentions[index] = Mention(old.label, old.start, old.end, resolved, old.score, old.source)
    analysis.mentions = tuple(mentions)
