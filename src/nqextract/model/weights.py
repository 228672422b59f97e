"""The weights that a CRF learned: read from crfsuite's file, and summed for the features of tokens.

Nothing here knows a feature: they are named by ``features.py``, for training and for this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import repeat
from struct import Struct
from struct import error as StructError

import numpy as np
from numpy.typing import NDArray

from nqextract.model.features import FIRST, GROUPS, LAST, PADS, Columns, Group

Floats = NDArray[np.float64]
LookUp = Callable[[Iterator[tuple[str, ...]]], Iterator[bytes]]

_HEADER = Struct("<4s 4x 4s I 12x 3I 8x")  # magic, type, version; where features, labels and names of features lie
_FEATURES = Struct("<8x I")  # before the features: how many
_FEATURE = np.dtype([("is_transition", "<u4"), ("source", "<u4"), ("label", "<u4"), ("weight", "<f8")])
_STRINGS = Struct("<16x II")  # before a table of strings: how many, and where it tells their places
_STRING = Struct("<4x I")  # before each: its size, with the zero byte that ends it

_REMEMBERED = 1 << 14  # values of which a group's weights are kept at hand


class Weights:
    """How much each feature of a token speaks for each label, and each label (row) for the next (column)."""

    def __init__(self, file: bytes) -> None:
        """Reads ``file``, as python-crfsuite writes it.  Raises :class:`ValueError` where it is none."""
        try:
            magic, kind, version, features_at, labels_at, names_at = _HEADER.unpack_from(file)
            if (magic, kind, version) != (b"lCRF", b"FOMC", 100):
                raise ValueError("not in crfsuite's format")
            (number,) = _FEATURES.unpack_from(file, features_at)
            features = np.frombuffer(file, _FEATURE, number, features_at + _FEATURES.size)
            self.labels = _strings(file, labels_at)
            names = _strings(file, names_at)
            of_names = np.zeros((len(names), len(self.labels)))
            self.transitions = np.zeros((len(self.labels), len(self.labels)))
            for table, rows in (
                (self.transitions, features[features["is_transition"] == 1]),
                (of_names, features[features["is_transition"] == 0]),
            ):
                table[rows["source"], rows["label"]] = rows["weight"]
        except (IndexError, StructError) as error:
            raise ValueError(str(error)) from error
        # Numbers as bytes: joined, they are an array.
        packed, size = of_names.tobytes(), of_names.itemsize * len(self.labels)
        self._nothing = bytes(size)
        self._weights = {name: packed[at * size : (at + 1) * size] for at, name in enumerate(names)}
        self._look_ups = [self._told(group) if group.told else self._remembered(group) for group in GROUPS]

    def scores(self, columns: Columns, sizes: Sequence[int]) -> Floats:
        """What the features of each token (row) of sentences of ``sizes`` tokens say of each label (column)."""
        labels = len(self.labels)
        scores = np.zeros((len(columns.letters), labels))
        for group, look_up in zip(GROUPS, self._look_ups, strict=True):
            vectors = np.frombuffer(b"".join(look_up(group.values(columns)))).reshape(-1, len(group.of), labels)
            for at, behind in enumerate(group.of):
                if behind < 0:
                    scores[:behind] += vectors[-behind:, at]
                else:
                    scores[behind : behind + len(vectors)] += vectors[: len(scores) - behind, at]
        pads = PADS * np.arange(1, len(sizes) + 1)
        ends = np.cumsum(sizes, dtype=np.intp) + pads
        scores[ends - np.array(sizes, dtype=np.intp)] += np.frombuffer(self._weights.get(FIRST, self._nothing))
        scores[ends - 1] += np.frombuffer(self._weights.get(LAST, self._nothing))
        tokens: Floats = scores[np.arange(sum(sizes)) + np.repeat(pads, sizes)]
        return tokens

    def _packed(self, group: Group, values: tuple[str, ...]) -> bytes:
        """The weights of the features that ``group`` makes of ``values``."""
        return b"".join([self._weights.get(name, self._nothing) for name in group.names(*values)])

    def _told(self, group: Group) -> LookUp:
        """Of a group whose names tell the values all are looked up beforehand."""
        known: dict[tuple[str, ...], bytes] = {}
        prefixes = {name.partition("=")[0] for name in group.names(*([""] * len(group.columns)))}
        for name in self._weights:
            prefix, _, value = name.partition("=")
            if prefix in prefixes:
                values = tuple(value.split(" "))
                if values not in known:
                    known[values] = self._packed(group, values)
        nothing = self._nothing * len(group.of)
        return lambda values: map(known.get, values, repeat(nothing))

    def _remembered(self, group: Group) -> LookUp:
        """Of another those that came of late are remembered."""
        return partial(map, _Remembered(partial(self._packed, group)).__getitem__)


class _Remembered(dict[tuple[str, ...], bytes]):
    """What a function gives for values that it was asked about of late."""

    def __init__(self, function: Callable[[tuple[str, ...]], bytes]) -> None:
        self._function = function

    def __missing__(self, values: tuple[str, ...]) -> bytes:
        if len(self) >= _REMEMBERED:
            self.clear()
        found = self[values] = self._function(values)
        return found


def _strings(file: bytes, table: int) -> list[str]:
    """The strings of the table that lies at ``table``, by their numbers."""
    number, places = _STRINGS.unpack_from(file, table)
    found: list[str] = []
    for place in np.frombuffer(file, "<u4", number, table + places).tolist():
        (size,) = _STRING.unpack_from(file, table + place)
        start = table + place + _STRING.size
        found.append(file[start : start + size - 1].decode())
    return found
