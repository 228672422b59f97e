"""Whether a short line is a reporter's name, by its shape alone: no list of names is needed for that."""

from __future__ import annotations

import re

from nqextract.clean.phrases import is_line, prefix_end
from nqextract.text import fold

_bracket = re.compile(r"\(([^()]{1,80})\)\s*\.?$")
_joint = re.compile(r"[,&/+–—-]|\bvà\b")
_word = re.compile(r"[^\s]+")
_picture = re.compile(r"[-–(]\s*(?:ảnh|video|clip)\s*:")
_MOST_NAMES = 5
_MOST_WORDS = 5
_LONGEST = 300  # characters of a byline, spaces and brackets, too


def is_name(text: str) -> bool:
    """One name: up to five words, each with a capital first letter ("Thu Hà", "HỮU TOẠI", "Đ. V", "NK")."""
    words = _word.findall(text.strip(" ."))
    if not 1 <= len(words) <= _MOST_WORDS:
        return False
    if len(words) == 1 and len(words[0]) > 7 and "." not in words[0]:
        return False  # no syllable is that long
    return all(word[0].isupper() and not any(char.isdigit() for char in word) for word in words)


def is_byline(text: str) -> bool:
    """One or more names and nothing else, but for "(tổng hợp)", "(Theo …)" or an office behind them."""
    text = text.strip().strip("*").strip()
    if len(text) > _LONGEST:
        return False
    if is_line("byline", fold(text)):
        return True
    bracket = _bracket.search(text)
    if bracket is not None:
        inside, before = bracket.group(1), text[: bracket.start()].strip()
        if not before:
            return is_name(inside) or _is_affiliation(inside)
        return is_byline(before) and (_is_affiliation(inside) or is_name(inside))
    if _picture.search(fold(text)) is not None:
        return False  # "Trần Văn A - Ảnh: B": a caption with its credit
    names = [name for part in _joint.split(text) if (name := part.strip())]
    if not 1 <= len(names) <= _MOST_NAMES or not is_name(names[0]):
        return False
    if prefix_end("caption_person", fold(text)) is not None:
        return False  # "Ông Nguyễn Văn A": a caption
    return all(is_name(name) or _is_affiliation(name) for name in names[1:])


def _is_affiliation(text: str) -> bool:
    return len(_word.findall(text)) <= 12 and prefix_end("affiliation", fold(text.strip())) is not None
