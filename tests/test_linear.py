"""Cost against length: text of any shape, twice as long, is at most about twice the work.

Calls are counted, which no busy machine changes.  What one call does to a whole text for each of its words no count of
calls tells: there time must, with a generous bound and several tries.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

import slopes
from counting import count_calls
from nqextract.pipeline import Pipeline
from nqextract.types import Article
from nqextract.write import render
from slopes import UNITS, text_of

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
    *("conferences of their own", "short names of their own", "laws of their own"),
)
"""Without words, lines or sentences that would bound a search; and where much is compared with all before it."""
LENGTH = 2_500
SHORT, LONG = 4_000, 32_000
TRIES = 4


def extract(text: str) -> None:
    render(Pipeline().process(Article(id="a", text=text)), ("jsonl",))


def calls(text: str) -> int:
    return count_calls(lambda: extract(text))


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
    # Quadratic work is 64 times as much; linear work 8 times, on a bad day two or three times that.
    ratios = []
    for _ in range(TRIES):
        spent = []
        for length in (SHORT, LONG):
            text = text_of(UNITS[name], length)
            started = time.process_time()
            extract(text)
            spent.append(time.process_time() - started)
        ratios.append(spent[1] / max(spent[0], 1e-3))
        if ratios[-1] < 24:
            return
    pytest.fail(f"{name}: {LONG} characters took {min(ratios):.0f} times what {SHORT} take")


def test_patterns_and_stages_are_linear_in_short() -> None:
    tool = Path(__file__).with_name("slopes.py")
    for _ in range(TRIES):
        done = subprocess.run([sys.executable, str(tool), "--short"], capture_output=True, text=True, timeout=300)
        if done.returncode == 0:
            assert " patterns, " in done.stdout and " units: " in done.stdout
            return
    pytest.fail(done.stdout + done.stderr)


def test_a_quadratic_pattern_is_found() -> None:
    every = {use: slopes.Watched(re.compile(r"\s*,\s*người$"), "here") for use in ("search", "match")}
    for use, pattern in every.items():
        pattern.uses.add(use)
    assert slopes.check_patterns([every["search"]], most=8, seed=1) == 1
    assert slopes.check_patterns([every["match"]], most=8, seed=1) == 0  # one match is linear


def test_an_exponential_pattern_is_found() -> None:
    pattern = slopes.Watched(re.compile(r"\n[^a-z\n]*(?:[A-Z]{2,}[^a-z\n]*){4,}$", re.MULTILINE), "here")
    assert slopes.check_patterns([pattern], most=80, seed=1) == 1


def test_a_bounded_piece_is_none() -> None:
    pattern = slopes.Watched(re.compile(r"\s*,\s*người$"), "here")
    pattern.search(" " * 64)
    assert slopes.check_patterns([pattern], most=8, seed=1) == 0
