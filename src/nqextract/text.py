"""Unicode: text made plain with a map back to raw offsets, and the folded twin that patterns match on."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

from nqextract.types import INVISIBLE

_LINE_BREAKS = "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_SPACES = "\t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\x1f"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_DOUBLE_QUOTES = "“”„‟«»″"
_SINGLE_QUOTES = "‘’‚‛′`"

_folded_characters = {
    **dict.fromkeys(_LINE_BREAKS, "\n"),
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys(_DOUBLE_QUOTES, '"'),
    **dict.fromkeys(_SINGLE_QUOTES, "'"),
    "ð": "đ",
    "Ð": "đ",
    "İ": "i",  # the one letter whose lower case is longer than itself
}

TONES = ("\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
"""The tone marks, as letters of their own: huyền, sắc, ngã, hỏi, nặng."""
ONSET = "(?:ngh?|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnprstvx])?"
"""A pattern for what a syllable begins with."""


def _tone_pairs() -> dict[str, str]:
    """``oà`` -> ``òa`` and the like: the new tone placement to the old one, for open ``oa``, ``oe``, ``uy``."""
    pairs = {}
    for first, second in ("oa", "oe", "uy"):
        for tone in TONES:
            new = first + unicodedata.normalize("NFC", second + tone)
            pairs[new] = unicodedata.normalize("NFC", first + tone) + second
    return pairs


_tone_pair = _tone_pairs()


def _pairs_pattern() -> str:
    """Any of the pairs, by first letter: a search skips to one of these, which no lookbehind before them allows."""
    seconds: dict[str, str] = {}
    for pair in _tone_pair:
        seconds[pair[0]] = seconds.get(pair[0], "") + pair[1]
    return "|".join(f"{first}[{letters}]" for first, letters in seconds.items())


_new_placement = re.compile(rf"(?:{_pairs_pattern()})(?<!q..)(?![^\W\d_])")
_folded_character = re.compile("[" + "".join(map(re.escape, _folded_characters)) + "]")


_marks = re.compile("[\u0300-\u036f]+")
_syllable = re.compile(rf"{ONSET}[aeiouy]{{1,3}}(?:ch|nh|ng|[cmnpt])?")


@lru_cache(maxsize=4096)
def is_syllable(folded: str) -> bool:
    """Whether a word in small letters could be a Vietnamese syllable, by its letters alone."""
    return _syllable.fullmatch(_marks.sub("", unicodedata.normalize("NFD", folded))) is not None


def old_tones(text: str) -> str:
    """``text`` with its tone marks in the old placement ("Thành uỷ" as "Thành ủy"); case and length stay."""
    folded = text.lower()
    if len(folded) != len(text):
        return text
    placed = list(text)
    for match in _new_placement.finditer(folded):
        pair = _tone_pair[match.group()]
        for offset, letter in enumerate(pair):
            at = match.start() + offset
            placed[at] = letter.upper() if text[at].isupper() else letter
    return "".join(placed)


def fold(text: str) -> str:
    """The folded twin of NFC ``text``: same length, so offsets in one are offsets in the other.

    Lower case; old tone placement (``uỷ`` becomes ``ủy``); horizontal white space plain spaces; line separators
    ``\\n``; dashes ``-``; quotes straight.
    """
    folded = text
    for character in set(_folded_character.findall(text)):
        folded = folded.replace(character, _folded_characters[character])
    folded = folded.lower()
    return _new_placement.sub(lambda match: _tone_pair[match.group()], folded)


@lru_cache(maxsize=4096)
def fold_name(name: str) -> str:
    """:func:`fold` for names and words of the vocabulary, which come again and again."""
    return fold(name)


def _extends(char: str) -> bool:
    """Whether ``char`` may combine with what stands before it: a mark, or a Hangul vowel or final consonant."""
    return unicodedata.category(char)[0] == "M" or "\u1160" <= char <= "\u11ff"


_LONGEST_CLUSTER = 32
"""Marks behind one letter that are composed together.  Canonical ordering is quadratic in their number, and no
language writes this many: a longer run is not text, and may stay as it is."""

_NO_TEXT = re.escape("".join(sorted(char for char in INVISIBLE if char <= "\uffff")))
_MARKS = "\u0300-\u036f"
_LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_SCRIPTS = ("\u0400-\u052f\u1c80-\u1c8f\ua640-\ua69f", "\u0370-\u03ff\u1f00-\u1fff\u2126")
"""Where the letters of Cyrillic and of Greek lie."""
_CROSSED = "ÐðƉɖ"
"""Letters of Iceland and of West Africa that some keyboards and fonts give for Đ and đ."""
_LOOK_ALIKES = {
    **dict(zip("АВСЕНІЈКМОРЅТХУасеіјорѕхуԁһԛԝԚԜ", "ABCEHIJKMOPSTXYaceijopsxydhqwQW", strict=True)),
    **dict(zip("ӐӑЀѐ", "ĂăÈè", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοόὸ", "ABEZHIKMNOPTYXoóò", strict=True)),
}
"""Cyrillic and Greek letters that nobody can tell from the Latin ones."""

_invisible = re.compile(f"[{_NO_TEXT}]")
_latin_letter = re.compile(f"[{_LATIN}]")
_foreign = tuple(re.compile(f"[{script}]") for script in _SCRIPTS)
_guise = re.compile(f"[{_CROSSED}{''.join(_SCRIPTS)}]")
_odd = re.compile(f"[{_NO_TEXT}{_CROSSED}{''.join(_SCRIPTS)}{re.escape(_SPACES + _LINE_BREAKS)}]")
# The invisible characters that lie beyond all letters, apart: a search for a set that goes so far takes forty times as
# long.
_far = re.compile("[\U000e0020-\U000e007f\U000e0100-\U000e01ef]")
_vietnamese = re.compile("[ĂÂÊÔƠƯăâêôơưẠ-ỹ]")
_word = re.compile(f"(?:[^\\W\\d_]|[{_MARKS}{_NO_TEXT}])+")
_space_runs = ("  ", " \n", "\n ", "\n\n\n")
_space_run = re.compile("[ \n]{2,}")
_plain_spaces = str.maketrans({**dict.fromkeys(_SPACES, " "), **dict.fromkeys(_LINE_BREAKS, "\n")})
_in_latin = str.maketrans(_LOOK_ALIKES)
CROSSED_D = str.maketrans(_CROSSED, "ĐđĐđ")
"""For ``str.translate``: Đ and đ for what looks like them."""


@lru_cache(maxsize=64)
def _clusters(rare: str) -> re.Pattern[str]:
    """What may combine, with the character before it: invisible characters, the Latin marks, and those of ``rare``."""
    return re.compile(f"(?s:.)?[{_NO_TEXT}{_MARKS}{re.escape(rare)}]+")


def normalise(raw: str) -> tuple[str, Sequence[int] | None]:
    """``raw`` as plain text, and the raw offset of each of its characters.

    Plain text is NFC without invisible characters.  Its spaces are single plain spaces and its line ends ``\\n``, with
    at most one blank line between lines and no space at their ends.  A word broken at a soft hyphen is whole again.
    Letters that only look Latin are Latin: "Ð" for "Đ", and Cyrillic or Greek ones where no word of that script can be
    meant.  So what reads alike is alike.

    The offsets have one entry more than the text (the raw length); they are ``None`` where they would be the identity.
    Linear in ``len(raw)``.
    """
    if (
        _odd.search(raw) is None
        and _far.search(raw) is None
        and unicodedata.is_normalized("NFC", raw)
        and not any(run in raw for run in _space_runs)
    ):
        return raw, None
    return _squeezed(*_composed(_exchanged(raw)))


def reads_as(raw: str, text: str) -> bool:
    """Whether ``text`` may be what :func:`normalise` made of the piece ``raw``: which letters only look Latin, a
    piece alone does not tell, and it has all marks of its last letter, of which ``text`` may lack some."""
    plain = normalise(raw)[0]
    if plain == text:
        return True
    bare, wanted = _bare(plain), _bare(text)
    return bare.startswith(wanted) and all(map(_extends, bare[len(wanted) :]))


def _bare(text: str) -> str:
    """The letters and marks of ``text``, all that look Latin as Latin ones."""
    apart = "".join(unicodedata.normalize("NFD", char) for char in text)
    return apart.translate(_in_latin).translate(CROSSED_D)


def _exchanged(raw: str) -> str:
    """``raw`` with single characters in place of others, so that offsets stay."""
    text = _far.sub("\u200b", raw)
    if _odd.search(text):
        text = text.replace("\r\n", " \n").translate(_plain_spaces)
    if "\u00ad" in text:
        text = _soft_break().sub(lambda match: "\u00ad" * len(match.group()), text)
    return _latin(text) if _guise.search(text) else text


@lru_cache(maxsize=1)
def _soft_break() -> re.Pattern[str]:
    return re.compile(f"(?<=[^\\W\\d_]|[{_MARKS}])\u00ad *\n *(?=[{LOWER}])")


def _latin(text: str) -> str:
    """``text``, its look-alike letters exchanged: in words that have Latin letters, too, and hold no other letter of
    their script; and in whole words where the text is mostly Latin and has no real word of that script.

    Vietnamese has đ where a word begins and in abbreviations; Icelandic has ð anywhere else.
    """
    pieces: list[str] = []
    alone: list[int] = []  # of ``pieces``, words all of whose letters are look-alikes
    real: set[re.Pattern[str]] = set()  # scripts of which there are words
    at = 0
    for match in _word.finditer(text):
        word = match.group()
        if _guise.search(word) is None:
            continue
        letters = _invisible.sub("", word)
        changed = _withCROSSED_D(word, letters)
        scripts = [script for script in _foreign if script.search(letters)]
        if scripts:
            if any(char not in _LOOK_ALIKES for script in scripts for char in script.findall(letters)):
                real.update(scripts)
            elif _latin_letter.search(letters):
                changed = changed.translate(_in_latin)
            else:
                alone.append(len(pieces) + 1)
        pieces += [text[at : match.start()], changed]
        at = match.end()
    pieces.append(text[at:])
    if alone:
        whole = "".join(pieces)
        if len(_latin_letter.findall(whole)) > sum(len(script.findall(whole)) for script in _foreign):
            for index in alone:
                if not any(script.search(pieces[index]) for script in real):
                    pieces[index] = pieces[index].translate(_in_latin)
    return "".join(pieces)


def _withCROSSED_D(word: str, letters: str) -> str:
    """đ for what looks like it at the beginning of ``word``, Đ behind a capital letter ("HĐND", "QĐi"), and both
    beside letters that only Vietnamese has ("Niê Kđăm")."""
    if _vietnamese.search(unicodedata.normalize("NFC", letters)):
        return word.translate(CROSSED_D)
    exchanged = list(word)
    before = ""
    for at, char in enumerate(word):
        if char in _CROSSED and (not before or (char.isupper() and before.isupper())):
            exchanged[at] = char.translate(CROSSED_D)
        if char.isalpha():
            before = char
    return "".join(exchanged)


def _squeezed(text: str, starts: Sequence[int] | None) -> tuple[str, Sequence[int] | None]:
    """``text`` with one space, line end or blank line for every run of them; ``starts`` likewise."""
    if not any(run in text for run in _space_runs):
        return text, starts
    given = range(len(text) + 1) if starts is None else starts
    pieces: list[str] = []
    kept: list[int] = []
    at = 0
    for match in _space_run.finditer(text):
        run = match.group()
        breaks = run.count("\n")
        if breaks == len(run) == 2:
            continue
        pieces += [text[at : match.start()], "\n" * min(breaks, 2) or " "]
        kept.extend(given[at : match.start() + 1])
        if breaks > 1:
            kept.append(given[match.start() + run.rindex("\n")])
        at = match.end()
    pieces.append(text[at:])
    kept.extend(given[at:])
    return "".join(pieces), kept


def _composed(raw: str) -> tuple[str, Sequence[int] | None]:
    """NFC of ``raw`` without invisible characters, and the offset in ``raw`` of each of its characters."""
    if _invisible.search(raw) is None and unicodedata.is_normalized("NFC", raw):
        return raw, None
    rare = "".join(char for char in sorted(set(raw)) if char > "\u036f" and _extends(char))
    pieces: list[str] = []
    starts: list[int] = []
    at = 0
    # Runs in which nothing combines are taken whole; what may combine, cluster by cluster.
    for match in _clusters(rare).finditer(raw):
        _normalise_run(raw, at, match.start(), pieces, starts)
        at = match.end()
        composed = unicodedata.normalize("NFC", match.group()) if at - match.start() <= _LONGEST_CLUSTER else ""
        if len(composed) == 1 and composed not in INVISIBLE:  # as nearly all are
            pieces.append(composed)
            starts.append(match.start())
        else:
            _normalise_clusters(raw, match.start(), at, pieces, starts)
    _normalise_run(raw, at, len(raw), pieces, starts)
    starts.append(len(raw))
    return "".join(pieces), starts


def _normalise_run(raw: str, begin: int, end: int, pieces: list[str], starts: list[int]) -> None:
    run = raw[begin:end]
    if unicodedata.is_normalized("NFC", run):
        pieces.append(run)
        starts.extend(range(begin, end))
    else:
        _normalise_clusters(raw, begin, end, pieces, starts)


def _normalise_clusters(raw: str, begin: int, end: int, pieces: list[str], starts: list[int]) -> None:
    """Letters with the marks that follow them, past invisible characters."""
    shown = [i for i in range(begin, end) if raw[i] not in INVISIBLE]
    first = 0
    while first < len(shown):
        last = first + 1
        # White space bears no mark: what a line begins with is its own.
        limit = min(len(shown), first + (1 if raw[shown[first]].isspace() else _LONGEST_CLUSTER))
        while last < limit and _extends(raw[shown[last]]):
            last += 1
        cluster = "".join(raw[i] for i in shown[first:last])
        composed = unicodedata.normalize("NFC", cluster)
        pieces.append(composed)
        # Which mark is which, composing does not tell: each has all of the cluster.
        starts.extend(shown[first:last] if composed == cluster else [shown[first]] * len(composed))
        first = last


def _letters(test: Callable[[str], bool]) -> str:
    return "".join(character for code in range(0x41, 0x1F00) if (character := chr(code)).isalpha() and test(character))


UPPER = _letters(str.isupper)
"""The capital letters of the Latin, Greek and Cyrillic scripts, for character classes of patterns."""
LOWER = _letters(str.islower)
"""The small ones."""


def half_surrogate(text: str) -> int | None:
    """Where the first half of a surrogate pair stands alone in ``text``, which no output can hold; None: nowhere."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return error.start
    return None


def sha256(text: str) -> str:
    """The hash of a text's UTF-8 bytes, as ``articles.jsonl`` and gold files have it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
