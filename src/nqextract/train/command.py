"""What the command ``train`` does; the command line only passes its options on."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from nqextract.evaluate import evaluate
from nqextract.evaluate.score import ENTITY_KEYS
from nqextract.gold import Pair
from nqextract.model import COMPONENT, NAME, Model
from nqextract.pipeline import Pipeline
from nqextract.train.examples import SEED
from nqextract.train.fit import fit
from nqextract.train.material import SILVER_SENTENCES, TURNS, Material
from nqextract.types import TAGGERS, NqextractError
from nqextract.wording import line

ITERATIONS = 100


def cli_train(
    gold: Sequence[Path],
    articles: Sequence[Path] = (),
    *,
    out: Path,
    split_gold: Sequence[Path] = (),
    sentences: Sequence[Path] = (),
    silver: Sequence[Path] = (),
    segmenter: str = "none",
    iterations: int = ITERATIONS,
    stderr: TextIO | None = None,
) -> int:
    """Trains the tagger on ``gold`` and writes its model to ``out``.  Gives the exit status.

    ``split_gold``: gold of which the developing part is trained on, and the rest scored when all is done.
    ``sentences``: files of marked sentences, or folders of them.  ``silver``: articles without gold, those related of
    which are labelled by the rules; none that shares a sentence with an article under ``articles`` is taken.

    Raises :class:`NqextractError` for gold, sentences or articles that cannot be used, and an ``out`` that holds
    something else than a model.  An article that cannot be read is left out, and named.
    """
    messages = stderr or sys.stderr
    if out.exists() and not (out.is_dir() and (not any(out.iterdir()) or (out / "config.cfg").exists())):
        raise NqextractError(f"{out}: there is something that is no model: name another folder")
    material = Material.load(gold, articles, split_gold, sentences, silver, messages)
    model = train(material, segmenter, iterations)
    for failure in material.failures:
        messages.write(f"left out: {failure.stage}: {failure.error}: {line(failure.message)}\n")
    for part, data in material.data.items():
        messages.write(f"{part}: {data['examples']:,} sentences\n")
    if material.scored:
        model = replace(model, meta={**model.meta, "scores": _scores(material.scored, model)})
    write_model(model, out)
    messages.write(f"{out}: {len(model.weights) / 1e6:.1f} MB\n")
    return 0


def train(material: Material, segmenter: str = "none", iterations: int = ITERATIONS) -> Model:
    """A model fitted to ``material``, its scores not yet measured."""
    weights = fit(material.examples(segmenter), iterations)
    settings = {"seed": SEED, "turns": TURNS, "silver_sentences": SILVER_SENTENCES, "iterations": iterations}
    return Model.of(weights, segmenter=segmenter, data=material.data, settings=settings, scores={})


def write_model(model: Model, out: Path) -> None:
    """``model`` to the folder ``out``, which is replaced whole."""
    from nqextract.spacy_components import save

    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as made:
        save(model, Path(made) / NAME)
        if out.exists():
            shutil.rmtree(out)
        (Path(made) / NAME).rename(out)


def _scores(scored: Sequence[Pair], model: Model) -> dict[str, Any]:
    """F1 of the entities of ``scored``, by tagger, as the pipeline that users will have finds them."""
    f1: dict[str, Any] = {"articles": len(scored)}
    with tempfile.TemporaryDirectory() as folder:
        model.write(Path(folder) / COMPONENT)
        for tagger in TAGGERS:
            scores = evaluate(scored, Pipeline(tagger, folder).process)
            f1[tagger] = {key: None if (value := scores.f1(key)) is None else round(value, 4) for key in ENTITY_KEYS}
    return f1
