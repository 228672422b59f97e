"""Encodings of before and beside UTF-8: every letter, every kind of file, and what is refused."""

from __future__ import annotations

import gzip
import json
import random
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from encoded import CODES, EIGHT_BIT, ENCODERS, as_windows_1252, kept, score, tcvn3, vni, windows_1258
from nqextract.cli import app
from nqextract.outputs import read_manifest, read_results
from nqextract.read import InputError, read_inputs
from nqextract.read.decode import decode, meant
from nqextract.report.texts import find_texts
from nqextract.types import Article, Encoding, Failure, StageError

RAW = Path(__file__).parents[1] / "data" / "raw"
LETTERS = [code["letter"] for code in CODES]
SENTENCE = "Cộng hòa xã hội chủ nghĩa Việt Nam, Độc lập - Tự do - Hạnh phúc"
OFFICE = (
    "Ban Thường vụ Tỉnh ủy tổ chức hội nghị trực tuyến học tập, quán triệt Nghị quyết số 57-NQ/TW của Bộ Chính trị. "
    "Dự hội nghị có các đồng chí lãnh đạo Hội đồng nhân dân, Ủy ban nhân dân tỉnh và hơn 1.200 cán bộ, đảng viên.\n"
)
WRITTEN = {  # as in documents of the time
    "tcvn3": "Céng hßa x· héi chñ nghÜa ViÖt Nam, §éc lËp - Tù do - H¹nh phóc",
    "vni": "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam, Ñoäc laäp - Töï do - Haïnh phuùc",
    "viscii": "Cµng hòa xã hµi chü nghîa Vi®t Nam, Ðµc l§p - Tñ do - HÕnh phúc",
}
PAGE = """<html><head>{}<title>Hội nghị học tập Nghị quyết</title></head><body><article>
<p>{}</p><p>{}</p></article></body></html>"""
"""A declaration, and two paragraphs."""
FOREIGN = {
    "French": "Le comité provincial a organisé une conférence à Hanoï, où les délégués étaient là. Ça a été dit. ",
    "German": "Die Parteiführung führte eine Konferenz über Beschlüsse durch; größere Städte schickten Gäste. ",
    "Spanish": "El comité organizó una reunión; los niños y las niñas de España asistieron mañana. ¿Qué pasó? ",
    "Portuguese": "A comissão organizou uma conferência; não são questões de opinião, mas informações às populações. ",
    "Turkish": "Türkiye Cumhurbaşkanı görüşmelerin süreceğini söyledi; çok büyük bir gün, güçlü ülke, öğrenci. ",
    "Swedish": "Regeringen höll ett möte på måndagen; många från Göteborg och Malmö var där, blåbär, smörgås, ö. ",
    "Icelandic": "Ríkisstjórnin hélt fund í gær; það var fjöldi fólks á Íslandi, Guðmundur og Þór voru þar. ",
    "Finnish": "Hallitus käsitteli päätöksiä, jotka ovat hyvin tärkeitä, äiti, yö. ",
    "Estonian": "Valitsus pidas koosoleku; seal oli palju inimesi Pärnust, õhtu, öö, jäääär, üks. ",
    "signs": "® © ™ ½ ¼ ° µm ±5 §12 ¶ · × ÷ « » ¿ ¡ £ ¥ ¢ ",
}


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def read(path: Path, encoding: str | None = None) -> list[Article | Failure]:
    return list(read_inputs([str(path)], encoding=encoding))


def article(path: Path, encoding: str | None = None) -> Article:
    [found] = read(path, encoding)
    assert isinstance(found, Article), found
    return found


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


# Letters


def test_the_table_has_every_letter_once() -> None:
    vowels = [composed(vowel + tone) for vowel in "aăâeêioôơuưy" for tone in ("", *"\u0300\u0301\u0303\u0309\u0323")]
    small = {letter for letter in (*vowels, "đ") if not letter.isascii()}
    assert sorted(LETTERS) == sorted(small | {letter.upper() for letter in small})
    for column in ("viscii", "vni"):
        assert len({code[column] for code in CODES}) == len(CODES)
    tcvn3_codes = [code["tcvn3"] for code in CODES if code["tcvn3"]]
    assert len(set(tcvn3_codes)) == len(tcvn3_codes)
    assert {code["letter"] for code in CODES if code["letter"].islower() and not code["tcvn3"]} == set()


@pytest.mark.parametrize("name", ENCODERS)
def test_every_letter_comes_back(tmp_path: Path, name: str) -> None:
    expected, encoder = ENCODERS[name]
    words = " ".join(f"b{letter}" for letter in LETTERS if "TCVN3" not in name or letter.islower())
    found = article(write(tmp_path / "a.txt", encoder(words)), expected)
    assert composed(found.text) == words
    assert found.encoding == Encoding(expected, None)


@pytest.mark.parametrize("name", WRITTEN)
def test_as_documents_have_it(tmp_path: Path, name: str) -> None:
    signs = WRITTEN[name]
    assert article(write(tmp_path / "a.txt", signs.encode("windows-1252"))).text == SENTENCE
    found = article(write(tmp_path / "b.txt", signs.encode()))
    assert (found.text, found.encoding and found.encoding.name) == (SENTENCE, f"utf-8/{name}")


@pytest.mark.parametrize(
    ("signs", "text"),
    [
        ("TØNH ñY B¾C NINH", "TỈNH ỦY BẮC NINH"),
        ("HéI NGHÞ Hµ NéI", "HỘI NGHỊ HÀ NỘI"),  # all of the line is in it
        ("§¶NG ViÖt Nam", "ĐẢNG Việt Nam"),
        ("T©y B¾c", "Tây Bắc"),
        ("Héi nghÞ t¹i TP. Hµ NéI", "Hội nghị tại TP. Hà NỘI"),  # one capital, at the beginning: a name may have that
        ("NghÞ quyÕt 5\n§¶NG Bé TØNH Cµ MAU\nngµy 5", "Nghị quyết 5\nĐẢNG BỘ TỈNH CÀ MAU\nngày 5"),
    ],
)
def test_a_font_of_capitals(tmp_path: Path, signs: str, text: str) -> None:
    assert article(write(tmp_path / "a.txt", signs.encode("windows-1252")), "tcvn3").text == text


# Detection


@cache
def running_text() -> str:
    """Lines of articles written for this project, in an order of no meaning."""
    texts = [item.text for item in read_inputs([str(RAW)]) if isinstance(item, Article)]
    lines = [line for text in texts for line in text.splitlines() if len(line.split()) > 8]
    random.Random(7).shuffle(lines)
    return " ".join(lines)


def pieces(length: int, count: int) -> list[str]:
    text = running_text()
    return [text[start : start + length] for start in range(0, len(text) - length, len(text) // (count + 1))][:count]


@pytest.mark.parametrize("name", ENCODERS)
@pytest.mark.parametrize("length", [300, 1_000])
def test_what_is_read_is_what_was_written(name: str, length: int) -> None:
    right, refused = score(name, pieces(length, 10))
    assert (right, refused) == (10, 0)


@pytest.mark.parametrize("name", ENCODERS)
def test_a_few_words_are_never_read_as_something_else(name: str) -> None:
    """Of other encodings none is taken for another; what is valid UTF-8 stays that where the letters tell nothing."""
    expected, encoder = ENCODERS[name]
    for text in pieces(25, 60):
        with suppress(StageError):
            assert meant(*decode(encoder(text))).encoding.name in (expected, "utf-8")


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize("times", [1, 30])
def test_other_languages_stay_as_they_are(tmp_path: Path, language: str, times: int) -> None:
    text = FOREIGN[language] * times
    found = article(write(tmp_path / "a.txt", text.encode()))
    assert (found.text, found.encoding, found.derived) == (text, Encoding("utf-8", 1.0), False)


@pytest.mark.parametrize(
    "text",
    [
        "Nha 120 m², dat 300 m², vuon 45 m², san 20 m², ao 15 m², nha kho 9 m², chuong 7 m².",
        "Layers of 5 µm, 6 µm, 7 µm, 8 µm, 9 µm and 10 µm.",
        "Giá 5 € – 10 £ ± 3 ½ ¼ © 2020 ® ™",
        OFFICE.replace("đ", "ð").replace("Đ", "Ð") + "Đất 5 m², 30 °C – ½ giá, § 3, 10 £ ©.",
        OFFICE[:100].replace("Đ", "Ð").replace("Tỉnh", "Ðảng"),
    ],
    ids=["square metres", "micrometres", "signs", "ð for đ", "Ð for Đ"],
)
def test_signs_are_no_letters_of_another_encoding(tmp_path: Path, text: str) -> None:
    found = article(write(tmp_path / "a.txt", text.encode()))
    assert (found.text, found.encoding) == (text, Encoding("utf-8", 1.0))


@pytest.mark.parametrize("name", ["tcvn3", "vni"])
def test_a_title_may_be_in_unicode_above_a_pasted_body(tmp_path: Path, name: str) -> None:
    title = "Công an tỉnh Bắc Ninh công bố các quyết định"
    body = as_windows_1252(EIGHT_BIT[name](OFFICE * 3))
    expected = (lambda text: text.replace("Ủy", "ủy")) if name == "tcvn3" else str
    assert article(write(tmp_path / "a.txt", f"{title}\n{body}".encode())).text == f"{title}\n{expected(OFFICE * 3)}"
    row = write(tmp_path / "a.jsonl", json.dumps({"title": title, "text": body}).encode())
    assert (article(row).title, article(row).text) == (title, expected(OFFICE * 3))
    page = f"<html><title>{title}</title><body><article><p>{SENTENCE}</p><p>{body}</p></article></body></html>"
    assert article(write(tmp_path / "a.html", page.encode())).text.startswith(f"{title}\n{SENTENCE}\n")


def test_two_words_of_utf_16_are_read_the_right_way_round(tmp_path: Path) -> None:
    words = running_text().split()
    for at in range(0, 400, 2):
        text = " ".join(words[at : at + 2])
        for encoding in ("utf-16-le", "utf-16-be"):
            for found in read(write(tmp_path / "a.txt", text.encode(encoding))):
                assert isinstance(found, Failure) or found.text == text


def test_foreign_names_do_not_change_an_article(tmp_path: Path) -> None:
    text = OFFICE + "Đoàn đến Köln, München và Zürich, thăm São Paulo, mua 5 m² vải ½ giá; Renée, Åse và Søren đi cùng."
    assert article(write(tmp_path / "a.txt", text.encode())).text == text


# Pages


@pytest.mark.parametrize("declared", ["", "utf-8", "windows-1252", "windows-1258", "x-user-defined", "gb2312"])
@pytest.mark.parametrize("name", EIGHT_BIT)
def test_a_page_may_declare_anything(tmp_path: Path, name: str, declared: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    page = PAGE.format(meta, SENTENCE, OFFICE)
    found = article(write(tmp_path / "a.html", EIGHT_BIT[name](page)))
    assert found.encoding is not None
    assert found.encoding.name == name
    expected = f"Hội nghị học tập Nghị quyết\n{SENTENCE}\n{OFFICE.strip()}"
    fold = str.lower if name == "tcvn3" else str
    assert fold(composed(found.text)) == fold(expected)
    assert composed(found.title or "") == "Hội nghị học tập Nghị quyết"


@pytest.mark.parametrize("name", ENCODERS)
def test_a_page_in_every_encoding(tmp_path: Path, name: str) -> None:
    expected, encoder = ENCODERS[name]
    head = '<?xml version="1.0" encoding="iso-8859-1"?>\n<!DOCTYPE html>\n'
    found = article(write(tmp_path / "a.htm", encoder(head + PAGE.format("", SENTENCE, OFFICE))))
    assert found.encoding is not None
    assert found.encoding.name == expected
    assert kept(name, found.text).splitlines()[1:] == kept(name, f"{SENTENCE}\n{OFFICE.strip()}").splitlines()


def test_letters_of_a_font_written_as_entities(tmp_path: Path) -> None:
    def entities(text: str) -> str:
        return "".join(f"&#{ord(sign)};" if ord(sign) > 127 else sign for sign in as_windows_1252(tcvn3(text)))

    page = PAGE.format('<meta charset="utf-8">', entities(SENTENCE), entities(OFFICE))
    found = article(write(tmp_path / "a.html", page.encode().replace("Hội nghị học tập Nghị quyết".encode(), b"")))
    assert found.encoding is not None
    assert found.encoding.name == "utf-8/tcvn3"
    assert kept("TCVN3", found.text).splitlines() == kept("TCVN3", f"{SENTENCE}\n{OFFICE}").splitlines()


def test_a_page_in_another_language_is_read_as_it_declares(tmp_path: Path) -> None:
    page = PAGE.format('<meta charset="windows-1252">', FOREIGN["French"], FOREIGN["French"] * 2)
    found = article(write(tmp_path / "a.html", page.encode("windows-1252", "xmlcharrefreplace")))
    assert FOREIGN["French"].strip() in found.text
    assert found.encoding is not None
    assert found.encoding.name == "windows-1252"


# Tables


@pytest.mark.parametrize("name", ENCODERS)
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_tables(tmp_path: Path, name: str, kind: str) -> None:
    expected, encoder = ENCODERS[name]
    texts = [OFFICE.strip(), SENTENCE + ", " + OFFICE.strip()]
    rows = [{"id": str(number), "title": "Hội nghị", "text": text} for number, text in enumerate(texts)]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    if kind == "csv":
        lines = ["id,title,text", *(f'{row["id"]},{row["title"]},"{row["text"]}"' for row in rows)]
    found = read(write(tmp_path / f"a.{kind}", encoder("\r\n".join(lines) + "\r\n")))
    articles = [item for item in found if isinstance(item, Article)]
    assert [(item.id, item.encoding and item.encoding.name) for item in articles] == [("0", expected), ("1", expected)]
    assert [kept(name, item.text) for item in articles] == [kept(name, text) for text in texts]
    assert {composed(item.title or "") for item in articles} == {"Hội nghị"}


def test_a_row_that_was_saved_wrong_among_others(tmp_path: Path) -> None:
    rows = [{"text": OFFICE}, {"text": as_windows_1252(OFFICE.encode())}, {"text": as_windows_1252(vni(OFFICE))}]
    path = write(tmp_path / "a.jsonl", "\n".join(map(json.dumps, rows)).encode())
    found = [item for item in read(path) if isinstance(item, Article)]
    assert {item.text for item in found} == {OFFICE}
    assert [item.encoding and item.encoding.name for item in found] == ["utf-8", "utf-8/utf-8", "utf-8/vni"]


def test_a_byte_that_is_of_no_encoding_fails_its_row_only(tmp_path: Path) -> None:
    rows = [vni(f'{{"id": {number}, "text": "{OFFICE.strip()}"}}') for number in range(3)]
    rows[1] = rows[1].replace(b"h", b"\x81", 1)
    found = read(write(tmp_path / "a.jsonl", b"\n".join(rows)))
    assert [(item.id, item.error) if isinstance(item, Failure) else item.id for item in found] == [
        "0",
        ("a#2", "encoding"),
        "2",
    ]


# What is refused, and --encoding


@pytest.mark.parametrize(
    "data",
    [
        OFFICE.encode()[:101] + b"\xff" + OFFICE.encode()[101:],  # damaged UTF-8 is not another encoding
        OFFICE.encode().replace("ộ".encode(), b"\xe1\xbb", 1),
        windows_1258("Hội nghị"),
        FOREIGN["French"].encode("windows-1252"),
        "省委召开会议，学习贯彻党的决议。".encode("gb18030"),
        random.Random(3).randbytes(3_000).replace(b"\0", b""),
        OFFICE.encode() + windows_1258(OFFICE),
        windows_1258(OFFICE * 9) + OFFICE.encode(),
        tcvn3(OFFICE * 30) + vni(OFFICE * 2) + tcvn3(OFFICE * 30),
    ],
    ids=[
        *("damaged", "cut letter", "two words", "French", "Chinese", "noise"),
        *("two encodings", "UTF-8 at the end", "VNI in between"),
    ],
)
def test_what_is_not_sure_is_refused(tmp_path: Path, data: bytes) -> None:
    [found] = read(write(tmp_path / "a.txt", data))
    assert isinstance(found, Failure)
    assert (found.stage, found.error) == ("read", "encoding")
    assert any(told in found.message for told in ("--encoding", "damaged or cut off", "parts of the text"))


@pytest.mark.parametrize("which", [2, 3, 5])
def test_parts_that_were_saved_wrong_are_mended(tmp_path: Path, which: int) -> None:
    lines = [*pieces(200, 6), "Sáng 5/8, “Hội nghị” của Tỉnh ủy… đã kết thúc tốt đẹp – CHÂU Á”."]
    saved = [as_windows_1252(line.encode()) if at % which == 0 else line for at, line in enumerate(lines)]
    found = article(write(tmp_path / "a.txt", "\n".join(saved).encode()))
    assert found.text == "\n".join(lines)
    assert found.encoding is not None
    assert found.encoding.name == "utf-8/utf-8"


OPEN = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
"""Bytes that Windows-1252 leaves open."""


@pytest.mark.parametrize(
    "lose",
    [
        lambda signs: signs.translate(dict.fromkeys(OPEN, "\ufffd")),
        lambda signs: signs.translate(dict.fromkeys(OPEN, "?")),
        lambda signs: signs.translate(dict.fromkeys(OPEN)),
        lambda signs: signs.replace("\xa0", " "),
    ],
    ids=["replaced", "question marks", "left out", "spaces for no-break spaces"],
)
def test_letters_that_are_lost_are_told(tmp_path: Path, lose: Callable[[str], str]) -> None:
    """A strict program leaves out what Windows-1252 has not, and with it parts of letters."""
    text = "Trường Đại học Cà Mau họp về công tác toàn quốc, và đã học Nghị quyết. " + OFFICE
    signs = lose(as_windows_1252(text.encode()))
    [found] = read(write(tmp_path / "a.txt", signs.encode()))
    assert isinstance(found, Failure)
    assert any(told in found.message for told in ("letters were lost", "may have been saved as Unicode"))


def test_encoding_overrides_what_would_be_found(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", windows_1258("Hội nghị"))
    assert composed(article(path, "CP1258").text) == "Hội nghị"
    assert article(path, "cp1258").encoding == Encoding("windows-1258", None)
    signs = write(tmp_path / "b.txt", WRITTEN["vni"].encode())
    assert article(signs, "utf-8").text == WRITTEN["vni"]
    assert article(signs, "utf8/vni").text == SENTENCE
    assert article(write(tmp_path / "f.txt", WRITTEN["tcvn3"].encode("windows-1252")), "ABC").text == SENTENCE
    for data in (OFFICE.encode("utf-16"), b"\xfe\xff" + OFFICE.encode("utf-16-be")):
        assert article(write(tmp_path / "d.txt", data), "utf-16").text == OFFICE
        [failed] = read(tmp_path / "d.txt", "utf-8")
        assert isinstance(failed, Failure)
        row = json.dumps({"text": OFFICE}).encode("utf-16-be")
        assert article(write(tmp_path / "d.jsonl", b"\xfe\xff" + row), "utf-16").text == OFFICE
    lossy = OFFICE.encode().decode("windows-1252", "replace").encode()
    [failed] = read(write(tmp_path / "e.txt", lossy), "utf-8/utf-8")
    assert isinstance(failed, Failure)
    assert "letters were lost" in failed.message
    [failed] = read(write(tmp_path / "c.txt", OFFICE.encode()), "ascii")
    assert isinstance(failed, Failure)
    assert "not ascii: byte 0x" in failed.message


@pytest.mark.parametrize("name", ["klingon", "base64", "utf-8/klingon", "utf-8/", ""])
def test_an_encoding_that_is_none_is_wrong_usage(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "a.txt", OFFICE.encode())
    done = CliRunner().invoke(
        app, ["run", str(path), "-o", str(tmp_path / "out"), "--workers", "1", "--encoding", name]
    )
    assert done.exit_code == 2
    assert f"--encoding {name}: no encoding is called so" in done.output
    assert not (tmp_path / "out").exists()


def test_a_report_reads_again_as_the_run_did(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", b"\xef\xbb\xbf" + OFFICE.encode())
    command = ["run", str(path), "-o", str(tmp_path / "out"), "--workers", "1", "--encoding"]
    assert CliRunner().invoke(app, [*command, "UTF8"]).exit_code == 0
    results, manifest = list(read_results(str(tmp_path / "out"))), read_manifest(str(tmp_path / "out"))
    assert find_texts(results, manifest) == ({"a": OFFICE}, set())
    manifest["settings"]["encoding"] = "klingon"
    with pytest.raises(InputError, match="klingon"):
        find_texts(results, manifest)


def test_what_the_output_says(tmp_path: Path) -> None:
    """The encoding and how sure it is; the text where the file has not the same; and a page over the run finds both."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name, (_, encoder) in ENCODERS.items():
        write(folder / f"{name}.txt.gz", gzip.compress(encoder(OFFICE)))
    write(folder / "short.txt", tcvn3("Hội nghị"))
    command = ["run", str(folder), "-o", str(tmp_path / "out"), "--workers", "1"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 1
    assert "utf-8/tcvn3: 1" in done.output
    counts = json.loads((tmp_path / "out/manifest.json").read_bytes())["counts"]
    assert counts["encodings"]["utf-8/utf-8"] == 2
    lines = (tmp_path / "out/articles.jsonl").read_text(encoding="utf-8").splitlines()
    results = {line["id"]: line for line in map(json.loads, lines)}
    assert results.keys() == ENCODERS.keys()
    for name, (expected, _) in ENCODERS.items():
        line = results[name]
        assert line["encoding"]["name"] == expected
        assert 0.9 <= line["encoding"]["confidence"] <= 1
        assert ("text" in line) == (expected != "utf-8")
        assert kept(name, line.get("text", OFFICE)) == kept(name, OFFICE)
        raw = line.get("text", OFFICE)
        assert all(raw[entity["start"] : entity["end"]] == entity["text"] for entity in line["entities"])
        if "TCVN3" not in name:
            assert [entity["norm"] for entity in line["entities"]] == [
                entity["norm"] for entity in results["UTF-8"]["entities"]
            ]
    [failed] = map(json.loads, (tmp_path / "out/errors.jsonl").read_text(encoding="utf-8").splitlines())
    assert (failed["id"], failed["stage"], failed["error"]) == ("short", "read", "encoding")
    command[1] = str(folder / "short.txt")
    assert CliRunner().invoke(app, [*command, "--encoding", "tcvn3"]).exit_code == 0
    [line] = map(json.loads, (tmp_path / "out/articles.jsonl").read_text(encoding="utf-8").splitlines())
    assert (line["text"], line["encoding"]) == ("Hội nghị", {"name": "tcvn3", "confidence": None})
