"""Kinds of error that a person has given wrong answers: a TOML file, so that the list of them can be made by a command.

::

    [[kind]]
    name = "Titles of a whole class of office holders"
    takes = "What it would take to mend them."
    answers = ["vietnews-train-092061 TITLE tổng giám đốc"]
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nqextract.evaluate.score import Problem
from nqextract.gold.errors import UsageError


class ErrorKind(BaseModel):
    """One kind: ``answers`` are the wrong answers of it, as :func:`answer_of` writes them."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str = Field(min_length=1)
    takes: str = Field(min_length=1)
    answers: list[str] = Field(min_length=1)


class _Kinds(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: list[ErrorKind]


def answer_of(problem: Problem) -> str:
    """Article, label or slot, and value, whichever side has it: a wrong span is one answer, missed or spurious.

    A slash stands for the bar between a name and its position, as in the list of problems that ``--quality`` writes.
    """
    return " ".join(f"{problem.article} {problem.key} {problem.text}".split()).replace("|", "/")


def load_kinds(path: Path) -> tuple[ErrorKind, ...]:
    """The kinds of the file ``path``.  Raises :class:`UsageError` naming the file and what is wrong with it."""
    try:
        kinds = _Kinds.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).kind
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: {error}") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise UsageError(f"{path}: {faults}") from error
    seen: set[str] = set()
    for answer in (answer for kind in kinds for answer in kind.answers):
        if answer in seen:
            raise UsageError(f"{path}: {answer!r} is there twice")
        seen.add(answer)
    return tuple(kinds)


def outlived(kinds: Sequence[ErrorKind], problems: Sequence[Problem]) -> list[str]:
    """The answers of ``kinds`` that are wrong no longer."""
    wrong = {answer_of(problem) for problem in problems}
    return [answer for kind in kinds for answer in kind.answers if answer not in wrong]
