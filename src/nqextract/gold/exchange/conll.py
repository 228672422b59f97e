"""CoNLL: a token a line, with where it starts and ends and its IOB2 tag; an empty line behind each sentence.

Readers of CoNLL-2003 take the first and the last of the four columns.  They pass over a line that begins with
``-DOCSTART-``, so what gold knows besides stands there, in JSON without a space: a comment they would take for a token.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from nqextract.gold.errors import GoldError
from nqextract.gold.exchange.between import Header, Incoming, Refusal, Span, header_of, parse_header
from nqextract.gold.exchange.tokens import sentences_of
from nqextract.gold.load import Pair

_START = "-DOCSTART-"
_offset = re.compile(r"[0-9]{1,15}")

Token = tuple[str, int, int, str, int]  # its text, start, end, tag, and the line it stands on


class Conll:
    endings: tuple[str, ...] = (".conll", ".iob", ".iob2")
    templates: tuple[str, ...] = ()

    def write(self, pairs: Sequence[Pair]) -> dict[str, bytes]:
        return {"gold.conll": "".join(line + "\n" for pair in pairs for line in _lines(pair)).encode()}

    def read(self, path: Path) -> Iterator[Incoming | Refusal]:
        try:
            content = path.read_bytes().decode()
        except UnicodeDecodeError as error:
            raise GoldError(f"this is not UTF-8: {error}") from error
        lines = list(enumerate(content.split("\n"), start=1))
        starts = [at for at, (_, line) in enumerate(lines) if line.startswith(_START)]
        if not starts or any(line.strip() for _, line in lines[: starts[0]]):
            raise GoldError(f"this is not what gold export writes: it has no line {_START} before its first token")
        for at, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            where = f"{path}: line {lines[at][0]}"
            try:
                yield _incoming(lines[at][1], lines[at + 1 : end], where)
            except GoldError as error:
                yield Refusal(where, str(error))


def _lines(pair: Pair) -> Iterator[str]:
    # Spaces stand in strings only, where JSON has another way to write them.
    header = json.dumps(header_of(pair.gold), separators=(",", ":")).replace(" ", "\\u0020")
    yield f"{_START} {header} O O"
    yield ""
    text = pair.article.text
    before = -1
    for sentence in sentences_of(pair):
        for start, end, entity in sentence:
            tag = "O"
            if entity >= 0:
                tag = ("I-" if entity == before else "B-") + pair.gold.entities[entity].label
            before = entity
            yield f"{text[start:end]}\t{start}\t{end}\t{tag}"
        yield ""


def _incoming(first: str, lines: Sequence[tuple[int, str]], where: str) -> Incoming:
    columns = first.split()
    header = parse_header(columns[1] if len(columns) > 1 and columns[1].startswith("{") else None)
    tokens: list[Token] = []
    for number, line in lines:
        if not (cells := line.split()):
            continue
        if len(cells) != 4 or not (_offset.fullmatch(cells[1]) and _offset.fullmatch(cells[2])):
            raise GoldError(f"line {number}: {line!r} is not a token, its start, its end and its tag")
        tokens.append((cells[0], int(cells[1]), int(cells[2]), cells[3], number))
    return Incoming(where, header, _Over(header, tokens))


class _Over:
    """The spans of the tokens over the article's text."""

    def __init__(self, header: Header, tokens: list[Token]) -> None:
        self.header, self.tokens = header, tokens

    def __call__(self, article: str) -> list[Span]:
        spans: list[Span] = []
        at, open_label = 0, ""
        for text, start, end, tag, number in self.tokens:
            where = f"line {number}"
            if article[start:end] != text or start < at or article[at:start].strip():
                raise GoldError(f"{where}: {text!r} is not what comes next in article {self.header.article}")
            at = end
            position, _, label = tag.partition("-")
            if position == "I" and label and label == open_label:
                spans[-1] = spans[-1]._replace(end=end)
            elif position == "B" and label:
                spans.append(Span(label, start, end, where))
            elif tag != "O":
                raise GoldError(f"{where}: the tag {tag} goes on with nothing: a span begins with B- (IOB2)")
            open_label = label
        if article[at:].strip():
            raise GoldError(f"article {self.header.article}: its tokens end at {at}, before its text does")
        return spans
