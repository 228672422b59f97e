"""A result with every slot filled, a pipeline that needs no extractor, and articles for both."""

from __future__ import annotations

import itertools
import os
import time
from pathlib import Path

from nqextract.records import (
    ArticleResult,
    Chair,
    DateSlot,
    Document,
    DocumentKey,
    Entity,
    Evidence,
    Organizer,
    Participants,
    PersonOut,
    PersonTitleOut,
    Place,
    Presenter,
    Record,
    Venues,
)
from nqextract.text import sha256
from nqextract.types import Analysis, Article, Clock, StageError


def children(pid: int) -> list[int]:
    """The processes that ``pid`` has started (Linux)."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


TEXT = "Ngày 8/11/2023, Huyện ủy Mẫu họp"


def full_result(article: Article | None = None) -> ArticleResult:
    """A result in which each field has a value; its evidence is the beginning of the text."""
    article = article or Article("bài/một", TEXT, "in/bài/một.txt", "Tiêu đề", "2023-11-08", None, "Báo Mẫu")
    text = article.text
    grounds = [Evidence(start=0, end=4, text=text[:4])]
    record = Record(
        record_id=f"{article.id}#1",
        article_id=article.id,
        main=True,
        name=Evidence(start=0, end=4, text=text[:4]),
        date=DateSlot(
            edtf="2023-11-08",
            start="2023-11-08",
            end="2023-11-08",
            part_of_day="morning",
            year_inferred=False,
            evidence=grounds,
        ),
        organizers=[
            Organizer(name="Huyện ủy Mẫu", text="Huyện ủy Mẫu", province="Hà Giang", evidence=grounds),
            Organizer(name="Ban Tuyên giáo", text="BTG", province=None, evidence=grounds),
        ],
        documents=[
            Document(
                type="resolution", number="57-NQ/TW", issuer=None, issued="2024-12-22", subject=None, evidence=grounds
            ),
            Document(
                type="resolution",
                meeting="BCH TƯ 8 khóa XIII",
                issuer=None,
                issued=None,
                subject=None,
                evidence=grounds,
            ),
        ],
        participants=Participants(value=11_000, qualifier="over", unit="đảng viên", invited=12_000, evidence=grounds),
        venues=Venues(value=19, qualifier="exact", unit="điểm cầu", evidence=grounds),
        format="hybrid",
        chairs=[Chair(name="Lê Văn Mẫu", titles=["Bí thư Huyện ủy"], evidence=grounds)],
        presenters=[
            Presenter(
                name="Trần Thị Thử",
                titles=[],
                documents=[DocumentKey(type="resolution", number="57-NQ/TW")],
                evidence=grounds,
            )
        ],
        place=Place(text="=Hội trường", evidence=grounds),
    )
    return ArticleResult(
        id=article.id,
        path=article.path,
        sha256=sha256(text),
        title=article.title,
        published=article.published,
        outlet=article.outlet,
        text=text if article.derived else None,
        entities=[
            Entity(label="DATE", start=0, end=4, text=text[:4], norm="2023-11-08"),
            Entity(label="DOC", start=0, end=4, text=text[:4], norm=DocumentKey(type="resolution", number="57-NQ/TW")),
            Entity(label="ORG", start=0, end=4, text=text[:4], norm=None),
        ],
        people=[
            PersonOut(
                name="Lê Văn Mẫu",
                titles=[
                    PersonTitleOut(text="Bí thư Huyện ủy", organisation="Huyện ủy Mẫu"),
                    PersonTitleOut(text="ông", organisation=None),
                ],
                mentions=[(5, 8), (9, 12)],
            )
        ],
        records=[record],
    )


class StubPipeline:
    """Does what the text of the article says: ``raise``, ``refuse``, ``die``, ``wait``, ``spin``, ``stick``, or a full
    result.  The environment may ask for a pause (``STUB_PAUSE``, seconds) and for a file of all ids (``STUB_LOG``)."""

    def __init__(self, *_: object) -> None:
        """Takes what the pipeline takes, and settings."""

    def process(self, article: Article, clock: Clock | None = None) -> ArticleResult:
        time.sleep(float(os.environ.get("STUB_PAUSE", "0")))
        if log := os.environ.get("STUB_LOG"):
            with open(log, "a", encoding="utf-8") as file:
                file.write(f"{article.id}\n")
        if article.text.startswith("raise"):
            raise ZeroDivisionError("made to fail")
        if article.text.startswith("refuse"):
            raise StageError("clean", "too_short", "made to be refused")
        if article.text.startswith("die"):
            os._exit(9)
        if article.text.startswith("wait"):
            time.sleep(60)
        if article.text.startswith("spin"):
            while True:
                pass
        if article.text.startswith("stick"):
            sum(itertools.repeat(0))  # in C, where no signal is looked at
        return full_result(article)

    def analyse(self, article: Article) -> Analysis:
        raise NotImplementedError("the stub only gives results")
