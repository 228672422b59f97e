"""Who is who: short names to full ones, positions to the persons who hold them."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache

from nqextract.lexicon import rows
from nqextract.lexicon.vocabulary import Kind, vocabulary
from nqextract.link.organizations import expand
from nqextract.text import fold_name
from nqextract.types import Analysis, Mention, NameValue, Person, PersonTitle

_AFTER_NAME = re.compile(r"\s?(?:,|-|:|\()\s?")
_ASIDE = re.compile(
    r" ?\([^()\n]{1,30}\)|, ?(?:(?:sinh năm|sn) ?\d{4}|(?:đã )?\d{2,3} tuổi)(?=,)"
    r"|(?<=\()(?:(?:sinh năm|sn) ?\d{4}|\d{2,3} tuổi), "
)
_REPLACED = re.compile(r"thay(?: thế)?(?: cho)? (?:đồng chí |ông |bà )?$")
_OF_ANOTHER = re.compile(r"(?:ủy quyền của|thừa lệnh|thay mặt) $")
_NOT_OF = re.compile(r" (?:của|bầu cử) $")
"""Before a position that is not that of the person named behind a comma."""
_HELD = re.compile(
    r"(?:giữ (?:các )?chức(?: vụ| danh)?|giữ cương vị|bầu(?: làm| giữ chức| giữ chức vụ)|bổ nhiệm làm|phân công làm"
    r"|(?:chức vụ|cương vị)(?: quan trọng)? như|(?:ông|bà|đồng chí|, )(?: hiện)? ?là"
    r"|(?:trúng|đắc) cử(?: chức(?: vụ)?)?):? $"
)
_PRONOUN = re.compile(r"\s*(?P<word>ông|bà|anh|chị|đồng chí) (?:từng|hiện|đã|được|giữ|là|có|vừa|sinh)")
_PRONOUN_BEFORE = re.compile(r"(?<!\w)(?P<word>ông|bà|đồng chí) (?:(?:đã|từng|được|vừa|tiếp tục|tái) ){0,3}$")
_BETWEEN_TITLES = re.compile(
    r"\s?,\s?(?:(?:kiêm|và|nguyên|đồng thời là) )?| (?:kiêm|và|rồi|kiêm nhiệm|đồng thời là) |\s?-\s?"
    r"|(?:,| -)? (?:được )?(?:giữ chức(?: vụ)?|giữ cương vị|làm) "
)
_CAREER = re.compile(r"(?:chức vụ|cương vị|vị trí)(?: quan trọng)? như:? $")
_CAREER_JOINT = re.compile(r"; ?(?:rồi )?")
"""Parts positions that one person has had."""
_IS = re.compile(r" là (?:các )?(?:đồng chí|ông|bà|anh|chị)(?!\w)")
_BEFORE_NAME = re.compile(r"[\s,:-]*")
_SHARING = re.compile(r"(?:các|hai|ba|bốn|những)(?: đồng chí| ông| bà)?(?: là)?\s?:?\s?$")
_LIST_STOP = re.compile(r"[\n.]|các đồng chí|cùng dự|cùng tham dự|đại diện|lãnh đạo|cùng các")
_ALL = re.compile(r",? (?:đều|cùng) (?:là|từng|giữ|nguyên) ")
"""Binds a position to each name of the list before."""
_GIVEN_AS = re.compile(r" (?:gồm|gồm có|bao gồm|lúc bấy giờ|lúc đó|khi đó|khi ấy|hiện nay)(?= )")
"""Between a position and who has it."""
_NAME_LIST = re.compile(r"\s?(?:,|và|cùng|;)\s?(?:(?:đồng chí|ông|bà|và) )*")
_AND_NAME = re.compile(r" (?:và|cùng) (?:(?:các )?đồng chí |ông |bà )?")
_GENDERED = re.compile(r"(?<!\w)(ông|anh|bà|chị|cô) $")
_GENDERED_ENDS = ("ông ", "anh ", "bà ", "chị ", "cô ")  # hardly any name has one before it
_NICKNAME = re.compile(r' ["“].*')
_UNCLE = re.compile(r"(?<!\w)bác $")  # "Bác Hồ": by the surname
_OF_WOMEN = frozenset(("bà", "chị", "cô"))
_LINE_END = re.compile("\n")
_WORD = re.compile(r"[^\W_]+")
_LONGEST_ADDRESS = 24  # characters of "thay thế cho đồng chí "
_MAX_BOND = 60  # characters between a name and its position
_MAX_LIST = 700  # characters that a list of persons behind a shared position may take


@cache
def _holding_words() -> frozenset[str]:
    """The words of "được bầu giữ chức vụ", "hiện là", "thôi làm"."""
    return frozenset(row["word"] for row in rows("holding_words"))


@dataclass(slots=True)
class _Known:
    """One person while the article is read."""

    key: str  # folded fullest name
    name: str
    titles: list[PersonTitle] = field(default_factory=list)
    mentions: list[tuple[int, int]] = field(default_factory=list)


def link_people(analysis: Analysis) -> None:
    """Fill ``people`` and ``person_of`` and set the value of PERSON mentions to the person's fullest name."""
    linker = _Linker(analysis)
    linker.name()
    linker.attach()
    linker.refer()
    analysis.people = tuple(
        Person(known.name, tuple(known.titles), tuple(known.mentions)) for known in linker.people if known.mentions
    )
    analysis.person_of = linker.person_of
    names = [NameValue(person.name) for person in analysis.people]
    mentions = list(analysis.mentions)
    for index, person in linker.person_of.items():
        m = mentions[index]
        if m.label == "PERSON":
            mentions[index] = Mention(m.label, m.start, m.end, names[person], m.score, m.source)
    analysis.mentions = tuple(mentions)


class _Linker:
    def __init__(self, analysis: Analysis) -> None:
        self.text = analysis.clean.text
        self.folded = analysis.clean.fold
        self.mentions = analysis.mentions
        self.people: list[_Known] = []
        self.person_of: dict[int, int] = {}
        self.by_last_word: dict[str, set[int]] = {}
        self.alone: dict[str, int] = {}  # persons of whom the article has one name only
        self.addresses: dict[int, set[str]] = {}
        self.values = {
            (mention.start, mention.end): mention.value
            for mention in self.mentions
            if mention.label == "TITLE" and isinstance(mention.value, NameValue)
        }

    # -- names ---------------------------------------------------------------------------------------------------

    def name(self) -> None:
        """One entry a person: full names by themselves, then short forms that end exactly one of them."""
        by_key: dict[str, int] = {}
        short: list[int] = []
        for index, mention in enumerate(self.mentions):
            if mention.label != "PERSON":
                continue
            written, key = _written_and_key(self.text[mention.start : mention.end])
            if " " not in key:
                short.append(index)
                continue
            if key not in by_key:
                by_key[key] = len(self.people)
                self.people.append(_Known(key, written))
            person = by_key[key]
            if self.people[person].name.isupper() and not written.isupper():
                self.people[person].name = written
            self.person_of[index] = person
        self._merge_partial_names()
        for index, person in self.person_of.items():
            self._note(index, person)
        for index in short:
            self._place_short(index)
        order = list(dict.fromkeys(self.person_of[index] for index in sorted(self.person_of)))
        place = {old: new for new, old in enumerate(order)}
        self.people = [self.people[old] for old in order]
        self.person_of = {index: place[person] for index, person in self.person_of.items()}
        for index in sorted(self.person_of):
            mention = self.mentions[index]
            self.people[self.person_of[index]].mentions.append((mention.start, mention.end))

    def _merge_partial_names(self) -> None:
        """ "Xuân Anh" is "Nguyễn Xuân Anh" where only one fuller name ends so."""
        fuller: dict[str, set[int]] = {}
        for person, known in enumerate(self.people):
            words = known.key.split(" ")
            for cut in range(1, len(words)):
                fuller.setdefault(" ".join(words[cut:]), set()).add(person)
                fuller.setdefault(" ".join(words[:cut]), set()).add(person)  # "Y Thanh | Niê Kđăm"
        for index, person in list(self.person_of.items()):
            found = fuller.get(self.people[person].key, ())
            if len(found) == 1:
                (self.person_of[index],) = found

    def _note(self, index: int, person: int) -> None:
        """The mention at ``index`` is of ``person``."""
        self.person_of[index] = person
        self.by_last_word.setdefault(self.people[person].key.rpartition(" ")[2], set()).add(person)
        if address := self._address(self.mentions[index].start):
            self.addresses.setdefault(person, set()).add(address)

    def _place_short(self, index: int) -> None:
        mention = self.mentions[index]
        written = self.text[mention.start : mention.end]
        key = fold_name(_NICKNAME.sub("", written))
        matching = sorted(self.by_last_word.get(key, ()))
        if len(matching) > 1 and (address := self._address(mention.start)):
            matching = [person for person in matching if self._addresses(person) == {address}]
        if not matching and _UNCLE.search(self.folded, max(0, mention.start - 5), mention.start):
            matching = self._by_surname.get(key, [])
        if len(matching) == 1:
            self._note(index, matching[0])
        elif not matching:
            if key not in self.alone:
                self.alone[key] = len(self.people)
                self.people.append(_Known(key, written))
            self._note(index, self.alone[key])
        # Two persons share the short form: left open.

    @cached_property
    def _by_surname(self) -> dict[str, list[int]]:
        """Those of whom the article has a full name; asked for when all full names are known."""
        found: dict[str, list[int]] = {}
        for person, known in enumerate(self.people):
            surname, space, _ = known.key.partition(" ")
            if space:
                found.setdefault(surname, []).append(person)
        return found

    def _address(self, start: int) -> str | None:
        """ "man" or "woman", where the word before a name says it."""
        if not self.folded.endswith(_GENDERED_ENDS, max(0, start - 6), start):
            return None
        word = _GENDERED.search(self.folded, max(0, start - 6), start)
        return None if word is None else "woman" if word.group(1) in _OF_WOMEN else "man"

    def _addresses(self, person: int) -> set[str]:
        """How the full name of ``person`` is addressed; "Thị" is a middle name of women."""
        found = self.addresses.get(person)
        return found or ({"woman"} if " thị " in self.people[person].key else set())

    # -- positions -----------------------------------------------------------------------------------------------

    def attach(self) -> None:
        """Give each position that stands beside a name to that person."""
        index = 0
        while index < len(self.mentions):
            if self.mentions[index].label != "TITLE":
                index += 1
                continue
            chain = self._chain(index)
            self._attach_chain(chain)
            index = chain[-1] + 1
        for person in self.people:
            if len(person.titles) > 1:
                person.titles = self._distinct(person.titles)

    def _chain(self, first: int) -> list[int]:
        """Positions in a row, parted by commas, "kiêm" or "và"."""
        chain = [first]
        start = self.mentions[first].start
        while chain[-1] + 1 < len(self.mentions):
            this, following = self.mentions[chain[-1]], self.mentions[chain[-1] + 1]
            if following.label != "TITLE":
                break
            between = this.end, following.start
            if not _BETWEEN_TITLES.fullmatch(self.folded, *between) and not (
                _CAREER_JOINT.fullmatch(self.folded, *between)
                and _CAREER.search(self.folded, max(0, start - 26), start)
            ):
                break
            chain.append(chain[-1] + 1)
        return chain

    def _attach_chain(self, chain: list[int]) -> None:
        first, last = self.mentions[chain[0]], self.mentions[chain[-1]]
        before = self._person_at(chain[0] - 1)
        after = self._person_at(chain[-1] + 1)
        close_before = before is not None and self._is_after_name(self.mentions[chain[0] - 1].end, first.start)
        name = self.mentions[chain[0] - 1]
        if close_before and _REPLACED.search(self.folded, max(0, name.start - _LONGEST_ADDRESS), name.start):
            before = self._person_at(chain[0] - 2)  # "A thay ông B làm Giám đốc"
        gap_after = self._gap_to_name(last.end, self.mentions[chain[-1] + 1].start) if after is not None else None
        if _OF_ANOTHER.search(self.folded, max(0, first.start - 14), first.start) and (
            len(chain) > 1 or gap_after != "adjacent"
        ):
            chain = chain[1:]
            if not chain:
                return
        if self._share(chain, first.start):
            return
        if after is not None and gap_after == "adjacent" and not (close_before and self._dashed(chain)):
            self._give(chain, after)
            self._give_second(chain)
        elif before is not None and close_before:
            self._give(chain, before)
            if self._dashed(chain) or self._is_of_all(chain):
                self._give_others(chain)
        elif (held := _HELD.search(self.folded, max(0, first.start - 40), first.start)) and (
            subject := self._subject(chain[0], held.start())
        ):
            self._give(chain, subject - 1)
        elif after is not None and gap_after and not _NOT_OF.search(self.folded, max(0, first.start - 9), first.start):
            self._give(chain, after)

    def _give_second(self, chain: list[int]) -> None:
        """ "Phó Chủ tịch HĐND tỉnh A và B": B has it too, unless a position of his own follows."""
        first, second = chain[-1] + 1, chain[-1] + 2
        person = self._person_at(second)
        if person is None or self.mentions[second].label != "PERSON":
            return
        if not _AND_NAME.fullmatch(self.folded, self.mentions[first].end, self.mentions[second].start):
            return
        behind = self.mentions[second + 1] if second + 1 < len(self.mentions) else None
        has_own = behind is not None and behind.label == "TITLE"
        if not (has_own and behind and self._is_after_name(self.mentions[second].end, behind.start)):
            self._give(chain, person)

    def _give_others(self, chain: list[int]) -> None:
        """ "hai đồng chí A, B - Phó Giám đốc Sở Y tế", "A, B, đều là nguyên Bí thư": A has it, too."""
        first = chain[0] - 1
        while first > 0 and self.mentions[first - 1].label == "PERSON":
            if not _NAME_LIST.fullmatch(self.folded, self.mentions[first - 1].end, self.mentions[first].start):
                break
            first -= 1
        start = self.mentions[first].start
        if self._is_of_all(chain) or _SHARING.search(self.folded, max(0, start - _LONGEST_ADDRESS), start):
            for index in range(first, chain[0] - 1):
                if (person := self._person_at(index)) is not None:
                    self._give(chain, person)

    def _subject(self, index: int, held: int) -> int | None:
        """One more than the person whom the sentence of mention ``index`` is about: its last name before.

        "Ông" alone, at the head of the sentence or before the words at ``held`` that bind it to the position, is the
        last person named in the sentence or line before who is not addressed otherwise.
        """
        start = self.mentions[index].start
        line = self._line_start(start)
        begin = max(line, self.folded.rfind(". ", line, start) + 1)
        pronoun = _PRONOUN.match(self.folded, begin) or _PRONOUN_BEFORE.search(
            self.folded, max(begin, held - _LONGEST_ADDRESS), held
        )
        address = self._address(pronoun.end("word") + 1) if pronoun else None
        if pronoun:
            begin = self._line_before(line)
        for earlier in range(index - 1, -1, -1):
            if self.mentions[earlier].start < begin:
                return None
            person = self._person_at(earlier)
            if person is None or not (pronoun or self.mentions[earlier].label == "PERSON"):
                continue
            if not (address and self._addresses(person) and address not in self._addresses(person)):
                return person + 1
        return None

    def _line_before(self, line: int) -> int:
        """Where the line before the one that begins at ``line`` begins; empty ones are passed over."""
        end = line
        while end > 0 and self.folded[end - 1] == "\n":
            end -= 1
        return self._line_start(end)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.folded))]

    def _line_start(self, position: int) -> int:
        """Where the line begins that ``position`` is in: looked up, since a line may be as long as the article."""
        return self._line_starts[bisect_right(self._line_starts, position) - 1]

    def _is_of_all(self, chain: list[int]) -> bool:
        between = self._between(self.mentions[chain[0] - 1].end, self.mentions[chain[0]].start)
        return _ALL.match(between) is not None

    def _dashed(self, chain: list[int]) -> bool:
        """ "Trần A - Chủ tịch UBND tỉnh B …": a dash or a bracket binds to the name before."""
        between = self._between(self.mentions[chain[0] - 1].end, self.mentions[chain[0]].start)
        return "-" in between or "(" in between

    def _between(self, start: int, end: int) -> str:
        """The folded words between two mentions, what is no part of their bond left out."""
        if end - start > _MAX_BOND:
            return "\n"
        between = self.folded[start:end]
        if "(" in between or between.count(",") > 1:
            between = _ASIDE.sub("", between)
        return between.replace("nguyên ", "").replace("quyền ", "")

    def _is_after_name(self, start: int, end: int) -> bool:
        """Whether what stands between a name and a position binds them: a comma, a dash, "được bầu giữ chức vụ"."""
        if end - start > _MAX_BOND:
            return False
        between = self._between(start, end)
        if _AFTER_NAME.fullmatch(between):
            return True
        words = between.strip(" ,").split()
        return bool(words) and all(word in _holding_words() for word in words)

    def _person_at(self, index: int) -> int | None:
        return self.person_of.get(index) if 0 <= index < len(self.mentions) else None

    def _gap_to_name(self, start: int, end: int) -> str | None:
        """ "adjacent" (nothing or an honorific), "apart" (a comma too), or ``None``."""
        if end - start > 60 or "\n" in self.folded[start:end]:
            return None
        between = self.folded[start:end]
        if between == " ":
            return "adjacent"
        stripped = _GIVEN_AS.sub("", between.removeprefix(" đối với"), count=1)
        if _IS.match(stripped):
            stripped = stripped[len(" là") :]
        if any(mark in between for mark in ";.") and not re.search(r"(?:gs|pgs|ts|ths|bs)\.", between):
            return None
        for _ in range(4):
            stripped = stripped.strip(" .")
            found = _honorific_prefix(stripped.lstrip(",:- "))
            if found is None:
                break
            stripped = stripped.lstrip(",:- ")[found:]
        if stripped.strip(" .") == "":
            comma = "," in between or ":" in between
            return "apart" if comma or re.search(r"\s-\s", between) else "adjacent"
        return "apart" if _BEFORE_NAME.fullmatch(stripped) else None

    def _share(self, chain: list[int], start: int) -> bool:
        """ "các đồng chí Ủy viên Bộ Chính trị: A, …; B, …" and "các Phó Chủ tịch UBND tỉnh A, B và C".

        Behind ``start`` stand the positions, before it "các đồng chí".
        """
        last = self.mentions[chain[-1]]
        index = chain[-1] + 1
        if index >= len(self.mentions):
            return False
        following = self.mentions[index]
        if following.label != "PERSON" or following.start - last.end > 24:
            return False
        if not _SHARING.search(self.folded, max(0, start - _LONGEST_ADDRESS), start):
            return False
        opening = self.folded[last.end : following.start]
        colon = ":" in opening
        if not colon and self._gap_to_name(last.end, following.start) is None:
            return False
        limit = last.end + _MAX_LIST
        given = 0
        listed = False  # the last two names, with a comma between
        position = last.end
        while index < len(self.mentions) and self.mentions[index].start < limit:
            mention = self.mentions[index]
            between = self.folded[position : mention.start]
            if _LIST_STOP.search(between) and given:
                break
            if mention.label == "PERSON":
                if not colon and given and not _NAME_LIST.fullmatch(between):
                    break
                if ";" in between and listed:  # "các Thứ trưởng: A, B; đồng chí C"
                    break
                listed = given > 0 and between.strip() in (",", "và", ", và")
                person = self._person_at(index)
                if person is not None:
                    self._give(chain, person)
                    given += 1
            elif mention.label == "TITLE":
                if not colon:
                    break
                if _SHARING.search(self.folded, max(0, mention.start - _LONGEST_ADDRESS), mention.start):
                    break
            elif mention.label in ("DOC", "DATE"):
                break
            position = mention.end
            index += 1
        return given > 0

    def _give(self, chain: list[int], person: int) -> None:
        for index in chain:
            mention = self.mentions[index]
            value = mention.value
            organisation = None
            if isinstance(value, NameValue) and value.organisation:
                organisation = _one_line(self.text[slice(*value.organisation)])
            self.people[person].titles.append(
                PersonTitle(_one_line(self.text[mention.start : mention.end]), mention.start, mention.end, organisation)
            )
            self.person_of.setdefault(index, person)

    def _distinct(self, titles: list[PersonTitle]) -> list[PersonTitle]:
        """Each position once, in the fuller of its forms, in order of first occurrence."""
        kept: list[PersonTitle] = []
        for title in sorted(titles, key=lambda title: title.start):
            words = self._content(title)
            for position, known in enumerate(kept):
                other = self._content(known)
                if ("phó" in words) != ("phó" in other):
                    continue  # a deputy is not the head
                if words <= other:
                    break
                if other <= words:
                    kept[position] = title
                    break
            else:
                kept.append(title)
        return kept

    def _content(self, title: PersonTitle) -> frozenset[str]:
        """The words that make the position, its place left out: two forms that differ by place alone are one."""
        value = self.values.get((title.start, title.end))
        start, end = value.place if value and value.place else (title.end, title.end)
        return _content_words(f"{self.text[title.start : start]} {self.text[end : title.end]}")

    # -- references ----------------------------------------------------------------------------------------------

    def refer(self) -> None:
        """ "đồng chí Bí thư Tỉnh ủy" later in the text: the one person of the article who has that position."""
        holders: dict[frozenset[str], set[int]] = {}
        for person, known in enumerate(self.people):
            for title in known.titles:
                holders.setdefault(self._content(title), set()).add(person)
        if not holders:
            return
        with_word: dict[str, list[frozenset[str]]] = {}
        for content in holders:
            for word in content:
                with_word.setdefault(word, []).append(content)
        for index, mention in enumerate(self.mentions):
            if mention.label != "TITLE" or index in self.person_of:
                continue
            content = self._content(PersonTitle(self.text[mention.start : mention.end], mention.start, mention.end))
            rarest = min((with_word.get(word, []) for word in content), key=len, default=[])
            exact = holders.get(content, set())
            owners = exact or {person for words in rarest if content <= words for person in holders[words]}
            if len(owners) == 1 and not _SHARING.search(
                self.folded, max(0, mention.start - _LONGEST_ADDRESS), mention.start
            ):
                self.person_of[index] = next(iter(owners))


@lru_cache(4096)
def _written_and_key(text: str) -> tuple[str, str]:
    """A name in one line, and what it is told from others by: folded, without a nickname."""
    written = " ".join(text.split())
    return written, fold_name(_NICKNAME.sub("", written))


@lru_cache(4096)
def _content_words(written: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold_name(expand(written)).replace("phó trưởng", "phó")))


def _one_line(text: str) -> str:
    """``text`` as a value: a line of the article may have been broken inside."""
    return text.replace("\n", " ")


@lru_cache(1024)
def _honorific_prefix(written: str) -> int | None:
    """The length of the longest honorific that ``written`` begins with."""
    found = vocabulary().scan(written).at(0, Kind.HONORIFIC)
    return found[0] if found else None
