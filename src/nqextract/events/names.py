"""How a conference is named: a noun, what is done there, and the documents it is done with."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nqextract.events import sought
from nqextract.events import vocabulary as words
from nqextract.events.view import View

_WORD = re.compile(r"[^\W_]+")
_GAP, _CLASS_GAP, _LONG_GAP = 130, 60, 240
_OBJECT_REACH = 160


@dataclass(frozen=True, slots=True)
class StudyPhrase:
    verbs: int  # where the first verb begins
    head: int  # where the document (or the word for one) begins


def study_phrase(view: View, start: int, limit: int, *, gap: int = _GAP) -> StudyPhrase | None:
    """The study phrase that says what a conference is for, beginning in ``[start, limit)`` behind its noun."""
    reach = min(limit, start + _LONG_GAP)
    for match in view.free(sought.STUDY, start, reach):
        if is_governed(view, start, match.start()):
            continue
        if not _reaches(view, start, match.start(), gap):
            return None
        head = document_head(view, match.end(), limit, strong=is_strong(match.group()))
        if head is not None:
            return StudyPhrase(match.start(), head)
    return None


_ON = re.compile(r"[^.,;:!?\n\"]{0,60}?(?<![^\W_])về +(?=[^\W_])")
_DRAFT = re.compile(r"(?<![^\W_])(?:dự thảo|dự án|sửa đổi|góp ý|kết quả|tình hình)(?![^\W_])")


def on_document(view: View, start: int, limit: int) -> StudyPhrase | None:
    """What a class is about, without a verb: "buổi sinh hoạt chuyên đề | về Chỉ thị số 05-CT/TW"."""
    about = _ON.match(view.fold, start, limit)
    if about is None or _DRAFT.search(view.fold, start, about.end()):
        return None
    documents = view.documents(about.end(), min(limit, about.end() + _CLASS_GAP))
    head = document_head(view, about.end(), limit, strong=False) if documents else None
    return (
        StudyPhrase(about.end(), head) if head is not None and not _DRAFT.search(view.fold, head - 12, head) else None
    )


def is_strong(verbs: str) -> bool:
    """Whether a list of verbs says by itself that something is studied or made known."""
    return words.word("study", "read").search(verbs) is not None


_BESIDE_REVIEW = re.compile(  # what a review's name goes on to, where it is no part of what is reviewed
    r"(?:quán triệt|học tập|truyền đạt|thông báo nhanh|triển khai|nghiên cứu|phổ biến)(?![^\W_])"
)


def _reaches(view: View, start: int, verb: int, gap: int) -> bool:
    """Whether nothing between a noun and a verb keeps them apart."""
    between = view.residue(start, verb)
    if theme := words.word_at_end("theme").search(re.sub(r"[ :\"]+(?:về +)?\Z", "", between)):
        return re.search(r"[.;!?\n]", between[: theme.start()]) is None
    if words.word("review").search(between[:60]):
        if view.persons(start, verb) or not _BESIDE_REVIEW.match(view.fold, verb):
            return False
        return re.search(r"[.:!?\n]", between) is None and re.search(r"(?:[,;]|\bvà) *\"?\Z", between) is not None
    between = between.rstrip(' "')
    if gap == _CLASS_GAP and between.endswith(",") and not view.within(start, verb):
        between = between[:-1]  # "sinh hoạt chính trị, quán triệt Nghị quyết …"
    if re.match(r" +(?:và|đã|đến)(?![^\W_])", between):
        return False
    if verb - start > gap or re.search(r"[.,;:!?\"\n]", between):
        return False
    return words.word("gap_break").search(between) is None


_ABOUT = re.compile(r"(?: +(?:trực tuyến|toàn quốc))* +về (?:việc|công tác) +")


def is_governed(view: View, start: int, verb: int) -> bool:
    """Whether a noun before the verb takes it: "việc triển khai", "5 năm thực hiện"."""
    if _ABOUT.fullmatch(view.fold, start, verb):
        return False  # "hội nghị về việc triển khai Luật …"
    return words.word_at_end("governs").search(view.fold, start, verb) is not None


def document_head(view: View, start: int, limit: int, *, strong: bool) -> int | None:
    """Where the document begins that verbs ending at ``start`` are said of; ``None`` where it is something else.

    Strong verbs may stand further away ("quán triệt những quan điểm lớn của Nghị quyết …").
    """
    if re.match(r"\s*[,;.)]", view.fold[start : start + 8]):
        return None
    position = start
    while position < limit:
        match = _WORD.search(view.fold, position, limit)
        if match is None or re.search(r"[.;:!?\n]", view.fold[position : match.start()]):
            break
        if (head := _head_at(view, match.start(), limit, strong=strong)) is not None:
            return head
        body = view.covering(match.start())
        if body is not None and body.label == "ORG" and _OWNED.search(view.fold, start, match.start()):
            position = body.end  # "triển khai các nội dung của Ủy ban Kiểm tra | trong kết luận"
            continue
        if match.group() not in words.forms("filler") and not match.group().isdigit():
            break
        position = match.end()
    return _far_head(view, start, limit) if strong else None


_OWNED = re.compile(r"(?<![^\W_])của +\Z")


def _head_at(view: View, start: int, limit: int, *, strong: bool) -> int | None:
    mention = view.covering(start)
    if mention is not None:
        return start if mention.label == "DOC" else None
    fold = view.fold
    if words.word("not_doc").match(fold, start, limit):
        return None
    if match := words.word("doc_noun").match(fold, start, limit):
        personnel = words.word("personnel").search(fold, match.end(), min(limit, start + _OBJECT_REACH))
        return None if match.group() == "quyết định" and personnel else start
    if words.word("plan_noun").match(fold, start, limit) and _carries_out(view, start, limit):
        return start
    if match := words.word("result_word").match(fold, start, limit):
        meeting = words.word("issuing_meeting").search(fold, match.end(), min(limit, match.end() + 40))
        return start if meeting else None
    return start if strong and words.word("topic").match(fold, start, limit) else None


def _carries_out(view: View, start: int, limit: int) -> bool:
    """Whether a plan at ``start`` is one for carrying out a document."""
    reach = min(limit, start + _OBJECT_REACH)
    verb = re.compile(r"(?<![^\W_])(?:thực hiện|triển khai|thi hành)(?![^\W_])").search(view.fold, start, reach)
    return verb is not None and document_head(view, verb.end(), limit, strong=False) is not None


def _far_head(view: View, start: int, limit: int) -> int | None:
    reach = min(limit, start + _OBJECT_REACH)
    end = reach
    if stop := re.compile(r"[.;:!?\n]").search(view.fold, start, reach):
        end = stop.start()
    if stop := view.first_free(words.word("object_break"), start, end):
        end = stop.start()
    documents = view.documents(start, end)
    noun = view.first_free(words.word("doc_noun"), start, end)
    while noun is not None and words.word("not_doc").search(view.fold, max(start, noun.start() - 8), noun.end() + 16):
        noun = view.first_free(words.word("doc_noun"), noun.end(), end)
    heads = [m.start for m in documents[:1]] + ([noun.start()] if noun else [])
    return min(heads) if heads else None


# --- where a name ends ---


def name_end(view: View, head: int, limit: int) -> int:
    """Where the name of a conference ends whose first document begins at ``head``."""
    fold = view.fold
    quoted = _quoted(fold, head, limit)
    ends = [limit, *_stops(view, head, limit)]
    end = min(e for e in ends if not any(a < e < b for a, b in quoted))
    return trim(view, head, end)


def _quoted(fold: str, start: int, limit: int) -> list[tuple[int, int]]:
    marks = [i for i in range(max(0, start - 60), limit) if fold[i] == '"']
    return list(zip(marks[::2], marks[1::2], strict=False))


def _stops(view: View, head: int, limit: int) -> list[int]:
    fold = view.fold
    stops = [m.start() for m in view.free(words.word("name_stop"), head, limit)]
    stops += [m.start for m in view.dates(head, limit)]
    stops += [c.start for c in view.counts(head + 1, limit)]
    stops += [m.start() for m in re.compile(r"\n|\((?:ảnh|nguồn)").finditer(fold, head, limit)]
    stops += [m.start() for m in view.free(re.compile(r"[:;]"), head, limit) if not _goes_on(view, m, limit)]
    stops += [m.start() for m in view.free(re.compile(","), head, limit) if _comma_ends(view, m.end(), limit)]
    stops += [m.start() for m in view.free(_AGENT, head, limit) if _has_agent(view, m.end(), limit)]
    stops += [
        m.start()
        for m in view.free(re.compile(r"(?<![^\W_])(?:tại|ở) +"), head, limit)
        if _is_site(view, m.end(), limit) or _is_hall(view, head, m.end(), limit)
    ]
    return stops


def _goes_on(view: View, mark: re.Match[str], limit: int) -> bool:
    """Whether a name continues behind a colon or semicolon: a theme, or one more thing that is studied."""
    if mark.group() == ":":
        return words.word_at_end("theme").search(view.fold, max(0, mark.start() - 20), mark.start()) is not None
    following = re.compile(r"\s*(?:và +)?").match(view.fold, mark.end(), limit)
    next_ = following.end() if following else mark.end()
    if _lists_document(view, next_, limit):
        return True
    verbs = words.study_verbs().match(view.fold, next_, limit)
    return verbs is not None and document_head(view, verbs.end(), limit, strong=is_strong(verbs.group())) is not None


_CLAUSE = re.compile(r"[^;.\n]*")


def _lists_document(view: View, start: int, limit: int) -> bool:
    """Whether one more document with its subject stands at ``start``, and not what somebody does with it."""
    mention = view.covering(start)
    if mention is None or mention.label != "DOC":
        return False
    clause = _CLAUSE.match(view.fold, mention.end, limit)
    end = clause.end() if clause else limit
    agents = view.free(_AGENT, mention.end, end)
    return not view.persons(mention.end, end) and not any(_has_agent(view, a.end(), end) for a in agents)


def _comma_ends(view: View, after: int, limit: int) -> bool:
    start = after + len(view.fold[after : after + 8]) - len(view.fold[after : after + 8].lstrip())
    mention = view.covering(start)
    if mention is None and view.fold[start : start + 1].isdigit():
        return True
    if mention is not None and mention.label in ("PERSON", "TITLE", "DATE"):
        return mention.label != "DATE" or mention in view.dates(mention.start, mention.end)
    if (
        mention is not None
        and mention.label == "ORG"
        and words.word("predicate").match(view.fold, mention.end + 1, limit)
    ):
        return True
    return words.word("name_next").match(view.fold, start, limit) is not None


_AGENT = re.compile(r"(?<![^\W_])(?:do|được) +")


def _has_agent(view: View, start: int, limit: int) -> bool:
    """Whether the body or person begins at ``start`` that organises: "do X (phối hợp với Y) tổ chức"."""
    mention = view.covering(start)
    named = mention is not None and mention.label in ("ORG", "PERSON", "TITLE")
    reach = min(limit, start + _OBJECT_REACH)
    acts = view.first_free(words.word("hold", "chair", "enacts"), start, reach)
    return (named or view.text[start].isupper()) and acts is not None and acts.group() not in words.forms("enacts")


def _is_site(view: View, start: int, limit: int) -> bool:
    """Whether a capitalised place ends the clause here: "tại Hà Nội," but not "tại các xã"."""
    place = re.compile(r"(?:TP\. ?)?[^\W\d_][\w.]*(?: [^\W\d_][\w.]*)*").match(view.text, start, min(limit, start + 60))
    if place is None or not all(w[0].isupper() for w in place.group().split()):
        return False
    return place.end() >= limit or view.fold[place.end()] in ",.;(\n"


_HALL_REACH = 70


def _is_hall(view: View, head: int, start: int, limit: int) -> bool:
    """Whether a hall or a unit with its name fills the clause here, and not what the document is about."""
    facility = words.word("facility").match(view.fold, start, limit)
    clause = re.compile(r"[^.,;:()\n\"]*").match(view.fold, start, limit)
    if facility is None or clause is None or clause.end() - start > _HALL_REACH:
        return False
    about = re.search(r"(?<![^\W_])về(?![^\W_])", view.residue(head, start))
    return about is None and any(c.isupper() for c in view.text[start : clause.end()])


def trim(view: View, start: int, end: int) -> int:
    """``end`` moved before marks and dangling words."""
    fold = view.fold
    while end > start:
        stripped = start + len(fold[start:end].rstrip(" ,;:-(\n."))
        if (
            fold[stripped - 1] == '"'
            and fold.count('"', start, stripped) % 2
            and fold.count('"', max(0, start - 60), stripped) % 2
        ):
            stripped -= 1
        tail = words.word_at_end("name_tail").search(fold, max(start, stripped - 12), stripped)
        if tail is not None:
            stripped = tail.start()
        if stripped == end:
            break
        end = stripped
    return end
