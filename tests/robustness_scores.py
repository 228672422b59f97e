"""Scores on gold whose articles are written in other characters or encodings: a row a variant, its difference to the
articles as they are.

    python tests/robustness_scores.py data/gold --articles data/raw [--split dev] [--only NFD]

``make robustness`` writes the Markdown table of ``data/gold``; the exit status is 1 where a difference is greater
than ``LARGEST``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from encoded import ENCODERS, in_encoding
from nqextract.evaluate.score import Scores, evaluate
from nqextract.gold.load import Pair, load_gold, span_faults
from nqextract.gold.split import SPLITS
from nqextract.pipeline import Pipeline
from nqextract.text import sha256
from variants import VARIANTS, Variant

SCORED = {"entities": "entities", "titles": "names with titles", "slots": "record slots", "records": "records found"}
"""Keys of :data:`nqextract.evaluate.score.KEYS`, and what the table calls them."""
LARGEST = 0.002
"""How much a variant may cost or gain of F1."""


def moved(pair: Pair, vary: Variant) -> Pair:
    """An article in other characters, and its gold where that has moved to."""
    varied = vary(pair.article.text)
    entities = []
    for entity in pair.gold.entities:
        start, end = varied.span(entity.start, entity.end)
        entities.append(entity.model_copy(update={"start": start, "end": end, "text": varied.text[start:end]}))
    gold = pair.gold.model_copy(update={"entities": entities, "sha256": sha256(varied.text)})
    faults = span_faults(gold, varied.text)
    assert not faults, faults
    return Pair(gold, replace(pair.article, text=varied.text))


def score(pairs: Sequence[Pair], vary: Variant | None = None) -> Scores:
    """The scores on ``pairs``, as they are or written anew."""
    scores = evaluate(pairs if vary is None else [moved(pair, vary) for pair in pairs], Pipeline().process)
    assert not scores.failures, scores.failures
    return scores


def differences(clean: Scores, scores: Scores) -> dict[str, float]:
    """By key of :data:`SCORED`, how far F1 is from that of the articles as they are."""
    return {key: (scores.f1(key) or 0.0) - (clean.f1(key) or 0.0) for key in SCORED}


def table(pairs: Sequence[Pair], variants: Mapping[str, Variant]) -> tuple[list[str], bool]:
    """The lines of a Markdown table, and whether all differences are small."""
    clean = score(pairs)
    lines = [
        f"| variant | {' | '.join(SCORED.values())} |",
        f"|---|{'---:|' * len(SCORED)}",
        f"| as it is | {' | '.join(f'{clean.f1(key) or 0.0:.3f}' for key in SCORED)} |",
    ]
    small = True
    for name, vary in variants.items():
        scores = score(pairs, vary)
        off = differences(clean, scores)
        if "TCVN3" not in name:  # which has no capitals with a tone mark, so that some are lost
            small = small and all(abs(value) <= LARGEST for value in off.values())
        cells = [f"{scores.f1(key) or 0.0:.3f} ({off[key]:+.3f})" for key in SCORED]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines, small


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--articles", action="append", type=Path, default=[])
    parser.add_argument("--split", choices=SPLITS, default="all")
    parser.add_argument("--only", nargs="*", default=[], help="variants whose names hold one of these")
    asked = parser.parse_args()
    pairs = load_gold(asked.gold, asked.articles, split=asked.split)
    variants = VARIANTS | {name: in_encoding(name) for name in ENCODERS}
    chosen = {
        name: vary for name, vary in variants.items() if not asked.only or any(wanted in name for wanted in asked.only)
    }
    lines, small = table(pairs, chosen)
    print(f"{len(pairs)} articles\n")
    print("\n".join(lines))
    return 0 if small else 1


if __name__ == "__main__":
    sys.exit(main())
