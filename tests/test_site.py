"""The documentation as a site: it builds strictly, everything is on it, and it fetches nothing from elsewhere."""

from __future__ import annotations

import doctest
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import griffe
import pytest
import yaml

import nqextract
from nqextract import records
from nqextract.run import Settings, run

ROOT = Path(__file__).parent.parent
OTHERS = ("CHANGELOG.md", "SECURITY.md", "models/README.md", "data/raw/README.md", "data/train/README.md")

_fetching = {  # attributes by which a page has something fetched, not those by which it leads to another
    "audio": "src",
    "embed": "src",
    "iframe": "src",
    "image": "href",
    "img": "src",
    "input": "src",
    "link": "href",
    "object": "data",
    "script": "src",
    "source": "src",
    "track": "src",
    "use": "href",
    "video": "src",
}
_css_url = re.compile(r"(?:url\(|@import)\s*[\"']?([^\"')\s]+)")


class Page(HTMLParser):
    """What a page fetches, where its links lead, the ids in it and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name.removeprefix("xlink:"): value or "" for name, value in attrs}
        self.ids.update(given[name] for name in ("id", "name") if name in given)
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag in _fetching and _fetching[tag] in given and given.get("rel") not in ("next", "prev", "canonical"):
            self.fetched.append(given[_fetching[tag]])
        self.fetched += re.findall(r"(\S+)(?:\s+\S+)?(?:,|$)", given.get("srcset", ""))
        self.fetched += _css_url.findall(given.get("style", ""))

    def handle_data(self, data: str) -> None:
        self.text += data


def build(root: Path, site: Path) -> subprocess.CompletedProcess[str]:
    """What `make docs` does, with this Python."""
    command = ["make", "-s", "docs", f"BIN={Path(sys.executable).parent}", "STAMP=", f"SITE={site}"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    # Whatever would be fetched has to come through here, where nobody answers.
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    environment |= {**nowhere, "no_proxy": "", "NO_PROXY": ""}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = build(ROOT, folder)
    said = done.stdout + done.stderr
    assert done.returncode == 0 and "built in" in said and not re.search("WARNING|ERROR", said), said
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    found = {path.relative_to(site).as_posix(): Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    del found["404.html"]  # its links begin at the root of the server that it will lie on
    return found


def nav() -> list[str]:
    def leaves(entry: Any) -> Iterator[str]:
        if isinstance(entry, str):
            yield entry
        else:
            for part in entry.values() if isinstance(entry, dict) else entry:
                yield from leaves(part)

    return list(leaves(yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]))


def test_every_page_is_there_and_in_the_navigation(pages: dict[str, Page]) -> None:
    assert sorted(pages) == sorted(uri.removesuffix(".md") + ".html" for uri in nav())
    assert {f"docs/{uri}" for uri in nav()} >= {f"docs/{path.name}" for path in ROOT.glob("docs/*.md")}
    assert {f"notebooks/{path.stem}.md" for path in ROOT.glob("notebooks/*.ipynb")} <= set(nav())


def test_the_front_page_is_the_readme(pages: dict[str, Page]) -> None:
    said = " ".join(pages["index.html"].text.split())
    headings = re.findall(r"^##? (.+)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(headings) > 4 and [heading for heading in headings if heading not in said] == []
    assert "Huyện ủy Tiên Phước" in said


def test_notebooks_are_shown_with_their_code(pages: dict[str, Page]) -> None:
    said = pages["notebooks/after_a_resolution.html"].text
    assert "import matplotlib.pyplot as plt" in said and "What may be said." in said


def test_all_that_is_public_is_on_the_api_page(pages: dict[str, Page]) -> None:
    assert {f"nqextract.{name}" for name in nqextract.__all__} <= pages["api.html"].ids


def test_every_model_of_a_result_is_on_the_page_of_records(pages: dict[str, Page]) -> None:
    models = {"ArticleResult", *records.ArticleResult.model_json_schema()["$defs"]}
    assert {f"nqextract.records.{name}" for name in models} <= pages["api_records.html"].ids
    said = pages["api_records.html"].text
    fields = {field for name in models for field in getattr(records, name).model_fields}
    assert len(fields) > 40 and [field for field in fields if not re.search(rf"\b{field}\b", said)] == []


def test_every_field_says_what_it_is() -> None:
    module = griffe.load("nqextract.records", search_paths=[ROOT / "src"], resolve_aliases=False)
    silent = [
        attribute.path
        for model in module.classes.values()
        if not (model.is_alias or model.name.startswith("_"))
        for attribute in model.members.values()
        if attribute.is_attribute and attribute.docstring is None
    ]
    assert silent == [] and len(module["Record"].members) > 10


@pytest.mark.parametrize("page", ["api", "api_records", "api_evaluate"])
def test_docstrings_are_shown_as_text(pages: dict[str, Page], page: str) -> None:
    said = pages[f"{page}.html"].text
    assert re.findall(r":(?:class|func|meth|data|mod):|``|^\s*(?:Args|Raises|Returns|Yields|Attributes):$", said) == []
    assert said.count("Description") >= 5


def test_nothing_is_fetched_from_elsewhere(site: Path, pages: dict[str, Page]) -> None:
    fetched = {name: page.fetched for name, page in pages.items()}
    assert min(len(urls) for urls in fetched.values()) >= 3  # style and scripts, at least
    fetched["404.html"] = Page((site / "404.html").read_text(encoding="utf-8")).fetched
    for style in site.rglob("*.css"):
        fetched[style.name] = _css_url.findall(style.read_text(encoding="utf-8"))
    for page in site.rglob("*.html"):
        for style in re.findall(r"<style[^>]*>(.*?)</style>", page.read_text(encoding="utf-8"), re.DOTALL):
            fetched[page.name] = fetched.get(page.name, []) + _css_url.findall(style)
    outside = re.compile(r"(?!data:)(?:[a-z][a-z0-9+.-]*:)?//|(?!data:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
    assert {
        name: found for name, urls in fetched.items() if (found := [url for url in urls if outside.match(url)])
    } == {}


def test_nothing_that_scripts_would_fetch_is_used(pages: dict[str, Page], site: Path) -> None:
    # The theme's script has the addresses of two libraries; it fetches them for elements of these classes only.
    for name in pages:
        assert not re.search(r'class="[^"]*\b(?:mermaid|grid cards)\b', (site / name).read_text(encoding="utf-8"))


def test_links_lead_to_something(pages: dict[str, Page], site: Path) -> None:
    inside = 0
    for name, page in pages.items():
        for link in page.links:
            if re.match(r"[a-z]+:", link):
                continue
            path, _, anchor = link.partition("#")
            target = os.path.normpath(os.path.join(os.path.dirname(name), path)) if path else name
            target = "index.html" if target == "." else target
            assert (site / target).is_file(), f"{name}: {link}"
            assert not anchor or target not in pages or anchor in pages[target].ids, f"{name}: {link}"
            inside += 1
    assert inside > 500


def test_the_code_of_the_site_is_no_page(site: Path) -> None:
    assert (site / "mkdocs/extra.css").is_file()
    assert list(site.rglob("*.py")) == [] and list(site.rglob("*.ipynb")) == []


WRONG = {
    "docs/show.md": ["[away](gone-1.md)", "[away](output.md#gone-2)", "[away](../models/gone-3.md)"],
    "README.md": ["[away](docs/output.md#gone-4)", "[away](docs/gone-5.md)"],
    "notebooks/quality.ipynb": ["[away](gone-6.ipynb)"],
    "docs/gone-7.md": ["# In no navigation"],
}


def copied(folder: Path) -> Path:
    for part in ("Makefile", "mkdocs.yml", "LICENSE", "docs", "notebooks", "src", *WRONG, *OTHERS):
        if part == "docs/gone-7.md" or (folder / part).exists():
            continue
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, folder / part)
    return folder


def test_what_is_wrong_with_pages_ends_the_build(tmp_path: Path) -> None:
    root = copied(tmp_path)
    for page, lines in WRONG.items():
        path = root / page
        if path.suffix == ".ipynb":
            notebook = json.loads(path.read_text(encoding="utf-8"))
            notebook["cells"][0]["source"] += ["\n", *lines]
            path.write_text(json.dumps(notebook), encoding="utf-8")
            continue
        with path.open("a", encoding="utf-8") as file:
            file.write("\n" + "\n".join(lines) + "\n")
    done = build(root, tmp_path / "site")
    assert done.returncode != 0
    warned = " ".join(line for line in (done.stdout + done.stderr).splitlines() if "gone-" in line)
    assert [number for number in range(1, 8) if f"gone-{number}" not in warned] == []


def test_a_name_that_the_code_does_not_have_ends_the_build(tmp_path: Path) -> None:
    with (copied(tmp_path) / "docs/api.md").open("a", encoding="utf-8") as file:
        file.write("\n::: nqextract.gone\n")
    done = build(tmp_path, tmp_path / "site")
    assert done.returncode != 0 and "nqextract.gone could not be found" in done.stdout + done.stderr


def test_the_examples_of_the_pages_are_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").symlink_to(ROOT / "data")
    run(Settings(("data/raw/huyen-tien-phuoc-tin-ngan.txt", "data/raw/xa-hong-thai-tuyen-quang-2025.txt"), "out"))
    for page in ("run", "api_evaluate"):
        failed, tried = doctest.testfile(str(ROOT / f"docs/{page}.md"), module_relative=False, encoding="utf-8")
        assert tried >= 6 and failed == 0
