"""The notebooks: valid, without outputs, and their code runs (in a plain namespace, without Jupyter)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def code(notebook: Path) -> list[dict[str, Any]]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def test_there_is_one() -> None:
    assert [notebook.name for notebook in NOTEBOOKS] == ["first_look.ipynb"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_no_outputs_are_kept(notebook: Path) -> None:
    for cell in code(notebook):
        assert cell["outputs"] == [] and cell["execution_count"] is None


def test_first_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found: dict[str, Any] = {}
    for cell in code(ROOT / "notebooks/first_look.ipynb"):
        exec(compile("".join(cell["source"]), cell["id"], "exec"), found)
    assert found["failures"] == []
    assert len(found["results"]) == len(found["articles"]) >= 24
    assert len(found["records"]) >= 20
    assert found["documents"]["57-NQ/TW"] >= 1
    assert len(found["seen"]) >= 10
    assert set(found["labels"].index) == {"PERSON", "TITLE", "ORG", "DOC", "DATE"}
    assert found["busiest"].max() >= 1
