"""Cost against length: text of any shape, twice as long, is at most about twice the work.

Calls are counted, which no busy machine changes.  What one call does to a whole text for each of its words no count of
calls tells: there time must, with a generous bound and several tries.
"""

from __future__ import annotations

import sys
import time
from types import FrameType
from typing import Any

import pytest

from nqextract.pipeline import Pipeline
from nqextract.types import Article
from nqextract.write import render

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
    "no end": "xã hội và các địa phương của tỉnh ",
}
TIMED = (
    *(
        "heads with dashes",
        "names and positions",
        "positions without end",
        "commas",
        "quotes",
        "brackets",
        "marks",
        "no end",
        "short names",
        "sections",
        "days",
    ),
    *("conferences of their own", "short names of their own"),
)
"""Without words, lines or sentences that would bound a search; and where much is compared with all before it."""
LENGTH = 2_500
SHORT, LONG = 4_000, 64_000
TRIES = 4


def extract(text: str) -> None:
    render(Pipeline().process(Article(id="a", text=text)), ("jsonl",))


def text_of(unit: str, length: int) -> str:
    """``unit`` again and again, "#" in it a number that counts up."""
    return "b " + "".join(unit.replace("#", str(number)) for number in range(length // len(unit) + 1))[:length]


def calls(text: str) -> int:
    """How many calls, of functions in Python or in C, the extraction from ``text`` takes."""
    count = 0

    def on_event(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(on_event)
    try:
        extract(text)
    finally:
        sys.setprofile(before)
    return count


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """Vocabulary and patterns are built once a process."""
    for unit in UNITS.values():
        extract(text_of(unit, 500))


@pytest.mark.parametrize("name", UNITS)
def test_calls_grow_with_length(name: str) -> None:
    short, long = (calls(text_of(UNITS[name], LENGTH * times)) for times in (1, 4))
    assert long <= 4.7 * short, (short, long)


@pytest.mark.parametrize("name", TIMED)
def test_time_grows_with_length(name: str) -> None:
    # Quadratic work is 256 times as much; linear work 16 times, on a bad day two or three times that.
    ratios = []
    for _ in range(TRIES):
        spent = []
        for length in (SHORT, LONG):
            text = text_of(UNITS[name], length)
            started = time.process_time()
            extract(text)
            spent.append(time.process_time() - started)
        ratios.append(spent[1] / max(spent[0], 1e-3))
        if ratios[-1] < 40:
            return
    pytest.fail(f"{name}: {LONG} characters took {min(ratios):.0f} times what {SHORT} take")
