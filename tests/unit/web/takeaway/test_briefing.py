"""A briefing says all it was given, in text that can be read out and searched, on two to four pages."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from pypdf.generic import ArrayObject, DictionaryObject, PdfObject

from node.errors import NodeError
from node.web.takeaway.briefing import briefing
from node.web.takeaway.document import BriefingLabels, Chart, KeyFigure, Section, TextTable, Verification
from tests.unit.web.takeaway.made import AT, HEADINGS, document, png, section
from tests.unit.web.takeaway.pdf_text import pages, reader, squeezed, whole

ODD = (
    "#panic(1)",
    '#import "x.typ": *',
    "$a^2$",
    "*not bold* _not italic_",
    "@nobody <label>",
    "\\ backslash \\u{41}",
    "\"straight\" 'quotes' -- --- ...",
    "= No heading",
    "- no list",
    "// no comment /* nor this */",
    "`raw` ```code```",
    "#{sys.inputs}",
    "[brackets] {braces} ~ https://lmis.example/?a=1&b=2",
    "{page} {{pages}}",
    "fi fl ffi office",
)
THAI = (
    "จำนวนตำแหน่งงานว่างสำหรับผู้ประกอบวิชาชีพในจังหวัดภาคใต้เพิ่มขึ้นเมื่อเทียบกับเดือนก่อน ทั้งนี้ตัวเลขที่ปกปิดไม่ใช่ศูนย์",
    "สุราษฎร์ธานี น้ำ ค่ำ ที่ นี้ ขึ้น เพื่อ ปี่ ฝ้าย ฟื้นฟู สิทธิ์ เก็บ ตั๋ว กั้น ญี่ปุ่น ฐาน",
)


def structure(pdf: bytes) -> list[DictionaryObject]:
    """The elements of the document's structure, in the order of reading."""

    def below(item: PdfObject | None) -> Iterator[DictionaryObject]:
        found = item.get_object() if item is not None else None
        if isinstance(found, ArrayObject):
            for part in found:
                yield from below(part)
        elif isinstance(found, DictionaryObject) and "/S" in found:
            yield found
            yield from below(found.get("/K"))

    root = reader(pdf).trailer["/Root"]["/StructTreeRoot"]
    return list(below(root["/K"]))


def test_everything_given_stands_on_its_pages() -> None:
    made = document()
    said = whole(briefing(made))
    table = made.sections[0].table
    assert table is not None
    texts = [
        *(made.title, made.subtitle, *made.leads, made.footer, made.author),
        *(text for figure in made.figures for text in (figure.label, figure.figure, figure.note)),
        *(text for part in made.sections for text in (part.heading, *part.paragraphs)),
        *(table.caption, *table.headings, *(cell for row in table.rows for cell in row)),
        *(str(cell) for source in made.sources for cell in source.cells),
        *HEADINGS.cells,
        *(text for line in made.verification for text in (line.label, line.code, line.how)),
        *(made.labels.sources, made.labels.verification),
    ]
    assert [text for text in texts if squeezed(text) not in said] == []


def test_a_common_reader_finds_figures_and_codes_too() -> None:
    text = "".join(page.extract_text() for page in reader(briefing(document())).pages)
    for figure in ("12,345", "1,029", "26.9", "7f3a-19c2-b0d4", "0a1b" * 16, "▲ tighter", "3 to 12"):
        assert figure in text


def test_rows_of_a_table_read_in_order() -> None:
    said = whole(briefing(document()))
    assert "Area71,007▲tighterArea81,008▲tighter" in said


@pytest.mark.parametrize("text", ODD)
def test_text_is_never_markup(text: str) -> None:
    made = document(
        title=text,
        subtitle=text,
        leads=(text,),
        figures=(KeyFigure(text, text, text),),
        sections=(
            Section(
                text,
                (text,),
                Chart(png(), text, text),
                TextTable((text,), (False,), tuple((text,) for _ in range(40)), text),
            ),
        ),
        verification=(Verification(text, text, text),),
        author=text,
        footer=text,
        synthetic=text,
        labels=BriefingLabels(text, text, "{page} of {pages}", HEADINGS),
    )
    pdf = briefing(made)
    said = whole(pdf)
    # Once each: title, subtitle, lead, author, heading, paragraph, both captions, the table's heading, two labels;
    # thrice the key figure and the verification; forty cells; and the foot of each page.
    assert said.count(squeezed(text)) >= 11 + 3 + 3 + 40 + len(reader(pdf).pages)
    assert reader(pdf).metadata is not None
    assert reader(pdf).metadata["/Title"] == text
    assert [part["/Alt"] for part in structure(pdf) if part["/S"] == "/Figure"] == [text]


@pytest.mark.parametrize("text", THAI)
def test_thai_is_read_whole(text: str) -> None:
    pdf = briefing(
        document(
            language="th",
            title=text,
            leads=(text,),
            figures=(KeyFigure(text, text, text),),
            sections=(replace(section(), heading=text, paragraphs=(text,)), Section(text, (text,))),
        )
    )
    # Title, lead, three of the key figure, two headings, two paragraphs, and the head of the second page.
    assert whole(pdf).count(squeezed(text)) == 10
    assert reader(pdf).metadata["/Title"] == text


def test_thai_breaks_into_lines() -> None:
    """Thai has no spaces: a paragraph that broke only where this one has some would leave the page at the right."""
    text = THAI[0].replace(" ", "") * 4
    pdf = briefing(document(language="th", sections=(section(), Section("ก", (text,)))))
    assert squeezed(text) in whole(pdf)
    lines: set[int] = set()

    def see(said: str, matrix: list[float], *_: object) -> None:
        if "\u0e00" <= said[:1] <= "\u0e7f":
            lines.add(round(matrix[5]))

    for page in reader(pdf).pages:
        page.extract_text(visitor_text=see)
    assert len(lines) >= 5


def test_long_words_stay_on_the_page() -> None:
    word = "W" * 300
    pdf = briefing(document(sections=(replace(section(), paragraphs=(word,)),)))
    assert word in whole(pdf)
    assert word not in "".join(page.extract_text() for page in reader(pdf).pages).splitlines()


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a\U0001f600b", "a[U+1F600]b"),
        ("\u0645", "[U+0645]"),
        ("e\u0301", "\u00e9"),
        ("2\u22121", "2\u22121"),
        ("non\u2011breaking", "non-breaking"),
        ("one\ntwo\u2028three\tfour", "one two three four"),
        ("∞ ≥ ≤ × – … · ▲▼", "∞ ≥ ≤ × – … · ▲▼"),
    ],
)
def test_no_character_is_lost(given: str, shown: str) -> None:
    assert squeezed(f"<{shown}>") in whole(briefing(document(leads=(f"<{given}>",))))


@pytest.mark.parametrize(("rows", "count"), [(30, 2), (60, 3), (120, 4)])
def test_it_takes_two_to_four_pages(rows: int, count: int) -> None:
    said = pages(briefing(document(sections=(section(rows),))))
    assert [f"Page{page}of{count}" in text for page, text in enumerate(said, 1)] == [True] * count


def test_too_long_a_briefing_is_refused() -> None:
    with pytest.raises(NodeError, match=r"takes [56] pages, and must take 2 to 4: cut rows"):
        briefing(document(sections=(section(160),)))


def test_too_short_a_briefing_is_refused() -> None:
    with pytest.raises(NodeError, match="takes 1 pages, and must take 2 to 4: add rows"):
        briefing(document(sections=()))


def test_the_headings_of_a_table_are_on_each_page_that_it_is_on() -> None:
    said = pages(briefing(document(sections=(section(60),))))
    assert ["AreaVacanciesSignal" in page for page in said[:2]] == [True, True]


def test_synthetic_figures_are_said_to_be_on_each_page() -> None:
    banner = "Synthetic: these figures describe nobody."
    assert all(squeezed(banner) in page for page in pages(briefing(document(synthetic=banner))))
    assert "Synthetic" not in whole(briefing(document()))


def test_it_is_tagged_and_says_what_it_is() -> None:
    made = document(language="ms")
    file = reader(briefing(made))
    root = file.trailer["/Root"]
    assert root["/Lang"] == "ms"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    about = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in about
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in about
    assert file.metadata is not None
    assert (file.metadata.title, file.metadata.author, file.metadata.subject) == (
        made.title,
        made.author,
        made.subtitle,
    )
    assert file.metadata.creation_date == AT


def test_its_structure_has_title_headings_charts_and_tables() -> None:
    parts = structure(briefing(document()))
    kinds = [part["/S"] for part in parts]
    assert kinds.count("/Title") == 1
    assert kinds.count("/H1") == 3
    assert kinds.count("/TH") == 3 + 6
    assert kinds.count("/TD") == 90 + 12
    assert [part["/Alt"] for part in parts if part["/S"] == "/Figure"] == ["North Sumatra is the tightest of all."]


def test_only_the_given_typeface_is_in_it() -> None:
    names = {
        str(font.get_object()["/BaseFont"]).split("+")[-1].split("-")[0]
        for page in reader(briefing(document(language="th", leads=THAI))).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert names == {"Sarabun"}


def test_charts_are_as_wide_as_the_text_and_no_higher_than_fits() -> None:
    tall = Section("Tall", (), Chart(png(20, 400), "A tall chart."))
    pdf = briefing(document(sections=(section(), tall)))
    boxes = [part["/A"][0]["/BBox"] for part in structure(pdf) if part["/S"] == "/Figure"]
    (wide_left, _, wide_right, _), (_, bottom, _, top) = boxes
    millimetre = 72 / 25.4
    assert float(wide_right) - float(wide_left) == pytest.approx(170 * millimetre, abs=1)
    assert float(top) - float(bottom) == pytest.approx(150 * millimetre, abs=1)


def test_the_same_briefing_makes_the_same_bytes_in_any_thread() -> None:
    made = [document(title=f"Briefing {number}") for number in range(3)]
    first = [briefing(one) for one in made]
    assert len(set(first)) == 3
    with ThreadPoolExecutor(4) as threads:
        again = list(threads.map(briefing, made * 4))
    assert again == first * 4


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"language": "fr"}, "one of id, ms, th, en, not in “fr”"),
        ({"title": " "}, "has no title"),
        ({"generated": AT.replace(tzinfo=None)}, "time zone"),
    ],
)
def test_what_no_briefing_can_be(changes: dict[str, object], message: str) -> None:
    with pytest.raises(NodeError, match=message):
        document(**changes)


def test_what_no_part_can_be() -> None:
    with pytest.raises(NodeError, match="is no PNG"):
        Chart(b"<svg/>", "A chart.")
    with pytest.raises(NodeError, match="is no PNG"):
        Chart(png(0, 5), "A chart.")
    with pytest.raises(NodeError, match="no alternative text"):
        Chart(png(), " ")
    with pytest.raises(NodeError, match="rows of"):
        TextTable(("a", "b"), (False, True), (("x",),))
    with pytest.raises(NodeError, match=r"must hold \{page\} and \{pages\}"):
        BriefingLabels("Sources", "Verification", "Page {page}", HEADINGS)


def test_a_damaged_chart_is_refused() -> None:
    damaged = replace(section(), chart=Chart(png()[:40], "A chart."))
    with pytest.raises(NodeError, match="cannot be set"):
        briefing(document(sections=(damaged,)))
    assert briefing(document()), "the one after it is made"
