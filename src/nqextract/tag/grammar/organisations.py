"""Organisations: a head or a fixed name, and what completes it (field, number, name, superior body, place, term)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from nqextract.lexicon.vocabulary import Entry, Kind
from nqextract.tag.grammar.names import Names
from nqextract.tag.grammar.places import NUMBER
from nqextract.tag.grammar.words import Span
from nqextract.text import fold_name, is_syllable

_TERM = re.compile(
    r"(?:(?: ?[(,])? ?khóa (?:[ivxl]+|\d{1,2})(?:(?:, ?| và )[ivxl]+(?![^\W_])){0,3}"
    r"(?:,? \(?nhiệm kỳ \d{4} ?- ?(?:\d{4}|\d{2})\)?)?"
    r"| \(?nhiệm kỳ (?:[ivxl]{1,6},? \(?)?\d{4} ?- ?(?:\d{4}|\d{2}))(?![^\W_])"
)
_PERIOD = re.compile(r", nhiệm kỳ \d{4} ?- ?(?:\d{4}|\d{2})(?![^\W_])")
_DASH = re.compile(r" [-–] (?=[A-ZĐ])")
_COURT_LEVEL = re.compile(r" (?:tối cao|cấp cao|quân sự trung ương|khu vực \d{1,2})(?: tại)?(?![^\W_])")
_ACRONYM = re.compile(
    r" ?\((?:[A-ZĐ]{1,6}(?: [-–&] [A-ZĐ]{1,6}){1,3}|[A-ZĐ][A-ZĐ&0-9-]{1,9}|[A-Z][A-Za-z]{3,14}(?: \d{1,2})?)"
    r"(?:(?<=[A-Z]) (?:TP\.? ?)?[A-ZĐ][^\W\d_]+(?: [A-ZĐ][^\W\d_]+){0,2})?\)"
)
_BRACKETS = ("(", " (")
_CLOSING = ".,;:!?…)\n"
"""Behind these nothing goes on with a name but its term (", khóa XIII")."""
_REGION = " khu vực "
_NUMBERED = re.compile(rf"(?:số )?{NUMBER.pattern}")
_WHOLE_FIELD = re.compile(r" và |, |(?:(?: -)? [^ -]+){5}")
"""What a field has that does not go on in small letters: parts, or five words."""
_BRANCH = re.compile(r"(?: -)? chi nhánh (?=[^\W\d_])")
_BRANCHES = (" chi nhánh ", " - chi nhánh ")
_SERVICE = re.compile(r"\d (?:hải quân|cảnh sát biển)(?![^\W_])")
_PRESS = re.compile(r"(?:báo|tờ|tạp chí|đài|hãng|phóng viên|pv|với|theo|như|trả lời|trên|nhà xuất bản|tập đoàn) $")
_CONGRESS = re.compile(
    r"đại hội(?: đại biểu)?(?P<nation> (?:đảng )?toàn quốc)?"
    r"(?P<number> (?:lần thứ )?(?:[ivxl]+|\d{1,2}|(?<=thứ )[^\W\d_]+))?"
    r"(?P<party>(?: của)? đảng(?! bộ| ủy)(?: toàn quốc)?)?"
    r"(?P<later> lần thứ (?:[ivxl]+|\d{1,2}))?(?: của đảng(?! bộ| ủy| đoàn))?(?![^\W_])"
)
_ORDINAL = re.compile(r" lần thứ (?:[ivxl]+|\d{1,2}|nhất|hai|ba|tư|năm|sáu|bảy|tám|chín|mười)(?![^\W_])")
_CONGRESS_HEADS = frozenset(("đảng", "đoàn", "hội", "công", "mặt", "chi"))
_CONGRESS_ENTRY = Entry(Kind.BODY, "Đại hội")
_COMMITTEE_LIKE = frozenset({"committee", "council"})
_CENTRAL_KINDS = frozenset({"state", "party", "assembly", "front", "mass"})
_NATIONAL_KINDS = frozenset({"state", "party", "assembly", "international"})
"""Bodies to which what follows belongs only if it is a known place."""
_DEEPEST = 3  # bodies within bodies
_TAKEN_BY_BODIES = frozenset({"place", "term"})
_COMMITTEES = frozenset({"committee"})
_MARKING = frozenset({"level", "number", "field", "military"})
_HOLDING = frozenset({"org", "committee", "mass"})
"""What a head takes that may belong to another body."""


class Phrase(NamedTuple):
    """A name that was read: ``[start, end)``; ``head_end`` is where its first vocabulary entry ends."""

    start: int
    end: int
    head_end: int
    entry: Entry
    place: Span | None = None  # the place it names ("tỉnh Bắc Ninh", "tỉnh")
    parent: Span | None = None  # the organisation inside it

    @property
    def bare(self) -> bool:
        """Only the head, nothing that completes it."""
        return self.end == self.head_end


@dataclass(slots=True)
class _Draft:
    """A name while it is read."""

    end: int
    place: Span | None = None
    parent: Span | None = None

    def take(self, inner: Phrase) -> None:
        self.end, self.place, self.parent = inner.end, inner.place, (inner.start, inner.end)

    def take_place(self, start: int, end: int) -> None:
        self.end, self.place = end, (start, end)


class Organisations(Names):
    def organisation(self, start: int, *, depth: int = 0) -> Phrase | None:
        """The longest organisation whose head begins at ``start``."""
        hits = self.hits.by_start.get(start)
        if hits is None:
            return self._congress(start, depth)
        best: Phrase | None = None
        town = self.hits.at(start, Kind.PLACE)
        head_end = 0
        for end, entry in hits:
            if town and town[0] > end and " " not in entry.name and self.capital(start):
                continue  # "Hội An"
            if entry.kind is Kind.BODY and self._is_body(start, end, entry):
                phrase = self.complete(start, end, entry, _TAKEN_BY_BODIES, depth)
            elif entry.kind is Kind.HEAD and head_end in (0, end):
                head_end = end  # the longest head: "Ban Chấp hành", not "Ban"
                phrase = self.complete(start, end, entry, entry.takes, depth)
            else:
                continue
            if best is None or self._is_better(phrase, best):
                best = phrase
        congress = self._congress(start, depth)
        return congress if congress and (best is None or congress.end > best.end) else best

    def _is_better(self, phrase: Phrase, best: Phrase) -> bool:
        if phrase.end > best.end:
            return not self._overruns(best, phrase)
        return phrase.end < best.end and self._overruns(phrase, best)

    def _overruns(self, fixed: Phrase, free: Phrase) -> bool:
        """``free`` only adds words in small letters to a name that is fixed."""
        added = self.text[fixed.end : free.end]
        return fixed.entry.kind is Kind.BODY and free.entry.kind is Kind.HEAD and added.islower()

    def _is_body(self, start: int, end: int, entry: Entry) -> bool:
        """Whether a fixed name is meant: a word of everyday ("Thanh Niên") needs more than its letters."""
        written = self.text[start:end]
        if entry.ambiguous:
            return self.capital(start) and _PRESS.search(self.folded, max(0, start - 12), start) is not None
        # All in lower case a name is one only where it is long: "chi | bộ công an".
        spaces = written.count(" ")
        return not written.islower() or spaces >= 3 or (spaces == 1 and entry.detail == "state")

    def complete(self, start: int, head_end: int, entry: Entry, takes: frozenset[str], depth: int) -> Phrase:
        """Read on behind the head ``[start, head_end)`` as far as ``takes`` allows."""
        if self.folded[head_end : head_end + 1] in _CLOSING:  # or at the end of the text
            term = self.term(head_end) if "term" in takes else None
            return Phrase(start, term or head_end, head_end, entry)
        capital = self.capital(start)
        draft = _Draft(head_end)
        if not _MARKING.isdisjoint(takes):
            self._take_marks(draft, entry, capital, takes)
        about = "about" in takes and self._take_subject(draft, capital)
        if not about and not self._take_inner(draft, head_end, takes, depth):
            self._take_name(draft, start, head_end, entry, takes, depth)
        if "namesake" in takes and depth == 0 and head_end < draft.end:
            draft.end = self._namesake(draft.end)
        placed = draft.place or self.folded.endswith(_REGION, start, draft.end - 1)
        if placed and (joint := _DASH.match(self.text, draft.end)) and (second := self.known_place(joint.end())):
            draft.end = second[0]  # "Hiệp hội Du lịch Nha Trang - Khánh Hòa", "VKSND Khu vực 6 - Cà Mau"
        if ("of" in takes or ("place" in takes and draft.place is None)) and (of := self._of(draft.end)):
            self._take_owner(draft, head_end, of, depth)
        if "post" in takes:
            draft.end = self.posted(draft.end)
        elif "committee" in entry.classes and draft.place:
            draft.end = self._abroad(draft.place, draft.end)
        if self.folded.startswith(_BRANCHES, draft.end):
            self._take_branch(draft)
        if self.text.startswith(_BRACKETS, draft.end):
            self._take_acronym(draft, takes, bare=draft.end == head_end and entry.kind is Kind.HEAD)
        if "term" in takes:
            draft.end = self.term(draft.end) or draft.end
        return Phrase(start, draft.end, head_end, entry, draft.place, draft.parent)

    def _take_acronym(self, draft: _Draft, takes: frozenset[str], *, bare: bool) -> None:
        """ "(PCCC)", and the place behind it: "Cảnh sát Phòng cháy chữa cháy (PCCC) | TP.HCM"."""
        end = self.with_acronym(draft.end)
        if end == draft.end:
            return
        start = self.gap(end)
        seated = start > end and ("place" in takes or not bare) and not (draft.place or draft.parent)
        if seated and (place := self.place(start)):
            draft.take_place(start, place)
        elif not bare:
            draft.end = end

    def _take_marks(self, draft: _Draft, entry: Entry, capital: bool, takes: frozenset[str]) -> None:
        """What a head's kind brings with it: "tối cao", "Quân khu 4", "Vùng 3 Hải quân", a field."""
        if "level" in takes and (level := _COURT_LEVEL.match(self.folded, draft.end)):
            draft.end = level.end()
        if "number" in takes and (number := _NUMBERED.match(self.folded, self.gap(draft.end))):
            draft.end = number.end()
        if "field" in takes and (field := self._field_behind(draft.end, entry, capital)):
            draft.end = field
            number = _NUMBERED.match(self.folded, self.gap(field))
            closing = number and self.text[number.end() - 1].isdigit() and self.ends_phrase(number.end())
            if number and ("number" in takes or closing):
                draft.end = number.end()  # "Ban Quản lý dự án 85"
        if "military" in takes and (service := _SERVICE.match(self.folded, self.gap(draft.end))):
            draft.end = service.end()

    def _field_behind(self, end: int, entry: Entry, capital: bool) -> int | None:
        start = self.gap(end)
        return self.field(start, fold_name(entry.name), capital) if start in self.hits.by_start else None

    def _take_subject(self, draft: _Draft, capital: bool) -> bool:
        """ "Ban Chỉ đạo Trung ương về phòng, chống thiên tai"."""
        unit = self.hits.at(self.gap(draft.end), Kind.UNIT)
        if unit and unit[1].detail == "central":
            draft.end = unit[0]
        if not capital or not self.folded.startswith(" về ", draft.end):
            return False
        subject = self.open_name(draft.end + 4, first_lower=True)
        draft.end = subject or draft.end
        return subject is not None

    def _take_inner(self, draft: _Draft, head_end: int, takes: frozenset[str], depth: int) -> bool:
        """The organisation that this one belongs to: "Ban Thường vụ | Tỉnh ủy", "Văn phòng | UBND tỉnh"."""
        start = self.gap(draft.end)
        if start == draft.end or depth >= _DEEPEST:
            return False
        inner: Phrase | None = None
        if not _HOLDING.isdisjoint(takes):
            inner = self.nested(start, takes, depth)
        elif draft.end > head_end and "open" in takes:
            inner = self.nested(start, _COMMITTEES, depth)
        if inner:
            draft.take(inner)
        return inner is not None

    def _take_name(
        self, draft: _Draft, start: int, head_end: int, entry: Entry, takes: frozenset[str], depth: int
    ) -> None:
        """A place, or a proper name and then a place or a committee."""
        here = self.gap(draft.end)
        if "unitplace" in takes:
            place = self.place(here) if self.hits.at(here, Kind.UNIT) else self._bracketed_place(start, here)
            if place:
                draft.take_place(here, place)
            return
        if ("place" in takes or draft.end > head_end) and (place := self.place(here)):
            draft.take_place(here, place)
            return
        capital = self.capital(start)
        short = " " not in entry.name
        if "open" in takes and (capital or not short) and not self._is_held(draft, head_end, here, takes, depth):
            small = (
                depth > 0 and not capital and not self.capital(here) and self._goes_on(here)
            )  # "giám đốc công ty | địa ốc Đất Lành"
            name = self._open_behind(head_end, draft.end, entry, first_lower=capital and not short, small=small)
            if name:
                draft.end = name
                later = self.gap(name)
                if later > name and (place := self.own_place(later)):
                    draft.take_place(later, place)
                elif later > name and depth < _DEEPEST:
                    inner = self.nested(later, _COMMITTEES, depth)
                    if inner:
                        draft.take(inner)
                return
        national = entry.kind is Kind.BODY and entry.detail in _NATIONAL_KINDS
        if "place" in takes and (place := self.place(here) if national else self.own_place(here)):
            draft.take_place(here, place)

    def _bracketed_place(self, start: int, here: int) -> int | None:
        """ "Đại biểu Lê Thị An (đoàn | Cao Bằng)": behind a bracket the place needs no unit."""
        known = self.known_place(here) if self.folded.startswith("(", start - 1) else None
        return known[0] if known and self.folded.startswith(")", known[0]) else None

    def _is_held(self, draft: _Draft, head_end: int, here: int, takes: frozenset[str], depth: int) -> bool:
        """Whether somebody's name follows: "Đội trưởng Đội 4 | Siu Klah", "Chánh Văn phòng | Lê Văn An"."""
        numbered = head_end < draft.end and self.text[draft.end - 1].isdigit()
        return depth > 0 and (numbered or self._begins_person(here, takes))

    def _begins_person(self, start: int, takes: frozenset[str]) -> bool:
        """Behind a head in a position: "Chánh Văn phòng | Lê Văn An", but "Hiệu trưởng Trường Nguyễn Văn Cừ"."""
        run = self.capital_run(start)
        return (
            "namesake" not in takes
            and 3 <= len(run) <= 4
            and self.surname(*run[0]) is not None
            and (self.has_middle_name(run[:2]) or ("org" in takes and self.surname(*run[0]) == "common"))
            and not self.hits.at(start, Kind.PLACE)
        )

    def _namesake(self, end: int) -> int:
        """ "Trường Đào tạo cán bộ | Nguyễn Văn Cừ": by itself, not behind a position, a school's name goes on so."""
        run = self.capital_run(self.gap(end))
        named = 3 <= len(run) <= 4 and self.surname(*run[0]) == "common" and not self.hits.at(run[0][0], Kind.PLACE)
        return run[-1][1] if named else end

    def _open_behind(self, head_end: int, end: int, entry: Entry, *, first_lower: bool, small: bool) -> int | None:
        """A proper name behind the head; where a field was read it goes on beyond it ("Bảo vệ | quyền tác giả").

        With ``small`` words in small letters may stand before its capitals.
        """
        if end > head_end and self.ends_phrase(end):
            return None
        if not self.capital(self.gap(end)) and _WHOLE_FIELD.search(self.folded, head_end, end):
            return None  # "Cục Thương mại điện tử và Kinh tế số | xây dựng …"
        start = self.gap(head_end)
        capitals = "committee" in entry.classes
        run = self.capital_run(start) if capitals else []
        if run and 2 <= len(run) <= 5 and self.surname(*run[0]) and not self.hits.at(run[0][0], Kind.HEAD):
            return None  # "Phó Bí thư Đảng ủy | Lương Thị Hoài"
        found = self.open_name(start, first_lower=small or (first_lower and not capitals), capitals=capitals or small)
        return found if found and found > end else None

    def _take_owner(self, draft: _Draft, head_end: int, of: int, depth: int) -> None:
        """ "của | tỉnh", "của | thành phố Đà Nẵng", and behind a number "của | Ban Bí thư"."""
        unit = self.hits.at(of, Kind.UNIT)
        if unit and unit[1].detail in ("province", "city", "district") and (place := self.place(of)):
            draft.take_place(of, place)
        elif draft.end > head_end and self.text[draft.end - 1].isdigit() and (owner := self.owner(draft.end, depth)):
            draft.take(owner)

    def _abroad(self, place: Span, end: int) -> int:
        """ "Đảng ủy Việt Nam | tại Cộng hòa Séc": a committee of one country's people in another."""
        home = self.hits.at(place[0], Kind.PLACE)
        posted = self.posted(end) if home and home[1].detail == "country" else end
        return posted if posted > end and self._is_country(end + len(" tại ")) else end

    def _is_country(self, start: int) -> bool:
        known = self.known_place(start)
        return known is not None and known[1].detail == "country"

    def _take_branch(self, draft: _Draft) -> None:
        """ "Ngân hàng Nhà nước | chi nhánh Khu vực 9"."""
        branch = _BRANCH.match(self.folded, draft.end)
        if branch is None:
            return
        start = branch.end()
        place = self.place(start, bare=False) if self.hits.at(start, Kind.UNIT) else self.own_place(start)
        if place:
            draft.take_place(start, place)

    def nested(self, start: int, takes: frozenset[str], depth: int) -> Phrase | None:
        """An organisation at ``start`` that may complete another: any, or one of a class, as ``takes`` says."""
        phrase = self.organisation(start, depth=depth + 1)
        if phrase is None:
            return None
        entry = phrase.entry
        unnamed = entry.kind is Kind.HEAD and phrase.bare and entry.alone in ("no", "mid")
        # "Chính ủy Sư đoàn", "Đảng ủy Công ty": the reader knows which one.
        marked = self.capital(start) or "definite" in entry.classes
        known = marked and self._is_complete(phrase.end) and entry.name != "Thường vụ"
        if unnamed and not known:
            return None
        if "org" in takes or ("mass" in takes and "mass" in entry.classes):
            return phrase
        central = entry.kind is Kind.BODY and entry.detail in _CENTRAL_KINDS
        return phrase if "committee" in takes and (central or entry.classes & _COMMITTEE_LIKE) else None

    def _is_complete(self, end: int) -> bool:
        """Nothing goes on with the name that ends at ``end``: a boundary, or somebody ("Giám đốc Sở | Bùi …")."""
        if self.ends_phrase(end):
            return True
        run = self.capital_run(self.gap(end))
        return 2 <= len(run) <= 5 and self.surname(*run[0]) is not None

    def _of(self, end: int) -> int | None:
        """Where a word begins behind " của " at ``end``."""
        start = end + len(" của ")
        return start if self.folded.startswith(" của ", end) and self.folded[start : start + 1].isalpha() else None

    def owner(self, end: int, depth: int = 0) -> Phrase | None:
        """The organisation in "… của Ủy ban Thường vụ Quốc hội" behind ``end``."""
        of = self._of(end) if depth < _DEEPEST else None
        phrase = self.organisation(of, depth=depth + 1) if of else None
        return None if phrase is None or (phrase.bare and phrase.entry.alone == "no") else phrase

    def with_acronym(self, end: int) -> int:
        """Go on over the short name that follows in brackets: "… Việt Nam (VCCI)"."""
        acronym = _ACRONYM.match(self.text, end) if self.text.startswith(_BRACKETS, end) else None
        if acronym is None:
            return end
        start = self.text.index("(", end) + 1
        stop = acronym.end() - 1
        if self.hits.at(start, Kind.PLACE) or (
            self.text[start + 1 : stop].islower() and is_syllable(self.folded[start:stop])
        ):
            return end  # "(TPHCM)", "(Nghi)"
        return acronym.end()

    def term(self, start: int) -> int | None:
        """The end of a term: "khóa XIII", "(nhiệm kỳ 2015-2020)"."""
        behind = self.folded[start : start + len(" ( nhiệm kỳ")]
        term = _TERM.match(self.folded, start) if "khóa " in behind or "nhiệm kỳ" in behind else None
        if term is None:
            return None
        end = term.end()
        return end + 1 if "(" in term.group() and self.folded.startswith(")", end) else end

    def _congress_term(self, end: int) -> int:
        """Go on over the period that a congress elects for, which a comma may part: ", nhiệm kỳ 2020-2025"."""
        period = _PERIOD.match(self.folded, end)
        return period.end() if period else self.term(end) or end

    def _holds_congresses(self, body: Phrase) -> bool:
        """Whether ``body`` is a named one of those that hold congresses."""
        named = not body.bare or body.entry.kind is Kind.BODY
        return named and fold_name(body.entry.name).split()[0] in _CONGRESS_HEADS

    def _congress(self, start: int, depth: int) -> Phrase | None:
        """ "Đại hội XIII của Đảng", "Đại hội Đảng bộ tỉnh lần thứ XX, nhiệm kỳ 2020-2025"."""
        if depth >= _DEEPEST or not self.folded.startswith("đại hội", start):
            return None
        match = _CONGRESS.match(self.folded, start)
        if match is None:
            return None
        head_end = start + len("đại hội")
        numbered = any(match.group(name) for name in ("number", "later"))
        if numbered or (match.group("nation") and self.capital(start)):
            end = match.end()
            of = self._of(end)
            body = None if match.group("party") and not of else self.organisation(of or self.gap(end), depth=depth + 1)
            if body and self._holds_congresses(body):
                end = body.end  # "Đại hội XXII Đảng bộ tỉnh Thái Bình"
                ordinal = _ORDINAL.match(self.folded, end)
                end = ordinal.end() if ordinal else end
            return Phrase(start, self._congress_term(end), head_end, _CONGRESS_ENTRY)
        inner = self.organisation(self.gap(match.end()), depth=depth + 1)
        if match.group("party") or inner is None or not self._holds_congresses(inner):
            return None
        ordinal = _ORDINAL.match(self.folded, inner.end)
        if ordinal is None and not self.capital(start) and not (inner.place and " đại biểu" in match.group()):
            return None
        end = self._congress_term(ordinal.end() if ordinal else inner.end)
        return Phrase(start, end, head_end, _CONGRESS_ENTRY, inner.place, (inner.start, inner.end))
