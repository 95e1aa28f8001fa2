"""What only a batch can see: near-duplicates between companies, boilerplate, and a company's years."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignment.encoders.hashing import HashingEncoder
from alignment.index.vectors import VectorIndex
from alignment.portfolio.boilerplate import Passage, discount
from alignment.portfolio.companies import companies
from alignment.portfolio.near_duplicates import Claim, Rules, find, overlap
from alignment.portfolio.records import Claimed, ElementRow, Filing, Lowered, Place, Screened, Shown
from alignment.portfolio.years import histories
from alignment.text.reading import prepared
from alignment.types import Status, Substance

WATER = "公司建成中水回用系统，将处理后的废水用于循环冷却，全年回用水量达到较高水平，取水量明显下降。"
SOLAR = "厂区屋顶安装分布式光伏电站，所发电力全部自用，减少了外购电力和相应的温室气体排放。"
PLEDGE = "本集团坚持绿色发展理念，将持续推进节能减排工作，努力实现经济效益与环境效益的统一。"
ENGLISH = "We commissioned a heat recovery unit at the main plant and now supply hot water to nearby homes."
EDITED = WATER.replace("明显", "大幅")
SENTENCES = (WATER, SOLAR, PLEDGE, ENGLISH, EDITED, SOLAR + "项目由合作方投资建设。")
ENCODER = HashingEncoder()


def screened(path, *, company="", code="", year=None, same="", statuses=None) -> Screened:
    rows = tuple(
        ElementRow(code_, status, 0.9, "result", 1, (1,))
        for code_, status in (statuses or {"T2": Status.COVERED, "P5": Status.COVERED}).items()
    )
    return Screened(
        Filing(path, company, code, "steel", year),
        "0" * 64,
        "",
        9,
        ("zh-Hans",),
        1.0,
        rows,
        f"reports/{path}.html",
        same,
    )


def claim(path, text, *, page=1, element="P5", substance=Substance.ACTION) -> Claim:
    return Claim(Place(path, page, text), element, substance)


def found(filings, claims, **rules):
    return find(filings, claims, ENCODER.encode([each.place.quote for each in claims]), Rules(**rules))


def everything(claims) -> list[list[Passage]]:
    """All evidence as `discount` reads it, filing by filing."""
    by_path: dict[str, list[Passage]] = {}
    for each in claims:
        vector = Claimed.packed(ENCODER.encode([each.place.quote])[0])
        shown = (Shown(each.element, each.substance, strongest=True),)
        claimed = Claimed(each.place.page, each.place.quote, vector, shown)
        by_path.setdefault(each.place.path, []).append(Passage(each.place, claimed))
    return list(by_path.values())


def places(near_duplicates) -> set[tuple[object, ...]]:
    return {
        (pair.element, pair.first.path, pair.first.page, pair.second.path, pair.second.page) for pair in near_duplicates
    }


def test_a_copy_names_both_pages():
    filings = [screened("a.pdf", company="甲"), screened("b.pdf", company="乙")]
    claims = [
        claim("b.pdf", WATER, page=7),
        claim("a.pdf", EDITED, page=3),
        claim("a.pdf", SOLAR),
    ]
    near_duplicates = found(filings, claims, similarity=0.85).near_duplicates
    assert places(near_duplicates) == {("P5", "a.pdf", 3, "b.pdf", 7)}
    assert 0.85 <= near_duplicates[0].similarity <= 1


def test_the_years_of_a_company_are_never_copies():
    by_code = [screened("1.pdf", code="600019", year=2021), screened("2.pdf", code="600019", year=2022)]
    by_name = [screened("1.pdf", company="宝山 钢铁"), screened("2.pdf", company="寶山鋼鐵")]
    claims = [claim("1.pdf", WATER), claim("2.pdf", WATER)]
    assert found(by_code, claims).near_duplicates == found(by_name, claims).near_duplicates == ()


def test_files_with_the_same_bytes_are_not_compared():
    filings = [screened("a.pdf", company="甲"), screened("b.pdf", company="乙", same="a.pdf")]
    assert found(filings, [claim("a.pdf", WATER), claim("b.pdf", WATER)]).near_duplicates == ()


def test_a_row_of_data_with_other_figures_is_no_copy():
    filings = [screened("a.pdf", company="甲"), screened("b.pdf", company="乙")]
    row = "温室气体排放总量（吨二氧化碳当量） 2021：{} 2022：{}"
    own = [claim("a.pdf", row.format(182_331, 179_002)), claim("b.pdf", row.format(5_120, 6_003))]
    same = [claim("a.pdf", row.format(182_331, 179_002)), claim("b.pdf", row.format(182_331, 179_002))]
    assert found(filings, own, similarity=0.5, overlap=0.3).near_duplicates == ()
    assert len(found(filings, same).near_duplicates) == 1


def test_what_many_companies_say_is_boilerplate_and_no_near_duplicate():
    filings = [screened(f"{number}.pdf", company=f"公司{number}") for number in range(6)]
    claims = [claim(f"{number}.pdf", PLEDGE, page=number + 1) for number in range(6)]
    claims += [claim("0.pdf", WATER), claim("1.pdf", WATER)]
    result = found(filings, claims)
    assert [each.companies for each in result.boilerplate] == [6]
    assert [place.page for place in result.boilerplate[0].places] == [1, 2, 3, 4, 5, 6]
    assert places(result.near_duplicates) == {("P5", "0.pdf", 1, "1.pdf", 1)}


def test_a_form_with_figures_of_ones_own_is_not_stock_wording():
    filings = [screened(f"{number}.pdf", company=f"公司{number}") for number in range(6)]
    form = "公司建成中水回用系统，将处理后的废水全部用于循环冷却系统补水，全年回用水量达到{}万吨，取水量明显下降。"
    assert (
        found(filings, [claim(f"{number}.pdf", form.format(31 + 7 * number)) for number in range(6)]).boilerplate == ()
    )
    assert len(found(filings, [claim(f"{number}.pdf", form.format(31)) for number in range(6)]).boilerplate) == 1


def test_boilerplate_does_not_count_as_substance():
    filings = [screened(f"{number}.pdf", company=f"公司{number}") for number in range(5)]
    claims = [claim(f"{number}.pdf", PLEDGE) for number in range(5)]
    claims += [claim("0.pdf", WATER), claim("1.pdf", SOLAR, substance=Substance.COMMITMENT)]
    after = discount(filings, claims, found(filings, claims), lambda: everything(claims))
    statuses = [{row.code: row.status for row in item.elements} for item in after]
    assert [each["P5"] for each in statuses] == [Status.COVERED, Status.PARTIAL, *[Status.MENTIONED] * 3]
    assert all(each["T2"] is Status.COVERED for each in statuses), "nothing is known of the evidence for T2"
    assert after[0].boilerplate == ()
    assert after[1].boilerplate == (Lowered("P5", Status.COVERED, Status.PARTIAL),)
    assert {item.boilerplate for item in after[2:]} == {(Lowered("P5", Status.COVERED, Status.MENTIONED),)}


@pytest.mark.parametrize(
    ("last", "status"),
    [
        (SOLAR, Status.MENTIONED),
        (SOLAR + "{name}号厂房亦然。", Status.MENTIONED),
        ("车间把压缩空气的余热用来烘干木料，每天少烧{number}吨煤。", Status.COVERED),
    ],
    ids=["the same words", "nearly the same words", "words of its own"],
)
def test_boilerplate_beyond_the_strongest_passages_does_not_count_either(last, status):
    filings = [screened(f"{number}.pdf", company=f"公司{number}") for number in range(6)]
    filings = [
        dataclasses.replace(item, elements=tuple(dataclasses.replace(row, evidence=2) for row in item.elements))
        for item in filings
    ]
    strongest = [claim(f"{number}.pdf", WATER, substance=Substance.RESULT) for number in range(6)]
    more = [claim(f"{number}.pdf", last.format(name="甲乙丙丁戊己"[number], number=number + 3)) for number in range(6)]
    after = discount(filings, strongest, found(filings, strongest), lambda: everything([*strongest, *more]))
    assert {row.status for item in after for row in item.elements if row.code == "P5"} == {status}


def test_boilerplate_may_be_the_strongest_passage_of_one_company_only():
    filings = [screened(f"{number}.pdf", company=f"公司{number}") for number in range(5)]
    strongest = [
        claim("0.pdf", WATER),
        *(claim(f"{number}.pdf", f"{SOLAR}共{number + 2}座。") for number in range(1, 5)),
    ]
    more = [claim(f"{number}.pdf", WATER) for number in range(1, 5)]

    def after(count: int) -> list[Status]:
        told = [*strongest, *more[:count]]
        items = discount(filings, strongest, found(filings, strongest), lambda: everything(told))
        return [next(row.status for row in item.elements if row.code == "P5") for item in items]

    assert after(4) == [Status.MENTIONED, *[Status.COVERED] * 4]
    assert after(3) == [Status.COVERED] * 5


def test_what_fewer_than_five_companies_say_beyond_the_strongest_passages_upholds_a_status():
    filings = [screened(f"{number}.pdf", company=f"公司{number % 6}") for number in range(8)]
    filings = [
        dataclasses.replace(item, elements=tuple(dataclasses.replace(row, evidence=2) for row in item.elements))
        for item in filings
    ]
    strongest = [claim(item.filing.path, WATER) for item in filings]
    more = [claim(f"{number}.pdf", SOLAR) for number in (0, 1, 2, 3, 6, 7)]
    after = discount(filings, strongest, found(filings, strongest), lambda: everything([*strongest, *more]))
    statuses = [next(row.status for row in item.elements if row.code == "P5") for item in after]
    assert statuses == [*[Status.COVERED] * 4, *[Status.MENTIONED] * 2, *[Status.COVERED] * 2]


@st.composite
def batches(draw):
    count = draw(st.integers(2, 7))
    owners = [draw(st.sampled_from(["甲", "乙", "丙", "丁", ""])) for _ in range(count)]
    filings = [screened(f"{number}.pdf", company=owner) for number, owner in enumerate(owners)]
    claims = [
        claim(f"{draw(st.integers(0, count - 1))}.pdf", draw(st.sampled_from(SENTENCES)), page=draw(st.integers(1, 3)),
              element=draw(st.sampled_from(["P5", "T2"])))
        for _ in range(draw(st.integers(1, 14)))
    ]  # fmt: skip
    return filings, claims


@settings(max_examples=60, deadline=None)
@given(batches(), st.randoms(use_true_random=False))
def test_the_order_of_filings_and_claims_does_not_matter(batch, chance):
    filings, claims = batch
    before = found(filings, claims, boilerplate=3)
    chance.shuffle(claims)
    chance.shuffle(filings)
    assert found(filings, claims, boilerplate=3) == before


@settings(max_examples=60, deadline=None)
@given(batches())
def test_a_copy_is_between_two_companies_and_given_once(batch):
    filings, claims = batch
    near_duplicates = found(filings, claims, boilerplate=9).near_duplicates
    owner = companies(item.filing for item in filings)
    assert all(owner[pair.first.path] != owner[pair.second.path] for pair in near_duplicates)
    assert all((pair.first.path, pair.first.page) < (pair.second.path, pair.second.page) for pair in near_duplicates)
    pairs = [(pair.first, pair.second) for pair in near_duplicates]
    assert len(set(pairs)) == len(pairs) and not {(two, one) for one, two in pairs} & set(pairs)


@given(st.text(max_size=60), st.text(max_size=60))
def test_overlap_is_symmetric_and_a_share(first, second):
    assert overlap(first, second) == overlap(second, first)
    assert 0 <= overlap(first, second) <= 1


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 12), st.integers(0, 2**32 - 1), st.floats(-0.5, 0.9))
def test_pairs_of_an_index_are_those_of_plain_arithmetic(count, seed, similarity):
    vectors = np.random.default_rng(seed).normal(size=(count, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    products = vectors @ vectors.T
    if count and np.abs(products - similarity).min() < 1e-5:
        return
    wanted = {
        (one, other) for one in range(count) for other in range(one + 1, count) if products[one, other] >= similarity
    }
    index = VectorIndex.build([f"{number:02d}" for number in range(count)], vectors)
    assert set(index.pairs(similarity)) == wanted


def test_a_company_is_one_by_code_or_by_name():
    filings = [
        Filing("a.pdf", "Blue Steel Ltd.", "600001"),
        Filing("b.pdf", "", "600001"),
        Filing("c.pdf", "BLUE STEEL LTD", ""),
        Filing("d.pdf", "Other"),
        Filing("e.pdf"),
        Filing("f.pdf"),
    ]
    assert companies(filings) == {
        "a.pdf": "a.pdf", "b.pdf": "a.pdf", "c.pdf": "a.pdf", "d.pdf": "d.pdf", "e.pdf": "e.pdf", "f.pdf": "f.pdf",
    }  # fmt: skip
    assert companies(reversed(filings)) == companies(filings)


def test_gains_and_losses_between_years():
    years = (
        {"T2": Status.COVERED, "P5": Status.GAP, "P6": Status.COVERED, "P7": Status.NOT_ASSESSABLE},
        {"T2": Status.PARTIAL, "P5": Status.COVERED, "P6": Status.NOT_ASSESSABLE, "P7": Status.COVERED},
    )
    filings = [
        screened(f"{number}.pdf", code="1", year=2022 + number, statuses=each) for number, each in enumerate(years)
    ]
    (history,) = histories(filings)
    assert [(change.gained, change.lost) for change in history.transitions] == [(("P5",), ("T2",))]
    assert history.changed == 2


def test_two_filings_of_a_year_count_together_and_one_year_is_no_history():
    one = screened("zh.pdf", code="1", year=2022, statuses={"P5": Status.GAP, "T2": Status.PARTIAL})
    other = screened("en.pdf", code="1", year=2022, statuses={"P5": Status.COVERED, "T2": Status.GAP})
    later = screened("later.pdf", code="1", year=2024, statuses={"P5": Status.GAP, "T2": Status.GAP})
    undated = screened("undated.pdf", code="1", statuses={"P5": Status.COVERED, "T2": Status.GAP})
    assert histories([one, other, undated]) == ()
    (history,) = histories([later, one, other])
    assert history.years[0].statuses == {"P5": Status.COVERED, "T2": Status.PARTIAL}
    assert history.transitions[0].lost == ("P5",)


def test_a_year_names_files_with_the_same_bytes_once():
    filings = [
        screened("copy.pdf", code="1", year=2023),
        screened("other.pdf", code="1", year=2023),
        screened("report.pdf", code="1", year=2023, same="copy.pdf"),
        screened("later.pdf", code="1", year=2024, same="copy.pdf"),
    ]
    (history,) = histories(filings)
    assert [year.paths for year in history.years] == [("copy.pdf", "other.pdf"), ("later.pdf",)]


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_to_compare_finds_nothing(count):
    claims = [claim("a.pdf", WATER)] * count
    empty = find([screened("a.pdf")], claims, np.zeros((count, 8), np.float32))
    assert empty.near_duplicates == () and empty.boilerplate == ()


def test_a_paragraph_taken_over_from_another_companys_report_is_found(pipeline, samples, tmp_path):
    steel = (samples / "qingyun-steel.md").read_text("utf-8")
    taken = max((text for text in steel.split("\n\n") if "回用" in text and not text.startswith(("#", "|"))), key=len)
    other = (
        f"# 江海纸业环境报告\n\n公司在屋顶安装分布式光伏，全年自发自用绿电六百万千瓦时。\n\n{taken}本公司将继续努力。\n"
    )
    (tmp_path / "steel.md").write_text(steel, encoding="utf-8")
    (tmp_path / "paper.md").write_text(other, encoding="utf-8")
    filings, claims = [], []
    for name, company in (("paper.md", "江海纸业"), ("steel.md", "青云钢铁")):
        assessed = pipeline.check(tmp_path / name)
        filings.append(screened(name, company=company))
        claims += [
            Claim(Place(name, item.passage.page, item.passage.text), item.element, item.substance)
            for element in assessed.coverage
            for item in element.evidence
        ]
    vectors = pipeline.encoder.encode([prepared(each.place.quote) for each in claims])
    near_duplicates = find(filings, claims, vectors).near_duplicates
    assert [(pair.first.path, pair.second.path) for pair in near_duplicates] == [("paper.md", "steel.md")]
    assert "回用" in near_duplicates[0].first.quote and "回用" in near_duplicates[0].second.quote
