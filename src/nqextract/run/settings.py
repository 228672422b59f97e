"""How a run is done, and which of it shows in the output."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import Any, Protocol

from nqextract.records import ArticleResult
from nqextract.types import Article, Clock

ARTICLE_TIMEOUT = 300.0
"""Seconds for one article: more than a megabyte of text takes, so that only what hangs is ended."""
_VERSIONED = ("pydantic", "pyahocorasick", "python-crfsuite", "trafilatura", "spacy", "pyvi", "underthesea", "pyarrow")


class Processor(Protocol):
    """What a run needs of :class:`nqextract.pipeline.Pipeline`."""

    def process(self, article: Article, clock: Clock | None = None) -> ArticleResult: ...


def build_pipeline(settings: Settings) -> Processor:
    from nqextract.pipeline import Pipeline

    return Pipeline(settings.tagger, settings.model)


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run is done."""

    inputs: tuple[str, ...]
    """As for :func:`nqextract.read.read_inputs`."""
    out: str
    """Folder for the files, or its URL; made where it is missing."""
    workers: int = 1
    """Processes on this machine that do the work; 1: this one."""
    formats: tuple[str, ...] = ("jsonl",)
    """``csv``, ``parquet`` or both beside the JSON lines, which are always written."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """As for :func:`nqextract.read.read_inputs`."""
    encoding: str | None = None
    """As there."""
    tokens: bool = False
    """Whether to write ``tokens.jsonl``, too."""
    segmenter: str = "pyvi"
    """What cuts words for it: ``pyvi``, ``underthesea`` or ``none``."""
    tagger: str = "both"
    """As in :class:`nqextract.pipeline.Pipeline`."""
    model: str | None = None
    """As in :class:`nqextract.pipeline.Pipeline`."""
    scheduler: str | None = None
    """The address of a Dask cluster that does the work instead."""
    resume: bool = True
    """Whether to go on where an earlier run into the same folder broke off."""
    article_timeout: float = ARTICLE_TIMEOUT
    """Seconds for one article, after which it is a failure; 0: no limit."""
    build: Callable[[Settings], Processor] = build_pipeline
    """Makes the pipeline in each worker: a function of a module, so that it travels."""


def available_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def shown_settings(settings: Settings) -> dict[str, Any]:
    """What of ``settings`` may show in the output; where and by how many the work is done does not."""
    return {
        "inputs": list(settings.inputs),
        "formats": list(settings.formats),
        "columns": dict(settings.columns),
        "encoding": settings.encoding,
        "tagger": settings.tagger,
        "tokens": settings.tokens,
        "segmenter": settings.segmenter if settings.tokens else None,
        "article_timeout": settings.article_timeout,
    }


def model_of(settings: Settings) -> dict[str, Any] | None:
    """Which model tags: its folder's name, and the hash of its weights."""
    if settings.tagger == "rules":
        return None
    from nqextract.model import open_crf

    model = open_crf(settings.model).model
    return {"name": os.path.basename(os.path.abspath(model.path)), "sha256": model.digest}


@cache
def versions() -> Mapping[str, str]:
    """What does the work, and in which version; ``source`` is the hash of this package's code and vocabulary."""
    own = {"nqextract": _version("nqextract"), "source": source_digest(), "python": platform.python_version()}
    return own | {package: _version(package) for package in _VERSIONED}


def identity(settings: Settings) -> str:
    """Hash of all that must be the same in every process that works on a run, wherever it is."""
    said = json.dumps([versions(), model_of(settings)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


@cache
def source_digest() -> str:
    """sha256 of the package's files: a version that is not released yet changes without changing its number."""
    digest = hashlib.sha256()
    folders = [files("nqextract")]
    while folders:
        for entry in sorted(folders.pop().iterdir(), key=lambda entry: entry.name):
            if entry.is_dir():
                folders.append(entry)
            elif entry.name.endswith((".py", ".tsv")):
                digest.update(entry.name.encode() + b"\0" + entry.read_bytes())
    return digest.hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
