"""The notebooks: kept without outputs, and run from first to last cell in a kernel of Jupyter's, with this Python."""

from __future__ import annotations

import base64
import html
import io
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from matplotlib.figure import Figure
from matplotlib.image import imread
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

FACTS = {  # what is asked of the kernel behind the last cell
    "first_look": {
        "failures": "len(failures)",
        "articles": "len(articles)",
        "results": "len(results)",
        "records": "len(records)",
        "filled": "filled[['date', 'organizers', 'document_numbers', 'participants', 'format', 'chairs']].to_dict()",
        "resolution_57": "int(documents['57-NQ/TW'])",
        "seen": "len(seen)",
        "labels": "sorted(labels.index)",
        "busiest": "int(busiest.max())",
        "years": "{year: int(n) for year, n in years.items()}",
        "bars": "len(year_axes.patches)",
    },
    "after_a_resolution": {
        "conferences": "len(conferences)",
        "unique": "bool(conferences.index.is_unique)",
        "levels": "counts.to_dict()",
        "known": "known.to_dict()",
        "written": "int(studied['issued'].notna().sum())",
        "naive": "int(naive.max())",
        "days": "[int(day) for day in lags['days']]",
        "lag_points": "sum(len(points.get_offsets()) for points in lag_axes.collections)",
        "lag_n": "lag_table['n'].astype(int).to_dict()",
        "by_year": "by_year['n'].astype(int).to_dict()",
        "people_n": "people_table['n'].astype(int).to_dict()",
        "people_points": "sum(len(points.get_offsets()) for points in people_axes.collections)",
        "counted": "len(counted)",
        "roles": "roles.to_dict()",
        "role_bars": "[bar.get_width() for bar in role_axes.patches]",
        "with_presenter": "int(with_presenter)",
    },
    "quality": {
        "pairs": "len(pairs)",
        "f1": "table.to_dict()",
        "intervals": "intervals.to_dict('records')",
        "bars": "[len(bar.get_children()[0].get_xdata()) for bar in axes.containers]",
        "problems": "len(problems)",
        "contexts": "entities['context'].tolist()",
        "missed_records": "missed_records['text'].tolist()",
        "problem_bars": "sum(bar.get_width() for bar in problem_axes.patches)",
        "share": "float(share)",
    },
}
IMAGES = {"first_look": 1, "after_a_resolution": 3, "quality": 2}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What kernels keep; the same for all, since matplotlib looks for the machine's fonts once a folder."""
    return tmp_path_factory.mktemp("jupyter")


def kernel_manager(folder: Path) -> AsyncKernelManager:
    """A manager that knows one kernel, this interpreter's: what Jupyter has installed elsewhere does not count."""
    (folder / "kernels/python3").mkdir(parents=True, exist_ok=True)
    (folder / "kernels/python3/kernel.json").write_text(
        json.dumps(
            {
                "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
                "display_name": "Python 3",
                "language": "python",
            }
        )
    )
    known = KernelSpecManager(kernel_dirs=[str(folder / "kernels")], ensure_native_kernel=False)
    return AsyncKernelManager(kernel_name="python3", kernel_spec_manager=known)


def environment(folder: Path) -> dict[str, str]:
    """That of the tests, without a screen and without anybody's settings of Jupyter, IPython and matplotlib."""
    left_out = re.compile(r"JUPYTER|IPYTHON|MPL|DISPLAY|WAYLAND")
    kept = {name: value for name, value in os.environ.items() if not left_out.match(name)}
    own = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "MPLCONFIGDIR")
    return {**kept, **{name: str(folder / name.lower()) for name in own}, "PYTHONWARNINGS": "default"}


def run(notebook: nbformat.NotebookNode, folder: Path, cwd: Path) -> None:
    client = NotebookClient(
        notebook,
        km=kernel_manager(folder),
        timeout=300,
        startup_timeout=120,
        resources={"metadata": {"path": str(cwd)}},
    )
    client.execute(env=environment(folder))


def outputs(notebook: nbformat.NotebookNode) -> list[Any]:
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def printed(notebook: nbformat.NotebookNode) -> str:
    return "".join(output.text for output in outputs(notebook) if output.output_type == "stream")


def is_drawn(png: str) -> bool:
    """Whether more is in an image than white paper."""
    pixels = imread(io.BytesIO(base64.b64decode(png)))
    return pixels.shape[0] > 100 and pixels.shape[1] > 300 and float(pixels[..., :3].std()) > 0.05


def executed(name: str, folder: Path) -> tuple[nbformat.NotebookNode, dict[str, Any]]:
    """The notebook ``name`` as Jupyter would show it after a run, and its facts."""
    notebook = nbformat.read(ROOT / f"notebooks/{name}.ipynb", as_version=4)
    asked = ", ".join(f"{fact!r}: {expression}" for fact, expression in FACTS[name].items())
    notebook.cells.append(
        nbformat.v4.new_code_cell(f"import json, sys\nprint(json.dumps({{{asked}}}, default=float), sys.executable)")
    )
    run(notebook, folder, ROOT / "notebooks")
    [answer] = notebook.cells.pop().outputs
    facts, _, interpreter = answer.text.strip().rpartition("} ")
    assert interpreter == sys.executable
    assert printed(notebook).count("Warning") == 0, printed(notebook)
    images = [output.data["image/png"] for output in outputs(notebook) if "image/png" in output.get("data", {})]
    assert len(images) == IMAGES[name] and all(map(is_drawn, images))
    return notebook, json.loads(facts + "}")


def test_all_are_known() -> None:
    assert [notebook.stem for notebook in NOTEBOOKS] == sorted(FACTS) == sorted(IMAGES)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_nothing_of_a_run_is_kept(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert set(notebook.metadata.language_info) == {"name"}  # a version is one of the machine that ran it
    for cell in notebook.cells:
        assert cell.metadata == {} and "attachments" not in cell
        assert cell.cell_type == "markdown" or (cell.outputs == [] and cell.execution_count is None)


def test_first_look(folder: Path) -> None:
    notebook, facts = executed("first_look", folder)
    assert facts["failures"] == 0
    assert facts["results"] == facts["articles"] >= 122
    assert facts["records"] >= 110
    assert all(facts["records"] / 4 < n <= facts["records"] for n in facts["filled"].values())
    assert facts["resolution_57"] >= 1 and facts["seen"] >= 80 and facts["busiest"] >= 1
    assert facts["labels"] == sorted(["PERSON", "TITLE", "ORG", "DOC", "DATE"])
    assert facts["bars"] == len(facts["years"]) >= 10 and "2025" in facts["years"]
    assert f"{facts['articles']} articles, 0 that cannot be read" in printed(notebook)
    assert sum("text/html" in output.get("data", {}) for output in outputs(notebook)) >= 1


def test_after_a_resolution(folder: Path) -> None:
    _, facts = executed("after_a_resolution", folder)
    assert facts["conferences"] == sum(facts["levels"].values()) == facts["known"]["conferences"] >= 100
    assert facts["unique"] and min(facts["levels"].values()) > 0
    assert sum(facts["known"].values()) == 2 * facts["conferences"]  # the four kinds of date leave nothing out
    assert 9 <= facts["written"] < len(facts["days"]) * 2
    assert facts["naive"] > 10 * 365  # the trap that the notebook shows is one
    assert len(facts["days"]) == sum(facts["lag_n"].values()) >= 12 and facts["lag_n"]["province"] >= 4
    assert all(0 <= day < 5 * 366 for day in facts["days"])
    assert facts["lag_points"] == len(facts["days"]) + len(facts["lag_n"])  # with a median for each level
    assert sum(facts["by_year"].values()) == len(facts["days"]) and min(facts["by_year"].values()) > 0
    assert facts["counted"] == sum(facts["people_n"].values()) >= 80
    assert facts["people_points"] == facts["counted"] + len(facts["people_n"])
    assert sorted(facts["role_bars"]) == sorted(facts["roles"].values())
    assert all(0 < n <= facts["with_presenter"] for n in facts["roles"].values()) and len(facts["roles"]) == 8


def test_quality(folder: Path) -> None:
    notebook, facts = executed("quality", folder)
    assert facts["pairs"] == 82
    assert list(facts["f1"]) == ["rules", "model", "both"]
    assert facts["f1"]["both"]["entities"] > facts["f1"]["rules"]["entities"] > 0.95
    assert facts["f1"]["both"]["slots"] < 0.95  # the text says that records are the weak side
    assert len(facts["intervals"]) == 27
    for row in facts["intervals"]:
        assert row["low"] <= row["f1"] == facts["f1"][row["tagger"]][row["key"]] <= row["high"]
    assert facts["bars"] == [9, 9, 9]
    assert facts["problem_bars"] == facts["problems"] > 100
    assert facts["contexts"] and all("[" in context and "]" in context for context in facts["contexts"])
    tables = "".join(output.data["text/html"] for output in outputs(notebook) if "text/html" in output.get("data", {}))
    for shown in (facts["missed_records"][0], facts["contexts"][0]):
        assert html.escape(shown[:60], quote=False) in tables
    assert 0 < facts["share"] < 1


def test_a_cell_that_fails_is_noticed(folder: Path) -> None:
    broken = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")])
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        run(broken, folder, ROOT)


def test_white_paper_is_no_figure() -> None:
    paper = io.BytesIO()
    Figure(figsize=(7, 3)).savefig(paper)
    assert not is_drawn(base64.b64encode(paper.getvalue()).decode())
