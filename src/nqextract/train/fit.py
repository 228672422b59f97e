"""Fitting the CRF, by python-crfsuite."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from nqextract.train.examples import Example

L1, L2 = 0.05, 0.1
LEAST_FREQUENT = 3  # a feature seen less often says nothing


def fit(examples: Iterable[Example], iterations: int) -> bytes:
    """The weights of a CRF fitted to ``examples``: the same for the same examples in the same order."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer("lbfgs", verbose=False)
    trainer.set_params({"c1": L1, "c2": L2, "feature.minfreq": LEAST_FREQUENT, "max_iterations": iterations})
    for example in examples:
        trainer.append(example.rows, example.tags)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weights"
        trainer.train(str(path))
        return path.read_bytes()
