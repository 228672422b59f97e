"""Inputs that fuzzing found or that were made to be hostile, each through the targets that fuzzing runs.

A row of ``cases/fuzz.jsonl`` has the ``target`` ("text": every one that takes text), its ``input`` (text, with half a
surrogate pair for a byte that is not UTF-8; ``times``: so many times) and a ``note``.
"""

from __future__ import annotations

import json
import time

import pytest

from fuzz.pieces import mutated, tokens
from fuzz.seeds import data_of, found, row_of, seeds, targets_of
from fuzz.shrink import shrunk
from fuzz.targets import SLOW, TARGETS, Fault, hold, load

CASES = found()


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    load()


@pytest.mark.parametrize("row", CASES, ids=[f"{number}: {row['note']}" for number, row in enumerate(CASES, 1)])
def test_found_inputs_stay_harmless(row: dict[str, str]) -> None:
    for target in targets_of(row):
        started = time.process_time()
        TARGETS[target](data_of(row))
        assert time.process_time() - started < 2 * SLOW  # a busy machine counts more


@pytest.mark.parametrize("target", TARGETS)
def test_what_fuzzing_begins_with_is_harmless(target: str) -> None:
    for number, data in enumerate(seeds(target, 12)[-12:]):
        TARGETS[target](data)
        changed = mutated(data, target, 1000, number)
        assert changed == mutated(data, target, 1000, number)
        assert len(changed) <= 1000
        TARGETS[target](changed)


def test_the_vocabulary_is_in_the_dictionary() -> None:
    words = set(tokens())
    assert {"đồng chí", "quán triệt"} & words
    assert len(words) > 500


def test_a_fault_is_told_with_its_value() -> None:
    with pytest.raises(Fault, match="white space: 'a '"):
        hold(False, "white space", "a ")


def test_a_finding_is_made_small() -> None:
    def target(data: bytes) -> None:
        hold("họp".encode() not in data, "they meet", data)

    data = "Huyện ủy họp và bàn ".encode() * 20
    assert shrunk(target, data) == "họp".encode()
    assert json.loads(row_of("clean", b"h\xff\xe2\x80\xa8", "a")) == {
        "target": "clean",
        "input": "h\udcff\u2028",
        "note": "a",
    }
    assert row_of("clean", b"\xff\xe2\x80\xa8").isprintable()
