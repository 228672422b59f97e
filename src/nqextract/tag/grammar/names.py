"""Proper names of any words: "Trung tâm | Bảo vệ quyền tác giả âm nhạc Việt Nam", "Công ty | Hoa Sen"."""

from __future__ import annotations

import re

from nqextract.lexicon.vocabulary import Kind
from nqextract.tag.grammar.places import NUMBER, Places
from nqextract.text import is_syllable

_QUOTED = re.compile(r"[\"“'‘][^\"”'’\n]{1,60}[\"”'’]")
_INNER_DASH = re.compile(r" ?[-–&] ?(?=[A-ZĐÂÊÔƠƯ])")
_SMALL_DASH = re.compile(r" ?[-–] ?(?=[^\W\d_])")
_AND = re.compile(r" (?:và|&|-) ")
_AND_LAST = re.compile(r" & (?=[A-ZĐ])")
_ROMAN = re.compile(r"[IVX]{2,5}")
_OTHER_NAMES = frozenset({Kind.HEAD, Kind.BODY, Kind.TITLE, Kind.UNIT, Kind.GENERIC, Kind.HONORIFIC})
_MAX_WORDS = 14
_MAX_LOWER_TAIL = 8
_MAX_WORDS_BEFORE_CAPITAL = 5


class Names(Places):
    def field(self, start: int, head: str, capital: bool) -> int | None:
        """The end of the field ("Tài nguyên và Môi trường") that goes with ``head``; one of the two is capitalised."""
        if not (capital or self.capital(start) or self.shouted(start)):
            return None
        first = head.split()[0] if head else ""
        for end, entry in self.hits.all_at(start, Kind.FIELD):
            if first in entry.heads or head in entry.heads or (first not in ("bộ", "sở") and self.capital(start)):
                return self._second_field(end) or end
        return None

    def _second_field(self, end: int) -> int | None:
        """A field in parts: "Pháp chế và Cải cách hành chính, tư pháp", "Công nghệ - môi trường và hợp tác quốc tế"."""
        dashed = False
        found = self._listed_field(end)
        end = found or end
        while match := _AND.match(self.folded, end):
            start = match.end()
            dashed = dashed or match.group() == " - "
            second = self.hits.at(start, Kind.FIELD)
            capital = self.capital(start)
            other = self.kinds_at(start) & ({Kind.HEAD} if capital else {Kind.HEAD, Kind.GENERIC})
            if second is None or other or not (capital or dashed):
                break
            found = end = second[0]
        return found

    def _listed_field(self, end: int) -> int | None:
        """ "Nghiệp vụ | Tôn giáo", "Khoa học, | Pháp lý & Kinh doanh": a second capitalised field, behind a comma only
        where "&" and a third one follow."""
        comma = self.folded.startswith(", ", end)
        start = end + 2 if comma else self.gap(end)
        second = self.hits.at(start, Kind.FIELD) if start > end and self.capital(start) else None
        if second is None or {Kind.HEAD, Kind.BODY, Kind.TITLE} & self.kinds_at(start):
            return None
        place = self.hits.at(start, Kind.PLACE)
        if place and place[0] >= second[0]:
            return None
        if not comma:
            return second[0]
        last = _AND_LAST.match(self.text, second[0])
        third = self.hits.at(last.end(), Kind.FIELD) if last else None
        return third[0] if third else None

    def open_name(self, start: int, *, first_lower: bool, capitals: bool = False) -> int | None:
        """The end of a proper name: capitalised words, and small ones up to a boundary word.

        Small words go on with a phrase whose first syllable alone is capitalised ("Bảo vệ quyền tác giả"), not with a
        proper name ("Hoa Sen | giải thể").  With ``first_lower`` the first word may be small; with ``capitals`` the
        name ends with its last capitalised word.
        """
        text, hits = self.text, self.hits
        quoted = _QUOTED.match(text, start)
        if quoted:
            return quoted.end()
        position = start
        end: int | None = None
        capital_end: int | None = None
        tail = 0  # small words since the last capitalised one
        run_length = 0  # capitalised words in a row
        proper = False  # the words just read are a proper name
        for count in range(_MAX_WORDS):
            stop = self.word(position)
            if stop is None:
                break
            capital = self.capital(position) or (text[position].isdigit() and tail == 0)
            if count == 0 and not capital and not first_lower:
                return None
            if capital:
                if count and self._begins_other(position):
                    break
                known = hits.at(position, Kind.PLACE)
                field = hits.at(position, Kind.FIELD)
                run_length += 1
                proper = run_length >= 2 or known is not None or self._is_foreign(position, stop)
                if field and field[0] > (known[0] if known else stop):
                    known, run_length = field, 0  # "khoa Luật | Kinh tế"
                    proper = self.text[self.word_before(field[0])].isupper()
                stop = max(stop, known[0]) if known else stop
                capital_end, tail = stop, 0
            else:
                if capital_end and not capitals and self._is_last_number(position, stop, tail):
                    return stop  # "Lữ đoàn Công binh 25"
                if (proper and not self.ends_everyday_word(position, stop)) or self._is_boundary(
                    position, stop, first=count == 0
                ):
                    # "Đảng bộ Quân đội | Trung ương": a place may end what a capital must end.
                    capitals = capitals and Kind.UNIT not in self.kinds_at(position)
                    break
                run_length = 0
                tail += 1
            end = stop
            dash = _INNER_DASH.match(text, stop)
            if dash is None and tail and (small := _SMALL_DASH.match(text, stop)):
                position = small.end()  # "kinh tế - xã hội"
                continue
            position = dash.end() if dash else self.gap(stop)
            if dash:
                proper, run_length = False, 0
            elif position == stop:
                break
        else:
            return capital_end
        if capitals and tail == 1 and end and self.ends_phrase(end):
            return end  # "Đảng bộ Quân đội"
        return end if tail <= _MAX_LOWER_TAIL and not capitals else capital_end

    def _is_last_number(self, position: int, stop: int, tail: int) -> bool:
        return tail <= 2 and NUMBER.match(self.folded, position) is not None and self.ends_phrase(stop)

    def _is_boundary(self, position: int, stop: int, *, first: bool) -> bool:
        """Whether the small word ``[position, stop)`` is outside the name before it."""
        here = self.kinds_at(position)
        if self.text[position].isdigit() or (
            self.hits.boundary_at(position) and not self.ends_everyday_word(position, stop)  # "cải | cách"
        ):
            return True
        if Kind.UNIT in here and not first and not self.in_everyday_word(position, stop):
            return True
        title = self.hits.at(position, Kind.TITLE)
        if title and not first and " " in self.folded[position : title[0]]:
            return True
        if self.folded[position:stop] not in ("và", "&") or self._goes_on(self.gap(stop)):
            return False
        # "đời sống kinh tế và xã hội"
        fields = self.hits.ending_at(position - 1, Kind.FIELD) and self.hits.at(self.gap(stop), Kind.FIELD)
        return not fields

    def _is_foreign(self, start: int, end: int) -> bool:
        """Whether a word could not be a Vietnamese syllable: a brand, an acronym, a Roman number."""
        return _ROMAN.fullmatch(self.text, start, end) is not None or not is_syllable(self.folded[start:end])

    def _goes_on(self, start: int) -> bool:
        """Whether behind "và" the same name goes on: with a capital, or with a few small words before one."""
        for _ in range(_MAX_WORDS_BEFORE_CAPITAL):
            if self.hits.boundary_at(start) or _OTHER_NAMES & self.kinds_at(start):
                return False
            if self.capital(start):
                return True
            stop = self.word(start)
            if stop is None or self.gap(stop) == stop:
                return False
            start = self.gap(stop)
        return False

    def _begins_other(self, position: int) -> bool:
        """A capitalised word inside a name that begins something else: a person, a position, a longer body."""
        here = self.kinds_at(position)
        run = self.capital_run(position)
        frequency = self.surname(*run[0]) if len(run) >= 2 else None
        if frequency == "common" or (frequency and Kind.PLACE not in here and len(run) >= 3):
            return True
        return Kind.TITLE in here or any(
            entry.kind in (Kind.HEAD, Kind.BODY) and " " in self.folded[position:end]
            for end, entry in self.hits.by_start.get(position, ())
        )
