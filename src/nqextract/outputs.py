"""Reads what a run has written: the files of OUT, on a disk or behind a URL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, cast

from pydantic import BaseModel, ValidationError

from nqextract.records import ARTICLES, ERRORS, MANIFEST, SCHEMA_VERSION, ArticleResult
from nqextract.storage import as_os_error, filesystem, is_url, local_path
from nqextract.types import NqextractError


class OutputError(NqextractError):
    """A folder that is not the output of a run, or that another version wrote."""


class _Settings(BaseModel):
    inputs: list[str] | None = None
    columns: dict[str, str] | None = None
    encoding: str | None = None


class _Counts(BaseModel):
    articles: int | None = None


class _Manifest(BaseModel):
    """What is read of a manifest.  Who made it is not known: it may have come with a folder from anybody."""

    settings: _Settings | None = None
    counts: _Counts | None = None
    versions: dict[str, Any] | None = None
    timing: dict[str, Any] | None = None


_WITHOUT_RECORDS = b'"records":[]}'  # how the line of such an article ends: hardly any news has one


def read_results(out: str, *, with_records: bool = False) -> Iterator[ArticleResult]:
    """The articles of ``OUT/articles.jsonl``, in order, one at a time; ``with_records``: only those that have any.

    Raises :class:`OutputError`, naming file and line, for what is no such article.
    """
    for number, line in _lines(out, ARTICLES):
        if with_records and line.rstrip().endswith(_WITHOUT_RECORDS):
            continue
        try:
            yield _article(line)
        except (ValueError, RecursionError) as error:
            raise OutputError(f"{out}/articles.jsonl, line {number}: {_cause(error)}") from None


def read_failures(out: str) -> Iterator[dict[str, str]]:
    """The lines of ``OUT/errors.jsonl``: ``id``, ``path``, ``stage``, ``error``, ``message``.

    Raises :class:`OutputError`, as above.
    """
    for number, line in _lines(out, ERRORS):
        try:
            row = json.loads(line)
            yield {name: str(row[name]) for name in ("id", "path", "stage", "error", "message")}
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise OutputError(f"{out}/errors.jsonl, line {number}: {_cause(error)}") from None


def read_manifest(out: str) -> dict[str, Any]:
    """``OUT/manifest.json``.  Raises :class:`OutputError` where it is missing or of another version."""
    try:
        manifest = json.loads(b"".join(line for _, line in _lines(out, MANIFEST)))
        if not isinstance(manifest, dict):
            raise ValueError("not the manifest of a run")
        _check_version(manifest)
        _Manifest.model_validate(manifest)
    except (ValueError, RecursionError) as error:
        raise OutputError(f"{out}/{MANIFEST}: {_cause(error)}") from None
    return manifest


def _article(line: bytes) -> ArticleResult:
    try:
        return ArticleResult.model_validate_json(line)
    except ValidationError:
        row = json.loads(line)
        if isinstance(row, dict):
            _check_version(row)
        raise


def _check_version(found: dict[str, Any]) -> None:
    if (version := found.get("schema_version")) != SCHEMA_VERSION:
        raise ValueError(f"its schema_version is {version!r}, this version of nqextract reads {SCHEMA_VERSION!r}")


def _cause(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return f"there is no {error}" if isinstance(error, KeyError) else str(error)


def _lines(out: str, name: str) -> Iterator[tuple[int, bytes]]:
    try:
        with _opened(f"{out.rstrip('/')}/{name}") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
    except FileNotFoundError:
        raise OutputError(f"{out}: there is no {name}: not the output of a run, or of one that has not ended") from None
    except OSError as error:
        raise OutputError(f"{out}/{name}: {error.strerror or error}") from None


@contextmanager
def _opened(path: str) -> Iterator[IO[bytes]]:
    if not is_url(path):
        with open(local_path(path), "rb") as file:
            yield file
        return
    files, inner = filesystem(path)
    with as_os_error(), files.open(inner, "rb") as remote:
        yield cast(IO[bytes], remote)
