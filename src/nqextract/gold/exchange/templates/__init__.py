"""Project files for the tools: what a tool needs to know of our labels, and what a person needs to know of the tool."""

from __future__ import annotations

from importlib.resources import files

from nqextract.wording import labels


def render(name: str) -> bytes:
    """The template ``templates/<name>``, a file for Jinja, filled in with the labels."""
    from jinja2 import Environment, StrictUndefined  # not for those who only check gold

    source = files(__package__).joinpath(name).read_text(encoding="utf-8")
    environment = Environment(
        autoescape=name.endswith(".xml"), undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    return environment.from_string(source).render(labels=labels()).encode()
