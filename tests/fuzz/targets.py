"""What is run on any bytes, and what must hold whatever they are: one function for each part of the program.

A target returns where all is well, also where an article is refused as it should be; anything that it raises is a
finding.  Text is read from the bytes with ``surrogateescape``: every sequence of bytes is some text.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
import tempfile
import traceback
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from nqextract.clean import clean_article
from nqextract.model import open_crf
from nqextract.pipeline import Pipeline
from nqextract.read import parse_published, read_inputs
from nqextract.records import ArticleResult, Record
from nqextract.tag import tag as tag_mentions
from nqextract.text import reads_as, sha256
from nqextract.tokenize import segmenter, split_sentences, token_layers
from nqextract.types import ANNOTATED_KINDS, LABELS, Analysis, Article, CleanArticle, Failure, StageError
from nqextract.write import Part, render, render_failure
from nqextract.write.flat import COLUMNS

SEPARATOR = "\U0010ffff"
"""Between the text that ``pipeline`` is given and the article's title, date of publication, outlet and URL."""
SLOW = 2.0
"""Seconds of the processor for one input, which has at most some thousand bytes: more is a finding."""
SHAPES: tuple[tuple[str, str], ...] = (
    *((ending, "plain") for ending in (".txt", ".html", ".jsonl", ".csv", ".parquet", "-")),
    *((ending, "packed") for ending in (".txt", ".html", ".jsonl", ".csv", ".parquet")),  # by the target
    *((ending, "gzip") for ending in (".txt", ".html", ".jsonl", ".csv", ".parquet")),  # the bytes are the .gz
)
"""What the first byte says, its remainder by their number: the ending of the file, and how the others lie in it."""


class Fault(AssertionError):
    """Something does not hold; up to the first colon the message is the same for all faults of one kind."""


def hold(true: bool, fault: str, value: object = "") -> None:
    if not true:
        raise Fault(f"{fault}: {value!r}")


def signature(error: Exception) -> str:
    """The same for all findings of one fault: what does not hold, or what was raised by which line of the package."""
    if isinstance(error, Fault):
        return f"{type(error).__name__}: {str(error).partition(':')[0]}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "nqextract" in frame.filename]
    where = f"{Path(frames[-1].filename).name}, {frames[-1].name}: {frames[-1].line}" if frames else ""
    return f"{type(error).__name__}: {where}"


def read(data: bytes) -> None:
    """The bytes behind the first as a file, or as standard input."""
    if not data:
        return
    ending, lie = SHAPES[data[0] % len(SHAPES)]
    content = gzip.compress(data[1:], 1, mtime=0) if lie == "packed" else data[1:]
    found = list(_read(ending, lie != "plain", content))
    hold(bool(found), "nothing came of a file")
    ids: set[str] = set()
    for item in found:
        if isinstance(item, Failure):
            line = render_failure(item).article
            _one_line(line)
            hold(json.loads(line)["message"] == item.message, "the line of a failure says something else", item)
            continue
        hold(item.id not in ids, "an id came twice", item.id)
        ids.add(item.id)
        hold(not item.text.isspace() and item.text != "", "an article without text", item.text)
        for value in (item.id, item.path, item.text, item.title, item.published, item.outlet, item.url):
            hold(value is None or value.encode("utf-8", "ignore").decode() == value, "no valid Unicode", value)
        hold(item.published is None or parse_published(item.published) is not None, "no date", item.published)
    if _seldom(data, 8):
        hold(list(_read(ending, lie != "plain", content)) == found, "read otherwise the second time")


def _read(ending: str, gz: bool, content: bytes) -> Iterator[Article | Failure]:
    if ending == "-":
        before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(content))
        try:
            yield from read_inputs(["-"])
        finally:
            sys.stdin = before
        return
    path = _folder() / f"a{ending}{'.gz' if gz else ''}"
    path.write_bytes(content)
    yield from read_inputs([str(path)])


@cache
def _folder() -> Path:
    memory = Path("/dev/shm")
    top = tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None)
    _kept.append(top)
    return Path(top.name)


_kept: list[tempfile.TemporaryDirectory[str]] = []  # until the process ends


def clean(data: bytes) -> None:
    """The parts of an article, its sentences and syllables."""
    _cleaned(Article("a", _text(data)))


def _cleaned(article: Article) -> Analysis | None:
    """The article with what clean and tokenize give; None where it is refused."""
    try:
        cleaned = clean_article(article)
    except StageError as error:
        hold(error.stage == "clean", "refused by another stage", error.stage)
        return None
    text, starts, raw = cleaned.text, cleaned.raw_starts, article.text
    hold(len(cleaned.fold) == len(text), "the fold is not as long as the text", cleaned.fold)
    if starts is None:
        hold(len(text) == len(raw) and reads_as(raw, text), "text without offsets is not the raw text")
    else:
        hold(len(starts) == len(text) + 1 and starts[-1] == len(raw), "offsets are too many or too few")
        hold(all(before <= after for before, after in pairwise(starts)), "offsets go back")
    at = 0
    for index, block in enumerate(cleaned.blocks):
        hold(at <= block.start < block.end <= len(text), "a block is empty, out of range or over another", block)
        hold(not text[at : block.start].strip(), "text in no block", text[at : block.start])
        hold(
            text[block.start : block.end].strip() == text[block.start : block.end], "white space around a block", block
        )
        hold(block.repeats is None or block.repeats < index, "a block repeats one behind it", block)
        _grounded(cleaned, block.start, block.end)
        at = block.end
    hold(not text[at:].strip(), "text in no block", text[at:])
    sentences = split_sentences(cleaned)
    at = 0
    for sentence in sentences:
        block = cleaned.blocks[sentence.block]
        hold(block.kind in ANNOTATED_KINDS, "a sentence of a block that does not count", sentence)
        hold(max(at, block.start) <= sentence.start < sentence.end <= block.end, "a sentence out of range", sentence)
        hold(not text[sentence.start].isspace() and not text[sentence.end - 1].isspace(), "white space", sentence)
        at = sentence.end
    for layer in token_layers(cleaned, sentences, segmenter("none"))["sentences"]:
        _in_order(layer["tokens"], layer["end"], layer["start"], share=True)
    return Analysis(cleaned, sentences)


def tag(data: bytes) -> None:
    """The mentions and counts of an article, by the rules, by the trained tagger, or by both."""
    if (analysis := _cleaned(Article("a", _text(data)))) is None:
        return
    chosen = zlib.crc32(data) % 4
    tag_mentions(analysis, crf=open_crf() if chosen else None, alone=chosen == 1)
    cleaned = analysis.clean
    at = 0
    for mention in analysis.mentions:
        hold(mention.label in LABELS, "an unknown label", mention)
        hold(at <= mention.start < mention.end <= len(cleaned.text), "a mention out of range or over another", mention)
        written = cleaned.text[mention.start : mention.end]
        hold(written.strip() == written, "white space around a mention", written)
        blocks = [block for block in cleaned.blocks if block.start <= mention.start and mention.end <= block.end]
        hold(any(block.kind in ANNOTATED_KINDS for block in blocks), "a mention in no block that counts", mention)
        _grounded(cleaned, mention.start, mention.end)
        at = mention.end
    for count in analysis.counts:
        hold(0 <= count.start < count.end <= len(cleaned.text), "a count out of range", count)
        hold(count.value >= 0, "a count below nothing", count)


def pipeline(data: bytes) -> None:
    """An article from text to the lines and rows that are written."""
    text, *beside = _text(data).split(SEPARATOR)
    # Read gives valid Unicode and a date of its own form.
    beside = ["".join(char for char in value if not "\ud800" <= char <= "\udfff") for value in beside]
    title, published, outlet, url = [value or None for value in (*beside, "", "", "", "")][:4]
    derived = _seldom(data, 16)
    article = Article("a", text, "a.txt", title, parse_published(published), url, outlet, derived=derived)
    try:
        result = _pipeline().process(article)
    except StageError as error:
        _one_line(render_failure(Failure("a", "a.txt", error.stage, error.kind, str(error))).article)
        return
    for entity in result.entities:
        hold(text[entity.start : entity.end] == entity.text, "an entity is not what stands there", entity)
        if entity.label == "DATE" and isinstance(entity.norm, str):
            _on_calendar(entity.norm)
    _in_order([(entity.start, entity.end) for entity in result.entities], len(text))
    for person in result.people:
        for start, end in person.mentions:
            hold(0 <= start < end <= len(text), "a person's mention out of range", person)
    for number, record in enumerate(result.records, 1):
        hold(record.record_id == f"a#{number}", "records are not numbered in order", record.record_id)
        for start, end, quoted in _evidence(record.model_dump()):
            hold(text[start:end] == quoted, "evidence is not what stands there", (start, end, quoted))
        if (when := record.date) is not None:
            _on_calendar(when.edtf)
            hold(
                (when.start or "") <= (when.end or "") and (not when.start) == (not when.end), "a date ends first", when
            )
    hold(result.sha256 == sha256(text), "the hash of another text")
    tokens = None
    if _seldom(data, 32):
        cleaned = clean_article(article)
        tokens = token_layers(cleaned, split_sentences(cleaned), segmenter("pyvi"))
        for layer in tokens["sentences"]:
            _in_order(layer["tokens"], layer["end"], layer["start"], share=True)
            _in_order(layer["words"], layer["end"], layer["start"], share=True)
    rendered = render(result, ("jsonl", "csv", "parquet"), tokens)
    for line in (rendered.article, *rendered.records):
        _one_line(line)
    hold(ArticleResult.model_validate_json(rendered.article) == result, "the line is of another result")
    for line, record in zip(rendered.records, result.records, strict=True):
        hold(Record.model_validate_json(line) == record, "the line is of another record")
    for table, rows in rendered.rows.items():
        hold(all(len(row) == len(COLUMNS[table]) for row in rows), "a row that is too short or too long", table)
    if _seldom(data, 8):
        again = render(_pipeline().process(article), ("jsonl", "csv", "parquet"), tokens)
        hold(again == rendered, "otherwise the second time")
        part = Part()
        part.add(rendered)
        hold(part.pack() == part.pack(), "packed otherwise the second time")


@cache
def _pipeline() -> Pipeline:
    return Pipeline()


def _on_calendar(edtf: str) -> None:
    """Each part of ``edtf`` is a day or a month that there is; of an unknown year, in some year."""
    for part in edtf.split("/"):
        year, month, day = (*part.replace("XXXX", "2000").split("-"), "1", "1")[:3]
        try:
            date(int(year), int(month), int(day))
        except ValueError:
            raise Fault(f"not on the calendar: {edtf!r}") from None


def load() -> None:
    """Loads what is loaded once a process, so that no input takes the time."""
    segmenter("pyvi").words("một")
    for number in range(len(SHAPES)):
        read(bytes([number]) + b"<html><body><p>a</p></body></html>")
    pipeline("Sáng 5/6, Huyện ủy tổ chức hội nghị học tập Nghị quyết số 5-NQ/TW.".encode())


def _evidence(value: Any) -> Iterator[tuple[int, int, str]]:
    if isinstance(value, dict):
        if value.keys() == {"start", "end", "text"}:
            yield value["start"], value["end"], value["text"]
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _evidence(part)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _seldom(data: bytes, times: int) -> bool:
    """True of one input in ``times``, always of the same."""
    return zlib.crc32(data) % times == 0


def _one_line(line: bytes) -> None:
    hold(line.endswith(b"\n") and line.count(b"\n") == 1, "not one line", line)
    hold(len(line.decode("utf-8").splitlines()) >= 1 and isinstance(json.loads(line), dict), "no object", line)


def _in_order(spans: Iterable[Iterable[int]], last: int, at: int = 0, *, share: bool = False) -> None:
    """Spans follow each other; they ``share`` a raw character where that is several in NFC, and tokens of their own."""
    begun = at
    for start, end in spans:
        hold(start < end <= last, "a span is empty or out of range", (start, end))
        hold(begun <= start and at <= end if share else at <= start, "spans are out of order", (start, end))
        begun, at = start, end


def _grounded(cleaned: CleanArticle, start: int, end: int) -> None:
    raw_start, raw_end = cleaned.raw_span(start, end)
    raw = cleaned.article.text
    hold(0 <= raw_start < raw_end <= len(raw), "a raw span out of range", (raw_start, raw_end))
    piece = raw[raw_start:raw_end]
    hold(reads_as(piece, cleaned.text[start:end]), "a raw span is not what was read there", piece)


TARGETS: dict[str, Callable[[bytes], None]] = {"read": read, "clean": clean, "tag": tag, "pipeline": pipeline}
