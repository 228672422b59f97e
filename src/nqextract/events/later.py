"""A further conference beside the one that is named.

"Tiếp đó, chiều 19/9, X mở hội nghị riêng, đưa các nghị quyết về 41 chi bộ".
"""

from __future__ import annotations

import re
from dataclasses import replace

from nqextract.events.conferences import Conference, dates_agree
from nqextract.events.occasions import Occasion
from nqextract.events.slots.documents import tells_study
from nqextract.events.slots.presenters import find_statements
from nqextract.events.view import Spans, View
from nqextract.types import BlockKind

_NEAR = 3  # so many sentences from the one that tells it, what is studied there is said
_REFERS = re.compile(
    r"(?<![^\W_])(?:(?:các|những|hai|ba|bốn|năm|\d) +(?:nghị quyết|chỉ thị|kết luận|quy định|luật|văn bản|nội dung)"
    r"|(?:nghị quyết|chỉ thị|kết luận|quy định|luật) +(?:này|nói trên|trên|đó))(?![^\W_])"
)
_TAKES = re.compile(r"(?<![^\W_])(?:đưa|triển khai|quán triệt|phổ biến|truyền đạt|học tập|cụ thể hóa)(?![^\W_])")


def find_later(view: View, found: list[Conference], occasions: list[Occasion], names: Spans) -> list[Conference]:
    """Conferences of another day than all ``found``, told by no more than the noun, where documents are studied."""
    taken = {id(o) for conference in found for o in conference.occasions}
    named = {o.sentence for conference in found for o in conference.occasions}
    later: list[Conference] = []
    days = [c.dates for c in found]
    if not all(days):
        return []  # one without a day may be of any
    for occasion in occasions if found else ():
        if id(occasion) in taken or not _is_told(view, occasion) or occasion.sentence in named:
            continue
        if any(dates_agree(known, occasion.date) is not False for known in days):
            continue
        if _studies(view, occasion, named, names):
            later.append(Conference([_with_name(view, occasion)]))
            days.append(later[-1].dates)
    return later


_TAIL = re.compile(r"(?: +(?:riêng|trực tuyến|mở rộng|toàn thể|cán bộ chủ chốt|cán bộ|chuyên đề)){1,3}(?![^\W_])")


def _with_name(view: View, occasion: Occasion) -> Occasion:
    """ "hội nghị riêng": more than the noun is a name."""
    tail = _TAIL.match(view.fold, occasion.end)
    return replace(occasion, kind="study", end=tail.end()) if tail else occasion


def _is_told(view: View, occasion: Occasion) -> bool:
    apart = view.kinds[occasion.sentence] in (BlockKind.TITLE, BlockKind.CAPTION)
    return bool(not apart and occasion.kind == "bare" and occasion.held and occasion.date and occasion.organizers)


def _studies(view: View, occasion: Occasion, named: set[int], names: Spans) -> bool:
    """Whether its sentence refers to the documents, or it or one of the next tells who conveyed what."""
    limit = view.sentences[occasion.sentence].end
    refers = _REFERS.search(view.fold, occasion.end, limit)
    if refers is not None and _TAKES.search(view.fold, occasion.end, refers.start()):
        return True
    last = min(len(view.sentences), occasion.sentence + 1 + _NEAR)
    near = [index for index in range(occasion.sentence, last) if index not in named]
    return any(s.documents for s in find_statements(view, near, names)) or any(
        tells_study(view, index, names) for index in near
    )
