"""The weights that a CRF learned: read from crfsuite's file, and summed for the features of tokens.

Nothing here knows a feature: they are named by ``features.py``, for training and for this.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial, reduce
from itertools import count, repeat
from struct import Struct
from struct import error as StructError

import numpy as np
from numpy.typing import NDArray

from nqextract.model.features import FIRST, GROUPS, LAST, PADS, Columns, Group

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_HEADER = Struct("<4s 4x 4s I 12x 3I 8x")  # magic, type, version; where features, labels and names of features lie
_FEATURES = Struct("<8x I")  # before the features: how many
_FEATURE = np.dtype([("is_transition", "<u4"), ("source", "<u4"), ("label", "<u4"), ("weight", "<f8")])
_STRINGS = Struct("<16x II")  # before a table of strings: how many, and where it tells their places
_SIZE_BEHIND, _SIZE = 4, np.dtype("<u4")  # in front of each: its size, with the zero byte that ends it

_BASE = 1 << 31  # of keys: more than there are words
_REMEMBERED = 1 << 13  # values of which a group's weights are kept at hand: most that recur


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
            self._of_names = np.zeros((len(names) + 1, len(self.labels)))  # the last row is that of any other name
            self.transitions = np.zeros((len(self.labels), len(self.labels)))
            for table, rows in (
                (self.transitions, features[features["is_transition"] == 1]),
                (self._of_names, features[features["is_transition"] == 0]),
            ):
                table[rows["source"], rows["label"]] = rows["weight"]
        except (IndexError, StructError) as error:
            raise ValueError(str(error)) from error
        self._rows = {name: row for row, name in enumerate(names)}
        self._told, self._words = _told(names)
        self._remembered = [(group, _Remembered(partial(self._sum, group))) for group in GROUPS if not group.told]

    def scores(self, columns: Columns, sizes: Sequence[int]) -> Floats:
        """What the features of each token (row) of sentences of ``sizes`` tokens say of each label (column)."""
        scores = np.zeros((len(columns.letters), len(self.labels)))
        for group, remembered in self._remembered:
            weights = np.frombuffer(b"".join(map(remembered.__getitem__, group.values(columns))))
            _add(scores, weights.reshape(-1, len(self.labels)), group.of[0])
        words = np.fromiter(map(self._words.get, columns.letters, repeat(0)), np.int64, len(columns.letters))
        for told in self._told:
            rows = told.rows(words)
            for at, behind in enumerate(told.of):
                _add(scores, self._of_names[rows[:, at]], behind)
        pads = PADS * np.arange(1, len(sizes) + 1)
        ends = np.cumsum(sizes, dtype=np.intp) + pads
        scores[ends - np.array(sizes, dtype=np.intp)] += self._of_names[self._rows.get(FIRST, -1)]
        scores[ends - 1] += self._of_names[self._rows.get(LAST, -1)]
        tokens: Floats = scores[np.arange(sum(sizes)) + np.repeat(pads, sizes)]
        return tokens

    def _sum(self, group: Group, values: tuple[str, ...]) -> bytes:
        """The weights of the features that ``group`` makes of ``values``, added up.  As bytes: joined, such are an
        array."""
        known = [self._rows[name] for name in group.names(*values) if name in self._rows]
        total: Floats = self._of_names[known].sum(axis=0)
        return total.tobytes()


def _add(scores: Floats, weights: Floats, behind: int) -> None:
    """Add ``weights``, of tokens from the first on, to the ``scores`` of the tokens that lie ``behind`` these."""
    if behind < 0:
        scores[:behind] += weights[-behind:]
    else:
        scores[behind : behind + len(weights)] += weights[: len(scores) - behind]


class _Remembered(dict[tuple[str, ...], bytes]):
    """What a function gives for values that it was asked about of late."""

    def __init__(self, function: Callable[[tuple[str, ...]], bytes]) -> None:
        self._function = function

    def __missing__(self, values: tuple[str, ...]) -> bytes:
        if len(self) >= _REMEMBERED:
            self.clear()
        found = self[values] = self._function(values)
        return found


class _Told:
    """A group whose names tell the words that they are made of: its names by the numbers of these words."""

    def __init__(self, group: Group, words: Ints, names: Sequence[int], rows: Sequence[int]) -> None:
        """``words``: their numbers, name after name; ``names``: which of the group's each is; ``rows``: its row."""
        self.of = group.of
        self._behind = [behind for _, behind in group.columns]
        keys, places = np.unique(_keys(words.reshape(-1, len(self._behind)).T), return_inverse=True)
        self._keys = np.append(keys, np.iinfo(np.int64).max)
        self._rows = np.full((len(self._keys), len(self.of)), -1)
        self._rows[places, names] = rows

    def rows(self, words: Ints) -> Ints:
        """Where words of the numbers ``words`` stand one behind the other: the rows of the group's names (columns) of
        each, -1 for none."""
        size = len(words) - self._behind[-1]
        keys = _keys([words[behind : behind + size] for behind in self._behind])
        at = self._keys.searchsorted(keys)
        at[self._keys[at] != keys] = -1
        rows: Ints = self._rows[at]
        return rows


def _keys(words: Iterable[Ints]) -> Ints:
    """The numbers of some first words, of those behind these, ... as the digits of one number each."""
    return reduce(lambda keys, more: keys * _BASE + more, words)


def _told(names: Sequence[str]) -> tuple[list[_Told], dict[str, int]]:
    """The groups whose names tell words, and a number from 1 on for each word that is told."""
    groups = [group for group in GROUPS if group.told]
    found: list[tuple[list[str], list[int], list[int]]] = [([], [], []) for _ in groups]
    places = {
        name.partition("=")[0]: (len(group.columns), at, *lists)
        for group, lists in zip(groups, found, strict=True)
        for at, name in enumerate(group.names(*([""] * len(group.columns))))
    }
    for row, name in enumerate(names):
        prefix, _, told = name.partition("=")
        if prefix in places:
            size, at, words, of_group, rows = places[prefix]
            split = told.split(" ")
            if len(split) == size:
                words += split
                of_group.append(at)
                rows.append(row)
    numbers: defaultdict[str, int] = defaultdict(count(1).__next__)
    tables = [
        _Told(group, np.fromiter(map(numbers.__getitem__, words), np.int64), of_group, rows)
        for group, (words, of_group, rows) in zip(groups, found, strict=True)
    ]
    return tables, dict(numbers)


def _strings(file: bytes, table: int) -> list[str]:
    """The strings of the table that lies at ``table``, by their numbers."""
    number, places = _STRINGS.unpack_from(file, table)
    at = np.frombuffer(file, "<u4", number, table + places).astype(np.int64) + table
    size_at = at[:, np.newaxis] + np.arange(_SIZE.itemsize) + _SIZE_BEHIND
    starts = at + _SIZE_BEHIND + _SIZE.itemsize
    ends = starts + np.frombuffer(file, np.uint8)[size_at].view(_SIZE).ravel() - 1
    return [file[start:end].decode() for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
