"""Pages of the site that do not lie in ``docs``, and links between all of them.

The pages are written to be read in the repository, where links lead to files and may be called by their names.  Here
the files outside ``docs`` that they speak of become pages of the site, each link to a file one to its page, and the
file's name the page's title.  What is no page is left to MkDocs, whose strict build refuses it.
"""

from __future__ import annotations

import json
import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

OUTSIDE = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security.md",
    "LICENSE": "licence.md",
    "models/README.md": "model_card.md",
    "data/raw/README.md": "sample_articles.md",
    "data/train/README.md": "marked_sentences.md",
}
NOTEBOOKS = "notebooks"

_link = re.compile(r"\[([^][]+)\]\((?![a-z]+:|#)([^()\s#]+)(#[^()\s]*)?\)")
_file_name = re.compile(r"[\w./]+\.(?:md|ipynb)")
_sources: dict[str, str] = {}  # file of the repository by page of the site


def on_files(files: Files, config: MkDocsConfig) -> Files:
    root = Path(config.config_file_path).parent
    _sources.clear()
    _sources.update({file.src_uri: f"docs/{file.src_uri}" for file in files})
    outside = dict(OUTSIDE)
    outside.update(
        {f"{NOTEBOOKS}/{path.name}": f"{NOTEBOOKS}/{path.stem}.md" for path in root.glob(f"{NOTEBOOKS}/*.ipynb")}
    )
    for source, page in outside.items():
        files.append(File.generated(config, page, content=_as_markdown(root / source)))
        _sources[page] = source
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    here = page.file.src_uri
    pages = {source: uri for uri, source in _sources.items()}
    folder = posixpath.dirname(_sources[here])

    def link(match: re.Match[str]) -> str:
        text, path, anchor = match.groups(default="")
        target = posixpath.normpath(posixpath.join(folder, path))
        if target not in pages:
            return match[0]
        if _file_name.fullmatch(text):
            to = files.get_file_from_path(pages[target])
            text = (to and to.page and str(to.page.title or "")) or text
        return f"[{text}]({posixpath.relpath(pages[target], posixpath.dirname(here) or '.')}{anchor})"

    return _link.sub(link, markdown)


def _as_markdown(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        return _notebook(json.loads(text), path.name)
    return text if path.suffix == ".md" else f"# Licence\n\n```text\n{text}```\n"


def _notebook(notebook: dict[str, Any], name: str) -> str:
    parts = []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        parts.append(source if cell["cell_type"] == "markdown" else f"```python\n{source}\n```")
    heading, _, rest = parts[0].partition("\n")
    note = f"*What `notebooks/{name}` says and does; open it in Jupyter to see its tables and figures.*"
    return "\n\n".join([heading, note, rest.strip(), *parts[1:], ""])
