"""The main job: one function does one shard of articles; the executors only schedule it and keep the order."""

from __future__ import annotations

import hashlib
import itertools
import multiprocessing
import os
import platform
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Protocol

from nqextract.read import Item, extract, find_sources, read_sources
from nqextract.records import SCHEMA_VERSION, ArticleResult
from nqextract.types import Article, Failure, StageError
from nqextract.write import Preview, Rendered, Writer, output_names, render, render_failure

SHARD = 16  # articles: enough to make the way to a worker cheap, few enough to show progress
_IN_FLIGHT = 3  # shards a worker: input is read no further ahead
_PREVIEWS = 50
_SHOWN_FAILURES = 10
_VERSIONED = ("pydantic", "pyahocorasick", "python-crfsuite", "trafilatura", "spacy", "pyvi", "underthesea", "pyarrow")


class Processor(Protocol):
    """What a run needs of :class:`nqextract.pipeline.Pipeline`."""

    def process(self, article: Article) -> ArticleResult: ...


def build_pipeline(settings: Settings) -> Processor:
    from nqextract.pipeline import Pipeline

    return Pipeline(settings.tagger, settings.model)


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run is done.  ``tagger`` and ``model`` as in :class:`nqextract.pipeline.Pipeline`; ``build`` makes the
    pipeline in each worker: a function of a module, so that it travels."""

    inputs: tuple[str, ...]
    out: str
    workers: int = 1
    formats: tuple[str, ...] = ("jsonl",)
    columns: Mapping[str, str] = field(default_factory=dict)
    tokens: bool = False
    segmenter: str = "pyvi"
    tagger: str = "both"
    model: str | None = None
    build: Callable[[Settings], Processor] = build_pipeline


@dataclass(slots=True)
class Summary:
    """What a run came to."""

    done: int = 0
    failed: int = 0
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    failures: Counter[tuple[str, str]] = field(default_factory=Counter)  # by stage and error
    previews: list[Preview] = field(default_factory=list)  # of the first records
    messages: list[str] = field(default_factory=list)  # of the first failures
    files: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Articles per second, failed ones too."""
        return (self.done + self.failed) / self.seconds if self.seconds else 0.0

    def add(self, article: Rendered) -> None:
        if (failure := article.failure) is not None:
            self.failed += 1
            self.failures[failure.stage, failure.error] += 1
            if len(self.messages) < _SHOWN_FAILURES:
                self.messages.append(f"{failure.stage}: {failure.error}: {failure.message}")
            return
        self.done += 1
        self.counts.update(article.counts)
        self.previews.extend(article.previews[: _PREVIEWS - len(self.previews)])


def run(settings: Settings, on_article: Callable[[Rendered], None] = lambda article: None) -> Summary:
    """Does the whole job and writes the files of the output contract to ``settings.out``.

    An article that fails is a line of ``errors.jsonl`` and nothing more.  ``on_article`` is called for each one, in
    input order.  Raises :class:`nqextract.read.InputError` where there is no input,
    :class:`nqextract.write.OutputError` where OUT can't be written, and :class:`NqextractError` where there is no such
    segmenter, or the model cannot be used; OUT is then as it was.
    """
    started, clock = datetime.now(UTC), time.perf_counter()
    own = frozenset(os.path.realpath(os.path.join(settings.out, name)) for name in output_names())
    sources = find_sources(settings.inputs, exclude=own)
    if settings.tokens:
        from nqextract.tokenize import segmenter

        segmenter(settings.segmenter)  # one that is not installed is known before the work
    settings.build(settings)  # and a model that cannot be used
    summary, digest = Summary(), hashlib.sha256()
    with Writer(settings.out, settings.formats, settings.tokens) as writer:
        shards = batched(read_sources(sources, settings.columns), SHARD)
        for outcomes in execute(shards, settings):
            for article in outcomes:
                writer.add(article)
                summary.add(article)
                digest.update(f"{article.id}\t{article.digest}\n".encode("utf-8", "backslashreplace"))
                on_article(article)
        summary.seconds = time.perf_counter() - clock
        manifest = _manifest(settings, summary)
        manifest["input"] = {"sources": len(sources), "sha256": digest.hexdigest()}
        manifest["timing"] = {
            "started": started.isoformat(timespec="seconds"),
            "wall_seconds": round(summary.seconds, 3),
            "articles_per_second": round(summary.rate, 3),
            "workers": settings.workers,
        }
        summary.files = [os.path.join(settings.out, name) for name in writer.commit(manifest)]
    return summary


# One shard


def process_shard(shard: tuple[Item, ...], settings: Settings) -> list[Rendered]:
    """Each article of ``shard`` done, or its failure, in order.  Never raises for an article's sake."""
    return [process(item, settings) for item in shard]


def process(item: Item, settings: Settings) -> Rendered:
    """One article from what was read to what is written."""
    article = extract(item)
    if isinstance(article, Failure):
        return render_failure(article)
    try:
        result = settings.build(settings).process(article)
        tokens = tokens_of(article, settings.segmenter) if settings.tokens else None
        return render(result, settings.formats, tokens)
    except StageError as error:
        stage, kind, cause = error.stage, error.kind, str(error)
    except Exception as error:  # whatever goes wrong is this article's: the others go on
        stage, kind, cause = "pipeline", type(error).__name__, str(error)
    return render_failure(Failure(article.id, article.path, stage, kind, f"{article.path}: {cause}"))


def tokens_of(article: Article, segmenter: str) -> dict[str, Any]:
    """The article's line of ``tokens.jsonl``; offsets are raw ones."""
    from nqextract import tokenize
    from nqextract.clean import clean_article

    clean = clean_article(article)
    return tokenize.token_layers(clean, tokenize.split_sentences(clean), tokenize.segmenter(segmenter))


# Executors


def batched(items: Iterable[Item], size: int) -> Iterator[tuple[Item, ...]]:
    """``items`` in tuples of ``size``, the last one shorter."""
    rest = iter(items)
    while shard := tuple(itertools.islice(rest, size)):
        yield shard


def execute(shards: Iterable[tuple[Item, ...]], settings: Settings) -> Iterator[list[Rendered]]:
    """The outcomes of ``shards`` in their order, in this process or in ``settings.workers`` others."""
    if settings.workers > 1:
        return _in_processes(shards, settings)
    return (process_shard(shard, settings) for shard in shards)


def _in_processes(shards: Iterable[tuple[Item, ...]], settings: Settings) -> Iterator[list[Rendered]]:
    waiting = iter(shards)
    flying: deque[tuple[tuple[Item, ...], Future[list[Rendered]] | None]] = deque()
    others = set(multiprocessing.active_children())
    pool, finished = _pool(settings.workers), False
    try:
        while True:
            for shard in itertools.islice(waiting, settings.workers * _IN_FLIGHT - len(flying)):
                flying.append((shard, _submit(pool, shard, settings)))
            if not flying:
                finished = True
                return
            shard, future = flying.popleft()
            try:
                if future is None:
                    raise BrokenProcessPool
                yield future.result()
            except BrokenProcessPool:
                # A worker died, and which shard did it is not known: this one goes article by article, the others
                # in flight again; if one of them is to blame it is soon the first.
                pool.shutdown(wait=False, cancel_futures=True)
                yield _one_by_one(shard, settings)
                pool = _pool(settings.workers)
                flying = deque((shard, _submit(pool, shard, settings)) for shard, _ in flying)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        if not finished:  # interrupted, or OUT is full: nobody waits for what the workers are at
            for child in set(multiprocessing.active_children()) - others:
                child.terminate()


def _one_by_one(shard: tuple[Item, ...], settings: Settings) -> list[Rendered]:
    outcomes: list[Rendered] = []
    pool = _pool(1)
    for item in shard:
        try:
            future = _submit(pool, (item,), settings) or _submit(pool := _pool(1), (item,), settings)
            if future is None:
                raise BrokenProcessPool
            outcomes += future.result()
        except BrokenProcessPool:
            path = item.source.shown if not isinstance(item, Article | Failure) else item.path
            cause = f"{path}: the process that worked on this article died (out of memory, or killed)"
            outcomes.append(render_failure(Failure(item.id, path, "pipeline", "worker_died", cause)))
            pool.shutdown(wait=False)
            pool = _pool(1)
    pool.shutdown(wait=False)
    return outcomes


def _pool(workers: int) -> ProcessPoolExecutor:
    # Spawned, not forked: a fork of a process with threads (pyarrow's) may hang.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context)


def _submit(pool: ProcessPoolExecutor, shard: tuple[Item, ...], settings: Settings) -> Future[list[Rendered]] | None:
    try:
        with _interrupt_ignored():
            return pool.submit(process_shard, shard, settings)
    except BrokenProcessPool:
        return None


@contextmanager
def _interrupt_ignored() -> Iterator[None]:
    """Workers start when work is submitted, and inherit this: Ctrl-C is for the process that leads."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


# The manifest


def _manifest(settings: Settings, summary: Summary) -> dict[str, Any]:
    counts = summary.counts
    labels = {name.partition(".")[2]: number for name, number in counts.items() if name.startswith("entities.")}
    return {
        "schema_version": SCHEMA_VERSION,
        "versions": {"nqextract": _version("nqextract"), "python": platform.python_version(), **_versions()},
        "settings": {
            "inputs": list(settings.inputs),
            "formats": list(settings.formats),
            "columns": dict(settings.columns),
            "tagger": settings.tagger,
            "tokens": settings.tokens,
            "segmenter": settings.segmenter if settings.tokens else None,
        },
        "model": _model(settings),
        "counts": {
            "articles": summary.done + summary.failed,
            "done": summary.done,
            "failed": summary.failed,
            "failures": {f"{stage}: {error}": number for (stage, error), number in sorted(summary.failures.items())},
            "records": counts["records"],
            "people": counts["people"],
            "entities": counts["entities"],
            "entities_by_label": dict(sorted(labels.items())),
        },
    }


def _model(settings: Settings) -> dict[str, Any] | None:
    """Which model tagged: its folder's name, and the hash of its weights."""
    if settings.tagger == "rules":
        return None
    from nqextract.model import open_crf

    model = open_crf(settings.model).model
    return {"name": os.path.basename(os.path.abspath(model.path)), "sha256": model.digest}


def _versions() -> dict[str, str]:
    return {package: _version(package) for package in _VERSIONED}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
