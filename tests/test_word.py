"""What Word shows of a file is read in its place: text boxes, content controls, insertions, notes; no deletions."""

from __future__ import annotations

import io

import docx
import hostile
import pytest
from builders import offsets_agree
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from alignment import documents, passages
from alignment.documents import Limits
from alignment.errors import DocumentError
from alignment.types import BlockKind, PageState, PassageRole

SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def run(text, properties=""):
    return f"<w:r>{properties}<w:t xml:space='preserve'>{text}</w:t></w:r>"


def paragraph(*content):
    return f"<w:p>{''.join(content)}</w:p>"


def control(content, properties=""):
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def cell(text):
    return f"<w:tc>{paragraph(run(text))}</w:tc>"


def read(tmp_path, *body):
    """A Word file with this body; `customXml` is there to declare the names that it uses."""
    (tmp_path / "a.docx").write_bytes(hostile.word_of(f"<w:customXml {SPACES}>{''.join(body)}</w:customXml>"))
    return documents.read(tmp_path / "a.docx")


def lines(document):
    assert offsets_agree(passages.split(document), document)
    return document.pages[0].text.split("\n")


def test_a_text_box_is_read_once_after_its_paragraph_though_files_hold_it_in_two_ways(tmp_path):
    box = f"<w:txbxContent>{paragraph(run('Slag is sold.'))}</w:txbxContent>"
    drawn = f"<mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
    old = f"<w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict>"
    both = f"<w:r><mc:AlternateContent>{drawn}<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r>"
    found = read(tmp_path, paragraph(run("Before, "), both, run("after.")), paragraph(run("Next.")))
    assert lines(found) == ["Before, after.", "Slag is sold.", "Next."]
    assert lines(read(tmp_path, paragraph(f"<w:r>{old}</w:r>"))) == ["Slag is sold."]
    rows = f"<w:tbl><w:tr><w:tc>{paragraph(both)}</w:tc>{cell('x')}</w:tr></w:tbl>"
    assert lines(read(tmp_path, rows)) == ["Slag is sold.  x"]


def test_controls_insertions_links_and_formulas_are_read_in_their_place_and_deletions_are_not(tmp_path):
    found = read(
        tmp_path,
        control(paragraph(run("Water is reused."))),
        paragraph(
            run("We "),
            f"<w:ins>{run('inserted ')}</w:ins>",
            f"<w:del>{run('deleted ')}<w:r><w:delText>deleted</w:delText></w:r></w:del>",
            f"<w:moveFrom>{run('moved ')}</w:moveFrom>",
            f"<w:hyperlink>{run('linked ')}</w:hyperlink>",
            control(run("controlled ")),
            f"<w:smartTag>{run('tagged ')}</w:smartTag>",
            f"<w:fldSimple>{run('12 ')}</w:fldSimple>",
            "<m:oMath><m:r><m:t>CO2</m:t></m:r></m:oMath>",
            run(" hidden", "<w:rPr><w:vanish/></w:rPr>"),
            run(" shown", "<w:rPr><w:vanish w:val='0'/></w:rPr>"),
        ),
        control(paragraph(run("Click here to enter text.")), "<w:showingPlcHdr/>"),
        f"<w:ins>{paragraph(run('Heat is used.'))}</w:ins>",
    )
    assert lines(found) == ["Water is reused.", "We inserted linked controlled tagged 12 CO2 shown", "Heat is used."]


def test_rows_and_cells_in_controls_are_part_of_their_table(tmp_path):
    deleted = f"<w:tr><w:trPr><w:del/></w:trPr>{cell('Deleted')}{cell('1')}{cell('2')}</w:tr>"
    table = f"<w:tr>{cell('Indicator')}{cell('2022')}{control(cell('2023'))}</w:tr>{deleted}" + control(
        f"<w:tr>{cell('Reused (t)')}{cell('5')}<w:tc>{control(paragraph(run('6')))}</w:tc></w:tr>"
    )
    assert lines(read(tmp_path, f"<w:tbl>{table}</w:tbl>")) == ["Indicator  2022  2023", "Reused (t)  2022: 5  2023: 6"]


def test_tables_however_deep_are_read(tmp_path):
    body = paragraph(run("Water is reused."))
    for _ in range(20):
        body = f"<w:tbl><w:tr><w:tc>{body}<w:p/></w:tc></w:tr></w:tbl>"
    assert lines(read(tmp_path, body)) == ["Water is reused."]


def test_running_lines_of_all_sections_are_read_once_after_the_text_and_are_no_evidence(tmp_path):
    word = docx.Document()
    word.add_paragraph("Water is reused.")
    word.sections[0].header.paragraphs[0].text = "We built a solar plant."
    second = word.add_section()
    second.header.is_linked_to_previous = False
    second.header.paragraphs[0].text = "We built a solar plant."
    second.footer.paragraphs[0].text = "Slag is sold."
    word.save(str(tmp_path / "a.docx"))
    found = documents.read(tmp_path / "a.docx")
    page = found.pages[0]
    assert [(block.kind, page.text[block.start : block.end]) for block in page.blocks] == [
        (BlockKind.PARAGRAPH, "Water is reused."),
        (BlockKind.HEADER, "We built a solar plant."),
        (BlockKind.FOOTER, "Slag is sold."),
    ]
    assert [each.role for each in passages.split(found)] == [PassageRole.BODY, *[PassageRole.HEADER_FOOTER] * 2]


def with_footnote(path, note):
    """A Word file with a paragraph and a table that refer to notes 2 and 3; note 2 has these words."""
    reference = "<w:r><w:footnoteReference w:id='{}'/></w:r>"
    table = f"<w:tbl><w:tr>{cell('Reused')}<w:tc>{paragraph(run('5 t'), reference.format(3))}</w:tc></w:tr></w:tbl>"
    body = paragraph(run("Water is reused."), reference.format(2)) + paragraph(run("Heat too.")) + table
    word = docx.Document(io.BytesIO(hostile.word_of(body)))
    notes = (
        f"<w:footnotes {SPACES}><w:footnote w:id='1' w:type='separator'>{paragraph(run('line'))}</w:footnote>"
        f"<w:footnote w:id='2'>{paragraph(run(note))}</w:footnote>"
        f"<w:footnote w:id='3'>{paragraph(run('Estimated.'))}</w:footnote></w:footnotes>"
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, notes.encode(), word.part.package)
    word.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    word.save(str(path))
    return documents.read(path)


def test_notes_follow_the_paragraph_or_the_table_that_refers_to_them(tmp_path):
    found = with_footnote(tmp_path / "a.docx", "At two plants.")
    assert lines(found) == ["Water is reused.", "At two plants.", "Heat too.", "Reused  5 t", "Estimated."]
    kinds = [block.kind for block in found.pages[0].blocks]
    assert kinds.count(BlockKind.FOOTNOTE) == 2 and kinds[1] is BlockKind.FOOTNOTE


def test_the_heading_of_a_table_of_contents_is_a_heading_so_that_its_entries_are_no_evidence(tmp_path):
    word = docx.Document()
    word.add_paragraph("Contents", style="TOC Heading")
    word.add_paragraph("We built a solar plant of 20 MW\t12")
    word.add_heading("Water", 1)
    word.add_paragraph("Water is reused.")
    word.save(str(tmp_path / "a.docx"))
    roles = {each.text: each.role for each in passages.split(documents.read(tmp_path / "a.docx"))}
    assert roles["Water is reused."] is PassageRole.BODY
    assert next(role for text, role in roles.items() if "solar" in text) is not PassageRole.BODY


def test_a_file_inserted_into_the_file_is_told_as_unread(tmp_path):
    found = read(tmp_path, paragraph(run("Water is reused in all of our plants.")), "<w:altChunk/>")
    assert found.pages[0].unread == 1 and found.pages[0].state is PageState.PARTIAL


def test_paragraphs_of_notes_and_running_lines_count_towards_the_limit(tmp_path):
    word = docx.Document()
    word.sections[0].header.paragraphs[0].text = "Northlight"
    word.add_paragraph("Water is reused.")
    word.save(str(tmp_path / "a.docx"))
    with pytest.raises(DocumentError, match="has 2 paragraphs"):
        documents.read(tmp_path / "a.docx", limits=Limits(paragraphs=1))
