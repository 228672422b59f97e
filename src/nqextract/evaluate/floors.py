"""Pinned floors: the scores that CI holds.  A command raises them; nothing here lowers one.

The file names the hash of the gold it was made with, so that changed gold cannot pass, or fail, against figures that
were never its own.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from nqextract.evaluate.errors import FloorsError
from nqextract.evaluate.score import KEYS, Scores, find_key
from nqextract.gold.errors import UsageError
from nqextract.gold.load import gold_files
from nqextract.gold.split import Split
from nqextract.storage import LocalFolder

MARGIN = 0.01
"""A raised floor lies this much under what was reached: room for one hard article more, not for a regression."""


class Floors(BaseModel):
    """``data/gold/floors.json``."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    gold_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    split: Literal["dev", "test", "all"]
    floors: dict[str, float]

    @field_validator("floors")
    @classmethod
    def _known(cls, floors: dict[str, float]) -> dict[str, float]:
        for key, value in floors.items():
            if key not in KEYS:
                raise ValueError(f"nothing named {key!r} is scored")
            if not 0 <= value <= 1:
                raise ValueError(f"{key}: {value} is not between 0 and 1")
        return floors


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A figure that is under what was asked for."""

    key: str
    f1: float
    least: float
    asked_by: str

    def __str__(self) -> str:
        return f"{self.key}: F1 {self.f1:.4f} is under the {self.least:.4f} asked for by {self.asked_by}"


def gold_hash(paths: Iterable[Path]) -> str:
    """One hash of every gold file under ``paths``: of their names and bytes, in order of name."""
    whole = hashlib.sha256()
    for name, digest in sorted(
        (path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in gold_files(paths)
    ):
        whole.update(f"{name}\t{digest}\n".encode())
    return whole.hexdigest()


def parse_minimums(options: Iterable[str]) -> dict[str, float]:
    """``SLOT=F1`` options as figures by key.  Raises :class:`UsageError` for what is no slot or no figure in 0..1."""
    minimums: dict[str, float] = {}
    for option in options:
        name, _, value = option.partition("=")
        key = find_key(name.strip())
        if key is None:
            raise UsageError(f"--min {option}: nothing named {name.strip()!r} is scored; there are {', '.join(KEYS)}")
        try:
            least = float(value)
        except ValueError:
            least = math.nan
        if not 0 <= least <= 1:
            raise UsageError(f"--min {option}: give a figure between 0 and 1 ({key}=0.95)")
        minimums[key] = least
    return minimums


def shortfalls(scores: Scores, minimums: Mapping[str, float], asked_by: str) -> list[Shortfall]:
    """What is under its minimum.  A figure with nothing to count is under none."""
    found: list[Shortfall] = []
    for key, least in minimums.items():
        f1 = scores.f1(key)
        if f1 is not None and f1 < least:
            found.append(Shortfall(key, f1, least, asked_by))
    return found


def load_floors(path: Path, gold: Sequence[Path], split: Split) -> Floors:
    """The floors of ``path``, for this gold.  Raises :class:`FloorsError` where they were pinned for other gold."""
    floors = _parse(path)
    if floors.gold_sha256 != gold_hash(gold):
        raise FloorsError(
            f"{path}: the gold has changed since these floors were pinned. If that was meant, pin them anew: "
            f"nqextract evaluate GOLD --raise-floors {path} --repin"
        )
    if floors.split != split:
        raise FloorsError(f"{path}: these floors hold for --split {floors.split}, not for --split {split}")
    return floors


def raise_floors(path: Path, gold: Sequence[Path], scores: Scores, split: Split, *, repin: bool = False) -> Floors:
    """Raises the floors of ``path`` to what ``scores`` reach, less :data:`MARGIN`, and writes it; makes a new file.

    No floor goes down.  Raises :class:`FloorsError`, and writes nothing, where a score is under its present floor, or
    where the gold is not the pinned one and ``repin`` does not say that this is meant.
    """
    old: dict[str, float] = {}
    if path.exists():
        old = (_parse(path) if repin else load_floors(path, gold, split)).floors
    below = shortfalls(scores, old, str(path))
    if below:
        raise FloorsError(
            "floors are only ever raised, and these are not reached: "
            + "; ".join(f"{short.key} {short.f1:.4f} < {short.least:.4f}" for short in below)
            + f". Whoever means to lower one edits {path} by hand, where a reader sees it"
        )
    raised: dict[str, float] = {}
    for key in KEYS:
        f1 = scores.f1(key)
        # Down to three digits, so that rounding never asks for more than was reached.
        reached = 0.0 if f1 is None else max(0.0, math.floor(round((f1 - MARGIN) * 1_000, 6)) / 1_000)
        if key in old or f1 is not None:
            raised[key] = max(reached, old.get(key, 0.0))
    floors = Floors(gold_sha256=gold_hash(gold), split=split, floors=raised)
    text = json.dumps(floors.model_dump(), ensure_ascii=False, indent=1) + "\n"
    try:
        LocalFolder(str(path.parent)).write(path.name, text.encode())
    except OSError as error:
        raise FloorsError(f"{path}: cannot be written: {error.strerror or error}") from error
    return floors


def _parse(path: Path) -> Floors:
    try:
        return Floors.model_validate_json(path.read_bytes())
    except OSError as error:
        raise FloorsError(f"{path}: {error.strerror or error}") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise FloorsError(f"{path}: {faults}") from error
