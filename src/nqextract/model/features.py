"""What the tagger sees of a token: its letters, its shape, the vocabulary, the rules' answer, and the neighbours'."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from nqextract.lexicon.vocabulary import Hits, Kind
from nqextract.tokenize import Segmenter
from nqextract.types import Label, Mention

Span = tuple[int, int]

OUTSIDE = "O"
PADS = 2
"""Between sentences, as no feature looks further."""
_PAD = "_"
_CODES = {
    Kind.HEAD: "h",
    Kind.BODY: "b",
    Kind.FIELD: "f",
    Kind.TITLE: "t",
    Kind.PLACE: "p",
    Kind.UNIT: "u",
    Kind.HONORIFIC: "n",
    Kind.BEARER: "r",
    Kind.GENERIC: "g",
    Kind.HALL: "l",
    Kind.WORD: "w",
}
_CAPITALISED = frozenset(("Xx", "X", "XX"))
_LONGEST_RUN = 4  # capitalised tokens that are counted


def tags(tokens: Sequence[Span], mentions: Iterable[Mention]) -> list[str]:
    """The BIO tags of ``tokens`` for ``mentions`` (in order, not overlapping): ``B-ORG``, ``I-ORG``, ``O``.

    A token that a mention holds only in part belongs to it.
    """
    found = [OUTSIDE] * len(tokens)
    at = 0
    for mention in mentions:
        while at < len(tokens) and tokens[at][1] <= mention.start:
            at += 1
        prefix = "B-"
        while at < len(tokens) and tokens[at][0] < mention.end:
            found[at] = prefix + mention.label
            prefix = "I-"
            at += 1
    return found


def spans(found: Sequence[str]) -> Iterator[tuple[Label, int, int]]:
    """Label, first token and end token of each span in BIO tags; an ``I-`` of another label begins a span."""
    label, begin = "", 0
    for at, tag in enumerate((*found, OUTSIDE)):
        if tag == OUTSIDE and not label:
            continue
        prefix, _, of = tag.partition("-")
        if label and (prefix != "I" or of != label):
            yield cast("Label", label), begin, at
            label = ""
        if of and not label:
            label, begin = of, at


def word_layer(text: str, tokens: Sequence[Span], segmenter: Segmenter) -> list[str]:
    """Whether each of ``tokens``, those of one sentence, begins a word of ``segmenter``'s ("B") or goes on ("I")."""
    offset = tokens[0][0]
    begins = {offset + start for start, _ in segmenter.words(text[offset : tokens[-1][1]])}
    return ["B" if start in begins else "I" for start, _ in tokens]


@dataclass(frozen=True, slots=True)
class Columns:
    """What is seen of the tokens of some sentences, one behind the other: two pads before each and behind the last."""

    letters: list[str]
    shapes: list[str]
    runs: list[str]
    known: list[str]
    answers: list[str]
    last: list[str]
    behind: list[str]
    words: list[str]  # empty where no segmenter is used


@dataclass(frozen=True, slots=True)
class Group:
    """Features that are made of the same values.

    The values lie in ``columns``, by name and how far behind the first; the feature ``names[i]`` of them is one of the
    token that lies ``of[i]`` behind.  ``told``: the values are letters, and a name tells them, behind its "=" with a
    space between; the names of any other group are all of one token.
    """

    columns: tuple[tuple[str, int], ...]
    names: Callable[..., tuple[str, ...]]
    of: tuple[int, ...]
    told: bool = False

    def values(self, columns: Columns) -> Iterator[tuple[str, ...]]:
        """Of each token, pads too, but for the last few, behind which the columns end."""
        return zip(*(getattr(columns, name)[behind:] for name, behind in self.columns), strict=False)


GROUPS = (
    Group(
        (("letters", 0),),
        lambda w: (f"w={w}", f"-w={w}", f"+w={w}", f"--w={w}", f"++w={w}"),
        (0, 1, -1, 2, -2),
        told=True,
    ),
    Group((("letters", 0), ("letters", 1)), lambda w, w1: (f"-ww={w} {w1}", f"+ww={w} {w1}"), (1, 0), told=True),
    Group((("letters", 0), ("letters", 2)), lambda w_1, w1: (f"-w+={w_1} {w1}",), (1,), told=True),
    Group(
        (("shapes", 0), ("shapes", 1), ("shapes", 2), ("runs", 1)),
        lambda s_1, s, s1, run: (f"s={s}", f"-s+={s_1}{s}{s1}", f"run={run}"),
        (1, 1, 1),
    ),
    Group(
        (("known", 0), ("known", 1), ("known", 2)),
        lambda k, k1, k2: (f"k={k}", f"+k={k}|{k1}", f"++k={k}|{k1}|{k2}"),
        (0, 0, 0),
    ),
    Group(
        (("answers", 0), ("answers", 1), ("answers", 2), ("letters", 1), ("last", 1), ("behind", 1)),
        lambda a_1, a, a1, w, last, behind: (
            f"a={a}",
            f"-a+={a_1}{a}{a1}",
            f"aw={a}{w}",
            f"-aw={a_1}{w}",
            f"lw={last}{w}",
            f"ab={a}{behind}",
            f"bw={behind} {w}",
        ),
        (1, 1, 1, 1, 1, 1, 1),
    ),
    Group((("words", 0), ("words", 1)), lambda p, p1: (f"p={p}", f"+p={p}{p1}"), (0, 0)),
)
"""Every feature of a token, in their order, but for those of a sentence's edges."""
FIRST, LAST = "first", "last"


def features(
    text: str,
    folded: str,
    tokens: Sequence[Span],
    hits: Hits,
    answers: Sequence[str],
    words: Sequence[str] | None = None,
) -> list[list[str]]:
    """The features of each of ``tokens``, one sentence's syllables.

    ``answers`` are the rules' tags of the tokens; ``words`` their :func:`word_layer`, where one is used.
    """
    seen = columns(text, folded, [(tokens, answers, words)], hits)
    found: list[list[str]] = [[] for _ in tokens]
    for group in GROUPS:
        names = [group.names(*values) for values in group.values(seen)]
        for at, behind in enumerate(group.of):
            for row, made in zip(found, names[PADS - behind :], strict=False):
                row.append(made[at])
    if found:
        found[0].append(FIRST)
        found[-1].append(LAST)
    return found


def columns(
    text: str, folded: str, sentences: Iterable[tuple[Sequence[Span], Sequence[str], Sequence[str] | None]], hits: Hits
) -> Columns:
    """The columns of ``sentences``: of each its tokens, the rules' tags of these, and their :func:`word_layer`."""
    pads = [_PAD] * PADS
    letters, shapes, known, answers = [*pads], [*pads], [*pads], [*pads]
    words: list[str] = []
    for tokens, tagged, layer in sentences:
        letters += [_letters(folded[start:end]) for start, end in tokens]
        shapes += [_shape(text[start:end]) for start, end in tokens]
        known += _known(text, tokens, hits)
        answers += tagged
        for column in (letters, shapes, known, answers):
            column += pads
        if layer is not None:
            words += [*([] if words else pads), *layer, *pads]
    return Columns(letters, shapes, _runs(shapes), known, answers, _last(answers), _behind(answers, letters), words)


def _last(answers: Sequence[str]) -> list[str]:
    """The label of the name that the rules found last before each token of its sentence."""
    found: list[str] = []
    last = OUTSIDE
    for answer in answers:
        found.append(last)
        if answer == _PAD:
            last = OUTSIDE
        elif answer != OUTSIDE:
            last = answer[2:]
    return found


def _known(text: str, tokens: Sequence[Span], hits: Hits) -> list[str]:
    """What the vocabulary knows of each token: in capitals the codes of the phrases that begin there, in small letters
    that of the longest that goes on; and whether it is a surname."""
    by_start = hits.by_start
    open_end, open_code = -1, ""
    codes: list[str] = []
    for start, end in tokens:
        code = open_code if start < open_end else ""
        if start in by_start:
            found = by_start[start]
            end_of_longest, longest = found[0]
            longest_code = _CODES.get(longest.kind, "")
            if len(found) == 1:
                code += longest_code.upper()
            else:
                code += "".join(sorted({_CODES.get(entry.kind, "").upper() for _, entry in found}))
            if longest_code and end_of_longest > open_end:
                open_end, open_code = end_of_longest, longest_code
        if text[start].isupper() and (frequency := hits.surname_at(start, end)):
            code += "S" if frequency == "common" else "s"
        codes.append(code)
    return codes


def _runs(shapes: Sequence[str]) -> list[str]:
    """How many capitalised tokens stand before each token without a gap, and from it on."""
    found = ["0"] * len(shapes)
    begin = 0
    for end, shape in enumerate(shapes):  # a pad is the last
        if shape in _CAPITALISED:
            continue
        if begin < end:
            found[begin:end] = _run(end - begin)
        begin = end + 1
    return found


@lru_cache(maxsize=256)
def _run(length: int) -> tuple[str, ...]:
    return tuple(f"{min(at, _LONGEST_RUN)}{min(length - at, _LONGEST_RUN)}" for at in range(length))


def _behind(answers: Sequence[str], letters: Sequence[str]) -> list[str]:
    """For each token inside a name of the rules' the word behind that name."""
    found = [""] * len(answers)
    for at in range(len(answers) - 1, -1, -1):
        if answers[at] not in (OUTSIDE, _PAD):
            found[at] = found[at + 1] if answers[at + 1].startswith("I") else letters[at + 1]
    return found


@lru_cache(maxsize=4096)
def _letters(word: str) -> str:
    return "9" * len(word) if word.isdigit() else word


@lru_cache(maxsize=4096)
def _shape(word: str) -> str:
    if word.isdigit():
        return "9" if len(word) < 3 else "99"
    if not word[0].isalpha():
        return word
    if word.isupper():
        return "X" if len(word) == 1 else "XX"
    if word[0].isupper():
        return "Xx"
    return "x" if word.islower() else "xX"
