"""Sentences with their names marked in the line: ``Ông [P Lò Văn Pánh], [T Bí thư Huyện ủy], …``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from nqextract.types import Article, Label, Mention, NqextractError

LETTERS: dict[str, Label] = {"P": "PERSON", "T": "TITLE", "O": "ORG", "D": "DOC", "A": "DATE"}
_MARK = re.compile(r"\[([A-Z]) ([^\[\]]+)\]")


class MarkedError(NqextractError):
    """A line that is not marked as it should be; the message names file and line."""


def marked_files(paths: Iterable[Path]) -> list[Path]:
    """The ``.txt`` files that ``paths`` are or hold, sorted.  Raises :class:`MarkedError` for a folder with none."""
    files: list[Path] = []
    for path in paths:
        found = sorted(path.glob("*.txt")) if path.is_dir() else [path]
        if not found:
            raise MarkedError(f"{path}: no .txt file with marked sentences")
        files += found
    return files


def read_marked(path: Path) -> Iterator[tuple[Article, list[Mention]]]:
    """Each line of ``path`` as an article with its mentions; empty lines and those that begin with ``#`` are none.

    Raises:
        MarkedError: an unknown letter, a bracket left over, white space at the end of a name; or no such file.
    """
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MarkedError(f"{path}: cannot be read: {error}") from error
    for number, line in enumerate(content.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            text, mentions = _parse(line, f"{path}, line {number}")
            yield Article(f"{path.stem}-{number}", text, str(path)), mentions


def _parse(line: str, where: str) -> tuple[str, list[Mention]]:
    text, mentions, cursor = "", [], 0
    for mark in _MARK.finditer(line):
        letter, name = mark.groups()
        if letter not in LETTERS:
            raise MarkedError(f"{where}: [{letter} …]: there are {', '.join(LETTERS)}")
        if name != name.strip():
            raise MarkedError(f"{where}: white space at an end of {name!r}")
        text += line[cursor : mark.start()]
        mentions.append(Mention(LETTERS[letter], len(text), len(text) + len(name)))
        text += name
        cursor = mark.end()
    text += line[cursor:]
    if "[" in text or "]" in text:
        raise MarkedError(f"{where}: a bracket that marks nothing")
    return text, mentions
