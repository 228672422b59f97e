"""The trained tagger: what it sees of a sentence, its folder, and what it makes of the names there."""

from nqextract.model.crf import SOURCE, Asked, Crf, open_crf
from nqextract.model.features import OUTSIDE, columns, features, spans, tags, word_layer
from nqextract.model.folder import (
    COMPONENT,
    NAME,
    TAUGHT,
    Model,
    ModelError,
    check_model,
    read_component,
    read_model,
    shipped_model,
)

__all__ = [
    "COMPONENT",
    "NAME",
    "OUTSIDE",
    "SOURCE",
    "TAUGHT",
    "Asked",
    "Crf",
    "Model",
    "ModelError",
    "check_model",
    "columns",
    "features",
    "open_crf",
    "read_component",
    "read_model",
    "shipped_model",
    "spans",
    "tags",
    "word_layer",
]
