"""``documents``: what is studied at the conference."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nqextract.events import sought
from nqextract.events import vocabulary as words
from nqextract.events.conferences import Conference
from nqextract.events.names import document_head, is_governed, is_strong
from nqextract.events.slots.presenters import Statement, conveyed, objects
from nqextract.events.view import Spans, View
from nqextract.link.documents import leading_digits, same_document
from nqextract.types import BlockKind, DocumentValue, Mention

_FOLLOWS_UP = re.compile(r"\s*(?:[-+*•]\s*)?(?:nội dung|đây là|đó là|gồm|bao gồm|các văn bản|trong đó có)(?![^\W_])")


def find_documents(view: View, conference: Conference, statements: list[Statement], names: Spans) -> list[Mention]:
    """Mentions of the documents conveyed, in order: in its name, its programme and what is presented."""
    found: list[Mention] = []
    for occasion in conference.occasions:
        if occasion.kind == "study":
            found += _named(view, occasion.start, occasion.end)
    presenting = {s.sentence for s in statements}
    for statement in statements:
        found += statement.documents
    told = False
    own = {o.sentence for o in conference.occasions}
    listing = False
    for index in conference.sentences:
        programme = _programme(view, index, names)
        colon = _opens_list(view, index)
        if colon or listing:
            opens = programme or index in own or _hears(view, index)
            listing = colon if opens else _is_item(view, index)
        if listing and not programme and index not in own:
            programme = _item(view, index)
        if not programme and told and _FOLLOWS_UP.match(view.fold, view.sentences[index].start):
            programme = objects(view, view.sentences[index].start, view.sentences[index].end)
        found += programme
        told = bool(programme) or index in presenting
        if view.kinds[index] is BlockKind.TITLE and conference.main:
            found += _titled(view, index)
    found += [view.enacted.meetings[m.start] for m in found if m.start in view.enacted.meetings]
    unique = {(m.start, m.end): m for m in found}
    return [unique[span] for span in sorted(unique)]


_ITEM = re.compile(r"\s*(?:[-+*•]|\d{1,2}[.)]|[a-zđ]\))?\s*")


def _opens_list(view: View, index: int) -> bool:
    """Whether the documents come line by line: "quán triệt các văn bản:"."""
    sentence = view.sentences[index]
    return view.fold[sentence.start : sentence.end].rstrip().endswith(":")


def _hears(view: View, index: int) -> bool:
    """ "… đã được lắng nghe 4 vấn đề lớn, đó là:"."""
    sentence = view.sentences[index]
    return words.word("hear").search(view.fold, sentence.start, sentence.end) is not None


def _is_item(view: View, index: int) -> bool:
    return bool(_item(view, index))


def _item(view: View, index: int) -> list[Mention]:
    """The document that a line of a list begins with."""
    sentence = view.sentences[index]
    mark = _ITEM.match(view.fold, sentence.start, sentence.end)
    start = mark.end() if mark else sentence.start
    documents = view.documents(start, sentence.end)
    return conveyed(view, start, documents) if documents and documents[0].start == start else []


def _named(view: View, start: int, end: int) -> list[Mention]:
    """The documents of a name, those left out whose carrying out is only reviewed there."""
    documents = view.documents(start, end)
    if words.word("review").search(view.fold, start, end):
        documents = [d for d in documents if not _is_reviewed(view, start, d.start)]
    return conveyed(view, start, documents)


def _is_reviewed(view: View, start: int, document: int) -> bool:
    """ "tổng kết 5 năm thực hiện Nghị quyết …": a review, and nothing studied yet, before the document."""
    if words.word("review").search(view.residue(start, document)) is None:
        return False
    verbs = view.free(sought.STUDY, start, document)
    return all(is_governed(view, start, verb.start()) for verb in verbs)


def _titled(view: View, index: int) -> list[Mention]:
    """A title without a noun: "Quán triệt, triển khai Nghị quyết …"."""
    sentence = view.sentences[index]
    verbs = view.first_free(sought.STUDY, sentence.start, sentence.end)
    return objects(view, verbs.end(), sentence.end) if verbs else []


def tells_study(view: View, index: int, names: Spans) -> bool:
    """Whether a sentence tells that documents were studied, by a verb that says so itself."""
    return bool(_programme(view, index, names, strong=True))


def tells_results(view: View, index: int, names: Spans) -> bool:
    """Whether a sentence tells that the results of a meeting that issues documents were made known."""
    if index not in view.holding(sought.STUDY):
        return False
    if index not in view.holding(sought.DOCUMENTS) and index not in view.with_documents:
        return False
    sentence = view.sentences[index]
    for verbs in view.free(sought.STUDY, sentence.start, sentence.end):
        if (
            not is_strong(verbs.group())
            or names.hold(verbs.start())
            or is_governed(view, sentence.start, verbs.start())
        ):
            continue
        head = document_head(view, verbs.end(), sentence.end, strong=False)
        if head is not None and words.word("result_word").match(view.fold, head):
            return words.word("demand").search(view.residue(sentence.start, verbs.start())) is None
    return False


_CENTRAL = re.compile(r"[^,;.\n]{0,60}(?<![^\W_])(?:trung ương|tw)(?![^\W_])")


_CARRIED_OUT = re.compile(r"(?:tổ chức )?(?:thực hiện|thi hành)")


def discussed(view: View, index: int, start: int) -> int | None:
    """Where the documents end whose carrying out a committee's own meeting, named up to ``start``, discusses."""
    sentence = view.sentences[index]
    if _CENTRAL.match(view.fold, start, sentence.end):
        return None
    for verbs in view.free(sought.STUDY, start, sentence.end):
        if _CARRIED_OUT.fullmatch(verbs.group()) or is_governed(view, start, verbs.start()):
            continue
        head = document_head(view, verbs.end(), sentence.end, strong=False)
        if head is not None and (documents := objects(view, head, sentence.end)):
            return documents[-1].end
    return None


def _programme(view: View, index: int, names: Spans, *, strong: bool = False) -> list[Mention]:
    """ "Tại hội nghị, các đại biểu được nghe, quán triệt …": the documents of a sentence that tells what was done."""
    if index not in view.with_documents or index not in view.holding(sought.STUDY_OR_HEAR):
        return []
    sentence = view.sentences[index]
    for verbs in view.free(sought.STUDY_OR_HEAR, sentence.start, sentence.end):
        if documents := _made_known(view, sentence.start, verbs, sentence.end):
            return documents
        if names.hold(verbs.start()) or not _tells(view, sentence.start, verbs.start(), verbs.group()):
            continue
        documents = objects(view, verbs.end(), sentence.end)
        if documents and (is_strong(verbs.group()) or not strong):
            return documents
    return []


_AT = re.compile(
    r" +(?:tới|đến) +(?:toàn thể|các đại biểu|đại biểu|cán bộ)(?![^\W_])"
    r"|[^.;:\n]{0,80}? (?:tại|trong|ở|tới|đến) +(?:hội nghị|buổi|lớp|lễ)(?![^\W_])"
)
_BEING = re.compile(r"(?<![^\W_])được(?:[ ,]+[^\W_]+){0,3}[ ,]*\Z")


def _made_known(view: View, start: int, verbs: re.Match[str], end: int) -> list[Mention]:
    """ "Nghị quyết số 79-NQ/TW được giới thiệu tại hội nghị …": the documents before a passive verb."""
    if _AT.match(view.fold, verbs.end(), end) and _BEING.search(view.residue(start, verbs.start())):
        return objects(view, start, verbs.start())
    return []


_TO_COME = re.compile(  # "trong hai ngày, các đại biểu sẽ được nghe …": the programme of what has begun
    r"(?<![^\W_])sẽ +(?=(?:(?:được|nghe|lần lượt|tập trung|cùng nhau|tiếp tục) +){0,3}\Z)"
)


def _tells(view: View, sentence: int, verb: int, verbs: str) -> bool:
    """Whether the words before a verb say who was told, and ask for nothing."""
    before = _TO_COME.sub(" ", view.residue(sentence, verb))
    if words.word("demand").search(before) or re.search(r"[;\"]", before):
        return False
    if words.word("audience", "reference").search(before) is None and not _is_there(view, verb + len(verbs)):
        return False
    if is_governed(view, sentence, verb):
        return False
    if is_strong(verbs):
        return True
    if words.word("hear").search(verbs):
        return True
    told = re.search(r"(?<![^\W_])(?:đã|được|nghe|tập trung|lần lượt|cùng nhau)(?![^\W_])", before)
    return told is not None and words.word("programme").search(verbs) is not None


_THERE = re.compile(r"[^.;:\n]{0,200}? tại +(?:hội nghị|buổi|lớp)(?![^\W_])")


def _is_there(view: View, start: int) -> bool:
    """Whether the clause says behind the verb and its documents that it was done at the conference."""
    there = _THERE.match(view.fold, start)
    return there is not None and bool(view.documents(start, there.end()))


_COMPARED = 50  # so many documents under one number, and no article has as many
_MEETING = re.compile(r"congress:[^: ]*:[^: ]*|.*", re.DOTALL)


def _key(value: DocumentValue) -> tuple[str, str, str]:
    """What all forms of one document have in common: the figure of its number, or the meeting, a congress's without
    more than the first word of its body."""
    if value.number:
        return value.type, leading_digits(value.number), ""
    meeting = _MEETING.match(value.meeting or "")
    return value.type, "", meeting.group() if meeting else ""


class Merged:
    """One value a document, with its mentions: "27" and "27-NQ/TW" are one, under the fuller number."""

    def __init__(self, mentions: Iterable[Mention] = ()) -> None:
        self._groups: list[tuple[DocumentValue, list[Mention]]] = []
        self._alike: dict[tuple[str, str, str], list[int]] = {}  # by what is the same for all forms of one document
        self._added = list(mentions)  # put to the others when they are first asked for

    def add(self, mentions: Iterable[Mention]) -> None:
        self._added += mentions

    def __bool__(self) -> bool:
        return bool(self._groups or self._added)

    @property
    def groups(self) -> list[tuple[DocumentValue, list[Mention]]]:
        for mention in self._added:
            self._put(mention)
        self._added = []
        return self._groups

    def _put(self, mention: Mention) -> None:
        value = mention.value
        assert isinstance(value, DocumentValue)
        candidates = self._alike.setdefault(_key(value), [])
        for position in candidates[:_COMPARED]:
            known, members = self._groups[position]
            if _same(known, value):
                members.append(mention)
                fuller = max((known, value), key=lambda v: (len(v.number or ""), len(v.meeting or "")))
                self._groups[position] = fuller, members
                return
        candidates.append(len(self._groups))
        self._groups.append((value, [mention]))


def _same(one: DocumentValue, other: DocumentValue) -> bool:
    if same_document(one, other):
        return True
    return one.type == other.type and not (one.number or other.number) and _one_in_short(one, other)


def _one_in_short(one: DocumentValue, other: DocumentValue) -> bool:
    """Whether both are of one congress whose body is once named in short ("Đoàn")."""
    short, long = sorted((one.meeting or "", other.meeting or ""), key=len)
    return short.startswith("congress:") and short.count(":") == 2 and long.startswith(f"{short} ")
