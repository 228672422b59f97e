"""Positions (chức vụ): a head such as "Phó Bí thư" and the body, place or kind of bodies that completes it."""

from __future__ import annotations

import re

from nqextract.lexicon.vocabulary import Entry, Hits, Kind
from nqextract.tag.grammar.organisations import Organisations, Phrase
from nqextract.tag.grammar.places import NUMBER
from nqextract.tag.grammar.words import Span
from nqextract.text import UPPER, fold_name

_LETTERS = re.compile(r"[A-ZĐ]{2,6}(?![^\W_])")
_LEVELS = re.compile(
    r" (?:các )?cấp (?:tỉnh|huyện|quận|xã|phường|cơ sở|phòng|vụ|sở)"
    r"(?:(?:, | và )(?:tỉnh|huyện|quận|xã|phường|thị trấn|cơ sở)){0,4}(?![^\W_])"
    r"|(?<=[^\W_]) (?:các cấp|cơ sở)(?![^\W_])"
)
_UNIT_LIST = re.compile(r", ?(?=(?:huyện|xã|phường|thị trấn|thị xã|thành phố|thành ủy|quận|huyện ủy)(?![^\W_]))")
_COUNTED = re.compile(
    r" (?:của )?(?:\d{1,3}|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)"
    r"(?= (?:tỉnh|thành phố|huyện|quận|xã|phường|thị xã|đặc khu|bộ|sở)(?![^\W_])) "
)
_PLURAL = re.compile(r"(?:các|những|một số|nhiều) ")
_BELONGS = re.compile(
    r" (?:trực thuộc(?: trung ương| tỉnh ủy| tỉnh| huyện)?|thuộc (?:các )?(?=[^\W\d_])|cấp [^\W\d_]+|nhà nước"
    r"|nghiệp vụ|chuyên môn)"
)
_JOINT = re.compile(r"(?:, ?| và )(?:các )?")
_COORDINATION = re.compile(r", ?| và ")
_SUPERIOR = re.compile(r", | - | thuộc | \(")
_NAMED_PLACES = frozenset(("province", "municipality", "city", "country", "region"))
_NAME_BEFORE = re.compile(rf"[{UPPER}][^\W\d_]* [{UPPER}][^\W\d_]*(?:, | - | \( ?)(?=[^,;.:\n]+$)")
"""The end of somebody's name before a position."""
_FIRM = re.compile(r"(?<!\w)(?:công ty|xí nghiệp|hợp tác xã|nhà máy|doanh nghiệp)(?!\w)")
_HOLDER_BEFORE = re.compile(r"(?<!\w)(?:ông|bà|anh|chị|cô|đồng chí)(?: [^\W\d_]+){2,5}, $")
_SUPERIORS = frozenset(("state", "party", "university", "front", "mass"))
_DEEPEST = 4  # positions behind one another: "Phó Chủ tịch kiêm Tổng Thư ký kiêm …"
_HEAD_WORDS = ("bộ", "ban", "phòng", "khoa", "cục", "vụ", "viện", "đội", "tổ")
"""The units whose chief's title holds them: "Bộ trưởng", "Trưởng ban", "Cục trưởng"."""


class Reader(Organisations):
    """Reads everything: the last layer."""

    def __init__(self, text: str, folded: str, hits: Hits) -> None:
        super().__init__(text, folded, hits)
        self._titles: dict[int, Phrase | None] = {}
        self._within = 0  # positions that are being read now, one in the other

    def title(self, start: int) -> Phrase | None:
        """The longest position whose head begins at ``start``; ``None`` where the head needs more than stands there."""
        if start not in self._titles:
            if self._within >= _DEEPEST:
                return None
            self._within += 1
            self._titles[start] = self._longest_title(start)
            self._within -= 1
        return self._titles[start]

    def _longest_title(self, start: int) -> Phrase | None:
        best: Phrase | None = None
        for end, entry in self.hits.all_at(start, Kind.TITLE):
            phrase = self._title(start, end, entry)
            if phrase and (best is None or phrase.end > best.end):
                best = phrase
        return best

    def _title(self, start: int, head_end: int, entry: Entry) -> Phrase | None:
        takes = entry.takes
        after = self.gap(head_end)
        body = self._body(after, takes) if after > head_end else None
        if "unit" in takes and body is None:
            if self.folded.startswith("cấp ", max(0, start - 4)):
                return None  # "cấp trưởng, cấp phó | các ngành"
            kinds = self._kinds(after) if self.folded.startswith("các ", after) else None
            return Phrase(start, kinds, head_end, entry) if kinds else None
        end = head_end
        place: Span | None = None
        parent: Span | None = None
        if body:
            end, place, parent = body.end, body.place, (body.start, body.end)
        elif after > head_end:
            end, place, parent = self._without_body(start, after, head_end, entry)
        if "generic" in takes:
            end = self._kinds_behind(after, end)
        if ("of" in takes or "unit" in takes) and (owner := self.owner(end)):
            end, place, parent = owner.end, owner.place, (owner.start, owner.end)
        if "coord" in takes and body:
            coordinated = self._coordinated(body, end)
            if coordinated > end and "generic" in takes:  # "Chủ tịch HĐND, UBND các xã, thị trấn"
                coordinated = self._kinds_behind(after, coordinated)
            end = coordinated
        if (body and "subordinate" in body.entry.classes) or (not body and "bodyfield" in takes and end > head_end):
            end = self._superior(end)
        if "post" in takes:
            end = self.posted(end)
        if parent:
            end = self._in_country(self.with_acronym(end))
            end = self._named_after(start, parent, end)
        # "Phó Chủ tịch kiêm Tổng Thư ký Hội …", but a head that holds its body ends there: "Phó Thủ tướng | kiêm …".
        shared = end == head_end and "org" in takes and self.folded.startswith(" kiêm ", end)
        if shared and (second := self.title(end + len(" kiêm "))):
            return Phrase(start, second.end, head_end, entry, second.place, second.parent)
        if "term" in takes:
            end = self.term(end) or end
        if end == head_end and self.folded.endswith(" phụ trách", start, end) and not self._is_complete(end):
            return None  # "Phó Vụ trưởng | phụ trách vấn đề …"
        return Phrase(start, end, head_end, entry, place, parent)

    def _in_country(self, end: int) -> int:
        """Go on over "tại Việt Nam" behind a foreign body: "Giám đốc quốc gia Ngân hàng Thế giới tại Việt Nam"."""
        posted = self.posted(end)
        return posted if posted > end and self._is_country(end + len(" tại ")) else end

    def _named_after(self, start: int, parent: Span, end: int) -> int:
        """ "chị Lê Thị An, kế toán trưởng Công ty May | Trần Thị Bính,": one has the position, the firm the name."""
        run = self.capital_run(self.gap(end))
        if (
            not 3 <= len(run) <= 4
            or self.surname(*run[0]) is None
            or self.text[run[-1][1] : run[-1][1] + 1] not in ",.;"
        ):
            return end
        firm = _FIRM.search(self.folded, *parent) is not None
        held = firm and _HOLDER_BEFORE.search(self.folded, max(0, start - 50), start) is not None
        return run[-1][1] if held else end

    def _body(self, after: int, takes: frozenset[str]) -> Phrase | None:
        """The organisation that the position is held in."""
        if "unit" in takes:
            phrase = self.organisation(after, depth=1)
            if phrase is None or "unit" not in phrase.entry.classes:
                return None
            known = not phrase.bare or phrase.entry.alone != "no" or self.folded.startswith(" các ", phrase.end)
            return phrase if known else None
        return self.nested(after, takes, 0) if "org" in takes or "committee" in takes else None

    def _without_body(
        self, start: int, after: int, head_end: int, entry: Entry
    ) -> tuple[int, Span | None, Span | None]:
        """Where no organisation follows: a field ("Bộ trưởng Xây dựng"), a place, a kind of bodies."""
        takes = entry.takes
        if "bodyfield" in takes and (found := self._field_of_head(after, entry)):
            word = self.folded.rfind(" ", 0, head_end) + 1  # "Trưởng | ban Tuyên giáo", but "Bộ trưởng | Xây dựng"
            named = self.folded[word:head_end] in _HEAD_WORDS
            return found.end, found.place, (word if named else after, found.end)
        if "place" in takes and (place := self._place(after)):
            return place, (after, place), None
        if "village" in takes and (village := self._village(after)):
            return village, (after, village), None
        if "country" in takes and (known := self.known_place(after)):
            return self.posted(known[0]), None, None
        if "title" in takes and (superior := self.title(after)):
            return superior.end, superior.place, (superior.start, superior.end)
        if "bodyfield" in takes and (unit := self._unit_again(after, entry)):
            return unit, None, (after, unit)
        if "generic" in takes and (kinds := self._kinds(after)):
            return kinds, None, None
        if "open" in takes and (name := self._unit_name(after)):
            return name, None, (after, name)
        if "acronym" in takes:
            if letters := _LETTERS.match(self.text, after):
                return letters.end(), None, letters.span()
            if firm := self._firm(after, behind_name=self._is_behind_name(start, head_end)):
                return firm, None, (after, firm)
        return head_end, None, None

    def _is_behind_name(self, start: int, head_end: int) -> bool:
        """ "Lê Văn An, Giám đốc …": somebody has the position already."""
        return _NAME_BEFORE.search(self.text, max(0, start - 24), head_end) is not None

    def _firm(self, start: int, *, behind_name: bool) -> int | None:
        """ "…, Tổng giám đốc | Vinagold,", "Giám đốc | khách sạn Sông Xanh": a firm by its brand, or a thing by its
        name; "Giám đốc | John Smith" is somebody."""
        thing = None if self.capital(start) else self.hits.at(start, Kind.BEARER)
        name = self.gap(thing[0]) if thing else start
        run = self.capital_run(name)
        if not run or self.surname(*run[0]) or self.hits.at(name, Kind.HONORIFIC):
            return None
        if thing is None:
            brand = behind_name and len(run) <= 3 and self._is_foreign(*run[0])
            return run[-1][1] if brand and self.ends_phrase(run[-1][1]) else None
        size = next((i for i in range(1, len(run) - 1) if self.surname(*run[i]) == "common"), len(run))
        end = run[size - 1][1]  # "giám đốc khách sạn Sao Đêm | Trần Văn Cư"
        return end if size < len(run) or self.ends_phrase(end) else None

    def _village(self, start: int) -> int | None:
        """ "Trưởng thôn | Đoài", "Trưởng thôn | 4": a number, or one or two words that are nobody's full name."""
        number = NUMBER.match(self.folded, start)
        if number:
            return number.end()
        run = self.capital_run(start)
        if self.marked(start):
            return None  # "Trưởng thôn | K'Briu"
        return run[-1][1] if 1 <= len(run) <= 2 and (len(run) == 1 or self.surname(*run[0]) != "common") else None

    def _unit_name(self, start: int) -> int | None:
        """ "Trưởng khoa | Điện tử": a proper name that is no person's."""
        run = self.capital_run(start)
        if not run or (len(run) >= 2 and self.surname(*run[0])):
            return None
        end = self.open_name(start, first_lower=False)
        body = self.nested(self.gap(end), frozenset({"org"}), 0) if end else None
        return body.end if body else end

    def _place(self, start: int) -> int | None:
        if self.hits.at(start, Kind.UNIT):
            return self.place(start)
        known = self.known_place(start)
        return known[0] if known and known[1].detail in _NAMED_PLACES else None

    def _field_of_head(self, start: int, entry: Entry) -> Phrase | None:
        """What completes "Bộ trưởng", "Trưởng ban", "Cục trưởng" as it would complete "Bộ", "Ban", "Cục"."""
        words = fold_name(entry.name).split()
        head = next((word for word in _HEAD_WORDS if word in words), "ban")
        end = self.field(start, head, capital=True)
        if end is None:
            return None
        return self.complete(start, end, Entry(Kind.HEAD, head.capitalize()), frozenset({"org", "place"}), 1)

    def _unit_again(self, start: int, entry: Entry) -> int | None:
        """ "vụ trưởng | vụ công tác phía Nam": the unit named again in lower case, then any name."""
        end = self.word(start)
        if end is None or self.folded[start:end] not in fold_name(entry.name).split():
            return None
        name = self.gap(end)
        found = self.open_name(name, first_lower=True) if name > end else None
        if found is None:
            return None
        inner = self.nested(self.gap(found), frozenset({"org"}), 0)
        return inner.end if inner else found

    # -- positions of a kind of bodies ---------------------------------------------------------------------------

    def _kinds(self, start: int, *, plural: bool = False) -> int | None:
        """The end of a plural that completes a position: "các Tỉnh ủy, Thành ủy", "cấp ủy", "xã, phường, thị trấn"."""
        article = _PLURAL.match(self.folded, start)
        plural = plural or article is not None
        position = article.end() if article else start
        end: int | None = None
        while hit := self.hits.at(position, Kind.GENERIC):
            end = hit[0]
            belongs = _BELONGS.match(self.folded, end)
            if belongs:
                end = belongs.end()
                if self.folded[end - 1] == " ":  # "các phòng thuộc | các sở"
                    position = end
                    continue
            joint = _JOINT.match(self.folded, end)
            if joint is None:
                break
            position = joint.end()
        if end is None or (not plural and not self.ends_phrase(end)):
            return None
        end -= self.folded[end - 1] == " "
        if plural and (owner := self.nested(self.gap(end), frozenset({"committee"}), 0)):
            return owner.end
        place = self.place(self.gap(end), bare=False) if plural else None
        return place or end

    def _kinds_behind(self, after: int, end: int) -> int:
        """Go on over "các xã, thị trấn", ", phường, thị trấn", "cấp huyện"."""
        levels = _LEVELS.match(self.folded, end)
        if levels:
            return levels.end()
        counted = _COUNTED.match(self.folded, end)
        if counted:  # "Chủ tịch UBND năm tỉnh Tây Nguyên", "của 63 tỉnh, thành phố"
            kinds = self._kinds(counted.end(), plural=True)
            return kinds or end
        if self.folded.startswith(" các ", end):
            return self._kinds(end + 1) or end
        listed = _UNIT_LIST.match(self.folded, end) if end > after else None
        if listed and self.hits.ending_at(end, Kind.UNIT):
            return self._kinds(listed.end()) or end
        return end

    # -- several bodies ------------------------------------------------------------------------------------------

    def _coordinated(self, body: Phrase, end: int) -> int:
        """ "HĐND, UBND tỉnh", "Bộ Chính trị, Ban Bí thư" behind one head."""
        while joint := _COORDINATION.match(self.folded, end):
            second = self.organisation(joint.end(), depth=1)
            if second is None:
                break
            both = body.entry.classes & second.entry.classes
            councils = "council" in both and body.place is None
            central = body.entry.name == "Bộ Chính trị" and second.entry.name.startswith("Ban Bí thư")
            committees = "committee" in both and body.bare and second.bare
            if not (councils or central or committees):
                break
            body, end = second, second.end
        return end

    def _superior(self, end: int) -> int:
        """The body that a department belongs to: "Cục trưởng Cục X, Bộ Y", "… - Bộ Y", "… thuộc Bộ Y"."""
        joint = _SUPERIOR.match(self.folded, end)
        superior = self.organisation(joint.end(), depth=1) if joint else None
        if superior is None or (superior.bare and superior.entry.kind is Kind.HEAD):
            return end
        is_superior = "superior" in superior.entry.classes or superior.entry.detail in _SUPERIORS
        if joint and joint.group() == " (":  # "Vụ trưởng Vụ Đầu tư (Bộ Tài chính)"
            return superior.end + 1 if is_superior and self.folded.startswith(")", superior.end) else end
        return superior.end if is_superior else end
