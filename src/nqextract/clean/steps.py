"""The steps that tell the lines of an article apart, in the order in which :data:`STEPS` lists them.

Each looks at the lines that no step before it has spoken for, and speaks for those it is sure of: what none claims is
a paragraph.  Calling text furniture loses what it says, so every step that drops a line asks for its wording *and* its
place.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable

from nqextract.clean.credits import begins_credit, bracketed, is_credit, is_credit_line, lead_ins, trailing
from nqextract.clean.dateline import read_dateline
from nqextract.clean.names import is_byline, is_name
from nqextract.clean.page import Line, Page
from nqextract.clean.phrases import is_line, pattern, prefix_end
from nqextract.text import fold
from nqextract.types import BlockKind

_letter = re.compile(r"[^\W\d_]")
_digit = re.compile(r"\d")
_separators = re.compile(r"\s*[>/|»›•·\t]\s*")
_FURNITURE_WORDS = 25
_TITLE_WORDS = 45
_SUBHEAD_WORDS = 22
_CAPTION_WORDS = 60
_BYLINE_WORDS = 14
_SOURCE_WORDS = 12
_END_LINES = 3  # so near below the end of the text stands what is no part of it


def mark_stray_lines(page: Page) -> None:
    """Lines without a letter: commas, dots, dashes; outside the text, counters too (dates have their own step)."""
    first, last = page.first_prose(), page.last_prose()
    for i, line in page.open():
        if line.fold[0].isalpha() or _letter.search(line.fold) is not None or read_dateline(line) is not None:
            continue
        if not _digit.search(line.fold) or not first < i < last:
            line.kind = BlockKind.FURNITURE


def mark_phrases(page: Page) -> None:
    """Lines of the page around the article: buttons, comment forms, counters, tags, footers."""
    for _, line in page.open():
        if line.words > _FURNITURE_WORDS:
            continue
        if line.is_phrase("furniture") or line.prefix_end("furniture") is not None:
            line.kind = BlockKind.FURNITURE


def mark_menus(page: Page) -> None:
    """Names of the site's sections and breadcrumbs, above the article and below it."""
    first, last = page.first_prose(), page.last_prose()
    for i, line in page.open():
        if first <= i <= last or "menu" not in line.begins:
            continue
        parts = [part for part in _separators.split(page.with_wide_gaps(line)) if part.strip()]
        known = [is_line("menu", part) for part in parts]
        if all(known) or (len(parts) > 2 and known[0] and sum(known) >= 2):
            line.kind = BlockKind.FURNITURE


def mark_sections(page: Page) -> None:
    """Lists of links ("Tin liên quan", "Xem nhiều nhất") and comments, up to where running text goes on."""
    lines = page.lines
    prose = [len(line.fold) if line.kind is None and line.prose else 0 for line in lines]
    before, after = 0, sum(prose)  # characters of running text above and below line ``passed``
    passed = 0
    above: deque[Line] = deque(maxlen=_END_LINES)  # the last lines above it that are no furniture
    i = 0
    while i < len(lines):
        line = lines[i]
        comments = line.kind is None and line.is_phrase("comments")
        if line.kind is not None or not (comments or line.is_phrase("section")):
            i += 1
            continue
        for size, other in zip(prose[passed:i], lines[passed:i], strict=True):
            after -= size
            before += size if other.kind is None else 0
            if other.kind is not BlockKind.FURNITURE:
                above.append(other)
        passed = i
        if before > after and (comments or _has_ended(above)):
            for later in lines[i:]:
                later.kind = later.kind or BlockKind.FURNITURE
            return
        line.kind = BlockKind.FURNITURE
        i += 1
        begin = i
        while i < len(lines) and not _resumes(lines[i]):
            i += 1
        if before == 0 and i < len(lines) and i > begin:
            i -= 1  # above the article: the line before its first text is the title
        for link in lines[begin:i]:
            link.kind = link.kind or BlockKind.FURNITURE


def _resumes(line: Line) -> bool:
    if line.kind is not None:
        return False
    return (line.words >= 20 and line.stops) or line.sentences or read_dateline(line) is not None


def _has_ended(lines: Iterable[Line]) -> bool:
    """Whether a byline, a source line or "./." is among ``lines``."""
    return any(
        line.fold.endswith("./.") or _labelled_byline(line) or _source(line) or is_byline(line.text) for line in lines
    )


def split_outlet(page: Page) -> None:
    """ "(Baothanhhoa.vn) -" or "Sông Hậu Online -" before the first words of the text."""
    for seen, (_, line) in enumerate(page.open()):
        if seen == 4:
            return
        match = _outlet_pattern().match(line.text)
        if match is None or line.words < 12:
            continue
        if match["acronym"] and not match["acronym"].isupper():
            continue
        cut = line.start + match.end()
        line.parts = [(BlockKind.SOURCE, line.start, cut), (None, cut, line.end)]
        return


_outlets: list[re.Pattern[str]] = []


def _outlet_pattern() -> re.Pattern[str]:
    if not _outlets:
        known = pattern("outlet").pattern
        _outlets.append(
            re.compile(
                r"\s*(?:"
                r"\((?=[^\W\d_])[^\s()\d]+(?: [^\s()\d]+){0,3}\)\s*[-–—:]"
                r"|\((?P<acronym>[^\W\d_]{2,8})\)\s*[-–—]?"
                r"|\([^\W_]+\.(?:vn|com|net|org)(?:\.vn)?\)\s*[-–—]?"
                rf"|(?:{known}|[^\W\d_]{{2,6}}(?-i:O|ĐT)|[^\W_]+(?:\.[^\W_]+)*\.(?:vn|com|net|org)"
                r"|(?:[^\W\d_]+ ){1,4}online)\s*[-–—:]"
                r")\s*",
                re.IGNORECASE,
            )
        )
    return _outlets[0]


def mark_datelines(page: Page) -> None:
    """When the article was published; of several such lines the first below the title counts."""
    first, last = page.first_prose(), page.last_prose()
    matches = []
    for i, line in page.open():
        if first + 1 < i <= last:  # below a lead it may still come
            continue
        match = read_dateline(line)
        if match is not None:
            matches.append((i, line, match))
    if not matches:
        return
    title = next((i for i, line in page.open() if all(i != other for other, _, _ in matches)), -1)
    chosen = next((found for found in matches if found[0] > title), matches[-1])
    page.dateline = chosen[2].dateline
    for i, line, match in matches:
        if i < chosen[0] and match.dateline.date != chosen[2].dateline.date:
            line.kind = BlockKind.FURNITURE  # the site's own clock
            continue
        line.kind = BlockKind.DATELINE
        line.parts = match.parts


def mark_sources(page: Page) -> None:
    """ "Theo Thanhhoa.gov.vn", "Nguồn: TTXVN" below the text."""
    last = page.last_prose()
    for i, line in page.open():
        if i > last and _source(line):
            line.kind = BlockKind.SOURCE


_domain = re.compile(r"(?<=[^\W_])\.(?:vn|com|net|org|info)\b")


def _source(line: Line) -> bool:
    if "source" not in line.begins:
        return False
    text, folded = line.text.strip("() "), line.fold.strip("() ")
    end = prefix_end("source", folded)
    if end is None or line.words > _SOURCE_WORDS:
        return False
    rest = text[end:].lstrip(" :-")
    if _domain.search(folded, end + 1) is not None:
        return True
    return rest[:1].isupper() and "," not in rest and (line.breaks_off or line.words <= 4)


def mark_labelled_bylines(page: Page) -> None:
    """ "Tin, ảnh: …" outside the text."""
    first, last = page.first_prose(), page.last_of_body()
    for i, line in page.open():
        if not first <= i <= last and _labelled_byline(line):
            line.kind = BlockKind.BYLINE


def mark_bylines(page: Page) -> None:
    """Names alone, right below the text or by the dateline above it; the name that ends the last paragraph."""
    first = page.first_prose()
    tail, last = page.tail_captions(), page.last_of_body()
    for i, line in page.open():
        if i == 0:
            continue
        below = last < i < tail or (i == len(page.lines) - 1 == tail and not _body_has_byline(page, tail))
        above = i < first and _near_dateline(page, i)
        if not (below or above):
            continue
        who = line.fold[0] + line.fold[-1] == "()" and page.lines[i - 1].kind is BlockKind.BYLINE
        if (line.words <= _BYLINE_WORDS and is_byline(line.text)) or (below and who):
            line.kind = BlockKind.BYLINE
    _split_signature(page, last)


def _body_has_byline(page: Page, tail: int) -> bool:
    return any(line.kind in (BlockKind.BYLINE, BlockKind.SOURCE) for line in page.lines[:tail])


def _near_dateline(page: Page, index: int) -> bool:
    return any(0 <= j < len(page.lines) and page.lines[j].kind is BlockKind.DATELINE for j in (index - 1, index + 1))


def _labelled_byline(line: Line) -> bool:
    if line.words > _BYLINE_WORDS:
        return False
    end = line.prefix_end("byline")
    if end is None:
        return False
    rest = line.text[end:].strip()
    return not rest or rest[0].isupper()


_signature = re.compile(
    r"(?:[.!?…]|\./\.)[\"”’)]*\s*(?P<name>\((?P<inner>[^()\n]{1,40})\)|(?<=\./\.)[^.!?…\n]{1,60}|(?<=\s)[^\W\d_a-zà-ỹ\s][^.!?…\n]{0,40})\s*\.?$"
)


def _split_signature(page: Page, last: int) -> None:
    """The name at the end of the last paragraph: "… hằng năm. (D.L)", "… đề ra./. Thu Hà", "… HẢI YẾN"."""
    if not 0 <= last < len(page.lines) or page.lines[last].parts:
        return
    line = page.lines[last]
    match = _signature.search(line.text, max(0, len(line.text) - 90))
    if match is None:
        return
    name, inner = match["name"], match["inner"]
    if inner is not None:
        holds = is_byline(inner) or is_credit(inner, fold(inner)) or prefix_end("source", fold(inner)) is not None
    elif "./." in line.text[match.start() : match.start("name")]:
        holds = is_byline(name)
    else:
        holds = name.isupper() and is_name(name) and len(name.split()) > 1
    if holds:
        cut = line.start + match.start("name")
        line.parts = [(None, line.start, cut), (BlockKind.BYLINE, cut, line.end)]


def mark_credits(page: Page) -> None:
    """Whose a picture is: lines of their own, and ends of captions; what stands before one is a caption."""
    ends = lead_ins(page.fold)
    passed = 0  # of ``ends``, those above the line
    for i, line in page.open():
        if line.parts:
            continue
        alone = line.fold.startswith("(") and bracketed(line) == [(0, len(line.fold))]
        if alone or (i > 0 and is_credit_line(line)):
            line.kind = BlockKind.CREDIT
            _caption_before(page, i)
            continue
        spans = bracketed(line) if "(" in line.fold else []
        while passed < len(ends) and ends[passed][1] <= line.start:
            passed += 1
        near = (passed < len(ends) and ends[passed][0] < line.end) or begins_credit(line)
        end = trailing(line) if near else None
        if end is not None and not any(start <= end[0] < stop for start, stop in spans):
            spans = [span for span in spans if span[1] <= end[0]] + [end]
        if not spans:
            continue
        if line.words <= _CAPTION_WORDS and spans[-1][1] == len(line.fold):
            line.kind = BlockKind.CAPTION
        at = line.start
        for start, stop in spans:
            line.parts += [(None, at, line.start + start), (BlockKind.CREDIT, line.start + start, line.start + stop)]
            at = line.start + stop
        line.parts.append((None, at, line.end))


def _caption_before(page: Page, index: int) -> None:
    if index > 0:
        before = page.lines[index - 1]
        if before.kind is None and before.words <= _CAPTION_WORDS and not before.parts and not before.sentences:
            before.kind = BlockKind.CAPTION


def mark_title(page: Page) -> None:
    """The first line, unless it reads as running text; the title given beside the text settles it."""
    given = _squeeze(fold(page.article.title or ""))
    first = None
    for i, line in page.open():
        if given and line.squeezed.strip(" .") == given:
            line.kind = BlockKind.TITLE
            return
        if first is None:
            first = i
    if first is None:
        return
    line = page.lines[first]
    rest = [other for other in page.lines[first + 1 :] if other.kind not in (BlockKind.FURNITURE, BlockKind.BYLINE)]
    if line.parts or line.words > _TITLE_WORDS or not rest:
        return
    below = rest[0]
    if not _stopped(line) or below.kind is BlockKind.DATELINE:
        line.kind = BlockKind.TITLE
    elif line.words <= 25 and not line.sentences and below.gap and below.words > line.words:
        line.kind = BlockKind.TITLE  # with a full stop, but short and set apart


def _stopped(line: Line) -> bool:
    ending = line.fold.rstrip("\"') ")
    return ending.endswith((".", ";", ",")) and not ending.endswith("..")


def mark_captions(page: Page) -> None:
    """Captions by their place (listed below the text), by being said twice, or by how they begin and end."""
    tail = page.tail_captions()
    seen: dict[str, int] = {}
    for i, line in enumerate(page.lines):
        if line.kind not in (None, BlockKind.CAPTION, BlockKind.TITLE):
            continue
        key = line.squeezed.strip(" .")
        earlier = seen.setdefault(key, i)
        if earlier != i and line.words <= _CAPTION_WORDS:
            for twin in (page.lines[earlier], line):
                twin.kind = twin.kind or BlockKind.CAPTION
    for i, line in reversed(list(page.open())):  # from below: a picture's text is known by the caption under it
        if (i >= tail and line.words <= _CAPTION_WORDS) or _reads_as_caption(page, i, line):
            line.kind = BlockKind.CAPTION


def _reads_as_caption(page: Page, index: int, line: Line) -> bool:
    if index == 0 or line.words > 50 or line.parts or ":" in line.fold:
        return False
    return _words_as_caption(page, index, line) and not line.sentences


def _words_as_caption(page: Page, index: int, line: Line) -> bool:
    if line.breaks_off and line.words >= 8 and index + 1 < len(page.lines):
        below = page.lines[index + 1]
        if below.kind is BlockKind.CAPTION and not below.gap and line.gap:
            return True  # a picture's text above its caption
    if line.prefix_end("caption") is not None and line.words <= 25:
        return _ends_as_caption(line) or (
            pattern("caption_end").search(line.fold) is not None and pattern("narrative").search(line.fold) is None
        )
    return line.prefix_end("caption_person") is not None and _ends_as_caption(line)


def _ends_as_caption(line: Line) -> bool:
    """ "… phát biểu tại Hội nghị.", "… điểm cầu trung tâm" near the end of the line."""
    tail = " ".join(line.fold.rstrip(" .").split()[-10:])
    return re.search(rf"(?:{pattern('caption_end').pattern})[^,;]*$", tail) is not None


def mark_subheads(page: Page) -> None:
    """Short lines without a full stop above running text."""
    lines = page.lines
    for i, line in page.open():
        if line.words > _SUBHEAD_WORDS or line.parts or not line.breaks_off or line.sentences:
            continue
        below = (lines[j] for j in range(i + 1, len(lines)))
        following = next((other for other in below if other.kind is not BlockKind.FURNITURE), None)
        if following is not None and following.kind is None and following.words > line.words:
            line.kind = BlockKind.SUBHEAD


def mark_lead(page: Page) -> None:
    """The first paragraph."""
    for _, line in page.open():
        if line.prose:
            line.kind = BlockKind.LEAD
            return


def mark_rest(page: Page) -> None:
    """All else is running text."""
    for _, line in page.open():
        line.kind = BlockKind.PARAGRAPH


def _squeeze(folded: str) -> str:
    return " ".join(folded.split()).strip(" .")


STEPS: tuple[Callable[[Page], None], ...] = (
    mark_stray_lines,
    mark_phrases,
    mark_menus,
    mark_sections,
    split_outlet,
    mark_datelines,
    mark_sources,
    mark_labelled_bylines,
    mark_credits,
    mark_bylines,
    mark_title,
    mark_captions,
    mark_subheads,
    mark_lead,
    mark_rest,
)
