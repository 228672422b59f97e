"""A reader of names of organisations, positions and places: a small recursive grammar over the vocabulary's hits.

Each method takes an offset and answers how far the phrase that begins there reaches, or ``None``.  Nothing is searched
twice: a phrase is read from its head's hit, left to right, and a piece is at most a few words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from nqextract.lexicon.vocabulary import Entry, Hits, Kind
from nqextract.text import LOWER, UPPER, fold

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_NUMBER = re.compile(r"(?:\d{1,4}[a-z]?|[ivx]{1,5})(?![^\W_]|[.,/-]\d)")
_TERM = re.compile(
    r"(?: ?[(,])? ?(?:khóa (?:[ivxl]+|\d{1,2})|nhiệm kỳ \d{4} ?- ?(?:\d{4}|\d{2}))"
    r"(?:,? (?:\()?nhiệm kỳ \d{4} ?- ?(?:\d{4}|\d{2})\)?)?(?![^\W_])"
)
_OF = re.compile(r" của (?=[^\W\d_])")
_ACRONYM = re.compile(r" ?\([A-ZĐ][A-ZĐ&0-9-]{1,9}\)")
_LEVEL = re.compile(r" (?:tối cao|cấp cao|quân sự trung ương|sơ thẩm)(?: tại)?(?![^\W_])")
_CONGRESS = re.compile(
    r"đại hội(?: đại biểu)?(?P<nation> (?:đảng )?toàn quốc)?(?P<number> (?:lần thứ )?(?:[ivxl]+|\d{1,2}|(?<=thứ )[^\W\d_]+))?"
    r"(?P<party>(?: của)? đảng(?! bộ| ủy)(?: toàn quốc)?)?(?P<later> lần thứ (?:[ivxl]+|\d{1,2}))?(?P<end> của đảng)?(?![^\W_])"
)
_ORDINAL = re.compile(r" lần thứ (?:[ivxl]+|\d{1,2}|nhất|hai|ba|tư|năm|sáu|bảy|tám|chín|mười)(?![^\W_])")
COMPOUND = re.compile(
    r" (?:hội|viên|đội|ủy|đoàn|chức|nghị|trường|phận|lạ|nhà|hẳn|táo|giấc|thân|quyền|tin|chất)(?![^\W_])"
)
_LEVEL_OF_UNITS = re.compile(
    r" (?:các )?cấp (?:tỉnh|huyện|xã|cơ sở|phòng|vụ|sở)(?:, (?:tỉnh|huyện|xã|cơ sở))*(?![^\W_])|(?<=[^\W_]) các cấp(?![^\W_])"
)
_UNIT_LIST = re.compile(r", ?(?=(?:huyện|xã|phường|thị trấn|thị xã|thành phố|thành ủy|quận|huyện ủy)(?![^\W_]))")
_QUOTED = re.compile(r"[\"“'‘][^\"”'’\n]{1,60}[\"”'’]")
_INNER_DASH = re.compile(r" ?[-–&] ?(?=[A-ZĐÂÊÔƠƯ])")
_SHOUTING = re.compile(rf"^[^{LOWER}\n]*(?:[{UPPER}]{{2,}}[^{LOWER}\n]*){{4,}}$", re.MULTILINE)
"""A line all in capitals of four words or more."""
_PRESS = re.compile(r"(?:báo|tờ|tạp chí|đài|hãng|phóng viên|pv|với|theo|như|trên|nhà xuất bản|tập đoàn) $")
_STATE_KINDS = frozenset({"state", "party", "assembly", "front", "mass"})
_BARE_UNITS = frozenset({"province", "city", "district", "commune", "central"})
_MAX_WORDS = 14
_MAX_LOWER_TAIL = 7


@dataclass(frozen=True, slots=True)
class Phrase:
    """A name that was read: ``[start, end)``; ``head_end`` is where its first vocabulary entry ends."""

    start: int
    end: int
    head_end: int
    entry: Entry
    place: tuple[int, int] | None = None  # span of the place it names ("tỉnh Bắc Ninh", "tỉnh")
    parent: tuple[int, int] | None = None  # span of the organisation inside it

    @property
    def bare(self) -> bool:
        """Only the head, nothing that completes it."""
        return self.end == self.head_end


class Reader:
    """Reads phrases of one article; ``folded`` is the same-length fold of ``text``."""

    def __init__(self, text: str, folded: str, hits: Hits) -> None:
        self.text = text
        self.folded = folded
        self.hits = hits
        self._shouting = [edge for match in _SHOUTING.finditer(text) for edge in match.span()]

    # -- words ---------------------------------------------------------------------------------------------------

    def gap(self, start: int) -> int:
        """Past the spaces at ``start`` (three at most; never a line break)."""
        end = start
        while end < len(self.folded) and end < start + 3 and self.folded[end] == " ":
            end += 1
        return end

    def capital(self, start: int) -> bool:
        """Whether a capital at ``start`` says anything: in a heading all in capitals it does not."""
        return start < len(self.text) and self.text[start].isupper() and not self._shouted(start)

    def _shouted(self, start: int) -> bool:
        index = bisect_right(self._shouting, start)
        return index % 2 == 1

    def word(self, start: int) -> int | None:
        """The end of the word that begins at ``start``."""
        match = _WORD.match(self.text, start)
        return match.end() if match else None

    def capital_run(self, start: int, most: int = 7) -> list[tuple[int, int]]:
        """The capitalised words, parted by one or two spaces, from ``start``."""
        run: list[tuple[int, int]] = []
        while len(run) < most and self.capital(start):
            end = self.word(start)
            if end is None:
                break
            run.append((start, end))
            start = end
            while start < end + 2 and start < len(self.text) and self.folded[start] == " ":
                start += 1
            if start == end:
                break
        return run

    def surname(self, start: int, end: int) -> str | None:
        """The frequency class of the surname that is exactly ``[start, end)`` (or of a longer one from ``start``)."""
        for hit_end, entry in self.hits.all_at(start, Kind.SURNAME):
            if hit_end >= end:
                return entry.detail
        return None

    # -- places --------------------------------------------------------------------------------------------------

    def known_place(self, start: int) -> tuple[int, Entry] | None:
        hit = self.hits.at(start, Kind.PLACE)
        if hit is None or not self.text[start].isupper():
            return None
        end, _ = hit
        run = self.capital_run(start)
        # "Hồ Chí Minh", "Lê Chân", "Hà Trung Kiên": a place that begins a longer name of a person is no place.
        if run and run[-1][1] > end and self.surname(*run[0]) == "common" and len(run) <= 4:
            rest = [span for span in run if span[0] >= end]
            if not (rest and self.surname(*rest[0]) and len(rest) >= 2):
                return None
        return hit

    def place(self, start: int, *, bare: bool = True) -> int | None:
        """The end of a place at ``start``: "tỉnh Bắc Ninh", "TP. HCM", "phường 15", "Thanh Hóa"; with ``bare``, "tỉnh"."""
        unit = self.hits.at(start, Kind.UNIT)
        known = self.known_place(start)
        if known and (unit is None or known[0] >= unit[0]):
            return known[0]
        if unit is None:
            return None
        end, entry = unit
        if entry.detail == "central":
            return end
        stopped = self.folded[end - 1] == "."
        name = self.gap(end)
        if name > end or stopped:
            known = self.known_place(name)
            if known:
                return known[0]
            if entry.detail in ("district", "commune") and (number := _NUMBER.match(self.folded, name)):
                if self.folded[name].isdigit():
                    return number.end()
            run = self.capital_run(name)
            # Provinces are all in the vocabulary: an unknown name behind "tỉnh" is somebody's.
            if run and entry.detail != "province" and not self.hits.at(name, Kind.TITLE):
                words = self.place_words(run, certain=True)
                if words:
                    return run[words - 1][1]
        if bare and entry.detail in _BARE_UNITS and not COMPOUND.match(self.folded, end):
            return end - 1 if stopped else end
        return None

    def place_words(self, run: list[tuple[int, int]], *, certain: bool) -> int:
        """How many words of a capitalised ``run`` are a place's; the rest is a person's name ("Mường Lát | Hà Văn Ca").

        With ``certain`` a word such as "huyện" stands before: then two words that could be a name are the place's.
        """
        size = len(run)
        known = self.hits.at(run[0][0], Kind.PLACE)
        words = sum(1 for _, end in run if known and end <= known[0])
        if words == size:
            return words
        first = self.surname(*run[0])
        name_like = first is not None and 2 <= size <= 5 and (first == "common" or size >= 3)
        if not words and name_like and (not certain or size >= 3):
            for index in range(1, size - 1):  # "Xuân Lộc | Nguyễn Văn A"
                if self.surname(*run[index]) == "common" and size - index >= 2 and size >= 4:
                    return index
            return 0
        for least, frequency in ((1, "common"), (2, "rare")):
            for index in range(max(least, words), size - 1):
                if self.surname(*run[index]) == frequency and size - index <= 5:
                    return index
        if words:
            return words
        return min(size, 4)

    # -- organisations -------------------------------------------------------------------------------------------

    def organisation(self, start: int, *, depth: int = 0) -> Phrase | None:
        """The longest organisation whose head begins at ``start``."""
        best: Phrase | None = None
        place = self.hits.at(start, Kind.PLACE)
        for end, entry in self.hits.by_start.get(start, ()):
            if place and place[0] > end and " " not in entry.name and self.capital(start):
                continue  # "Hội An" is a town
            if entry.kind is Kind.BODY and self._is_body(start, end, entry):
                phrase = self._complete(start, end, entry, frozenset({"place", "term"}), depth)
            elif entry.kind is Kind.HEAD:
                phrase = self._complete(start, end, entry, entry.takes, depth)
            else:
                continue
            if best is None or (phrase.end > best.end and not self._overruns(best, phrase)):
                best = phrase
            elif phrase.end < best.end and self._overruns(phrase, best):
                best = phrase
        congress = self._congress(start)
        if congress and (best is None or congress.end > best.end):
            best = congress
        return best

    def _overruns(self, fixed: Phrase, free: Phrase) -> bool:
        """``free`` only adds words in small letters to a name that is fixed."""
        added = self.text[fixed.end : free.end]
        return fixed.entry.kind is Kind.BODY and free.entry.kind is Kind.HEAD and added.islower()

    def _is_body(self, start: int, end: int, entry: Entry) -> bool:
        """Whether a fixed name is meant: a word of everyday ("Nhân dân") needs more than its letters."""
        written = self.text[start:end]
        if entry.ambiguous:
            return self.capital(start) and _PRESS.search(self.folded, max(0, start - 12), start) is not None
        # All in lower case a name is one only where it is long: "chi | bộ công an".
        return not written.islower() or written.count(" ") >= 3 or (written.count(" ") == 1 and entry.detail == "state")

    def _complete(self, start: int, head_end: int, entry: Entry, takes: frozenset[str], depth: int) -> Phrase:
        """Read on behind a head: field, number, name, organisation it belongs to, place, term."""
        folded = self.folded
        end = head_end
        place: tuple[int, int] | None = None
        parent: tuple[int, int] | None = None
        head = fold(entry.name)
        short = " " not in head
        capital = self.capital(start)
        if "level" in takes and (level := _LEVEL.match(folded, end)):
            end = level.end()
        if "number" in takes and (number := _NUMBER.match(folded, self.gap(end))):
            end = number.end()
        if "field" in takes and (found := self.field(self.gap(end), head, capital)):
            end = found
            if "number" in takes and (number := _NUMBER.match(folded, self.gap(end))):
                end = number.end()
        if "military" in takes and (found := self._military(self.gap(end))):
            end = found
        about = None
        if "about" in takes and (unit := self.hits.at(self.gap(end), Kind.UNIT)) and unit[1].detail == "central":
            end = unit[0]
        if "about" in takes and folded.startswith(" về ", end) and capital:
            about = self._open(end + 4, first_lower=True)
            end = about or end
        nested = self.gap(end)
        found_parent = None
        if depth < 3 and nested > end and not about:
            if {"org", "committee", "mass"} & takes:
                found_parent = self._nested(nested, takes, depth)
            elif end > head_end and "open" in takes and end != head_end:
                found_parent = self._nested(nested, frozenset({"committee"}), depth)
        if found_parent:
            parent = (found_parent.start, found_parent.end)
            place = found_parent.place
            end = found_parent.end
        elif ("place" in takes or end > head_end) and (found := self.place(nested)):
            place, end = (nested, found), found
        elif (
            "open" in takes
            and (capital or not short)
            and (found := self._open_behind(head_end, end, entry, first_lower=capital and not short))
        ):
            end = found
            later = self.gap(end)
            if later > end and (found := self._own_place(later)):
                place, end = (later, found), found
            elif later > end and depth < 3 and (inner := self._nested(later, frozenset({"committee"}), depth)):
                parent, place, end = (inner.start, inner.end), inner.place, inner.end
        elif "place" in takes and (found := self._own_place(nested)):
            place, end = (nested, found), found
        if "of" in takes or ("place" in takes and place is None):
            of = _OF.match(folded, end)
            if (
                of
                and (unit := self.hits.at(of.end(), Kind.UNIT))
                and unit[1].detail in ("province", "city", "district")
            ):
                found = self.place(of.end())
                if found and head not in ("ban thường vụ",):
                    place, end = (of.end(), found), found
        if "term" in takes and (term := self._term(end)):
            end = term
        return Phrase(start, end, head_end, entry, place, parent)

    def _open_behind(self, head_end: int, end: int, entry: Entry, *, first_lower: bool) -> int | None:
        """A proper name behind the head; where a field was read it must go on beyond it ("Bảo vệ | quyền tác giả …")."""
        if end > head_end and self._ends_phrase(end):
            return None
        capitals = "committee" in entry.classes
        run = self.capital_run(self.gap(head_end)) if capitals else []
        if run and 2 <= len(run) <= 5 and self.surname(*run[0]) and not self.hits.at(run[0][0], Kind.HEAD):
            return None  # "Phó Bí thư Đảng ủy Lương Thị Hoài"
        found = self._open(self.gap(head_end), first_lower=first_lower and not capitals, capitals=capitals)
        return found if found and found > end else None

    def _own_place(self, start: int) -> int | None:
        """A place that belongs to the name before it; an unknown capitalised run is one unless it is a person's name."""
        found = self.place(start)
        if found:
            # "tỉnh, thành phố", "xã, phường": a list of kinds of places, unless the list is of organisations.
            return found
        if not self.capital(start) or self.hits.at(start, Kind.TITLE) or self.hits.at(start, Kind.HEAD):
            return None
        run = self.capital_run(start)
        if not run or self.hits.at(start, Kind.BODY) or self.hits.at(start, Kind.HONORIFIC):
            return None
        words = self.place_words(run, certain=False)
        return run[words - 1][1] if words >= 2 else None  # one-syllable places are all in the vocabulary

    def _nested(self, start: int, takes: frozenset[str], depth: int) -> Phrase | None:
        phrase = self.organisation(start, depth=depth + 1)
        if phrase is None:
            return None
        if phrase.entry.kind is Kind.HEAD and phrase.bare and phrase.entry.alone == "no":
            # "Chính ủy Sư đoàn", "Đảng ủy Công ty": the reader knows which one.
            if not self.capital(start) or not self._ends_phrase(phrase.end) or phrase.entry.name == "Thường vụ":
                return None
        if "org" in takes:
            return phrase
        classes = phrase.entry.classes
        if ("committee" in takes and classes & {"committee", "council"}) or ("mass" in takes and "mass" in classes):
            return phrase
        if "committee" in takes and phrase.entry.kind is Kind.BODY and phrase.entry.detail in _STATE_KINDS:
            return phrase
        return None

    def _term(self, start: int) -> int | None:
        term = _TERM.match(self.folded, start)
        if term is None:
            return None
        end = term.end()
        opened = "(" in term.group()
        if opened and self.folded.startswith(")", end):
            end += 1
        return end

    def field(self, start: int, head: str, capital: bool) -> int | None:
        """The end of the field phrase at ``start`` that goes with ``head``; one of the two is capitalised."""
        first = head.split()[0] if head else ""
        for end, entry in self.hits.all_at(start, Kind.FIELD):
            if not capital and not self.capital(start):
                continue
            if first in entry.heads or head in entry.heads or (first not in ("bộ", "sở") and self.capital(start)):
                return self._more_fields(end)
        return None

    def _more_fields(self, end: int) -> int:
        """A field in two parts: "Pháp chế và Cải cách hành chính, tư pháp"."""
        match = re.compile(r" (?:và|&) ").match(self.folded, end)
        if match and self.capital(match.end()):
            for further, _ in self.hits.all_at(match.end(), Kind.FIELD):
                return further
        return end

    def _military(self, start: int) -> int | None:
        match = re.compile(r"\d (?:hải quân|cảnh sát biển)(?![^\W_])").match(self.folded, start)
        return match.end() if match else None

    def _open(self, start: int, *, first_lower: bool, capitals: bool = False) -> int | None:
        """The end of a proper name of any words: capitalised ones, and lower-case ones up to a boundary word.

        Lower-case words go on with a phrase whose first syllable alone is capitalised ("Bảo vệ quyền tác giả"), not
        with a proper name ("Hoa Sen | giải thể").  With ``capitals`` the name ends with its last capitalised word.
        """
        text, folded, hits = self.text, self.folded, self.hits
        quoted = _QUOTED.match(text, start)
        if quoted:
            return quoted.end()
        position = start
        end: int | None = None
        capital_end: int | None = None
        tail = 0
        proper = False  # the words just read are a proper name
        run_length = 0
        for count in range(_MAX_WORDS):
            stop = self.word(position)
            if stop is None:
                break
            capital = self.capital(position) or (text[position].isdigit() and tail == 0)
            if count == 0 and not capital and not first_lower:
                return None
            here = {entry.kind for _, entry in hits.by_start.get(position, ())}
            if capital:
                if count and (self._begins_other(position, here) or self._begins_body(position)):
                    break
                known = hits.at(position, Kind.PLACE)
                run_length += 1
                proper = run_length >= 2 or bool(known) or not _is_syllable(folded[position:stop])
                capital_end, tail = stop, 0
                if known and known[0] > stop:
                    capital_end = stop = known[0]
            else:
                if proper or Kind.BOUNDARY in here or (Kind.UNIT in here and count) or text[position].isdigit():
                    break
                if Kind.TITLE in here and count and (title := self.title(position)) and not title.bare:
                    break
                if folded[position:stop] in ("và", "&"):
                    following = self.gap(stop)
                    if not self._goes_on(following):
                        break
                run_length = 0
                tail += 1
            end = stop
            position = self.gap(stop)
            dash = _INNER_DASH.match(text, stop)
            if dash:
                position, proper, run_length = dash.end(), False, 0
            elif position == stop:
                break
        else:
            return capital_end
        return end if tail <= _MAX_LOWER_TAIL and not capitals else capital_end

    def _goes_on(self, start: int) -> bool:
        """Whether behind "và" the same name goes on: with a capital, or with a few small words before one."""
        for _ in range(5):
            here = {entry.kind for _, entry in self.hits.by_start.get(start, ())}
            if here & {Kind.HEAD, Kind.BODY, Kind.TITLE, Kind.BOUNDARY, Kind.UNIT, Kind.GENERIC, Kind.HONORIFIC}:
                return False
            if self.capital(start):
                return True
            stop = self.word(start)
            if stop is None or self.gap(stop) == stop:
                return False
            start = self.gap(stop)
        return False

    def _begins_body(self, position: int) -> bool:
        """A head of two words or more, or a fixed name: what stands before it is its part ("Ban Chỉ đạo X | Bộ Y")."""
        return any(
            entry.kind in (Kind.HEAD, Kind.BODY) and " " in self.folded[position:end]
            for end, entry in self.hits.by_start.get(position, ())
        )

    def _begins_other(self, position: int, here: set[Kind]) -> bool:
        """A capitalised word inside a name that begins something else: a person, a position."""
        run = self.capital_run(position)
        if len(run) >= 2 and (frequency := self.surname(*run[0])) and (frequency == "common" or Kind.PLACE not in here):
            return len(run) >= 3 or frequency == "common"
        return Kind.TITLE in here

    def _congress(self, start: int) -> Phrase | None:
        if not self.folded.startswith("đại hội", start):
            return None
        match = _CONGRESS.match(self.folded, start)
        if match is None:
            return None
        entry = Entry(Kind.BODY, "Đại hội")
        end = match.end()
        if not any(match.group(name) for name in ("nation", "number", "party", "later")):
            inner = self.organisation(self.gap(end), depth=1) if self.capital(start) else None
            if inner is None or fold(inner.entry.name).split()[0] not in ("đảng", "đoàn", "hội", "công", "mặt", "chi"):
                return None
            if inner.bare:
                return None
            ordinal = _ORDINAL.match(self.folded, inner.end)
            end = self._term(ordinal.end() if ordinal else inner.end) or (ordinal.end() if ordinal else inner.end)
            return Phrase(start, end, start + 7, entry, inner.place, (inner.start, inner.end))
        if match.group("number") is None and match.group("later") is None and match.group("nation") is None:
            return None
        return Phrase(start, self._term(end) or end, start + 7, entry)

    # -- positions -----------------------------------------------------------------------------------------------

    def title(self, start: int) -> Phrase | None:
        """The longest position whose head begins at ``start``; ``None`` where the head needs more than stands there."""
        best: Phrase | None = None
        for end, entry in self.hits.all_at(start, Kind.TITLE):
            phrase = self._title(start, end, entry)
            if phrase and (best is None or phrase.end > best.end):
                best = phrase
        return best

    def _title(self, start: int, head_end: int, entry: Entry) -> Phrase | None:
        takes, folded = entry.takes, self.folded
        after = self.gap(head_end)
        parent: tuple[int, int] | None = None
        place: tuple[int, int] | None = None
        end = head_end
        phrase: Phrase | None = None
        if after > head_end:
            if "unit" in takes:
                phrase = self.organisation(after, depth=1)
                if phrase and ("unit" not in phrase.entry.classes or (phrase.bare and phrase.entry.alone == "no")):
                    phrase = None
                if phrase is None:
                    generic = self._generic(after) if folded.startswith("các ", after) else None
                    if generic is None:
                        return None
                    end = generic
            elif {"org", "committee"} & takes:
                phrase = self._nested(after, takes, 0)
            if phrase:
                end, parent, place = phrase.end, (phrase.start, phrase.end), phrase.place
            elif "bodyfield" in takes and (found := self._headless(after, entry)):
                end, parent = found.end, (after, found.end)
                place = found.place
            elif "place" in takes and (found_place := self._title_place(after)):
                end, place, parent = found_place, (after, found_place), None
            elif "country" in takes and (known := self.known_place(after)):
                end = known[0]
            elif "bodyfield" in takes and (found_open := self._same_unit(after, entry)):
                end, parent = found_open, (after, found_open)
            if end == head_end and "generic" in takes and (generic := self._generic(after)):
                end = generic
        elif "unit" in takes:
            return None
        if "generic" in takes:
            end = self._generic_end(after, end)
        if {"of", "unit"} & takes and (of := _OF.match(folded, end)):
            owner = self.organisation(of.end(), depth=1)
            if owner and not (owner.bare and owner.entry.alone == "no"):
                end, parent, place = owner.end, (owner.start, owner.end), owner.place
        if "coord" in takes and phrase:
            end = self._coordinated(phrase, end)
        if phrase and "subordinate" in phrase.entry.classes:
            end = self._superior(end)
        elif "bodyfield" in takes and end > head_end:
            end = self._superior(end)
        if parent and (acronym := _ACRONYM.match(self.text, end)):
            end = acronym.end()
        if end == head_end and folded.startswith(" kiêm ", end):
            second = self.title(end + 6)
            if second:
                return Phrase(start, second.end, head_end, entry, second.place, second.parent)
        if "term" in takes and (term := self._term(end)):
            end = term
        return Phrase(start, end, head_end, entry, place, parent)

    def _same_unit(self, start: int, entry: Entry) -> int | None:
        """ "vụ trưởng | vụ công tác phía Nam": the unit named again in lower case, then any name."""
        end = self.word(start)
        if end is None or self.folded[start:end] not in fold(entry.name).split():
            return None
        name = self.gap(end)
        found = self._open(name, first_lower=True) if name > end else None
        if found is None:
            return None
        inner = self._nested(self.gap(found), frozenset({"org"}), 0)
        return inner.end if inner else found

    def _generic_end(self, after: int, end: int) -> int:
        """Go on over "các xã, thị trấn", ", phường, thị trấn", "cấp huyện" behind a position of a kind of bodies."""
        folded = self.folded
        level = _LEVEL_OF_UNITS.match(folded, end)
        if level:
            return level.end()
        if folded.startswith(" các ", end):
            return self._generic(end + 1) or end
        listed = _UNIT_LIST.match(folded, end) if end > after else None
        if listed and self.hits.ending_at(end, Kind.UNIT):
            return self._generic(listed.end()) or end
        return end

    def _title_place(self, start: int) -> int | None:
        unit = self.hits.at(start, Kind.UNIT)
        if unit:
            return self.place(start)
        known = self.known_place(start)
        return (
            known[0] if known and known[1].detail in ("province", "municipality", "city", "country", "region") else None
        )

    def _headless(self, start: int, entry: Entry) -> Phrase | None:
        """What completes "Bộ trưởng", "Trưởng ban", "Cục trưởng" as it would complete "Bộ", "Ban", "Cục"."""
        words = fold(entry.name).split()
        head = next(
            (word for word in ("bộ", "ban", "phòng", "khoa", "cục", "vụ", "viện", "đội", "tổ") if word in words), ""
        )
        capital = self.capital(start)
        end = self.field(start, head or "ban", capital)
        if end is None and head in ("bộ",):
            return None
        if end is None:
            return None
        stub = Entry(Kind.HEAD, head.capitalize() or "Ban")
        rest = self._complete(start, end, stub, frozenset({"org", "place"}), 1)
        return rest

    def _generic(self, start: int) -> int | None:
        """The end of a plural that completes a position: "các Tỉnh ủy, Thành ủy", "cấp ủy", "xã, phường, thị trấn"."""
        folded = self.folded
        position = start
        plural = re.compile(r"(?:các|những|một số|nhiều) ").match(folded, position)
        if plural:
            position = plural.end()
        end = None
        while True:
            hit = self.hits.at(position, Kind.GENERIC)
            if hit is None:
                break
            end = hit[0]
            belongs = re.compile(
                r" (?:trực thuộc(?: trung ương| tỉnh(?: ủy)?| huyện| tỉnh)?|thuộc (?:các )?(?=[^\W\d_])|cấp [^\W\d_]+|nhà nước)"
            ).match(folded, end)
            if belongs:
                end = belongs.end()
                if folded[end - 1] == " ":
                    position = end
                    continue
            joint = re.compile(r"(?:, ?| và )(?:các )?").match(folded, end)
            if joint is None:
                break
            position = joint.end()
        if end is None or (not plural and not self._ends_phrase(end)):
            return None
        if plural and (place := self.place(self.gap(end), bare=False)):
            end = place
        return end if folded[end - 1] != " " else end - 1

    def _ends_phrase(self, end: int) -> bool:
        """Nothing that could go on with a name stands at ``end``."""
        after = self.gap(end)
        return (
            after >= len(self.folded)
            or not self.folded[after].isalnum()
            or self.hits.at(after, Kind.BOUNDARY) is not None
            or self.folded.startswith("và ", after)
        )

    def _coordinated(self, phrase: Phrase, end: int) -> int:
        """ "HĐND, UBND tỉnh", "Bộ Chính trị, Ban Bí thư" behind one head."""
        joint = re.compile(r", ?| và ").match(self.folded, end)
        if joint is None:
            return end
        second = self.organisation(joint.end(), depth=1)
        if second is None:
            return end
        first, other = phrase.entry.name, second.entry.name
        both = phrase.entry.classes & second.entry.classes
        councils = "council" in both and phrase.place is None
        central = first == "Bộ Chính trị" and other.startswith("Ban Bí thư")
        committees = "committee" in both and phrase.bare and second.bare
        if not (councils or central or committees):
            return end
        return self._coordinated(second, second.end)

    def _superior(self, end: int) -> int:
        """The ministry or committee that a department belongs to: "Cục trưởng Cục X, Bộ Y", "… - Bộ Y", "… thuộc Bộ Y"."""
        joint = re.compile(r", | - | thuộc ").match(self.folded, end)
        if joint is None:
            return end
        superior = self.organisation(joint.end(), depth=1)
        if superior is None or (superior.bare and superior.entry.kind is Kind.HEAD):
            return end
        is_superior = "superior" in superior.entry.classes or superior.entry.detail in ("state", "party")
        return superior.end if is_superior else end


_FOREIGN = re.compile(r"[fjwz]|[^\W\d_]{8,}|[bcdđghklmnpqrstvx]{2}(?<!ch|gh|kh|ng|nh|ph|th|tr|gi|qu)$")


def _is_syllable(word: str) -> bool:
    """Whether a folded ``word`` could be a Vietnamese syllable."""
    return _FOREIGN.search(word) is None
