"""One shard of articles, from what was read to what is written: the one function that does the work, anywhere."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from nqextract.read import Item, Meter, extract
from nqextract.run.limits import Limit, OutOfTimeError
from nqextract.run.settings import Processor, Settings, identity
from nqextract.types import Article, Clock, Failure, StageError
from nqextract.write import Part, Preview, Rendered, render, render_failure

SHARD_ARTICLES = 64
SHARD_CHARACTERS = 200_000
"""A shard is full with so many articles or characters: some tenths of a second of work, its way costs little."""
SHOWN = 50  # previews of records, and messages of failures, that are kept of a shard and of a run


@dataclass(frozen=True, slots=True)
class Shard:
    """Articles that are done together.  Which they are depends on the input alone."""

    number: int  # from 0, in the order of the input
    items: tuple[Item, ...]
    digest: str  # of all that is read of them
    size: int  # bytes of input


@dataclass(slots=True)
class Report:
    """What a shard came to, besides its lines and rows."""

    digest: str = ""  # of the shard
    identity: str = ""  # of who did it: see settings.identity
    done: int = 0
    failed: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)  # by "STAGE: ERROR"
    seconds: dict[str, float] = field(default_factory=dict)  # by stage
    previews: list[Preview] = field(default_factory=list)  # of the first records
    messages: list[str] = field(default_factory=list)  # of the first failures

    def plain(self) -> dict[str, Any]:
        """As data that JSON holds."""
        data = {name: getattr(self, name) for name in self.__slots__}
        return data | {"previews": [asdict(preview) for preview in self.previews]}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Report:
        """What :meth:`plain` gave."""
        given = {"counts": Counter(data["counts"]), "failures": Counter(data["failures"])}
        return cls(**{**data, **given, "previews": [Preview(**preview) for preview in data["previews"]]})

    def add(self, article: Rendered) -> None:
        if (failure := article.failure) is None:
            self.done += 1
            self.counts.update(article.counts)
            self.previews += article.previews[: SHOWN - len(self.previews)]
            return
        self.failed += 1
        kind = f"{failure.stage}: {failure.error}"
        self.failures[kind] += 1
        if len(self.messages) < SHOWN:
            self.messages.append(f"{kind}: {failure.message}")

    def counted(self, kind: str) -> dict[str, int]:
        """The counts of a kind by what is behind it: of ``entities`` the labels."""
        named = ((*name.partition("."), number) for name, number in sorted(self.counts.items()))
        return {value: number for name, dot, value, number in named if dot and name == kind}

    def extend(self, other: Report) -> None:
        self.identity = other.identity
        self.done += other.done
        self.failed += other.failed
        self.counts.update(other.counts)
        self.failures.update(other.failures)
        for stage, seconds in other.seconds.items():
            self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds
        self.previews += other.previews[: SHOWN - len(self.previews)]
        self.messages += other.messages[: SHOWN - len(self.messages)]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A shard that is done: its packed :class:`nqextract.write.Part`, and the report that this holds."""

    packed: bytes
    report: Report


def cut(items: Iterable[Item], meter: Meter) -> Iterator[Shard]:
    """``items`` in shards; ``meter`` says how much of the input they are."""
    number = characters = begun = 0
    held: list[Item] = []
    for item in items:
        held.append(item)
        characters += len(_text(item))
        if len(held) == SHARD_ARTICLES or characters >= SHARD_CHARACTERS:
            yield _shard(number, held, (position := meter.position) - begun)
            number, characters, begun, held = number + 1, 0, position, []
    if held:
        yield _shard(number, held, meter.position - begun)


def _shard(number: int, items: list[Item], size: int) -> Shard:
    digest = hashlib.sha256()
    for item in items:
        digest.update(repr(item).encode("utf-8", "backslashreplace") + b"\n")
    return Shard(number, tuple(items), digest.hexdigest(), size)


def _text(item: Item) -> str:
    if isinstance(item, Failure):
        return ""
    return item.text if isinstance(item, Article) else item.html


def process_shard(shard: Shard, settings: Settings, may_exit: bool) -> Outcome:
    """Each article of ``shard`` done, or its failure, in order.  Never raises for an article's sake.

    ``may_exit``: the process may be ended for an article that cannot be stopped otherwise.
    """
    part, clock = Part(), Clock()
    report = Report(shard.digest, identity(settings))
    pipeline = settings.build(settings)
    with Limit(settings.article_timeout, may_exit) as limit:
        for item in shard.items:
            article = process(item, settings, pipeline, clock, limit)
            part.add(article)
            report.add(article)
    report.seconds.update(clock.seconds)
    return packed(part, report)


def packed(part: Part, report: Report) -> Outcome:
    return Outcome(replace(part, report=report.plain()).pack(), report)


def process(item: Item, settings: Settings, pipeline: Processor, clock: Clock, limit: Limit) -> Rendered:
    """One article from what was read to what is written."""
    try:
        limit.start()
        done = _process(item, settings, pipeline, clock)
        limit.stop()
        return done
    except OutOfTimeError:
        return render_failure(timed_out(item, settings, clock.stage))
    finally:
        limit.stop()
        clock.enter("")


def _process(item: Item, settings: Settings, pipeline: Processor, clock: Clock) -> Rendered:
    clock.enter("read")
    article = extract(item)
    if isinstance(article, Failure):
        return render_failure(article)
    clock.enter("pipeline")
    try:
        result = pipeline.process(article, clock)
        tokens = None
        if settings.tokens:
            clock.enter("tokens")
            tokens = tokens_of(article, settings.segmenter)
        clock.enter("write")
        return render(result, settings.formats, tokens)
    except StageError as error:
        stage, kind, cause = error.stage, error.kind, str(error)
    except Exception as error:  # whatever goes wrong is this article's: the others go on
        stage, kind, cause = clock.stage, type(error).__name__, str(error)
    return render_failure(Failure(article.id, article.path, stage, kind, f"{article.path}: {cause}"))


def tokens_of(article: Article, segmenter: str) -> dict[str, Any]:
    """The article's line of ``tokens.jsonl``; offsets are raw ones."""
    from nqextract import tokenize
    from nqextract.clean import clean_article

    clean = clean_article(article)
    return tokenize.token_layers(clean, tokenize.split_sentences(clean), tokenize.segmenter(segmenter))


def timed_out(item: Item, settings: Settings, stage: str) -> Failure:
    return _failure(item, stage, "timeout", f"took more than {settings.article_timeout:g} s")


def worker_died(item: Item) -> Failure:
    cause = "the process that worked on this article died (out of memory, or killed)"
    return _failure(item, "pipeline", "worker_died", cause)


def _failure(item: Item, stage: str, kind: str, cause: str) -> Failure:
    path = item.path if isinstance(item, Article | Failure) else item.source.shown
    return Failure(item.id, path, stage, kind, f"{path}: {cause}")
