"""Compares taggers: quality, size and speed of each, trained from the same material as the model that comes along.

Each kind is trained here unless its folder under ``--models`` is there.  The table goes to standard output as Markdown.
``--only`` names the kinds to do.  Quality is F1 of the entities on the part of the gold that is only scored; documents
and dates are the grammars' in every row.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nqextract.evaluate import evaluate
from nqextract.gold import Pair
from nqextract.model import TAUGHT, Model, spans
from nqextract.pipeline import Pipeline, result
from nqextract.records import ArticleResult
from nqextract.tokenize import syllables
from nqextract.train.command import ITERATIONS, train, write_model
from nqextract.train.examples import Example
from nqextract.train.fit import fit
from nqextract.train.material import Material
from nqextract.types import Article, Mention

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
NEWS = SHARED / "corpus" / "vietnews-30k.jsonl.gz"
RELATED = SHARED / "corpus" / "vietnews-related.jsonl"
KEYS = ("entities", *TAUGHT)
STEPS = 1_500  # of spaCy's training, of 1,500 words each: five turns of the material
PRETRAINED = 20_000  # sentences a turn of `spacy pretrain`

Process = Callable[[Article], ArticleResult]


@dataclass(frozen=True)
class Row:
    name: str
    process: Process
    size: float | None = None  # MB
    seconds: float | None = None  # of training


def material(*, silver: bool = True, sentences: bool = True) -> Material:
    return Material.load(
        [ROOT / "data/gold"],
        [ROOT / "data/raw", SHARED / "articles", RELATED],
        [SHARED / "gold"],
        [ROOT / "data/train"] if sentences else [],
        [NEWS] if silver else [],
    )


# CRFs: by features and by material


def crf(folder: Path, *, segmenter: str = "none", without: tuple[str, ...] = (), **parts: bool) -> float:
    """Train one, without the features that begin with ``without``.  Gives the seconds it took."""
    started = time.perf_counter()
    given = material(**parts)
    if without:
        kept = (
            Example(e.tokens, [[f for f in row if not f.startswith(without)] for row in e.rows], e.tags)
            for e in given.examples(segmenter)
        )
        model = Model.of(fit(kept, ITERATIONS), segmenter=segmenter, data=given.data, settings={}, scores={})
    else:
        model = train(given, segmenter)
    write_model(model, folder)
    return time.perf_counter() - started


ANSWERS = ("a=", "-a+=", "aw=", "-aw=", "lw=", "ab=", "bw=")
VOCABULARY = ("k=", "+k=", "++k=")
CRFS: dict[str, dict[str, Any]] = {
    "CRF": {},
    "CRF, without silver": {"silver": False},
    "CRF, without marked sentences": {"sentences": False},
    "CRF, with pyvi's words": {"segmenter": "pyvi"},
    "CRF, without the rules' answers": {"without": ANSWERS},
    "CRF, without vocabulary and answers": {"without": (*ANSWERS, *VOCABULARY)},
}


def crf_rows(name: str, folder: Path, options: dict[str, Any]) -> Iterator[Row]:
    seconds = None
    if not folder.exists():
        seconds = crf(folder, **options)
    for tagger in ("model", "both"):
        yield Row(f"{name}: {tagger}", Pipeline(tagger, str(folder)).process, size_of(folder), seconds)


# spaCy's own


CONFIG = """
[paths]
train = null
dev = null
news = null
init = null
[system]
seed = 0
[nlp]
lang = "vi"
pipeline = ["tok2vec","ner"]
tokenizer = {"@tokenizers":"nqextract.SyllableTokenizer.v1"}
[components]
[components.tok2vec]
factory = "tok2vec"
[components.tok2vec.model]
@architectures = "spacy.Tok2Vec.v2"
[components.tok2vec.model.embed]
@architectures = "spacy.MultiHashEmbed.v2"
width = 96
attrs = ["NORM","SHAPE","SUFFIX"]
rows = [4000,1000,1000]
include_static_vectors = false
[components.tok2vec.model.encode]
@architectures = "spacy.MaxoutWindowEncoder.v2"
width = 96
depth = 4
window_size = 1
maxout_pieces = 3
[components.ner]
factory = "ner"
[components.ner.model]
@architectures = "spacy.TransitionBasedParser.v2"
state_type = "ner"
extra_state_tokens = false
hidden_width = 64
maxout_pieces = 2
use_upper = true
[components.ner.model.tok2vec]
@architectures = "spacy.Tok2VecListener.v1"
width = 96
[corpora]
[corpora.train]
@readers = "spacy.Corpus.v1"
path = ${paths.train}
[corpora.dev]
@readers = "spacy.Corpus.v1"
path = ${paths.dev}
[corpora.pretrain]
@readers = "spacy.JsonlCorpus.v1"
path = ${paths.news}
[training]
seed = 0
gpu_allocator = null
max_steps = STEPS
eval_frequency = STEPS
patience = 0
dropout = 0.2
[training.optimizer]
@optimizers = "Adam.v1"
learn_rate = 0.001
[training.batcher]
@batchers = "spacy.batch_by_words.v1"
size = 1500
tolerance = 0.2
discard_oversize = false
[initialize]
init_tok2vec = ${paths.init}
[pretraining]
dropout = 0.2
max_epochs = 3
n_save_every = null
n_save_epoch = null
component = "tok2vec"
layer = ""
corpus = "corpora.pretrain"
[pretraining.batcher]
@batchers = "spacy.batch_by_words.v1"
size = 3000
tolerance = 0.2
discard_oversize = false
[pretraining.objective]
@architectures = "spacy.PretrainCharacters.v1"
maxout_pieces = 3
hidden_size = 300
n_characters = 4
[pretraining.optimizer]
@optimizers = "Adam.v1"
learn_rate = 0.001
"""


def spacy_rows(name: str, folder: Path, *, pretrain: bool) -> Iterator[Row]:
    import spacy

    seconds = None
    if not folder.exists():
        started = time.perf_counter()
        train_spacy(folder, pretrain=pretrain)
        seconds = time.perf_counter() - started
    last = folder / "model-last"
    nlp = spacy.load(last)

    def process(article: Article) -> ArticleResult:
        """The rules' documents and dates, and spaCy's names; no records, which are not compared here."""
        analysis = Pipeline("rules").analyse(article)
        clean = analysis.clean
        names: list[Mention] = []
        for sentence in analysis.sentences:
            tokens = syllables(clean.text, sentence.start, sentence.end)
            doc = nlp(spacy.tokens.Doc(nlp.vocab, words=[clean.text[start:end] for start, end in tokens]))
            names += [Mention(e.label_, tokens[e.start][0], tokens[e.end - 1][1]) for e in doc.ents]
        held = [mention for mention in analysis.mentions if mention.label not in TAUGHT]
        free = [n for n in names if not any(n.start < h.end and h.start < n.end for h in held)]
        analysis.mentions = tuple(sorted([*held, *free], key=lambda mention: mention.start))
        analysis.people, analysis.records = (), ()
        return result(analysis)

    yield Row(name, process, size_of(last), seconds)


def train_spacy(folder: Path, *, pretrain: bool) -> None:
    """Train into ``folder``, on the sentences of the same material; ``pretrain``: tok2vec first on plain news."""
    from spacy.cli.train import train as train_by_config
    from spacy.training.pretrain import pretrain as pretrain_by_config
    from spacy.util import load_config, load_model_from_config

    folder.mkdir(parents=True)
    config = folder / "config.cfg"
    config.write_text(CONFIG.replace("STEPS", str(STEPS)), encoding="utf-8")
    write_docs(folder)
    paths = {"paths.train": str(folder / "train.spacy"), "paths.dev": str(folder / "dev.spacy")}
    if pretrain:
        write_news(folder / "news.jsonl")
        given = load_config(config, overrides={**paths, "paths.news": str(folder / "news.jsonl")})
        filled = load_model_from_config(given, auto_fill=True, validate=False).config
        pretrain_by_config(filled.interpolate(), folder, use_gpu=-1, silent=True)
        paths["paths.init"] = str(folder / "model-last.bin")
    train_by_config(config, folder, overrides=paths)


def write_docs(folder: Path) -> None:
    """The examples as spaCy's, each sentence once: it sees words alone, and the turns differ in vocabulary."""
    import spacy
    from spacy.tokens import Doc, DocBin, Span

    vocab = spacy.blank("vi", config={"nlp": {"tokenizer": {"@tokenizers": "nqextract.SyllableTokenizer.v1"}}}).vocab
    seen: set[tuple[str, ...]] = set()
    docs = DocBin()
    for example in material().examples():
        if tuple(example.tokens) not in seen:
            seen.add(tuple(example.tokens))
            doc = Doc(vocab, words=example.tokens)
            doc.ents = [Span(doc, begin, end, label=label) for label, begin, end in spans(example.tags)]
            docs.add(doc)
    docs.to_disk(folder / "train.spacy")
    few = DocBin(docs=list(docs.get_docs(vocab))[:50])  # spaCy wants some; its choice of a step is not used
    few.to_disk(folder / "dev.spacy")


def write_news(path: Path) -> None:
    from nqextract.clean import clean_article
    from nqextract.read import read_inputs
    from nqextract.tokenize import split_sentences

    left = PRETRAINED
    with path.open("w", encoding="utf-8") as out:
        for item in read_inputs([str(NEWS)]):
            if not isinstance(item, Article):
                continue
            clean = clean_article(item)
            for sentence in split_sentences(clean):
                text = clean.text[sentence.start : sentence.end]
                out.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
                left -= 1
            if left <= 0:
                return


# The table


def size_of(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def rows(models: Path) -> dict[str, Callable[[], Iterator[Row]]]:
    kinds: dict[str, Callable[[], Iterator[Row]]] = {"rules": lambda: iter([Row("rules", Pipeline("rules").process)])}

    def folder_of(name: str) -> Path:
        return models / name.replace(", ", "-").replace(" ", "-")

    for name, options in CRFS.items():
        folder = folder_of(name)
        kinds[name] = lambda name=name, folder=folder, options=options: crf_rows(name, folder, options)
    for name, pretrain in (("spaCy ner", False), ("spaCy ner, pretrained", True)):
        folder = folder_of(name)
        kinds[name] = lambda name=name, folder=folder, pretrain=pretrain: spacy_rows(name, folder, pretrain=pretrain)
    return kinds


def line(row: Row, scored: Sequence[Pair]) -> str:
    """Quality on ``scored``; speed over the same articles, by processor time."""
    row.process(scored[0].article)
    started = time.process_time()
    scores = evaluate(scored, row.process)
    speed = sum(len(pair.article.text) for pair in scored) / (time.process_time() - started)
    f1 = " | ".join("–" if (value := scores.f1(key)) is None else f"{value:.3f}" for key in KEYS)
    size = "" if row.size is None else f"{row.size:.1f}"
    minutes = "" if row.seconds is None else f"{row.seconds / 60:.0f}"
    return f"| {row.name} | {f1} | {size} | {round(speed, -3):,.0f} | {minutes} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--models", type=Path, default=ROOT / "out" / "taggers", help="where the models are kept")
    parser.add_argument("--only", action="append", help="a kind; may be given again")
    options = parser.parse_args()
    if not SHARED.is_dir():
        print(f"{SHARED} is missing: the part of the gold that is only scored lies there", file=sys.stderr)
        return 2
    kinds = rows(options.models)
    scored = material(silver=False).scored
    print("| tagger | " + " | ".join(KEYS) + " | MB | characters a second | minutes of training |")
    print("|---|" + "---:|" * (len(KEYS) + 3))
    for name in options.only or kinds:
        for row in kinds[name]():
            print(line(row, scored), flush=True)
    return 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
