"""``presenters``: who conveys documents or topics, and which documents are said of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nqextract.events import sought
from nqextract.events import vocabulary as words
from nqextract.events.names import document_head, is_governed
from nqextract.events.slots.speakers import following, subjects
from nqextract.events.view import Spans, View
from nqextract.events.vocabulary import HONORIFIC
from nqextract.types import DocumentValue, Mention

_OBJECT_REACH = 200
_WORD = re.compile(r"[^\W_]+")
_ABOUT = re.compile(r"(?<![^\W_])về ")
_CARRYING_OUT = re.compile(r"(?<![^\W_])(?:thực hiện|theo|sửa đổi|bổ sung) (?:các |những )?\Z")
_IS = re.compile(r"(?: tại [^,.;]{0,40}| nghị quyết[^,.;]{0,60}| các nội dung)? +(?:là|gồm|có|của)(?: có)?:? +")
_CLAUSE_END = re.compile(r"[;\n]|\.\s")


@dataclass(frozen=True, slots=True)
class Statement:
    """One place that says that persons present something."""

    persons: tuple[int, ...]  # mentions
    documents: tuple[Mention, ...]
    start: int
    end: int
    sentence: int


def find_statements(view: View, sentences: Sequence[int], names: Spans) -> list[Statement]:
    """The statements about presenting in ``sentences``; verbs inside ``names`` of conferences are left out."""
    found: list[Statement] = []
    for index in sentences:
        found += _in_sentence(view, index, names)
    blocks = {view.sentences[s.sentence].block for s in found}
    presenting = {s.sentence for s in found}
    for index in sentences:
        if view.sentences[index].block in blocks:
            found += _beside(view, index, among=index in presenting)
    if not found:
        found = _sharing(view, sentences)
    return sorted(found, key=lambda s: s.start)


def _sharing(view: View, sentences: Sequence[int]) -> list[Statement]:
    """ "Ông A nói về Nghị quyết số 18, ông B nói về Nghị quyết số 19": two who share the documents present them."""
    found: list[Statement] = []
    for index in sentences:
        if index not in view.with_documents:
            continue
        sentence = view.sentences[index]
        for verb in view.free(sought.PRESENT_BESIDE, sentence.start, sentence.end):
            document = view.covering(verb.end() + 1)
            if document is None or not isinstance(document.value, DocumentValue):
                continue
            if persons := subjects(view, verb.start(), sentence.start):
                found.append(Statement(tuple(persons), (document,), verb.start(), document.end, index))
    who = {s.persons for s in found}
    documents = {(d.start, d.end) for s in found for d in s.documents}
    return found if len(who) > 1 and len(documents) > 1 else []


def _beside(view: View, index: int, *, among: bool) -> list[Statement]:
    """ "ông B nói về Nghị quyết số 59-NQ/TW", in a paragraph where others present.

    ``among`` those who present in the same sentence a topic will do: "ông A trình bày Luật …; ông B bổ sung phần …".
    """
    found: list[Statement] = []
    sentence = view.sentences[index]
    for verb in view.free(sought.PRESENT_BESIDE, sentence.start, sentence.end):
        counted = _COUNTED.match(view.fold, verb.end(), sentence.end)
        document = view.covering(counted.end() if counted else verb.end() + 1)
        named = document is not None and document.label == "DOC" and isinstance(document.value, DocumentValue)
        persons = subjects(view, verb.start(), sentence.start) if named or among else []
        if persons and (named or _is_own_clause(view, view.mentions[persons[0]].start, sentence.start)):
            end = _clause_end(view, verb.end(), sentence.end)
            found.append(Statement(tuple(persons), tuple(objects(view, verb.end(), end)), verb.start(), end, index))
    return found[:1] if not among else found


_COUNTED = re.compile(r" +(?:các|hai|ba|bốn|năm|\d) +(?:nghị quyết|chỉ thị|kết luận|quy định|văn bản): +")


def _is_own_clause(view: View, person: int, sentence: int) -> bool:
    """Whether a clause begins with the person: behind a mark or "và" that ends another one's."""
    before = view.residue(max(sentence, person - 40), person)
    return re.search(r"(?:[;,]|(?<![^\W_])(?:và|còn|rồi))\s*\Z", before) is not None


def _in_sentence(view: View, index: int, names: Spans) -> list[Statement]:
    sentence = view.sentences[index]
    verbs = [
        verb
        for verb in view.free(sought.PRESENT, sentence.start, sentence.end)
        if not names.hold(verb.start()) and not is_governed(view, sentence.start, verb.start())
    ]
    found = _reporters(view, index) + _by_copula(view, index)
    told = [(verb, subjects(view, verb.start(), sentence.start)) for verb in verbs]
    for number, (verb, persons) in enumerate(told):
        if found and verb.start() < found[-1].end:
            continue
        after = [
            view.mentions[p[0]].start for _, p in told[number + 1 :] if p and view.mentions[p[0]].start > verb.end()
        ]
        limit = min(after, default=sentence.end)
        statement = _statement(view, verb, persons, index, limit)
        if statement is not None:
            found.append(statement)
    return found


_WHO = re.compile(r"(?<![^\W_])(?:người|diễn giả|giảng viên|phụ trách|đảm nhận|đảm nhiệm)(?![^\W_])[^.;\n]{0,40}? *\Z")


def _by_copula(view: View, index: int) -> list[Statement]:
    """ "Người trực tiếp nói về Quy định số 8 là đồng chí A"."""
    if index not in view.with_documents or index not in view.holding(sought.PRESENT_BESIDE):
        return []
    sentence = view.sentences[index]
    for verb in view.free(sought.PRESENT_BESIDE, sentence.start, sentence.end):
        if not _WHO.search(view.fold, sentence.start, verb.start()):
            continue
        named = _copula(view, verb.end(), sentence.end)
        persons = following(view, named, sentence.end) if named else []
        if named and persons and (documents := objects(view, verb.end(), named)):
            return [Statement(tuple(persons), tuple(documents), verb.start(), named, index)]
    return []


def _statement(view: View, verb: re.Match[str], persons: list[int], index: int, limit: int) -> Statement | None:
    """What ``verb`` says of ``persons`` before ``limit``, where the next one's clause begins."""
    sentence = view.sentences[index]
    if not persons and (named := _copula(view, verb.end(), sentence.end)):
        persons = following(view, named, sentence.end)
        documents = objects(view, verb.end(), named) or objects(view, sentence.start, verb.start())
        return Statement(tuple(persons), tuple(documents), verb.start(), named, index) if persons else None
    end = _clause_end(view, verb.end(), limit)
    if not persons and _is_fronted(view, verb.start(), sentence.start):
        comma = view.first_free(_COMMA, verb.end(), end)
        persons = following(view, comma.end(), sentence.end) if comma else []
        end = comma.start() if comma else end
    if not persons:
        return None
    before = _passive_objects(view, persons, sentence.start)
    told = before or _is_referred_to(view, persons, sentence.start)
    if not _presents(view, verb, end) and not (told and _ENDS.match(view.fold, verb.end(), end)):
        return None
    documents = objects(view, verb.end(), end) or before or _by_topic(view, verb.end(), end)
    return Statement(tuple(persons), tuple(documents), verb.start(), end, index)


_COMMA = re.compile(",")
_ENDS = re.compile(r"\s*(?:[.,;)]|\Z|(?:tại|cho|tới|đến|trước|trong|bằng|ngay|và)(?![^\W_]))")
_SEMICOLON = re.compile(";")
_LONG_SUBJECT = 200


def _copula(view: View, start: int, limit: int) -> int | None:
    """Where the person stands in "(người) truyền đạt Nghị quyết … là đồng chí A"."""
    if named := _IS.match(view.fold, start, limit):
        return named.end()
    for word in view.free(_IS_A, start, min(limit, start + _LONG_SUBJECT)):
        if _CLAUSE_END.search(view.fold, start, word.start()) or view.persons(start, word.start()):
            return None
        first = view.covering(word.end())
        if (first is not None and first.label in ("PERSON", "TITLE")) or HONORIFIC.match(view.fold, word.end()):
            return word.end()
    return None


_IS_A = re.compile(r"(?<![^\W_])là:? +")
_ATTENDS = re.compile(r"(?<![^\W_])(?:dự|tham dự|tham gia|phát biểu)(?![^\W_])")


def _reporters(view: View, index: int) -> list[Statement]:
    """ "Báo cáo viên A …" and "A được mời làm báo cáo viên": said to present, with the documents of the sentence."""
    if index not in view.holding(sought.REPORTER):
        return []
    sentence = view.sentences[index]
    word = view.first_free(sought.REPORTER, sentence.start, sentence.end)
    if word is None or _ATTENDS.search(view.fold, sentence.start, word.start()):
        return []
    persons = following(view, word.end(), sentence.end)
    if persons and len(view.residue(word.end(), view.mentions[persons[0]].start).strip(" ,:")) <= 12:
        end = _clause_end(view, view.mentions[persons[-1]].end, sentence.end)
        if view.first_free(sought.PRESENT, word.end(), end) or _ATTENDS.search(view.fold, word.end(), end):
            return []  # its own verb says what is presented
        return [Statement(tuple(persons), tuple(objects(view, word.end(), end)), word.start(), end, index)]
    if re.search(r"(?<![^\W_])làm *\Z", view.fold[sentence.start : word.start()]):
        persons = subjects(view, word.start(), sentence.start)
        return [Statement(tuple(persons), (), word.start(), word.end(), index)] if persons else []
    return []


def _is_fronted(view: View, verb: int, sentence: int) -> bool:
    """ "Truyền đạt Nghị quyết tại hội nghị, đồng chí A …"."""
    before = view.residue(sentence, verb).strip(" ,*-+")
    return (
        before == ""
        or re.fullmatch(r"(?:trực tiếp|khi|tại hội nghị|tiếp đó|sau đó|thay mặt)(?: *,)?", before) is not None
    )


def _clause_end(view: View, start: int, limit: int) -> int:
    """Where what a verb says ends: at the next person's clause or the sentence's end."""
    marks = [m.start() for m in view.free(_CLAUSE_END, start, limit)]
    for mark, following_mark in zip(marks, [*marks, limit][1:], strict=True):
        if view.fold[mark] != ";" or view.persons(mark, following_mark + 1):
            return mark
    return limit


_IN_PERSON = re.compile(r"(?<![^\W_])trực tiếp *\Z")
_NO_MORE = re.compile(r"\s*(?:[.,;]|\Z)")


def _presents(view: View, verb: re.Match[str], end: int) -> bool:
    """Whether the verb's object is a document or a topic."""
    fold = view.fold
    if view.first_free(words.word("not_topic"), verb.end(), min(end, verb.end() + 30)):
        return False
    if document_head(view, verb.end(), end, strong=True) is not None:
        return True
    if view.first_free(words.word("topic_noun"), verb.end(), min(end, verb.end() + 40)):
        return True
    if verb.group() in words.forms("present_any") and re.compile(r" +[^\W_]").match(fold, verb.end(), end):
        return True
    if verb.group() in words.forms("present_weak"):
        if _IN_PERSON.search(fold, max(0, verb.start() - 12), verb.start()) and _NO_MORE.match(fold, verb.end(), end):
            return True
        return (
            verb.group() != "triển khai"
            and re.compile(r" *tại +(?:hội nghị|buổi|lớp)").match(fold, verb.end()) is not None
        )
    return re.compile(r"\s*(?:tại|trực tiếp|[.,;]|\Z)").match(fold, verb.end(), end) is not None


def objects(view: View, start: int, end: int) -> list[Mention]:
    """The documents that a verb ending at ``start`` is said of, up to where they are only a ground or a purpose."""
    stop = view.first_free(words.word("object_break"), start, end)
    documents = view.documents(start, stop.start() if stop else end)
    return conveyed(view, start, documents)


def _in_subject(between: str) -> bool:
    """Whether what follows ``between`` stands in what a document is about: "Nghị quyết về … thực hiện | Kết luận"."""
    verb = _CARRYING_OUT.search(between)
    if verb is None:
        return False
    clause = max(between.rfind(mark, 0, verb.start()) for mark in ",;") + 1
    return _ABOUT.search(between, clause, verb.start()) is not None


def conveyed(view: View, start: int, documents: list[Mention]) -> list[Mention]:
    """``documents`` without those that are only a ground, or stand in what another one is about."""
    found: list[Mention] = []
    about = start
    for document in documents:
        before = view.fold[start : document.start]
        grounded = words.word_at_end("basis").search(before[-30:]) is not None
        inside = document.end <= about or (bool(found) and _in_subject(view.fold[found[-1].end : document.start]))
        if not grounded and not inside:
            found.append(document)
        if isinstance(document.value, DocumentValue) and document.value.subject is not None:
            about = max(about, document.value.subject[1])
    return found


_PASSIVE = re.compile(r"(?<![^\W_])(?:do|được)(?![^\W_])")
_REFERENCE = re.compile(
    r"(?<![^\W_])(?:nghị quyết|chỉ thị|kết luận|quy định|văn bản|nội dung|chuyên đề|phần)"
    r"(?: +(?:thứ +)?(?:nhất|hai|ba|tư|đầu|đầu tiên|cuối|cuối cùng|sau|sau cùng|còn lại|kia|này|trên))(?![^\W_])"
)


_TOPIC = re.compile(r" +(?:nội dung |các )?chuyên đề(?![^\W_])[^.;\n]*?(?<![^\W_])theo +")


def _by_topic(view: View, start: int, end: int) -> list[Mention]:
    """ "truyền đạt chuyên đề về an ninh năng lượng theo | Nghị quyết số 70-NQ/TW"."""
    topic = _TOPIC.match(view.fold, start, end)
    return [d for d in view.documents(topic.end(), end)[:1] if d.start == topic.end()] if topic else []


def _clause_of(view: View, persons: list[int], sentence: int) -> tuple[int, int] | None:
    """The clause before "do đồng chí A …", up to the agent."""
    first = view.mentions[persons[0]].start
    agent = None
    for match in view.free(_PASSIVE, sentence, first):
        agent = match
    if agent is None or first - agent.end() > 120:
        return None
    return max((m.end() for m in view.free(_SEMICOLON, sentence, agent.start())), default=sentence), agent.start()


def _is_referred_to(view: View, persons: list[int], sentence: int) -> bool:
    """ "Hai nghị quyết đầu do đồng chí A giới thiệu": what is presented, by its place among the others."""
    clause = _clause_of(view, persons, sentence)
    return clause is not None and view.first_free(_REFERENCE, *clause) is not None


def _passive_objects(view: View, persons: list[int], sentence: int) -> list[Mention]:
    """ "Nghị quyết số 18 …, được đồng chí A trình bày": the documents before the agent."""
    clause = _clause_of(view, persons, sentence)
    if clause is None or re.search(r"nghe|quán triệt|tiếp thu", view.fold[clause[1] : view.mentions[persons[0]].start]):
        return []
    found = objects(view, *clause)
    if found or view.first_free(_REFERENCE, *clause):
        return found
    return objects(view, sentence, clause[1])
