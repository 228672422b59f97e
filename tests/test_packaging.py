"""What a fresh machine gets: the lock, and the wheel with all of the vocabulary in it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src/nqextract"


@pytest.fixture(scope="module")
def lock() -> str:
    return (ROOT / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def project() -> dict[str, dict[str, object]]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_lock_pins_all_by_hash_and_names_no_registry(lock: str) -> None:
    requirements = [line for line in re.split(r"\n(?=\S)", lock.replace("\\\n", " ").strip()) if line]
    assert len(requirements) > 50
    for requirement in requirements:
        assert re.match(r"[\w.-]+==[\w.!+-]+ ", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement
    assert "://" not in lock
    assert "-index" not in lock


def test_the_lock_holds_what_the_project_asks_for_and_no_gpu_library(
    lock: str, project: dict[str, dict[str, object]]
) -> None:
    def names(requirements: object) -> set[str]:
        assert isinstance(requirements, list)
        return {re.split(r"[^\w.-]", wanted)[0].lower().replace("_", "-") for wanted in requirements}

    table = project["project"]
    extras = table["optional-dependencies"]
    assert isinstance(extras, dict)
    pinned = set(re.findall(r"^([\w.-]+)==", lock, re.MULTILINE))
    wanted = names(table["dependencies"]) | names(project["build-system"]["requires"])
    for extra in extras.values():
        wanted |= names(extra)
    assert wanted - pinned == set()
    assert not [name for name in pinned if re.match(r"torch|nvidia|triton|tensorflow|cuda", name)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = "from hatchling.build import build_wheel; import sys; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(folder)], cwd=ROOT, check=True, capture_output=True, timeout=120)
    [made] = folder.glob("*.whl")
    return made


def test_the_wheel_has_every_file_of_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("nqextract/")}
        metadata = {name.rpartition("/")[2] for name in archive.namelist()} - packed
    files = {path.relative_to(ROOT / "src").as_posix() for path in PACKAGE.rglob("*") if path.is_file()}
    models = ROOT / "models"
    files |= {
        f"nqextract/models/{path.relative_to(models).as_posix()}" for path in models.rglob("*/**/*") if path.is_file()
    }
    assert packed == {name for name in files if "__pycache__" not in name}
    assert any(name.endswith(".tsv") for name in packed)
    assert "nqextract/py.typed" in packed
    assert {"LICENSE", "entry_points.txt"} <= metadata


def test_what_is_installed_from_the_wheel_finds_its_model(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    show = "import nqextract.model as m; print(m.__file__); print(m.open_crf(m.shipped_model()).model.path)"
    done = subprocess.run(
        [sys.executable, "-c", show],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    module, model = done.stdout.splitlines()
    assert Path(module).is_relative_to(tmp_path)
    assert Path(model) == tmp_path / "nqextract" / "models" / "nqextract_vi"
