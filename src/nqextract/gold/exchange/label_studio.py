"""Label Studio: its JSON export, and tasks for import.

Its editor counts code points, and ``\\r\\n`` as two, as we do.  Reviewed gold goes out as an annotation, other
gold as a prediction, which is what Label Studio calls what a person is still to look at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from nqextract.gold.errors import GoldError
from nqextract.gold.exchange.between import KEY, Header, Incoming, Refusal, Span, header_of, parse_facts, parse_header
from nqextract.gold.load import Pair
from nqextract.gold.models import readable_json

_TEXT, _LABEL, _FACTS = "text", "label", ("people", "records")  # the names in templates/label-studio


class LabelStudio:
    endings: tuple[str, ...] = (".json",)
    templates: tuple[str, ...] = ("label-studio/labeling_config.xml", "label-studio/README.txt")

    def write(self, pairs: Sequence[Pair]) -> dict[str, bytes]:
        return {"tasks.json": readable_json([_task(pair) for pair in pairs])}

    def read(self, path: Path) -> Iterator[Incoming | Refusal]:
        try:
            tasks = json.loads(path.read_bytes())
        except (ValueError, RecursionError) as error:
            raise GoldError(f"this is no JSON: {error}") from error
        if not isinstance(tasks, list):
            raise GoldError("this is not Label Studio's JSON export, which is a list of tasks")
        for number, task in enumerate(tasks, start=1):
            where = f"{path}: task {task.get('id', number) if isinstance(task, dict) else number}"
            try:
                yield from _incoming(task, where)
            except GoldError as error:
                yield Refusal(where, str(error))


def _task(pair: Pair) -> dict[str, Any]:
    gold = pair.gold
    header = header_of(gold, facts=False)
    result: list[dict[str, Any]] = [
        {
            "id": f"entity-{number}",
            "from_name": _LABEL,
            "to_name": _TEXT,
            "type": "labels",
            "value": {"start": entity.start, "end": entity.end, "text": entity.text, "labels": [entity.label]},
        }
        for number, entity in enumerate(gold.entities, start=1)
    ]
    facts = gold.model_dump(mode="json", exclude_unset=True, include=set(_FACTS))
    for name in _FACTS:
        content = readable_json(facts[name]).decode().rstrip("\n")
        value = {"text": [content]}
        result.append({"id": name, "from_name": name, "to_name": _TEXT, "type": "textarea", "value": value})
    task: dict[str, Any] = {"data": {"article": gold.article, _TEXT: pair.article.text, KEY: header}}
    if gold.reviewed:
        task["annotations"] = [{"result": result}]
    else:
        task["predictions"] = [{"model_version": KEY, "result": result}]
    return task


def _incoming(task: Any, where: str) -> Iterator[Incoming | Refusal]:
    data = task.get("data") if isinstance(task, dict) else None
    if not isinstance(data, dict) or "completions" in task:
        raise GoldError("this is no task of Label Studio's JSON export (JSON, not JSON-MIN; Label Studio 1.0 or later)")
    header, text = parse_header(data.get(KEY)), data.get(_TEXT)
    if not isinstance(text, str):
        raise GoldError(f"the task has no {_TEXT!r}")
    made = [one for one in _objects(task, "annotations") if not one.get("was_cancelled")]
    if made:
        preferred = [one for one in made if one.get("ground_truth")] or made
        for number, annotation in enumerate(preferred, start=1):
            name = f"{where}, annotation {annotation.get('id', number)}"
            try:
                yield _taken(annotation, name, header.model_copy(update={"reviewed": True}), text)
            except GoldError as error:
                yield Refusal(name, str(error))
        return
    if _objects(task, "annotations"):
        raise GoldError(f"article {header.article} was skipped in Label Studio: it has only cancelled annotations")
    ours = [one for one in _objects(task, "predictions") if one.get("model_version") == KEY]
    if len(ours) != 1:
        raise GoldError(f"article {header.article}: nobody has annotated it in Label Studio")
    yield _taken(ours[0], f"{where}, prediction", header.model_copy(update={"reviewed": False}), text)


def _objects(task: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Some exports have mere ids of predictions, which say nothing."""
    several = task.get(name)
    return [one for one in several if isinstance(one, dict)] if isinstance(several, list) else []


def _taken(annotation: dict[str, Any], where: str, header: Header, text: str) -> Incoming:
    """One annotation with its regions.  Raises :class:`GoldError` where it holds what gold has no place for."""
    result = annotation.get("result")
    if not isinstance(result, list):
        raise GoldError("no result")
    spans: list[Span] = []
    facts: dict[str, str] = {}
    for number, region in enumerate(result, start=1):
        if not isinstance(region, dict):
            raise GoldError(f"region {number} is no object")
        name, value = f"region {region.get('id', number)}", region.get("value")
        kind, source = region.get("type"), region.get("from_name")
        if kind == "labels" and isinstance(value, dict):
            spans.append(_span(value, name))
        elif kind == "textarea" and source in _FACTS and isinstance(value, dict):
            written = value.get("text")
            written = written if isinstance(written, list) else [written]
            if source in facts or len(written) != 1 or not isinstance(written[0], str):
                raise GoldError(f"{source}: there must be one text, of all of them")
            facts[source] = written[0]
        else:
            raise GoldError(f"{name}: {kind} of {source!r} has no place in gold")
    for source in _FACTS:
        if source not in facts:
            raise GoldError(f"{source}: the field is empty; where there are none, it must say []")
    content = {**header.model_dump(exclude_unset=True), **parse_facts(facts["people"], facts["records"])}

    def over(article: str) -> list[Span]:
        if text != article:
            raise GoldError(f"article {header.article}: the task's text is not the article's")
        return spans

    return Incoming(where, parse_header(content), over)


def _span(value: dict[str, Any], where: str) -> Span:
    labels, start, end, text = (value.get(name) for name in ("labels", "start", "end", "text"))
    if not isinstance(labels, list) or len(labels) != 1:
        raise GoldError(f"{where}: needs one label, has {labels}")
    if type(start) is not int or type(end) is not int:
        raise GoldError(f"{where}: start {start!r} and end {end!r} must be numbers of characters (of a Text tag)")
    return Span(str(labels[0]), start, end, where, text if isinstance(text, str) else None)
