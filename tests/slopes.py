"""Cost against length: every compiled pattern of the package over strings made to be hard for it, and every stage over
text of any shape.

    python tests/slopes.py [--short] [--seed N] [patterns] [stages]

A pattern is watched from where the package compiles it, so that none is forgotten that a table makes or a function
builds late.  What is hard for it is read from its own parse tree: each part that may come again and again is repeated,
behind what the pattern wants before it and with something behind that it does not want.  The longest piece that a
search was ever given, over long hostile texts, tells whether the code holds it to a bounded one.

The units of text that the stages are given are those of ``test_linear.py``, then words of the vocabulary's kinds, marks
and sentences put together by chance; "#" counts up, so that distinct things grow.  Told is a stage whose time, or a
pattern whose characters looked at, grow faster than the text.  Status 1 where any does.
"""

from __future__ import annotations

import argparse
import functools
import gc
import importlib
import inspect
import itertools
import math
import pkgutil
import random
import re
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, ClassVar

RAW = Path(__file__).parent.parent / "data" / "raw"

LENGTHS = (2_000, 8_000)
STEPS = (16, 20, 24, 28, 32, 40, 50, 64, 90, 120, 200, 400)
STEP_FLOOR = 0.05
"""Seconds: over so few characters only exponential work takes longer, which longer texts would not see the end of."""
LONGEST = 128_000
"""A slope is believed when it stays as the text grows to this; quadratic work on it takes a minute, and is cut off."""
BOUND = 1.3
FLOOR = 2e-3
"""Seconds: what takes less over the longer text is not quadratic there, or too little to tell."""
ENOUGH = 0.5
"""Seconds: a slope over times as long as these is no accident."""

COMMON = (
    *(
        "A",
        "AB ",
        "Ban ",
        ",",
        ", ",
        "12-3-",
        "1.",
        "1.000.",
        "5/6/",
        "đồng chí ",
        "“",
        '"a',
        "((",
        "(a",
        " ",
        "\n",
        "\n\n",
    ),
    *(
        "…",
        ".",
        ". ",
        "- ",
        "a\u0301",
        "\u0301",
        "và ",
        " và",
        "a",
        "a ",
        "đ",
        "1",
        "1 ",
        "A. ",
        "a-",
        "a/",
        "<",
        "a: ",
        "; ",
    ),
    *("số ", "nghị quyết ", "khóa XII ", "tháng 5 ", "ngày 5, ", "Nguyễn Văn An, ", "tại ", "người ", "tổ chức "),
)
"""Hard for many: what news is made of, again and again."""

ENDS = ("\x00", "\n", "a", "A", "1", " ")
"""One of these is not what a pattern wants next."""

PIECE = 3_200
"""Characters: a search of no longer pieces is bounded; the events cut a sentence where it has 3,000."""
STAGE_BOUND = 1.45
"""Time on a busy machine is noisy: a stage is told when it stays above this at the longest texts."""
STAGE_FLOOR = 0.02
OFTEN = 8
"""A pattern that looks at less than so many times the text is not asked for its slope."""
STAGES = ("clean", "sentences", "tag", "link", "events", "result", "write")

UNITS = {
    "honorifics": "đồng chí ",
    "heads": "Ban ",
    "heads with dashes": "Ban-",
    "head lines": "Ban\n",
    "lists of heads": "HĐND, ",
    "positions": "Chủ tịch HĐND, UBND, ",
    "lists of positions": "Bí thư, Phó Bí thư, ",
    "terms": "khóa XII ",
    "names": "Nguyễn ",
    "short names": "ông An, ",
    "lists of names": "Trần Văn An, Lê Thị Bình và ",
    "names and positions": "đồng chí Nguyễn Văn An, Bí thư Tỉnh ủy; ",
    "speakers": "đồng chí Lê An truyền đạt Nghị quyết 5, ",
    "commas": "a, , ,",
    "initials": "A. ",
    "digits with dashes": "12-3-",
    "days": "ngày 3-4, ",
    "dates": "ngày 3/4/2020\n",
    "years": "năm 2020, ",
    "counts": "5 người, ",
    "documents": "Nghị quyết số 12-NQ/TW, ",
    "document words": "Nghị quyết ",
    "quotes": "“a “b ",
    "brackets": "((a ",
    "credits": "(Ảnh: A) ",
    "sections": "Tin mới\n",
    "sources": "Theo A\n",
    "marks": "a\u0301\u0323",
    "conferences": "Hội nghị học tập Nghị quyết số 5-NQ/TW ngày 5-6 do Tỉnh ủy tổ chức; ",
    "conferences of their own": "Ngày 5/6/2020, Huyện ủy Mường Lát tổ chức hội nghị học tập Nghị quyết số #-NQ/TW. ",
    "short names of their own": "Hiệp hội Bất động sản Hà Nội (HRE#) họp. ",
    "positions without end": "bí thư chi bộ thôn A ",
    "congresses": "đại hội ",
    "bodies of bodies": "Chi bộ 5 của ",
    "positions in one hand": "Phó Chủ tịch kiêm ",
    "laws of their own": "Sáng #/6/2020, Đảng ủy B# tổ chức hội nghị quán triệt Luật C#. ",
    "no end": "xã hội và các địa phương của tỉnh ",
}
TOKENS = (
    *(
        "Ban ",
        "đồng chí ",
        "Nguyễn Văn An",
        "ông An",
        ", ",
        " và ",
        ". ",
        "\n",
        "; ",
        "- ",
        ": ",
        "(",
        ") ",
        "“",
        "” ",
        '"',
    ),
    *(
        "Bí thư ",
        "Phó Bí thư ",
        "Tỉnh ủy ",
        "Huyện ủy Mường # ",
        "UBND ",
        "HĐND",
        "xã A# ",
        "tỉnh Hà Giang ",
        "Chủ tịch ",
    ),
    *(
        "Nghị quyết ",
        "số #-NQ/TW ",
        "khóa XII ",
        "Trung ương # ",
        "hội nghị ",
        "học tập ",
        "quán triệt ",
        "ngày 5/6/2020 ",
    ),
    *(
        "ngày # tháng 5 ",
        "năm 2020 ",
        "# người ",
        "5 ",
        "sáng ",
        "tại ",
        "do ",
        "tổ chức ",
        "về ",
        "của ",
        "các ",
        "được ",
    ),
    *(
        "đại biểu ",
        "điểm cầu ",
        "truyền đạt ",
        "chủ trì ",
        "Luật Đất đai ",
        "A",
        "a",
        " ",
        "1",
        "-",
        "/",
        ",",
        "\u0301",
        "A. ",
    ),
    *(
        "TP. ",
        "Ảnh: ",
        "Theo ",
        "Tin ",
        "#",
        "Trần Thị B# ",
        "Kết luận # ",
        "lần thứ # ",
        "\n\n",
        "Hiệp hội A (HH#) ",
        "kiêm ",
    ),
    *(
        "phối hợp với ",
        "là ",
        "người ",
        "cùng ngày ",
        "cán bộ ",
        "toàn quốc ",
        "trực tuyến ",
        "kế hoạch ",
        "ban hành ",
        "AB ",
    ),
    *(
        "thông qua ",
        "Quốc hội ",
        "Đảng bộ ",
        "đại hội ",
        "kỳ họp ",
        "nhiệm kỳ 2020-2025 ",
        "Sở ",
        "Sở A# ",
        "Quân khu 4 ",
    ),
)
SENTENCES = (
    "Ngày #/6/2020, Huyện ủy Mường # tổ chức hội nghị học tập, quán triệt Nghị quyết số #-NQ/TW. ",
    "Đồng chí Nguyễn Văn A#, Bí thư Huyện ủy A#, truyền đạt chuyên đề về Nghị quyết số #-NQ/TW.\n",
    "Hội nghị học tập Nghị quyết Trung ương # khóa XII do Đảng ủy xã B# tổ chức có # đại biểu dự. ",
    "Sáng #/6, tại Hội trường A#, Đảng ủy B# tổ chức hội nghị quán triệt Luật C#. ",
    "Đồng chí A# truyền đạt các nghị quyết trên. ",
    "đồng chí A truyền đạt Nghị quyết #, ",
    "- Đồng chí A# truyền đạt Nghị quyết #;\n",
    "Nghị quyết số #-NQ/TW về “công tác A#”; ",
    "Trần Thị B#, Lê Văn C#, Phạm Minh D#, ",
    "Ông A#, bà B#, đồng chí C# dự. ",
    "Sở A#, Ban B#, Huyện ủy C#; ",
    "đồng chí Trần A# - Chủ tịch UBND xã B#; ",
    "ngày # tháng 5, ngày #/6; ",
    "Nghị quyết #, Chỉ thị #, Kết luận #; ",
    "(Ảnh: A#)\n",
)
LINES = (
    ("tháng một", " ", "1 2020"),
    ("A", " ", "B"),
    ("A ", "(A)", ""),
    ("Ảnh: A", " ", "B"),
    ("Theo ", "a.", " b"),
    ("", "1.", " bình x"),
    ("AB ", "AB A", "b"),
    ("b ", "a", " c"),
    ("Hội nghị học tập Nghị quyết số 5", " ", "tại Hà Nội"),
    ("Hội nghị học tập Nghị quyết số 5 ", "a ", ""),
    ("Hội nghị học tập. Đồng chí Lê An truyền đạt Nghị quyết 5", " về .", "Nghị quyết 6 theo Nghị quyết 7"),
)
"""One line without end each: how it begins, what comes again and again, how it ends."""

Pattern = re.Pattern[str]


class Watched:
    """A compiled pattern that remembers how it is used, and the characters that it had to look at.

    What a match that fails has looked at is not known; a search that fails has looked at all that it was given.
    """

    every: ClassVar[dict[tuple[str, int], Watched]] = {}

    def __init__(self, made: Pattern, where: str) -> None:
        self.made = made
        self.pattern, self.flags, self.groupindex, self.groups = made.pattern, made.flags, made.groupindex, made.groups
        self.where = where
        self.uses: set[str] = set()
        self.read = 0
        self.longest = 0
        """The longest piece that a search was given."""

    def _seen(self, use: str, match: re.Match[str] | None, text: str, pos: int, end: int) -> re.Match[str] | None:
        self.uses.add(use)
        if match is not None:
            self.read += match.end() - min(pos, match.start())
        elif use == "search":
            self.read += max(0, min(end, len(text)) - pos)
        if use == "search":
            self.longest = max(self.longest, min(end, len(text)) - pos)
        return match

    def match(self, string: str, pos: int = 0, endpos: int = sys.maxsize) -> re.Match[str] | None:
        return self._seen("match", self.made.match(string, pos, endpos), string, pos, endpos)

    def fullmatch(self, string: str, pos: int = 0, endpos: int = sys.maxsize) -> re.Match[str] | None:
        return self._seen("fullmatch", self.made.fullmatch(string, pos, endpos), string, pos, endpos)

    def search(self, string: str, pos: int = 0, endpos: int = sys.maxsize) -> re.Match[str] | None:
        return self._seen("search", self.made.search(string, pos, endpos), string, pos, endpos)

    def finditer(self, string: str, pos: int = 0, endpos: int = sys.maxsize) -> Iterator[re.Match[str]]:
        for match in self.made.finditer(string, pos, endpos):
            yield self._seen("search", match, string, pos, endpos)
            pos = match.end()
        self._seen("search", None, string, pos, endpos)

    def findall(self, string: str, pos: int = 0, endpos: int = sys.maxsize) -> list[Any]:
        self._seen("search", None, string, pos, endpos)
        return self.made.findall(string, pos, endpos)

    def split(self, string: str, maxsplit: int = 0) -> list[str]:
        self._seen("search", None, string, 0, len(string))
        return self.made.split(string, maxsplit)

    def sub(self, repl: Any, string: str, count: int = 0) -> str:
        self._seen("search", None, string, 0, len(string))
        return self.made.sub(repl, string, count)

    def subn(self, repl: Any, string: str, count: int = 0) -> tuple[str, int]:
        self._seen("search", None, string, 0, len(string))
        return self.made.subn(repl, string, count)


def watch() -> dict[tuple[str, int], Watched]:
    """Watch every pattern that modules of the package compile from now on; it must not be imported yet."""
    compile_ = re._compile  # type: ignore[attr-defined]
    found = Watched.every

    def compiled(pattern: Any, flags: Any) -> Any:
        if isinstance(pattern, Watched):
            return pattern
        made = compile_(pattern, flags)
        frame = sys._getframe(1)
        if frame.f_globals["__name__"] == "re":  # of re.compile, re.search and the like
            frame = frame.f_back
        module = frame.f_globals.get("__name__", "")
        if module.partition(".")[0] != "nqextract" or not isinstance(made.pattern, str):
            return made
        key = (made.pattern, made.flags)
        if key not in found:
            found[key] = Watched(made, f"{module.removeprefix('nqextract.')}:{frame.f_lineno}")
        return found[key]

    if any(name.partition(".")[0] == "nqextract" for name in sys.modules):
        raise RuntimeError("the package has compiled its patterns already")
    re._compile = compiled  # type: ignore[attr-defined]
    return found


def collect(*, short: bool) -> list[Watched]:
    """Every pattern of the package: those of its modules, and those that sample articles ask for."""
    found = watch()
    import nqextract

    for module in pkgutil.walk_packages(nqextract.__path__, "nqextract."):
        importlib.import_module(module.name)
    from nqextract.pipeline import Pipeline
    from nqextract.read import read_inputs
    from nqextract.types import Failure
    from nqextract.write import render

    inputs = sorted(map(str, RAW.glob("*.txt")))[:6] if short else [str(RAW)]
    for tagger in ("both", "model"):
        pipeline = Pipeline(tagger=tagger)
        for article in read_inputs(inputs):
            if not isinstance(article, Failure):
                render(pipeline.process(article), ("jsonl",))
    for pattern in found.values():
        pattern.uses |= _written_uses(pattern.where)
    by_line: dict[str, set[str]] = {}
    for pattern in found.values():
        by_line.setdefault(pattern.where, set()).update(pattern.uses)
    for pattern in found.values():  # those that no article asked for are used as others of their kind are
        pattern.uses |= by_line[pattern.where]
    return list(found.values())


def _written_uses(where: str) -> set[str]:
    """How the code uses the pattern that it names in a line, in that module."""
    module, _, line = where.rpartition(":")
    source = inspect.getsource(sys.modules[f"nqextract.{module}"])
    name = re.match(r"\s*(\w+) ?= ?re\.", source.splitlines()[int(line) - 1])
    if name is None:
        return set()
    uses = set(re.findall(rf"(?<!\w){name[1]}\.(match|fullmatch|search|finditer|findall|sub|split)\(", source))
    return {use if use in ("match", "fullmatch") else "search" for use in uses}


class Attacks:
    """Strings that are hard for one pattern."""

    def __init__(self, pattern: Watched, chance: random.Random) -> None:
        self._chance = chance
        self._tree = parser.parse(pattern.pattern, pattern.flags)
        self._groups: dict[int, str] = {}
        self.pumps: list[tuple[str, str]] = []
        """What may be repeated, and what the pattern wants before it."""
        self._walk(self._tree, "")
        self.whole = [self._sample(self._tree) for _ in range(3)]

    def units(self) -> Iterator[tuple[str, str, str]]:
        """Beginning, what is repeated, and end."""
        for before, unit in self.pumps:
            for end in ENDS:
                yield before, unit, end
            yield "", before + unit, "\x00"
            yield "", before + unit * 3, "\x00"
        befores = list(dict.fromkeys(before for before, _ in self.pumps if before))
        for before in befores:
            yield "", before, "\x00"
        for (_, one), (_, other) in zip(self.pumps, self.pumps[1:], strict=False):
            yield "", one + other, "\x00"
        yield "", "".join(dict.fromkeys(unit for _, unit in self.pumps)), "\x00"
        for whole in self.whole:
            for cut in (whole, whole[:-1], whole[: len(whole) // 2], whole + " ", " " + whole, whole[:-1] + "\x00"):
                yield "", cut, "\x00"

    def _walk(self, nodes: Any, before: str) -> str:
        for code, argument in nodes:
            if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
                _, high, body = argument
                if high > 12:
                    for _ in range(2):
                        self.pumps.append((before, self._sample(body)))
                self._walk(body, before)
            elif code is codes.SUBPATTERN:
                self._walk(argument[-1], before)
            elif code is codes.ATOMIC_GROUP:
                self._walk(argument, before)
            elif code is codes.BRANCH:
                ways = [way for way in argument[1] if _repeats(way)]
                for way in self._chance.sample(ways, min(len(ways), 8)):
                    self._walk(way, before)
            elif code in (codes.ASSERT, codes.ASSERT_NOT):
                self._walk(argument[1], before)
            before += self._sample([(code, argument)])
        return before

    def _sample(self, nodes: Any) -> str:
        """A word of the language of ``nodes``; what stands around it is not looked at."""
        return "".join(self._one(code, argument) for code, argument in nodes)

    def _one(self, code: Any, argument: Any) -> str:
        if code is codes.LITERAL:
            return chr(argument)
        if code is codes.NOT_LITERAL:
            return self._chance.choice([each for each in "a 1" if ord(each) != argument])
        if code is codes.ANY:
            return "a"
        if code is codes.IN:
            return self._of_set(tuple(argument))
        if code is codes.BRANCH:
            return self._sample(self._chance.choice(argument[1]))
        if code is codes.SUBPATTERN:
            group, _, _, body = argument
            text = self._sample(body)
            if group is not None:
                self._groups[group] = text
            return text
        if code is codes.ATOMIC_GROUP:
            return self._sample(argument)
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            low, high, body = argument
            times = min(high, max(low, self._chance.choice((0, 1, 2))))
            return "".join(self._sample(body) for _ in range(times))
        if code is codes.GROUPREF:
            return self._groups.get(argument, "")
        if code is codes.GROUPREF_EXISTS:
            return self._sample(argument[1])
        if code in (codes.AT, codes.ASSERT, codes.ASSERT_NOT):
            return ""
        raise NotImplementedError(code)

    def _of_set(self, items: tuple[Any, ...]) -> str:
        negated = items[0][0] is codes.NEGATE
        fit = [each for each in "aAđ 1,.-(\n\x00" if _in_set(items, ord(each)) != negated]
        if not negated:
            fit += [chr(argument) for code, argument in items if code is codes.LITERAL]
            fit += [chr(argument[0]) for code, argument in items if code is codes.RANGE]
        return self._chance.choice(fit) if fit else ""


@functools.cache
def _category(code: Any) -> re.Pattern[str]:
    name = str(code).removeprefix("CATEGORY_").removeprefix("UNI_").removeprefix("LOC_")
    letter = {"DIGIT": "d", "SPACE": "s", "WORD": "w"}[name.removeprefix("NOT_")]
    return re.compile("\\" + (letter.upper() if name.startswith("NOT_") else letter))


def _in_set(items: tuple[Any, ...], point: int) -> bool:
    for code, argument in items:
        if code is codes.LITERAL and argument == point:
            return True
        if code is codes.RANGE and argument[0] <= point <= argument[1]:
            return True
        if code is codes.CATEGORY and _category(argument).match(chr(point)):
            return True
    return False


def _repeats(nodes: Any) -> bool:
    return any(
        code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
        or (code is codes.SUBPATTERN and _repeats(argument[-1]))
        or (code is codes.ATOMIC_GROUP and _repeats(argument))
        or (code is codes.BRANCH and any(map(_repeats, argument[1])))
        for code, argument in nodes
    )


def seconds(pattern: Watched, text: str, at: int) -> float:
    """What all finds in ``text`` take; of a pattern that is never searched two matches, one from ``at`` on."""
    spent = []
    for _ in range(2):
        started = time.process_time()
        if not pattern.uses or "search" in pattern.uses:
            deque(pattern.made.finditer(text), maxlen=0)
        else:
            pattern.made.match(text)
            pattern.made.match(text, at)
        spent.append(time.process_time() - started)
        if spent[-1] > ENOUGH:
            break
    return min(spent)


def slope(pattern: Watched, attack: tuple[str, str, str]) -> tuple[float, int, float]:
    """The slope over the longest texts tried, the length of the longer one, and its seconds.

    A slope above the bound is asked again over texts twice as long, until they take long enough to be believed.
    """
    begin, unit, end = attack

    def text(length: int) -> str:
        return begin + unit * (length // len(unit)) + end

    for length in STEPS:
        spent = seconds(pattern, text(length), len(begin))
        if spent > STEP_FLOOR:
            return math.inf, length, spent
    short, long = LENGTHS
    spent = seconds(pattern, text(long), len(begin))
    if spent < FLOOR:
        return 0.0, long, spent
    found = math.log(spent / max(seconds(pattern, text(short), len(begin)), 1e-6), long / short)
    while found > BOUND and spent < ENOUGH and long < LONGEST:
        long *= 2
        before, spent = spent, seconds(pattern, text(long), len(begin))
        found = math.log2(spent / before)
    return found, long, spent


def attacks_on(pattern: Watched, most: int, chance: random.Random) -> list[tuple[str, str, str]]:
    own = [attack for attack in dict.fromkeys(Attacks(pattern, chance).units()) if attack[1]]
    common = [("", unit, end) for unit in COMMON for end in ("\x00", "a\n")]
    if len(own) > most:
        own = chance.sample(own, most)
    if len(common) > most // 2:
        common = chance.sample(common, most // 2)
    return own + common


def check_patterns(patterns: list[Watched], most: int, seed: int) -> int:
    """The number of patterns that are slower than linear and given pieces without bound; says which."""
    tried, highest, bounded, findings = 0, 0.0, 0, 0
    for pattern in patterns:
        attacks = attacks_on(pattern, most, random.Random(f"{seed} {pattern.pattern!r}"))
        tried += len(attacks)
        worst, by = (0.0, 0, 0.0), attacks[0]
        for attack in attacks:
            found = slope(pattern, attack)
            if found > worst:
                worst, by = found, attack
            if found[0] > BOUND:
                break
        if worst[0] <= BOUND:
            highest = max(highest, worst[0])
            continue
        held = "search" in pattern.uses and 0 < pattern.longest <= PIECE
        bounded += held
        findings += not held
        print(
            f"{'bounded' if held else 'FOUND'} {pattern.where} {pattern.pattern[:70]!r}: slope {worst[0]:.2f}"
            f" at {worst[1]} characters ({worst[2]:.2f} s) by {by!r};"
            f" {'/'.join(sorted(pattern.uses))} in at most {pattern.longest}",
            flush=True,
        )
    print(
        f"{len(patterns)} patterns, {tried} strings: highest slope of the linear {highest:.2f}; {bounded} are not, and"
        f" given at most {PIECE} characters; {findings} are not, and given more"
    )
    return findings


def text_of(unit: str, length: int) -> str:
    """``unit`` again and again, "#" in it a number that counts up."""
    return "b " + "".join(unit.replace("#", str(number)) for number in range(length // len(unit) + 1))[:length]


class CpuClock:
    """A :class:`nqextract.types.Clock` of this process's own time."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.stage = ""
        self._since = 0.0

    def enter(self, stage: str) -> None:
        now = time.process_time()
        if self.stage:
            self.seconds[self.stage] = self.seconds.get(self.stage, 0.0) + now - self._since
        self.stage, self._since = stage, now


Cost = tuple[dict[str, float], dict[tuple[str, int], int]]


def cost(text: str, tagger: str) -> Cost:
    """Seconds by stage, and by pattern the characters looked at."""
    from nqextract.pipeline import Pipeline
    from nqextract.types import Article, StageError
    from nqextract.write import render

    for pattern in Watched.every.values():
        pattern.read = 0
    clock: Any = CpuClock()
    gc.collect()
    gc.disable()  # it runs when it will, and is told of one stage
    try:
        found = Pipeline(tagger=tagger).process(Article(id="a", text=text), clock)
        clock.enter("write")
        render(found, ("jsonl",))
    except StageError:
        pass  # refused in so many words
    finally:
        clock.enter("")
        gc.enable()
    return clock.seconds, {key: each.read for key, each in Watched.every.items() if each.read > len(text)}


def growth(unit: str, tagger: str, short: int, long: int) -> dict[str, float]:
    """The slope of each stage, and of each pattern that looks at much."""
    (little, few), (much, many) = (cost(text_of(unit, length), tagger) for length in (short, long))
    found = {
        stage: math.log(spent / max(little.get(stage, 0.0), 3e-4), long / short)
        for stage, spent in much.items()
        if spent > STAGE_FLOOR
    }
    for key, read in many.items():
        if read > OFTEN * long:
            found[Watched.every[key].where] = math.log(read / max(few.get(key, 0), short), long / short)
    return found


def units(count: int, seed: int) -> Iterator[str]:
    yield from UNITS.values()
    yield from SENTENCES
    chance = random.Random(seed)
    yield from chance.sample(TOKENS, min(len(TOKENS), count))
    for _ in range(count):
        yield "".join(chance.choices(TOKENS, k=2))
        yield "".join(chance.choices(TOKENS, k=chance.randint(3, 5)))
        yield "".join(chance.choices(SENTENCES, k=2))


def check_stages(texts: list[str], lengths: tuple[int, ...]) -> int:
    """The number of units over which a stage is slower than linear; says which."""
    highest: dict[str, float] = {}
    tried = findings = 0
    for tried, unit in enumerate(texts, start=1):
        tagger = ("both", "rules", "both", "model")[tried % 4]
        try:
            found: dict[str, float] = {}
            for short, long in itertools.pairwise(lengths):
                found = growth(unit, tagger, short, long)
                if max(found.values(), default=0.0) <= STAGE_BOUND:
                    break
        except Exception as error:
            print(f"FOUND {unit!r} ({tagger}): {type(error).__name__}: {error}", flush=True)
            findings += 1
            continue
        for stage, value in found.items():
            if value <= STAGE_BOUND:
                highest[stage] = max(highest.get(stage, 0.0), value)
        over = {stage: round(value, 2) for stage, value in found.items() if value > STAGE_BOUND}
        if over:
            findings += 1
            print(f"FOUND {unit!r} ({tagger}): {over}", flush=True)
    told = ", ".join(f"{stage} {highest[stage]:.2f}" for stage in STAGES if stage in highest)
    print(f"{tried} units: highest slope by stage: {told}; {findings} slower than linear")
    return findings


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--short", action="store_true", help="few strings for each pattern, few units")
    options.add_argument("--seed", type=int, default=1, help="of what is put together by chance")
    options.add_argument(
        "what", nargs="*", choices=["patterns", "stages", []], help="one of the two; both if not given"
    )
    chosen = options.parse_args()
    what = chosen.what or ["patterns", "stages"]
    patterns = collect(short=chosen.short)
    gc.freeze()
    for begin, unit, end in LINES:  # what searches are given at most
        cost(begin + unit * (8_000 // len(unit)) + end, "both")
    findings = 0
    if "stages" in what:
        texts = list(dict.fromkeys(units(150, chosen.seed)))
        if chosen.short:
            texts = random.Random(chosen.seed).sample(texts, 10)
        findings += check_stages(texts, (4_000, 16_000, 64_000))
    if "patterns" in what:
        if chosen.short:
            patterns = random.Random(chosen.seed).sample(patterns, 80)
        findings += check_patterns(patterns, 4 if chosen.short else 80, chosen.seed)
    return int(findings > 0)


if __name__ == "__main__":
    sys.exit(main())
