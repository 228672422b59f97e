"""Places: known ones, unknown ones behind a word such as "huyện", and where a person's name begins behind one."""

from __future__ import annotations

import re

from nqextract.lexicon.vocabulary import Entry, Kind
from nqextract.tag.grammar.words import Span, Words

NUMBER = re.compile(r"(?:\d{1,4}[a-z]?|[ivx]{1,5})(?![^\W_]|[.,/-]\d)")
"""The number of a unit: "phường 15", "Quân khu IV"."""

_BARE_UNITS = frozenset({"province", "city", "district", "commune", "central"})
"""The levels of units that a name may end with: "UBND tỉnh"."""
_SMALL_UNITS = frozenset({"district", "commune", "village"})
_NO_PLACES = frozenset({Kind.TITLE, Kind.HEAD, Kind.BODY, Kind.HONORIFIC})
_LONGEST_PLACE = 4  # syllables of an unknown place


class Places(Words):
    def known_place(self, start: int) -> tuple[int, Entry] | None:
        """The place of the vocabulary at ``start``, unless it only begins a person's name ("Hà Trung Kiên")."""
        hit = self.hits.at(start, Kind.PLACE)
        if hit is None:
            return None
        end, _ = hit
        if not self.text[start].isupper() and (self.text[start:end].islower() or not self.hits.at(start, Kind.UNIT)):
            return None  # "thành phố Hồ Chí Minh" may begin small, "thanh hóa" may not
        run = self.capital_run(start)
        rest = [span for span in run if span[0] >= end]
        frequency = self.surname(*run[0]) if rest and len(run) <= 4 else None
        another_begins = len(rest) >= 2 and self.surname(*rest[0]) is not None
        # A rare surname makes one syllable that is left over a given name: "Hà Trung | Kiên".
        if not another_begins and (frequency == "common" or (frequency and len(rest) == 1)):
            return None
        return hit

    def place(self, start: int, *, bare: bool = True) -> int | None:
        """The end of a place: "tỉnh Bắc Ninh", "TP. HCM", "phường 15", "Thanh Hóa"; with ``bare`` also "tỉnh"."""
        if start not in self.hits.by_start:
            return None
        unit = self.hits.at(start, Kind.UNIT)
        known = self.known_place(start)
        if known and (unit is None or known[0] >= unit[0]):
            return known[0]
        if unit is None:
            return None
        end, entry = unit
        if entry.detail == "central":
            seat = self.known_place(self.gap(end))  # "Bệnh viện Trung ương | Huế"
            return seat[0] if seat else end
        stopped = self.folded[end - 1] == "."
        name = self.gap(end)
        if stopped and self.hits.boundary_at(name) and not self.known_place(name):
            return end - 1  # "của Cảnh sát PCCC TP. Khi"
        if (name > end or stopped) and (named := self._named_unit(name, entry.detail)):
            return named
        if bare and entry.detail in _BARE_UNITS and not self.in_everyday_word(start, end):
            return end - 1 if stopped else end
        return None

    def _named_unit(self, name: int, level: str) -> int | None:
        """The end of the name or number of a unit of ``level``."""
        known = self.known_place(name)
        small = level in _SMALL_UNITS
        if known and not (small and self._begins_longer(name, known)):
            return known[0]
        number = NUMBER.match(self.folded, name) if small or level == "region" else None
        if number and (number.group()[0].isdigit() or (level == "region" and self.text[name : number.end()].isupper())):
            return number.end()
        run = self.capital_run(name)
        # Provinces are all in the vocabulary: an unknown name behind "tỉnh" is somebody's.
        if not run or level == "province" or self.hits.at(name, Kind.TITLE):
            return None
        words = self.place_words(run, certain=True)
        return run[words - 1][1] if words else None

    def _begins_longer(self, start: int, known: tuple[int, Entry]) -> bool:
        """A country of one syllable that begins the name of a unit: "phường Đức Xuân", "xã Mỹ Lý"."""
        run = self.capital_run(start)
        return len(run) >= 2 and run[0][1] == known[0] and known[1].detail == "country"

    def place_words(self, run: list[Span], *, certain: bool) -> int:
        """How many words of a capitalised ``run`` are a place's; the rest is a person's ("Mường Lát | Hà Văn Ca").

        With ``certain`` a word such as "huyện" stands before: then two words that could be a name are the place's.
        """
        size = len(run)
        known = self.hits.at(run[0][0], Kind.PLACE)
        if certain and known and known[1].detail == "country":
            known = None
        words = sum(1 for _, end in run if known and end <= known[0])
        if words == size:
            return words
        first = self.surname(*run[0])
        name_like = first is not None and 2 <= size <= 5 and (first == "common" or size >= 3)
        if not words and name_like and (not certain or size >= 3):
            # "Xuân Lộc | Nguyễn Văn A"
            return next((i for i in range(1, size - 1) if size >= 4 and self.surname(*run[i]) == "common"), 0)
        for least, frequency in ((1, "common"), (2, "rare")):
            for index in range(max(least, words), size - 1):
                if self.surname(*run[index]) == frequency and size - index <= 5:
                    # "ấp Kinh Đào | Trần Văn Giồng": most places have two syllables, most names three.
                    later = index == 1 and size - index >= 4 and self.surname(*run[2]) == "common"
                    return index + later
        return words or min(size, _LONGEST_PLACE)

    def posted(self, end: int) -> int:
        """Go on over "tại Việt Nam" behind an embassy's or ambassador's country."""
        if not self.folded.startswith(" tại ", end):
            return end
        known = self.known_place(end + len(" tại "))
        return known[0] if known else end

    def own_place(self, start: int) -> int | None:
        """A place that belongs to the name before it; an unknown capitalised run is one unless it is a person's."""
        found = self.place(start)
        if found:
            return found
        if not self.capital(start) or not _NO_PLACES.isdisjoint(self.kinds_at(start)):
            return None
        run = self.capital_run(start)
        words = self.place_words(run, certain=False) if run else 0
        return run[words - 1][1] if words >= 2 else None  # one-syllable places are all in the vocabulary
