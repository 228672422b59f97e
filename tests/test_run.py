"""The run: failures of every stage, order, workers that die, and the same bytes whatever does the work."""

from __future__ import annotations

import json
import random
import tracemalloc
from pathlib import Path

import pandas
import pytest

from nqextract.read import InputError, Meter, Source, find_sources, read_sources
from nqextract.records import OUTPUT_NAMES
from nqextract.run import Progress, Settings, Summary, run
from nqextract.run.engine import SHARD_ARTICLES as SHARD
from nqextract.run.engine import SHOWN, cut
from nqextract.terminal import state
from nqextract.write import OutputError
from samples import StubPipeline


def make_input(folder: Path, texts: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def go(inputs: Path, out: Path, workers: int = 1, formats: tuple[str, ...] = ("jsonl",)) -> Summary:
    return run(Settings((str(inputs),), str(out), workers, formats, tagger="rules", build=StubPipeline))


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


MIXED = {"a": "Ngày 8/11", "b": "raise", "c": "refuse", "d": " ", "e": "Ngày 9/11"}


def test_one_failing_article_is_a_line_and_the_others_go_on(tmp_path: Path) -> None:
    summary = go(make_input(tmp_path / "in", MIXED), tmp_path / "out")
    assert [line["id"] for line in lines(tmp_path / "out/articles.jsonl")] == ["a", "e"]
    assert [line["record_id"] for line in lines(tmp_path / "out/records.jsonl")] == ["a#1", "e#1"]
    errors = lines(tmp_path / "out/errors.jsonl")
    assert [(line["id"], line["stage"], line["error"]) for line in errors] == [
        ("b", "pipeline", "ZeroDivisionError"),
        ("c", "clean", "too_short"),
        ("d", "read", "empty"),
    ]
    for line in errors:
        assert line["path"] == f"{tmp_path.as_posix()}/in/{line['id']}.txt"
        assert str(line["message"]).startswith(f"{line['path']}: ")
    report = summary.report
    assert (report.done, report.failed, report.counts["records"]) == (2, 3, 2)


def test_the_manifest_tells_the_run(tmp_path: Path) -> None:
    go(make_input(tmp_path / "in", MIXED), tmp_path / "out", formats=("jsonl", "csv"))
    manifest = json.loads((tmp_path / "out/manifest.json").read_bytes())
    assert manifest["schema_version"] == "1.0"
    assert {"nqextract", "python", "pydantic"} <= set(manifest["versions"])
    assert manifest["settings"]["formats"] == ["jsonl", "csv"]
    assert manifest["counts"] == {
        "articles": 5,
        "done": 2,
        "failed": 3,
        "failures": {"clean: too_short": 1, "pipeline: ZeroDivisionError": 1, "read: empty": 1},
        "records": 2,
        "people": 2,
        "entities": 6,
        "entities_by_label": {"DATE": 2, "DOC": 2, "ORG": 2},
        "encodings": {},  # the stub has none
    }
    assert manifest["timing"]["wall_seconds"] > 0
    assert len(manifest["input"]["sha256"]) == 64
    before = manifest["input"]["sha256"]
    (tmp_path / "in/a.txt").write_text("Ngày 10/11", encoding="utf-8")
    go(tmp_path / "in", tmp_path / "out")
    assert json.loads((tmp_path / "out/manifest.json").read_bytes())["input"]["sha256"] != before


def test_the_number_of_workers_does_not_show(tmp_path: Path) -> None:
    texts = {f"{number:03d}": "raise" if number % 7 == 0 else f"Ngày {number}" for number in range(3 * SHARD + 5)}
    inputs = make_input(tmp_path / "in", texts)
    for workers in (1, 2):
        go(inputs, tmp_path / str(workers), workers, ("jsonl", "csv", "parquet"))
    for name in set(OUTPUT_NAMES) - {"manifest.json", "tokens.jsonl"}:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes(), name
    one, two = (json.loads((tmp_path / name / "manifest.json").read_bytes()) for name in ("1", "2"))
    del one["timing"], two["timing"]
    assert one == two


def test_a_worker_that_dies_costs_its_article_only(tmp_path: Path) -> None:
    texts = {f"{number:03d}": f"Ngày {number}" for number in range(2 * SHARD + 2)}
    inputs = make_input(tmp_path / "in", texts | {"005": "die", "020": "die"})
    summary = go(inputs, tmp_path / "out", workers=2)
    assert (summary.report.done, summary.report.failed) == (len(texts) - 2, 2)
    assert [line["id"] for line in lines(tmp_path / "out/articles.jsonl")] == sorted(set(texts) - {"005", "020"})
    errors = lines(tmp_path / "out/errors.jsonl")
    assert [(line["id"], line["error"]) for line in errors] == [("005", "worker_died"), ("020", "worker_died")]


def test_what_a_run_wrote_is_no_input_of_the_next(tmp_path: Path) -> None:
    inputs = make_input(tmp_path / "in", MIXED)
    for out in (inputs / "out", inputs):
        first, second = go(inputs, out), go(inputs, out)
        assert (second.report.done, second.report.failed) == (first.report.done, first.report.failed)


@pytest.mark.parametrize("as_url", [False, True])
def test_the_input_is_never_overwritten(tmp_path: Path, as_url: bool) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text('{"text": "Ngày 8/11"}\n')
    with pytest.raises(InputError, match="the output would take its place"):
        run(Settings((path.as_uri() if as_url else str(path),), str(tmp_path), build=StubPipeline))
    assert [path.name for path in tmp_path.iterdir()] == ["articles.jsonl"]


def test_no_input_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(InputError):
        go(tmp_path / "in", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_out_that_can_not_be_written_is_known_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError):
        go(make_input(tmp_path / "in", {"a": "wait"}), tmp_path / "out")


def test_long_failure_lists_are_counted(tmp_path: Path) -> None:
    texts = {f"{number:03d}": "raise" for number in range(2 * SHARD)}
    report = go(make_input(tmp_path / "in", texts), tmp_path / "out").report
    assert (report.failed, len(report.messages)) == (2 * SHARD, SHOWN)
    assert report.failures == {"pipeline: ZeroDivisionError": 2 * SHARD}


@pytest.mark.parametrize("segmenter", ["none", "pyvi", "underthesea"])
def test_tokens_are_laid_on_the_raw_text(tmp_path: Path, segmenter: str) -> None:
    text = "Huyện Mẫu học Nghị quyết\n\nSáng 8/11,Huyện ủy Mẫu tổ chức hội nghị. Có 90 đại biểu dự.\n"
    inputs = (str(make_input(tmp_path / "in", {"a": "\ufeff" + text})),)
    run(Settings(inputs, str(tmp_path / "out"), tokens=True, segmenter=segmenter, build=StubPipeline))
    [line] = lines(tmp_path / "out/tokens.jsonl")
    assert line["id"] == "a"
    sentences = line["sentences"]
    assert isinstance(sentences, list)
    assert [text[sentence["start"] : sentence["end"]] for sentence in sentences] == [
        "Huyện Mẫu học Nghị quyết",
        "Sáng 8/11,Huyện ủy Mẫu tổ chức hội nghị.",
        "Có 90 đại biểu dự.",
    ]
    tokens = [text[start:end] for start, end in sentences[2]["tokens"]]
    assert tokens == ["Có", "90", "đại", "biểu", "dự", "."]
    words = [text[start:end] for start, end in sentences[2]["words"]]
    assert words == (tokens if segmenter == "none" else ["Có", "90", "đại biểu", "dự", "."])


@pytest.mark.parametrize("name", ["news.jsonl", "news.jsonl.gz", "news.csv", "news.parquet"])
def test_a_table_is_read_as_it_is_needed(tmp_path: Path, name: str) -> None:
    """The first shard takes little of the file, the meter tells how much, and at the end it is all."""
    path, chance = tmp_path / name, random.Random(1)
    texts = [f"{number} " + chance.randbytes(1000).hex() for number in range(8010)]
    frame = pandas.DataFrame({"text": texts})
    if name.endswith(".parquet"):
        frame.to_parquet(path, row_group_size=len(texts))
    elif name.endswith(".csv"):
        frame.to_csv(path, index=False)
    else:
        frame.to_json(path, orient="records", lines=True)
    [source] = find_sources([str(path)])
    assert isinstance(source, Source)
    assert source.size == path.stat().st_size > 5_000_000
    meter = Meter()
    shards = cut(read_sources([source], {}, meter), meter)
    tracemalloc.start()
    first = next(shards)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(first.items) == SHARD
    assert meter.position < source.size / 2
    assert peak < source.size / 2
    assert first.size + sum(shard.size for shard in shards) == source.size


def test_a_shard_is_full_by_articles_or_characters_and_numbered(tmp_path: Path) -> None:
    texts = {f"{number:03d}": "a" * (150_000 if number < 4 else 10) for number in range(4 + SHARD + 1)}
    shards = list(cut(read_sources(find_sources([str(make_input(tmp_path / "in", texts))])), Meter()))
    assert [len(shard.items) for shard in shards] == [2, 2, SHARD, 1]
    assert [shard.number for shard in shards] == [0, 1, 2, 3]
    assert len({shard.digest for shard in shards}) == 4


def test_progress_tells_rate_failures_and_time_to_go(tmp_path: Path) -> None:
    texts = {f"{number:03d}": "raise" if number % 8 == 0 else f"Ngày {number}" for number in range(2 * SHARD)}
    seen: list[tuple[int, float | None, str]] = []

    class Watcher:
        def note(self, message: str) -> None:
            raise AssertionError(message)

        def progress(self, progress: Progress) -> None:
            seen.append((progress.articles, progress.left, state(progress)))

    run(Settings((str(make_input(tmp_path / "in", texts)),), str(tmp_path / "out"), build=StubPipeline), Watcher())
    assert [articles for articles, _, _ in seen] == [SHARD, 2 * SHARD]
    assert seen[0][1] is not None
    assert seen[0][1] > 0
    assert seen[1][1] == 0
    assert seen[1][2].startswith(f"{2 * SHARD:,} articles, ")
    assert seen[1][2].endswith(f"/s, 0:00:00 to go, {SHARD // 4} failed (pipeline: ZeroDivisionError {SHARD // 4})")
