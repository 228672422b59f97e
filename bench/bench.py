"""Speed on one core, beside pyvi's tokenizer and underthesea's tagger alone on the same text; then whole runs on all.

They take turns over the same articles, and the median of the rounds' ratios is what counts: it holds on a machine
that others use too.  Corpora that are not part of the repository are looked for in ``../shared``.  Writes nothing;
``--json`` prints data.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import runs
from nqextract.clean import clean_article
from nqextract.pipeline import Pipeline
from nqextract.read import read_inputs
from nqextract.tokenize import split_sentences
from nqextract.types import Article, StageError
from nqextract.write import render

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
MIXED_NEWS = SHARED / "corpus" / "vietnews-30k.jsonl.gz"
MIXED, EVERY = 1000, 30  # so many of the mixed articles, one in so many lines
NAMED = 40  # of these, so many for underthesea's tagger, which is slow
LENGTHS = (1_000, 10_000, 100_000, 1_000_000)

STAGES = {
    "clean": ("nqextract.pipeline:clean_article",),
    "sentences": ("nqextract.pipeline:split_sentences",),
    "scan": ("nqextract.lexicon.vocabulary:Vocabulary.scan",),
    "tag documents": ("nqextract.tag:find_documents",),
    "tag dates": ("nqextract.tag:find_dates",),
    "tag titles": ("nqextract.tag:find_titles",),
    "tag organisations": ("nqextract.tag:find_organizations",),
    "tag people": ("nqextract.tag:find_people",),
    "trained tagger": ("nqextract.tag:weighed",),
    "tag counts": ("nqextract.tag:find_counts",),
    "arbiter": ("nqextract.tag:arbitrate", "nqextract.tag:in_annotated_blocks"),
    "link people": ("nqextract.link:link_people",),
    "link organisations": ("nqextract.link:link_organizations", "nqextract.link:find_setting"),
    "link dates": ("nqextract.link:resolve_dates",),
    "link documents": ("nqextract.link:resolve_documents",),
    "events": ("nqextract.pipeline:find_records",),
    "result": ("nqextract.pipeline:result",),
    "render": ("__main__:render",),
}
"""What is timed as which stage, a function's callees that are stages themselves left out."""


@dataclass(frozen=True)
class Speed:
    """One corpus: characters a second of each, and the medians of the ratios of the rounds: to pyvi, to rules alone."""

    corpus: str
    articles: int
    characters: int
    nqextract: float
    pyvi: float
    ratio: float
    to_rules: float


def extract(articles: Sequence[Article], tagger: str = "both") -> None:
    """All that ``nqextract run`` does for each article between reading and the writing of bytes."""
    pipeline = Pipeline(tagger)
    for article in articles:
        try:
            render(pipeline.process(article), ("jsonl",))
        except StageError:  # no letter in it: part of the work, too
            continue


def by_rules(articles: Sequence[Article]) -> None:
    extract(articles, "rules")


def tokenize(articles: Sequence[Article]) -> None:
    from pyvi import ViTokenizer

    for article in articles:
        ViTokenizer.tokenize(article.text)


def sentences(articles: Sequence[Article]) -> list[str]:
    texts = []
    for article in articles:
        clean = clean_article(article)
        texts += [clean.text[sentence.start : sentence.end] for sentence in split_sentences(clean)]
    return texts


def to_underthesea(articles: Sequence[Article]) -> float:
    """How many times as fast as underthesea's ``ner``, sentence by sentence."""
    from underthesea import ner

    given = sentences(articles)
    ner(given[0])  # its model is loaded once a process
    started = time.process_time()
    for sentence in given:
        ner(sentence)
    return (time.process_time() - started) / min(seconds(extract, articles) for _ in range(3))


def seconds(work: Callable[[Sequence[Article]], None], articles: Sequence[Article]) -> float:
    """Processor time, so that what else runs on the core does not count."""
    started = time.process_time()
    work(articles)
    return time.process_time() - started


def compare(corpus: str, articles: Sequence[Article], rounds: int) -> Speed:
    characters = sum(len(article.text) for article in articles)
    own, rules, other = [], [], []
    for _ in range(rounds):
        own.append(seconds(extract, articles))
        rules.append(seconds(by_rules, articles))
        other.append(seconds(tokenize, articles))
    return Speed(
        corpus,
        len(articles),
        characters,
        characters / statistics.median(own),
        characters / statistics.median(other),
        statistics.median(b / a for a, b in zip(own, other, strict=True)),
        statistics.median(b / a for a, b in zip(own, rules, strict=True)),
    )


def shares(articles: Sequence[Article]) -> dict[str, float]:
    """The part of the time that each stage takes, over ``articles``."""
    spent = dict.fromkeys((*STAGES, "other"), 0.0)
    running: list[str] = ["other"]
    mark = time.process_time()

    def switch() -> None:
        nonlocal mark
        now = time.process_time()
        spent[running[-1]] += now - mark
        mark = now

    def timed(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            switch()
            running.append(stage)
            try:
                return function(*args, **kwargs)
            finally:
                switch()
                running.pop()

        return call

    replaced: list[tuple[Any, str, Any]] = []
    for stage, places in STAGES.items():
        for place in places:
            module, _, path = place.partition(":")
            *outer, name = path.split(".")
            owner: Any = importlib.import_module(module)
            for part in outer:
                owner = getattr(owner, part)
            replaced.append((owner, name, getattr(owner, name)))
            setattr(owner, name, timed(stage, getattr(owner, name)))
    try:
        mark = time.process_time()
        extract(articles)
        switch()
    finally:
        for owner, name, function in replaced:
            setattr(owner, name, function)
    return {stage: part / sum(spent.values()) for stage, part in spent.items()}


def by_length(articles: Sequence[Article]) -> dict[int, float]:
    """Microseconds a character for one article of each length: real text joined."""
    joined = "\n".join(article.text for article in articles)
    joined *= 1 + LENGTHS[-1] // len(joined)
    costs = {}
    for length in LENGTHS:
        # As much text for each length, so that short ones are of the same mixture.
        pieces = [Article(id=str(at), text=joined[at : at + length]) for at in range(0, LENGTHS[-1], length)]
        costs[length] = min(seconds(extract, pieces) for _ in range(2)) / LENGTHS[-1] * 1e6
    return costs


def cold(arguments: Sequence[str]) -> float:
    """Wall seconds of the command from a cold start, the best of five."""
    command = [sys.executable, "-m", "nqextract.cli", *arguments]
    script = Path(sys.executable).with_name("nqextract")
    if script.exists():
        command = [str(script), *arguments]
    times = []
    with tempfile.TemporaryDirectory() as cache:  # byte code is kept between two starts, as it is for users
        env = {**os.environ, "PYTHONPYCACHEPREFIX": cache, "PYTHONDONTWRITEBYTECODE": ""}
        for _ in range(5):
            started = time.perf_counter()
            subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            times.append(time.perf_counter() - started)
    return min(times)


def read(path: Path) -> list[Article]:
    return [article for article in read_inputs([str(path)]) if isinstance(article, Article)]


def corpora() -> Iterator[tuple[str, list[Article] | None]]:
    """Each corpus with its articles, None where it is not there."""
    yield "data/raw", read(ROOT / "data" / "raw")
    for name, place in (("provincial", SHARED / "articles"), ("related", SHARED / "corpus" / "vietnews-related.jsonl")):
        yield name, read(place) if place.exists() else None
    if not MIXED_NEWS.exists():
        yield "mixed news", None
        return
    with gzip.open(MIXED_NEWS, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, 0, MIXED * EVERY, EVERY)]
    yield "mixed news", [Article(id=row["id"], text=row["text"]) for row in rows]


def one_core() -> str:
    if not hasattr(os, "sched_setaffinity"):
        return "any core: this system has no affinity"
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return f"core {core}"


def machine() -> str:
    name = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), name)
    except OSError:
        pass
    return f"{name}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print data instead of tables")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="of each comparison (default 5)")
    parser.add_argument("--runs", type=int, default=30_000, metavar="N", help="articles of the whole runs, 0: none")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # pyvi's, of its pickled model
    say: Callable[[str], None] = (lambda line: None) if options.json else (lambda line: print(line, flush=True))

    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    where = one_core()
    say(f"{machine()}; {where}\n")
    say(
        f"{'characters a second':<20}{'articles':>9}{'characters':>12}{'nqextract':>12}{'pyvi':>12}"
        f"{'ratio':>8}{'to rules':>10}"
    )
    speeds, missing, everything = [], [], {}
    for name, articles in corpora():
        if articles is None:
            missing.append(name)
            say(f"{name:<20}  missing: {SHARED} has none")
            continue
        everything[name] = articles
        extract(articles[:20])  # vocabulary and models are loaded once a process
        tokenize(articles[:20])
        speed = compare(name, articles, options.rounds)
        speeds.append(speed)
        say(
            f"{name:<20}{speed.articles:>9,}{speed.characters:>12,}"
            f"{speed.nqextract:>12,.0f}{speed.pyvi:>12,.0f}{speed.ratio:>7.2f}x{speed.to_rules:>9.2f}x"
        )

    named = to_underthesea(everything["mixed news"][:NAMED]) if "mixed news" in everything else None
    if named is not None:
        say(f"\nmixed news, {NAMED} articles, against underthesea's ner: {named:,.0f}x")

    parts = {name: shares(articles) for name, articles in everything.items()}
    say("\n" + f"{'share of the time':<20}" + "".join(f"{name:>12}" for name in parts))
    for stage in (*STAGES, "other"):
        say(f"{stage:<20}" + "".join(f"{part[stage]:>12.1%}" for part in parts.values()))

    lengths = by_length([article for articles in everything.values() for article in articles])
    say("\none article of …     microseconds a character, and against the shortest")
    for length, cost in lengths.items():
        say(f"{length:>9,} characters{cost:>10.3f}{cost / lengths[LENGTHS[0]]:>9.2f}x")

    article = min((ROOT / "data" / "raw").glob("*.txt"))
    with tempfile.TemporaryDirectory() as out:
        starts = {
            "nqextract --help": cold(["--help"]),
            "nqextract show, one article": cold(["show", str(article)]),
            "nqextract run, one article": cold(["run", str(article), "-o", out]),
        }
    say("\ncold start, seconds")
    for name, start in starts.items():
        say(f"{name:<30}{start:>6.2f}")

    whole = None
    if options.runs and MIXED_NEWS.exists():
        if cores:
            os.sched_setaffinity(0, cores)
        whole = runs.measure(MIXED_NEWS, options.runs)
        say(f"\nwhole runs, {whole.articles:,} articles of mixed news, all cores")
        say(f"{'1 worker':<30}{whole.one:>8,.1f} articles a second")
        say(f"{'2 workers':<30}{whole.two:>8,.1f}{whole.two / whole.one:>8.2f}x 1 worker")
        say(f"{'2 workers of Dask':<30}{whole.cluster:>8,.1f}{whole.cluster / whole.two:>8.2f}x 2 workers")
        say(
            f"memory of a worker: {whole.peak:,.0f} MB at most; {whole.first:,.1f} MB in the first tenth, "
            f"{whole.last:,.1f} MB in the last, {whole.last / whole.first - 1:+.1%}"
        )

    if options.json:
        data = {
            "machine": machine(),
            "core": where,
            "speeds": [asdict(speed) for speed in speeds],
            "missing": missing,
            "shares": parts,
            "lengths": lengths,
            "cold_starts": starts,
            "to_underthesea": named,
            "runs": whole and asdict(whole),
        }
        print(json.dumps(data, indent=1, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
