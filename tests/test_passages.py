"""Passages are verbatim, complete, of a size that can be judged, and know what part they play."""

from __future__ import annotations

from builders import document, offsets_agree, one_block_page
from hypothesis import given, settings
from hypothesis import strategies as st

from alignment import documents, passages
from alignment.documents.building import Piece, build
from alignment.passages import Size
from alignment.text import sentences
from alignment.text.reading import length, reading_text
from alignment.types import BlockKind, Document, Format, PassageRole

TEXTS = st.text(alphabet="公司节水减排，。；！abc DEF.12%\n•（）“”", max_size=300)


def of_page(page):
    return Document("a", "0", Format.PDF, "", (), (page,))


@given(st.lists(TEXTS, min_size=1, max_size=4))
@settings(deadline=None)
def test_every_character_is_in_exactly_one_passage_and_offsets_are_exact(texts):
    report = document(*texts)
    found = passages.split(report)
    assert offsets_agree(found, report)
    for page in report.pages:
        covered = set()
        for passage in found:
            if passage.page == page.number:
                covered |= set(range(passage.start, passage.end))
        assert all(page.text[place].isspace() for place in set(range(len(page.text))) - covered)


@given(TEXTS)
@settings(deadline=None)
def test_no_passage_is_longer_than_the_maximum(text):
    found = passages.split(of_page(one_block_page(text))) if text.strip() else ()
    assert all(length(passage.text) <= Size().maximum + 1 for passage in found)


def test_a_text_without_spaces_is_not_one_passage():
    text = "公司建设中水回用系统减少新鲜水用量" * 60
    assert len(passages.split(of_page(one_block_page(text)))) > 3


def test_headings_travel_with_the_passages_below_them():
    page = build(
        1,
        [
            Piece("环境", BlockKind.HEADING, 1),
            Piece("水资源", BlockKind.HEADING, 2),
            Piece("公司完成水平衡测试并安装三级水表，漏损点当日修复。"),
            Piece("治理", BlockKind.HEADING, 1),
            Piece("董事会由九名董事组成，其中独立董事三名，均按时出席。"),
        ],
    )
    body = [passage for passage in passages.split(of_page(page)) if passage.role is PassageRole.BODY]
    assert [passage.heading for passage in body] == ["环境 › 水资源", "治理"]


def test_contents_index_glossary_and_headers_and_footers_are_excluded_not_dropped(samples):
    read = documents.read(samples / "qingyun-steel.pdf")
    found = passages.split(read)
    roles = {role: {passage.page for passage in found if passage.role is role} for role in PassageRole}
    assert roles[PassageRole.CONTENTS] == {2}
    assert roles[PassageRole.INDEX] == {14}
    assert roles[PassageRole.HEADER_FOOTER] >= {3, 8, 13}
    glossary = build(
        1, [Piece("术语表", BlockKind.HEADING, 1), Piece("范围一：企业拥有或控制的排放源产生的直接排放。")]
    )
    assert passages.split(of_page(glossary))[1].role is PassageRole.GLOSSARY


def test_line_breaks_vanish_between_chinese_characters_and_become_spaces_in_english():
    assert reading_text("节约\n用水，\n减排 CO2\nemissions") == "节约用水，减排 CO2 emissions"


def test_sentences_end_where_readers_end_them():
    text = "公司节水。“全部回用！”已完成；下一步扩建。We saved 3.5 t, e.g. in Graz. Next item."
    found = [text[start:end] for start, end in sentences.sentences(text)]
    assert found == [
        "公司节水。",
        "“全部回用！”",
        "已完成；",
        "下一步扩建。",
        "We saved 3.5 t, e.g. in Graz.",
        "Next item.",
    ]


def test_a_number_at_the_start_of_a_line_does_not_end_the_sentence():
    text = "综合利用率\n98.2%。高炉渣全部利用。\n1. 第一项"
    assert [text[start:end] for start, end in sentences.sentences(text)] == [
        "综合利用率\n98.2%。",
        "高炉渣全部利用。",
        "1. 第一项",
    ]
