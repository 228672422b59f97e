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
    # What stands two before a token, before it, at it and so on, as columns.
    letters = [_PAD, _PAD, *(_letters(folded[start:end]) for start, end in tokens), _PAD, _PAD]
    shapes = [_PAD, *(_shape(text[start:end]) for start, end in tokens), _PAD]
    known = [*_known(text, tokens, hits), _PAD, _PAD]
    tagged = [_PAD, *answers, _PAD]
    columns = zip(
        *(letters[at : at + size] for at in range(5)),
        *(shapes[at : at + size] for at in range(3)),
        *(known[at : at + size] for at in range(3)),
        *(tagged[at : at + size] for at in range(3)),
        _runs(shapes[1:-1]),
        _behind(answers, letters[2:]),
        _last(answers),
        strict=True,
    )
    found = [
        [
            "w=" + w,
            "-w=" + w_1,
            "+w=" + w1,
            "--w=" + w_2,
            "++w=" + w2,
            f"-ww={w_1} {w}",
            f"+ww={w} {w1}",
            f"-w+={w_1} {w1}",
            "s=" + s,
            f"-s+={s_1}{s}{s1}",
            "run=" + run,
            "k=" + k,
            f"+k={k}|{k1}",
            f"++k={k}|{k1}|{k2}",
            "a=" + a,
            f"-a+={a_1}{a}{a1}",
            f"aw={a}{w}",
            f"-aw={a_1}{w}",
            f"lw={last}{w}",
            f"ab={a}{behind}",
            f"bw={behind} {w}",
        ]
        for w_2, w_1, w, w1, w2, s_1, s, s1, k, k1, k2, a_1, a, a1, run, behind, last in columns
    ]
    if words is not None:
        for row, word, next_word in zip(found, words, (*words[1:], _PAD), strict=True):
            row += ["p=" + word, "+p=" + word + next_word]
    if found:
        found[0].append("first")
        found[-1].append("last")
    return found


def _last(answers: Sequence[str]) -> list[str]:
    """The label of the name that the rules found last before each token."""
    found: list[str] = []
    last = OUTSIDE
    for answer in answers:
        found.append(last)
        if answer != OUTSIDE:
            last = answer[2:]
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
