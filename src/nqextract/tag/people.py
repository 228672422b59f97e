"""PERSON: names, by what stands around them (an honorific, a rank, a position) and by how they begin (a surname)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from nqextract.lexicon import rows
from nqextract.lexicon.vocabulary import Kind
from nqextract.tag.grammar import Reader
from nqextract.text import LOWER, UPPER, fold, is_syllable
from nqextract.types import Mention

Span = tuple[int, int]

_SYLLABLE_REST = rf"(?:['’](?= [{UPPER}])|[^\W\d_]*(?:['’][^\W\d_]+)?(?:-[^\W\d_]+)*)"  # "K' Bảo", "K'Bảo"
_RUN = re.compile(  # begins with its capital, which the search finds fast; what must not stand before it is asked then
    rf"[{UPPER}](?<![^\W_].){_SYLLABLE_REST}(?P<more>(?:[ \xa0]{{1,2}}[{UPPER}]{_SYLLABLE_REST})+)?(?![^\W_])"
)
_WORD = re.compile(r"[^ \xa0]+")
_LIST_BEFORE = re.compile(r"[:;]\s*$|(?:các (?:đồng chí|ông|bà|anh|chị)|đồng chí|gồm)[\s:]*$")
_TITLE_AFTER = re.compile(r"\s{0,2}(?:,|-|;|\()?\s{0,2}(nguyên |quyền )?")
_SPEECH_AFTER = re.compile(
    r" (?:cho biết|cho rằng|khẳng định|nhấn mạnh|phát biểu|nói|chia sẻ|đề nghị|yêu cầu|chủ trì|nêu rõ|trình bày)"
)
_LIST_JOINT = re.compile(r"(?:,| và| cùng) (?:đồng chí |ông |bà |anh |chị )?$")
_NUMBER_BEFORE = re.compile(r" \d{1,4}[a-z]?(?:/\d{1,4})? ?$")
_ADDRESS_AFTER = re.compile(r", ?(?:phường|p\.|xã|quận|q\.|huyện|thị trấn|thị xã|thành phố|tp|đường)(?![^\W\d_])")
_LETTERS = re.compile(f"[{LOWER}]+")
_OF_A_KIND = re.compile(r"(?<!\w)(?:người|tiếng|môn|phía|miền|hướng|nước|mùa|dịp|tỉnh|đất|vùng|ở) $")
"""Before a capitalised syllable that names no person: "mùa Xuân", "người Thái"."""
_REGION = re.compile(r"(?:miền|bán cầu|bộ|phần) ")
_NICKNAME = re.compile(rf' ["“][{LOWER}]{{1,7}}(?: [{LOWER}]{{1,7}})?["”]')
_CROSSING = re.compile(r"(?:đường|phố|ngã (?:ba|tư|năm|sáu)|nút giao|cao tốc|tuyến|cầu|hầm chui) [^,.;:\n]{2,45}- $")
_STREETS = re.compile(
    r"(?:các|những|nhiều|một số|hai|ba|bốn|năm) (?:tuyến |con )?(?:đường|phố|tuyến)(?![^\W\d_])[^.;:\n]{0,80}$"
)
_MAX_SYLLABLES = 5
_LONGEST_JOINT = 10  # characters of " van der "
_LONGEST = 16  # words: a place and the name behind it


@cache
def _particles() -> frozenset[str]:
    return frozenset(row["word"] for row in rows("name_particles"))


@cache
def _capital_words() -> frozenset[str]:
    return frozenset(row["word"] for row in rows("capital_words"))


def find_people(reader: Reader, taken: Sequence[tuple[Span, str]]) -> list[Mention]:
    """PERSON mentions in order.

    ``taken`` are the spans, with their labels, that other taggers hold: sorted, not overlapping.
    """
    return _People(reader, taken).find()


class _Open(NamedTuple):
    """Capitalised words that may still be a name once the article's names are known."""

    run: list[Span]
    is_settled: bool  # they are no thing's name; else it is asked where they turn out to be one


class _People:
    def __init__(self, reader: Reader, taken: Sequence[tuple[Span, str]]) -> None:
        self.reader = reader
        self.text = reader.text
        self.folded = reader.folded
        self.title_ends = {span[1] for span, label in taken if label == "TITLE"}
        self.title_starts = {span[0] for span, label in taken if label == "TITLE"}
        self.taken = [span for span, _ in taken]

    def find(self) -> list[Mention]:
        found: list[Span] = []
        open_runs: list[_Open] = []
        plain: list[Span] = []
        for run in self._runs():
            if len(run) == 1 and self._is_plain(*run[0]):
                plain.append(run[0])
                continue
            name, rest = self._name(run)
            if name is not None:
                found.append(name)
            elif rest is not None:
                open_runs.append(rest)
        found.extend(self._again(found, open_runs, plain))
        return [Mention("PERSON", start, end, source="names") for start, end in sorted(set(found))]

    def _runs(self) -> list[list[Span]]:
        """Runs of capitalised words outside the spans that are taken."""
        runs: list[list[Span]] = []
        position = 0
        last = -_LONGEST_JOINT - 1  # where the last run ends
        for taken_start, taken_end in (*self.taken, (len(self.text), len(self.text))):
            for match in _RUN.finditer(self.text, position, taken_start):
                start, end = match.span()
                words = self._words(start, end) if match["more"] else [(start, end)]
                if start - last > _LONGEST_JOINT or not self._joined(runs[-1], words):
                    runs.append(words)
                last = end
            position = max(position, taken_end)
        return runs

    def _words(self, start: int, end: int) -> list[Span]:
        """The words of ``[start, end)``, which begins and ends with one."""
        words: list[Span] = []
        space = self.folded.find(" ", start, end)
        while space >= 0:
            if space > start:
                words.append((start, space))
            start = space + 1
            space = self.folded.find(" ", start, end)
        words.append((start, end))
        return words

    def _joined(self, run: list[Span], words: list[Span]) -> bool:
        """Add ``words`` to ``run`` where both are one name: "Michele D ' Amico", "Anneke van der Meulen"."""
        start, end = run[-1][1], words[0][0]
        if self.folded[start] != " ":
            return False
        between = self.folded[start:end]
        if between == " ' " and start - run[-1][0] == 1:
            run[-1] = run[-1][0], words[0][1]
            run.extend(words[1:])
            return True
        particles = between.split()
        if not particles or "\n" in between or not _particles().issuperset(particles):
            return False
        if any(all(is_syllable(self.folded[slice(*word)]) for word in part) for part in (run, words)):
            return False  # "bà Lan van xin Chúa", "ông John Brown la Nguyễn Văn An": it joins foreign names only
        run.extend(word.span() for word in _WORD.finditer(self.text, start, end))
        run.extend(words)
        return True

    # -- one run -------------------------------------------------------------------------------------------------

    def _is_plain(self, start: int, end: int) -> bool:
        """Whether nothing introduces the capitalised word ``[start, end)``, and nothing of it says that it is a name.

        Most are: the first words of sentences.  They need a look only where they end a name that the article has.
        """
        hits = self.reader.hits
        before, edge = self._edges(start)
        return not (
            before in self.title_ends
            or (start in hits.by_start and hits.at(start, Kind.HONORIFIC))
            or (end in hits.by_end and hits.ending_at(end, Kind.HONORIFIC))
            or (edge in hits.by_end and hits.ending_at(edge, Kind.HONORIFIC))
            or self.reader.marked(start)
        )

    def _edges(self, start: int) -> Span:
        """Where the words before ``start`` end, past two spaces at most; and the same before the full stop of an
        abbreviation: "TS. Nguyễn", "GS.Trần"."""
        folded = self.folded
        before = start
        if before and folded[before - 1] == " ":
            before -= 2 if before > 1 and folded[before - 2] == " " else 1
        return before, (before - 1 if before > 1 and folded[before - 1] == "." else before)

    def _name(self, run: list[Span]) -> tuple[Span | None, _Open | None]:
        """The name in ``run``, or what of it may still be one once the article's names are known."""
        context, index = self._context(run)
        rest = run[index:] if index else run
        if not rest:
            return None, None
        if self._is_shouted(rest) or self._is_capitals(rest):
            return None, _Open(rest, is_settled=True)  # a heading: first the names that the article has elsewhere
        if context == "household" and self.reader.surname(*rest[0]) is None:
            context = ""  # "phòng hộ Sông Kôn"
        if context:
            cut = self._cut(rest, context)
            if len(cut) == 1 and self._is_word(cut[0], context):
                return None, _Open(rest, is_settled=True)
            if cut and not self._is_named_place(cut, context):
                return (cut[0][0], cut[-1][1]), None
            return None, None
        name = self._name_by_surname(rest)
        if name is None and self._is_listed_holder(rest):
            name = rest[0][0], rest[-1][1]
        if name is None:
            return None, _Open(rest, is_settled=False)
        return (None if self._is_thing(rest) else name), None

    def _name_by_surname(self, rest: list[Span]) -> Span | None:
        """The name in ``rest`` that nothing introduces: it begins with a surname."""
        head: int | None = None  # where an organisation begins, once a surname makes it matter
        for position, (start, end) in enumerate(rest):
            frequency = self.reader.surname(start, end)
            if frequency is None:
                continue
            if head is None:
                head = next((i for i, pair in enumerate(pairwise(rest)) if self._is_head(*pair)), len(rest))
            if position >= head:
                break
            name = self._cut(rest[position : position + _LONGEST], "")
            if position == 0 and self.reader.marked(start) and not self._is_named_place(name, ""):
                return start, name[-1][1]
            if len(name) < 2 or self._is_named_place(name, ""):
                continue
            if position and self.reader.hits.ending_at(start - 1, Kind.UNIT):
                continue
            strong = (
                (frequency == "common" and (len(name) <= 4 or self.reader.has_middle_name(name)))
                or self._followed_by_title(name[-1][1])
                or (len(name) >= 3 and self.reader.has_middle_name(name))
                or (len(name) >= 3 and _SPEECH_AFTER.match(self.folded, name[-1][1]) is not None)
                or (len(name) >= 3 and self._begins_list(start))
            )
            if strong:
                return start, name[-1][1]
        return None

    def _begins_list(self, start: int) -> bool:
        return _LIST_BEFORE.search(self.folded, max(0, start - 14), start) is not None

    def _is_shouted(self, run: list[Span]) -> bool:
        return self.text[run[0][1] - 1].isupper() and self.reader.shouted(run[0][0])

    def _is_capitals(self, run: list[Span]) -> bool:
        """A heading that is no line of its own."""
        return len(run) > _MAX_SYLLABLES and self.text[run[0][0] : run[-1][1]].isupper()

    def _shouted_name(self, rest: list[Span]) -> list[Span] | None:
        """The name that ``rest``, in a heading all in capitals, begins with: it must be seen where it ends.

        Without a context it takes more than a surname, which many words of a heading look like ("LÝ LUẬN").
        """
        context = self._context(rest)[0]
        if self.reader.surname(*rest[0]) is None or self._is_named_place(rest[:_MAX_SYLLABLES], context):
            return None
        least = 3 if self.reader.has_middle_name(rest[:2]) else 2
        most = min(len(rest), _MAX_SYLLABLES + 1)
        size = next((i for i in range(least, most) if self.reader.ends_phrase(rest[i - 1][1])), len(rest))
        name = rest[:size]
        if size < 2 or size > _MAX_SYLLABLES:
            return None
        known = context in ("title", "address", "rank", "degree")
        return name if known or (3 <= size <= 4 and self.reader.has_middle_name(name)) else None

    def _is_listed_holder(self, rest: list[Span]) -> bool:
        """ "…; H'Bla Kbuôr, Phó Chủ tịch …": in a list of holders, a name whose surname is not known."""
        return (
            2 <= len(rest) <= _MAX_SYLLABLES
            and self._followed_by_title(rest[-1][1])
            and self._begins_list(rest[0][0])
            and not self._is_named_place(rest, "")
        )

    def _context(self, run: list[Span]) -> tuple[str, int]:
        """What introduces a name in ``run`` ("title", or the kind of honorific), and at which word the name begins."""
        hits = self.reader.hits
        start = run[0][0]
        before, edge = self._edges(start)
        if before in self.title_ends and before < start:
            return "title", 0
        # An honorific inside the run: "Ông Nguyễn Văn A", "Theo TS Trần B".
        found: tuple[str, int] = ("", 0)
        degree = hits.ending_at(run[0][1], Kind.HONORIFIC) if run[0][1] in hits.by_end else None
        if degree and degree[0] < start and degree[1].detail == "degree":
            return "degree", 1  # "Bác sĩ CKII Nguyễn Văn A"
        for index, (word_start, _) in enumerate(run):
            if word_start not in hits.by_start:
                continue
            for end, entry in hits.all_at(word_start, Kind.HONORIFIC):
                if index == 0 and " " in entry.name and end > run[-1][1]:
                    return "", len(run)  # "Mẹ Việt Nam Anh | hùng"
                if (place := hits.at(word_start, Kind.PLACE)) and place[0] > end:
                    continue  # "Bà Rịa"
                after = next((later for later in range(index + 1, len(run)) if run[later][0] >= end), None)
                if (
                    after is not None
                    and run[after][0] - end <= 2
                    and (index == 0 or entry.detail in ("rank", "degree"))
                ):
                    lone = len(run) - after == 1 and entry.detail == "address"
                    if lone and not self._begins_sentence(word_start) and not self._is_uncle(index, word_start, run):
                        continue  # "Bộ đội Cụ Hồ", "rừng Bà Nà"
                    found = entry.detail, after
                    break
        if found[0]:
            return found
        honorific = hits.ending_at(edge, Kind.HONORIFIC) if edge < start and edge in hits.by_end else None
        bearer = hits.ending_at(edge, Kind.BEARER) if honorific else None
        if honorific and bearer and bearer[0] < honorific[0]:
            return "", 0  # "nghĩa trang liệt sĩ Hàng Dương"
        if honorific and (edge == before or honorific[1].detail == "degree"):
            # "rừng Bà Nà": a capital inside a sentence before one syllable begins a name of something else.
            called = honorific[1].detail != "degree"
            if (
                called
                and len(run) == 1
                and self.text[honorific[0]].isupper()
                and not self._begins_sentence(honorific[0])
            ):
                return "", 0
            return honorific[1].detail, 0
        return "", 0

    def _is_uncle(self, index: int, start: int, run: list[Span]) -> bool:
        """ "phong cách Bác Hồ", "Bác Tôn": by the surname, with a capital; a thing that is called so is no person."""
        named = index == 0 and self.folded[slice(*run[0])] == "bác" and self.reader.surname(*run[1]) is not None
        return named and self.reader.hits.ending_at(start - 1, Kind.BEARER) is None

    def _is_word(self, span: Span, context: str) -> bool:
        """Whether one capitalised syllable behind ``context`` is the first of an ordinary word, no short name."""
        if self.reader.marked(span[0]):
            return False  # "già làng K'Briu"
        if context in ("profession", "kin"):
            return True
        hits = self.reader.hits
        kinds = (Kind.HEAD, Kind.TITLE, Kind.BODY, Kind.UNIT, Kind.GENERIC, Kind.FIELD)
        if any(hits.at(span[0], kind) for kind in kinds):
            return True
        honorific = hits.at(span[0], Kind.HONORIFIC)
        if honorific and honorific[0] > span[1]:
            return True
        # "Bộ trưởng An", "Tiến sĩ An" only where the article has An's full name.
        return context in ("title", "degree")

    def _begins_sentence(self, start: int) -> bool:
        before = self.folded[max(0, start - 4) : start].rstrip(" \"'*-")
        return before == "" or before[-1] in ".!?:;\n"

    def _cut(self, rest: list[Span], context: str) -> list[Span]:
        """The words of ``rest`` that make the name: from its surname, five at most beside small ones."""
        hits = self.reader.hits
        place = hits.at(rest[0][0], Kind.PLACE)
        if place:  # "Tổng Bí thư Việt Nam Nguyễn Văn A"
            behind = [span for span in rest if span[0] >= place[0]]
            if len(behind) >= 2 and len(behind) < len(rest) and self.reader.surname(*behind[0]):
                rest = behind
        name: list[Span] = []
        most = _MAX_SYLLABLES
        if len(rest) > most:  # "Salman bin Ebrahim Al Khalifa"
            most += sum(self.text[start].islower() for start, _ in rest)
        for index, span in enumerate(rest[: most + 1]):
            if index and span[0] in hits.by_start:
                title = hits.at(span[0], Kind.TITLE)
                if (
                    (title and (title[0] > span[1] or span != rest[-1]))  # "Ngô Quang Trưởng, nguyên …"
                    or hits.at(span[0], Kind.BODY)
                    or (index >= 2 and self._begins_body(span[0]))
                ):
                    break
            name.append(span)
        return name[:most]

    def _is_head(self, first: Span, second: Span) -> bool:
        """ "Đoàn Khối", "Đoàn Tập đoàn": two words that are, or before, the head of an organisation."""
        whole = self.reader.hits.at(first[0], Kind.HEAD)
        behind = self.reader.hits.at(second[0], Kind.HEAD)
        return (whole is not None and whole[0] >= second[1]) or (behind is not None and behind[0] > second[1])

    def _begins_body(self, start: int) -> bool:
        """An organisation's name begins here; a head alone ("… Ích Trường") is a given name."""
        body = self.reader.organisation(start)
        return body is not None and not body.bare

    def _is_thing(self, rest: list[Span]) -> bool:
        return self._is_behind_thing(rest) or self._begins_with_thing(rest)

    def _begins_with_thing(self, rest: list[Span]) -> bool:
        """ "Hồ Ba Bể" at the head of a sentence: the word for a thing, and a known place."""
        if len(rest) < 2:
            return False
        bearer = self.reader.hits.at(rest[0][0], Kind.BEARER)
        if bearer is not None and bearer[0] == rest[0][1] and self.reader.surname(*rest[0]) is None:
            return True  # "Đường Nguyễn Văn Linh"
        place = self.reader.hits.at(rest[1][0], Kind.PLACE)
        return bearer is not None and bearer[0] <= rest[0][1] and place is not None and place[0] >= rest[-1][1]

    def _is_behind_thing(self, rest: list[Span]) -> bool:
        """Behind "đường", "trường", "huyện": the name of a thing."""
        start = rest[0][0]
        hits = self.reader.hits
        edge, _ = self._edges(start)
        if edge == start:
            return False
        number = _NUMBER_BEFORE.search(self.folded, max(0, edge - 10), edge)
        if number:  # "hẻm 12 Phan Đình Phùng", "số 36B Trần Phú, phường …"
            edge = number.start()
            if _ADDRESS_AFTER.match(self.folded, rest[-1][1]):
                return True
        unit = hits.ending_at(edge, Kind.UNIT)
        if hits.ending_at(edge, Kind.BEARER) or (unit and unit[1].detail != "central"):
            return True
        if self.folded[max(0, start - 2) : start] == "- ":  # "ngã ba Trường Chinh - Phạm Văn Bạch"
            return _CROSSING.search(self.folded, max(0, start - 60), start) is not None
        return _STREETS.search(self.folded, max(0, start - 100), start) is not None

    def _is_named_place(self, name: list[Span], context: str) -> bool:
        place = self.reader.hits.at(name[0][0], Kind.PLACE)
        if place is None or place[0] < name[-1][1]:
            return place is not None and len(name) == 1
        if fold(self.text[name[0][0] : name[-1][1]]) == "hồ chí minh":
            return False
        if len(name) == 1:
            return context not in ("address", "rank", "degree")
        return context in ("", "title", "profession", "kin", "household", "teacher")

    def _followed_by_title(self, end: int) -> bool:
        match = _TITLE_AFTER.match(self.folded, end) if self.title_starts else None
        if match is None or match.end() == end:
            return False
        former = match.end() - len(match.group(1) or "")
        return match.end() in self.title_starts or former in self.title_starts

    def _continues_list(self, run: list[Span], ends: set[int]) -> bool:
        """ "Lê Văn A, Mạc Thị B và | Vừ A Lam": a name by its surname and its place in a list of names."""
        if not ends or not 2 <= len(run) <= _MAX_SYLLABLES or self.reader.surname(*run[0]) is None:
            return False
        joint = _LIST_JOINT.search(self.folded, max(0, run[0][0] - 16), run[0][0])
        return joint is not None and joint.start() in ends and not self._is_named_place(run, "")

    def _is_introduced(self, run: list[Span]) -> bool:
        return self._context(run)[0] in ("title", "address", "rank", "degree")

    def _lone_names(self, open_runs: list[_Open], plain: list[Span], last_words: set[str]) -> list[Span]:
        """ "…, rồi | Mão | thuê người": the last syllable of a name that the article has in full, by itself.

        It must stand inside a sentence somewhere, and nowhere in small letters.
        """
        single = [(open_run.run[0], open_run.is_settled) for open_run in open_runs if len(open_run.run) == 1]
        single += [(span, False) for span in plain]
        lone = [
            span
            for span, is_settled in single
            if self.folded[slice(*span)] in last_words
            and self._may_be_short_name(*span)
            and (is_settled or not self._is_thing([span]))
        ]
        names = {self.folded[slice(*span)] for span in lone if not self._begins_sentence(span[0])}
        if names:
            written = {self.text[slice(*span)].lower() for span in lone}
            names -= {fold(word) for word in written if self._has_small(word)}
        return [(start, self._nicknamed(end)) for start, end in lone if self.folded[start:end] in names]

    def _has_small(self, word: str) -> bool:
        """Whether ``word`` stands in the text in small letters."""
        start = self.text.find(word) if _LETTERS.fullmatch(word) else -1
        while start >= 0:
            end = start + len(word)
            if not self.text[end : end + 1].isalnum() and not (start and self.text[start - 1].isalnum()):
                return True
            start = self.text.find(word, end)
        return False

    def _nicknamed(self, end: int) -> int:
        """Go on over a nickname: 'Sơn "sắt"'."""
        nickname = _NICKNAME.match(self.text, end)
        return nickname.end() if nickname else end

    def _may_be_short_name(self, start: int, end: int) -> bool:
        hits = self.reader.hits
        if self.reader.shouted(start) or self.reader.kinds_at(start) or hits.ending_at(end, Kind.WORD):
            return False
        if self.folded[start:end] in _capital_words() or _OF_A_KIND.search(self.folded, max(0, start - 10), start):
            return False
        after = self.folded[end : end + 2]
        if end - start < 2 or after[:1] in ("-", "/", "&") or after[1:].isdigit():
            return False  # "cháu B."
        # "khu đô thị | Nam | thành phố", "giải | Nam | ca sĩ xuất sắc", "và | Bắc | miền Trung"
        behind = self.reader.gap(end)
        return not {Kind.UNIT, Kind.HONORIFIC} & self.reader.kinds_at(behind) and not _REGION.match(self.folded, behind)

    # -- the whole article ---------------------------------------------------------------------------------------

    def _again(self, found: list[Span], open_runs: list[_Open], plain: list[Span]) -> list[Span]:
        """Names that stand elsewhere in the article with a context, here without one."""
        ends = {end for _, end in found}
        known = {self.folded[start:end] for start, end in found if " " in self.folded[start:end]}
        first_words = {name.split()[0] for name in known}
        last_words = {name.split()[-1] for name in known}
        again = self._lone_names(open_runs, plain, last_words) if known else []
        for run, is_settled in open_runs:
            listed = self._continues_list(run, ends)
            if listed:
                name: Span | None = (run[0][0], run[-1][1])
            else:
                name = self._known_in(run, known, first_words) or self._seen_again(run, last_words)
            if name is None or (not is_settled and self._is_thing(run)):
                continue
            if listed:
                ends.add(name[1])
            again.append(name)
        return again

    def _known_in(self, run: list[Span], known: set[str], first_words: set[str]) -> Span | None:
        """The first of the names ``known`` that stands in ``run``, the longest there."""
        for first, (start, end) in enumerate(run):
            if self.folded[start:end] not in first_words:
                continue
            for last in range(min(len(run), first + _MAX_SYLLABLES), first + 1, -1):
                if self.folded[start : run[last - 1][1]] in known:
                    return start, run[last - 1][1]
        return None

    def _seen_again(self, run: list[Span], last_words: set[str]) -> Span | None:
        """A name in a heading, or one short name behind what introduces one."""
        if self._is_shouted(run):
            name = self._shouted_name(run)
            return (name[0][0], name[-1][1]) if name else None
        short = len(run) == 1 and self.folded[slice(*run[0])] in last_words and self._is_introduced(run)
        return run[0] if short else None
