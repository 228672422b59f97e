"""What the tagger sees of a token: its letters, its shape, the vocabulary, the rules' answer, and the neighbours'."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import cast

from nqextract.lexicon.vocabulary import Hits, Kind
from nqextract.tokenize import Segmenter
from nqextract.types import Label, Mention

Span = tuple[int, int]

OUTSIDE = "O"
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
    size = len(tokens)
    # Each padded, by two before and behind or by one before and two behind: what is at a token is at `at` plus its pad.
    letters = [_PAD, _PAD, *(_letters(folded[start:end]) for start, end in tokens), _PAD, _PAD]
    shapes = [_PAD, *(_shape(text[start:end]) for start, end in tokens), _PAD]
    known = [*_known(text, tokens, hits), _PAD, _PAD]
    tagged = [_PAD, *answers, _PAD]
    runs = _runs(shapes[1:-1])
    behind = _behind(answers, letters[2:])
    found: list[list[str]] = []
    last = OUTSIDE
    for at in range(size):
        two_before, before, here, after, two_after = letters[at : at + 5]
        answer = tagged[at + 1]
        row = [
            "w=" + here,
            "-w=" + before,
            "+w=" + after,
            "--w=" + two_before,
            "++w=" + two_after,
            "-ww=" + before + " " + here,
            "+ww=" + here + " " + after,
            "-w+=" + before + " " + after,
            "s=" + shapes[at + 1],
            "-s+=" + shapes[at] + shapes[at + 1] + shapes[at + 2],
            "run=" + runs[at],
            "k=" + known[at],
            "+k=" + known[at] + "|" + known[at + 1],
            "++k=" + known[at] + "|" + known[at + 1] + "|" + known[at + 2],
            "a=" + answer,
            "-a+=" + tagged[at] + answer + tagged[at + 2],
            "aw=" + answer + here,
            "-aw=" + tagged[at] + here,
            "lw=" + last + here,
            "ab=" + answer + behind[at],
            "bw=" + behind[at] + " " + here,
        ]
        if words is not None:
            row += ["p=" + words[at], "+p=" + words[at] + (words[at + 1] if at + 1 < size else _PAD)]
        found.append(row)
        if answer != OUTSIDE:
            last = answer[2:]
    if found:
        found[0].append("first")
        found[-1].append("last")
    return found


def _known(text: str, tokens: Sequence[Span], hits: Hits) -> Iterator[str]:
    """What the vocabulary knows of each token: in capitals the codes of the phrases that begin there, in small letters
    that of the longest that goes on; and whether it is a surname."""
    open_end, open_code = -1, ""
    for start, end in tokens:
        code = open_code if start < open_end else ""
        found = hits.by_start.get(start)
        if found:
            codes = {_CODES[entry.kind].upper() for _, entry in found if entry.kind in _CODES}
            code += "".join(sorted(codes))
            if found[0][0] > open_end and found[0][1].kind in _CODES:
                open_end, open_code = found[0][0], _CODES[found[0][1].kind]
        if text[start].isupper() and (frequency := hits.surname_at(start, end)):
            code += "S" if frequency == "common" else "s"
        yield code


def _runs(shapes: Sequence[str]) -> list[str]:
    """How many capitalised tokens stand before each token without a gap, and from it on."""
    back = _counted(shapes)
    ahead = _counted(shapes[::-1])[::-1]
    return [
        f"{back[at - 1] if at else 0}{ahead[at]}" if shape in _CAPITALISED else "0" for at, shape in enumerate(shapes)
    ]


def _counted(shapes: Sequence[str]) -> list[int]:
    counts: list[int] = []
    count = 0
    for shape in shapes:
        count = min(count + 1, _LONGEST_RUN) if shape in _CAPITALISED else 0
        counts.append(count)
    return counts


def _behind(answers: Sequence[str], letters: Sequence[str]) -> list[str]:
    """For each token inside a name of the rules' the word behind that name; ``letters`` are padded at the end."""
    found = [""] * len(answers)
    for at in range(len(answers) - 1, -1, -1):
        if answers[at] != OUTSIDE:
            goes_on = at + 1 < len(answers) and answers[at + 1].startswith("I")
            found[at] = found[at + 1] if goes_on else letters[at + 1]
    return found


@lru_cache(maxsize=65536)
def _letters(word: str) -> str:
    return "9" * len(word) if word.isdigit() else word


@lru_cache(maxsize=65536)
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
