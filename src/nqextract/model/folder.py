"""A model's folder: a spaCy pipeline, in which our component keeps the weights and what they were made from.

The command line reads that component's folder alone, without spaCy, whose import takes over a second.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nqextract.types import LABELS, Label, NqextractError

NAME = "nqextract_vi"
COMPONENT = "nqextract_tag"
FORMAT = 1
"""Raised when the features change: weights mean nothing beside other features."""

TAUGHT: tuple[Label, ...] = ("PERSON", "TITLE", "ORG")
"""What is taught.  Documents and dates are read by grammars, which give their values, too."""

_WEIGHTS, _META = "crf.crfsuite", "meta.json"


class ModelError(NqextractError):
    """A model that cannot be used; the message names its folder and why."""


@dataclass(frozen=True, slots=True)
class Model:
    """A trained tagger: the CRF's ``weights`` in crfsuite's format, and in ``meta`` how it came to be.

    ``meta``: ``format``, ``labels``, ``segmenter`` (``none``, or whose words are features), ``sha256`` of the weights;
    ``data``, ``settings`` and ``scores`` for who wants to know.
    """

    meta: dict[str, Any]
    weights: bytes
    path: str = ""

    @classmethod
    def of(cls, weights: bytes, **meta: Any) -> Model:
        """A model that was just trained."""
        fixed = {"format": FORMAT, "labels": list(TAUGHT), "sha256": hashlib.sha256(weights).hexdigest()}
        return cls({**fixed, **meta}, weights)

    @property
    def digest(self) -> str:
        return str(self.meta["sha256"])

    def write(self, folder: Path) -> None:
        """Write the component's folder.  The same model gives the same bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _WEIGHTS).write_bytes(self.weights)
        (folder / _META).write_text(json.dumps(self.meta, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def shipped_model() -> str:
    """The folder of the model that comes with the package: in the wheel, or at the top of a checkout.

    Raises:
        ModelError: there is none.
    """
    package = Path(__file__).resolve().parents[1]
    places = (package / "models" / NAME, package.parents[1] / "models" / NAME)
    for place in places:
        if place.is_dir():
            return str(place)
    raise ModelError(f"no model at {places[0]} or {places[1]}: train one, name one with --model, or use --tagger rules")


def read_model(path: str) -> Model:
    """The model of the pipeline in the folder ``path``.  Raises :class:`ModelError`; see :func:`read_component`."""
    if not Path(path).is_dir():
        raise ModelError(f"model {path}: no such folder")
    if not (Path(path) / COMPONENT).is_dir():
        raise ModelError(f"model {path}: not an nqextract model: it has no folder {COMPONENT}")
    return read_component(Path(path) / COMPONENT)


def read_component(folder: Path) -> Model:
    """The model in the component's ``folder``, checked.

    Raises:
        ModelError: missing or damaged, of another format, or taught other labels.
    """
    shown = f"model {folder.parent}"
    try:
        meta = json.loads((folder / _META).read_bytes())
        weights = (folder / _WEIGHTS).read_bytes()
    except OSError as error:
        raise ModelError(f"{shown}: {error.filename} cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{shown}: {folder.name}/{_META} is damaged: {error}") from error
    return check_model(Model(meta, weights, str(folder.parent)))


def check_model(model: Model) -> Model:
    """``model``, if it can be used.  Raises :class:`ModelError`."""
    shown = f"model {model.path}"
    meta = model.meta if isinstance(model.meta, dict) else {}
    if missing := [key for key in ("format", "labels", "segmenter", "sha256") if key not in meta]:
        raise ModelError(f"{shown}: {_META} is damaged: it does not say {', '.join(missing)}")
    if meta["format"] != FORMAT:
        raise ModelError(f"{shown}: of format {meta['format']}; this nqextract reads format {FORMAT}: train it anew")
    if not isinstance(meta["labels"], list) or not isinstance(meta["segmenter"], str):
        raise ModelError(f"{shown}: {_META} is damaged: labels are a list, and a segmenter is a name")
    labels = [str(label) for label in meta["labels"]]
    if unknown := sorted(set(labels) - set(LABELS)):
        raise ModelError(f"{shown}: taught labels that nqextract has not: {', '.join(unknown)}")
    if set(labels) != set(TAUGHT):
        raise ModelError(f"{shown}: taught {', '.join(labels)}, where {', '.join(TAUGHT)} are needed")
    if hashlib.sha256(model.weights).hexdigest() != meta["sha256"]:
        raise ModelError(f"{shown}: {_WEIGHTS} is damaged: {_META} has the hash of another")
    return model
