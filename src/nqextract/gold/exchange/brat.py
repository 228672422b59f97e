"""brat: its standoff files, a ``.txt`` and a ``.ann`` an article.

brat's server counts code points of the text as Python reads it, for which ``\\r\\n`` is one character, and its page in
the browser counts UTF-16 code units.  So line ends are written as ``\\n``, and what is beyond U+FFFF as U+FFFD, for
which both say the same.  A line of a ``.ann`` holds no line end and no tab: a span over one is written in pieces, as
brat itself does.  What gold knows besides is a note on ``T0``, which no span is: brat keeps it and shows it nowhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from nqextract.gold.errors import GoldError
from nqextract.gold.exchange.between import Header, Incoming, Refusal, Span, header_of, parse_header
from nqextract.gold.load import Pair
from nqextract.gold.models import GoldArticle

_NOTE = "Nqextract"
_line_end = re.compile(r"\r\n?")
_astral = re.compile("[\U00010000-\U0010ffff]")
_piece = re.compile(r"[^\n\r\t\v\f\x1c\x1d\x1e\x85\u2028\u2029]+")  # brat's reader may end a line at any of these
_LONGEST_NAME, _DEEPEST = 200, 8  # of a part in bytes, and how many parts: file systems take 255, and no endless paths
_unsafe = re.compile(r"[^A-Za-z0-9_.-]")
_number = r"[0-9]{1,15}"
_span_line = re.compile(rf"(\S+) ({_number} {_number}(?:;{_number} {_number})*)")


class Brat:
    endings: tuple[str, ...] = (".ann",)
    templates: tuple[str, ...] = ("brat/annotation.conf", "brat/visual.conf", "brat/README")

    def write(self, pairs: Sequence[Pair]) -> dict[str, bytes]:
        files: dict[str, bytes] = {}
        for pair in pairs:
            base = name = _file_name(pair.gold.article)
            number = 1
            while f"{name}.ann" in files:
                number += 1
                name = f"{base}-{number}"
            files[f"{name}.txt"] = _shown(pair.article.text).encode()
            files[f"{name}.ann"] = _annotation(pair.gold, pair.article.text).encode()
        return files

    def read(self, path: Path) -> Iterator[Incoming | Refusal]:
        beside = path.with_suffix(".txt")
        try:
            content, text = path.read_bytes().decode(), beside.read_bytes().decode()
        except FileNotFoundError as error:
            raise GoldError(f"{error.filename} is missing") from error
        except UnicodeDecodeError as error:
            raise GoldError(f"this is not UTF-8: {error}") from error
        yield _incoming(content, text, path)


def _file_name(article: str) -> str:
    """Plain names only: a brat document's name is part of an address, and hidden files are not shown.

    It need not tell what the article's id is, which the note does.
    """
    parts = [_unsafe.sub("_", part)[:_LONGEST_NAME] for part in article.split("/")[-_DEEPEST:]]
    return "/".join("_" + part if not part or part.startswith((".", "hidden_")) else part for part in parts)


def _shown(text: str) -> str:
    """``text`` as it is given to brat."""
    return _astral.sub("\ufffd", _line_end.sub("\n", text))


def _annotation(gold: GoldArticle, text: str) -> str:
    lines = [f"#1\t{_NOTE} T0\t{json.dumps(header_of(gold))}"]  # ASCII: no character in it can end a line
    ends = [match.end() - 1 for match in _line_end.finditer(text) if len(match.group()) == 2]
    passed = 0
    for number, entity in enumerate(gold.entities, start=1):
        while passed < len(ends) and ends[passed] < entity.start:
            passed += 1
        written = _shown(entity.text)
        pieces: list[tuple[int, str]] = []
        for match in _piece.finditer(written):
            if piece := match.group().strip():
                lead = len(match.group()) - len(match.group().lstrip())
                pieces.append((entity.start - passed + match.start() + lead, piece))
        spans = ";".join(f"{start} {start + len(piece)}" for start, piece in pieces)
        lines.append(f"T{number}\t{entity.label} {spans}\t{' '.join(piece for _, piece in pieces)}")
    return "\n".join(lines) + "\n"


def _incoming(content: str, text: str, path: Path) -> Incoming:
    header: Header | None = None
    found: list[_Marked] = []
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        where = f"line {number}"
        id, _, rest = line.rstrip("\r").partition("\t")
        data, _, tail = rest.partition("\t")
        if id.startswith("T") and (match := _span_line.fullmatch(data.rstrip())):
            pieces = [tuple(map(int, piece.split())) for piece in match[2].split(";")]
            found.append(_Marked(match[1], sorted((start, end) for start, end in pieces), tail, where))
        elif id.startswith("#") and data.split(" ")[0] == _NOTE:
            if header is not None:
                raise GoldError(f"{where}: a second note of {_NOTE}")
            header = parse_header(tail)
        elif not id.startswith("#"):  # notes of people stay in brat
            raise GoldError(f"{where}: {line!r} is no span, and has no place in gold")
    if header is None:
        raise GoldError(
            f"nothing here says which article this is: the note {_NOTE} is missing, which gold export writes"
        )
    return Incoming(str(path), header, _Over(header, text, found))


class _Marked(NamedTuple):
    """A line of a span: its label, its pieces in order, the text that it gives them, and which line it is."""

    label: str
    pieces: list[tuple[int, int]]
    text: str
    where: str


class _Over:
    """The spans of a file over the article's text."""

    def __init__(self, header: Header, text: str, found: list[_Marked]) -> None:
        self.header, self.text, self.found = header, text, found

    def __call__(self, article: str) -> list[Span]:
        shown = _shown(article)
        if _shown(self.text) != shown:
            raise GoldError(f"article {self.header.article}: the .txt file is not the article's text")
        raw = _raw_offsets(article)
        spans: list[Span] = []
        for label, pieces, text, where in self.found:
            start, end = pieces[0][0], max(end for _, end in pieces)
            if start > end:
                raise GoldError(f"{where}: {start} {end} is no span")
            if end >= len(raw):
                spans.append(Span(label, start, len(article) + end - len(raw) + 1, where))
                continue
            for (_, before), (after, _) in pairwise(pieces):
                gap = article[raw[before] : raw[after]]
                if after < before or gap.strip():
                    raise GoldError(f"{where}: the span leaves out {gap!r}: one in pieces has no place in gold")
            written = " ".join(shown[first:last] for first, last in pieces)
            if text.strip() and _shown(text).split() != written.split():
                raise GoldError(f"{where}: {text.strip()!r} is {written!r} in the text")
            spans.append(Span(label, raw[start], raw[end], where))
        return spans


def _raw_offsets(text: str) -> Sequence[int]:
    """The raw offset of each character that brat counts, and of the end."""
    if "\r\n" not in text:
        return range(len(text) + 1)
    offsets: list[int] = []
    at = 0
    for match in re.finditer(r"\r\n", text):
        offsets.extend(range(at, match.start() + 1))
        at = match.end()
    offsets.extend(range(at, len(text) + 1))
    return offsets
