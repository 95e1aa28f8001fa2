"""A policy document becomes a framework file: what it asks for, what it aims at, and what was left out."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections import Counter
from pathlib import Path

import policies
import pytest
from conftest import SHARED
from typer.testing import CliRunner

from alignment import drafting, frameworks
from alignment.cli import check, plan_documents, verify  # noqa: F401  (they register the commands)
from alignment.cli.app import app
from alignment.drafting import leaving_out
from alignment.drafting.goals import amount_of
from alignment.drafting.numbering import Rank, mark_of
from alignment.errors import DocumentError

ENERGY = SHARED / "data" / "plans" / "energy-system-15fyp.pdf"
INDICATORS = {
    "能源综合生产能力": (58, "亿吨标准煤", 51.3, None, "binding"),
    "电力总装机": (54, "亿千瓦", 38.9, None, "expected"),
    "非化石能源消费比重": (25, "%", 21.7, None, "binding"),
    "非化石能源发电量比重": (50, "%", 42.3, None, "expected"),
    "单位发电量碳排放下降": (10, "%", None, ">", "binding"),
    "重点行业节能量": (1.5, "亿吨标准煤", None, ">", "expected"),
    "电能占终端能源消费比重": (35, "%", 30, None, "expected"),
    "西电东送能力": (4.2, "亿千瓦", 3.4, ">", "expected"),
    "源储调节能力增长": (40, "%", None, ">", "expected"),
    "电力需求响应能力": (5, "%", 3, ">", "expected"),
    "能源领域专利合作条约（PCT）国际专利申请量年均增长": (5, "%", None, ">", "expected"),
    "能源领域首台（套）重大技术装备工程示范落地成果": (100, "个", None, ">", "expected"),
}
"""Read from the document by hand: value in 2030, unit, value in 2025, comparator, binding or expected."""
SECTIONS = dict(zip(range(1, 15), (3, 4, 5, 7, 8, 9, 9, 10, 12, 13, 14, 14, 16, 16), strict=True))
"""Pages of the sections （一） to （十四）, by hand."""
CHAPTERS = {1: 1, 2: 3, 3: 7, 4: 9, 5: 12, 6: 14, 7: 16, 8: 17}
BOXES = {2: (3, 5), 3: (6, 7), 4: (9, 3), 5: (11, 3), 6: (13, 3), 7: (15, 5)}
"""Page and number of items of each box but the first, which is the table."""


def names(model):
    return {measure.id: measure.name.zh or measure.name.en for each in model.elements for measure in each.measures}


def shown(target):
    sign = target.comparator.value if target.comparator else None
    return (target.value, target.unit, target.base_value, target.base_year, target.year, sign)


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return drafting.draft(policies.plan_pdf(tmp_path_factory.mktemp("plan") / "water-plan.pdf"))


def test_chapters_sections_and_boxes_become_elements_with_their_pages(plan):
    found = {
        element.code: (element.name.zh, element.parent, element.kind, element.origin.page) for element in plan.elements
    }
    assert found == {
        "C3": ("提升再生水供给能力", None, "chapter", 3),
        "C3-1": ("新建和改造再生水厂", "C3", "section", 3),
        "C3-2": ("延伸再生水管网", "C3", "section", 3),
        "B1": ("重点工程", "C3-2", "box", 3),
        "C4": ("推进工业节水", None, "chapter", 3),
        "C4-1": ("实施工艺改造", "C4", "section", 3),
    }


def test_paragraphs_and_items_of_boxes_become_measures_in_the_official_wording(plan):
    assert names(plan) == {
        "C3-1.1": "扩大再生水厂规模", "C3-1.2": "推行分质供水", "C3-2.1": "打通管网断点", "B1.1": "东城再生水厂",
        "B1.2": "港区环网", "B1.3": "智慧调度平台", "C4-1.1": "推广闭式冷却", "C4-1.2": "开展水平衡测试",
    }  # fmt: skip
    written = {line[2:] for line in policies.CHAPTERS.splitlines()}
    for element in plan.elements:
        for measure in element.measures:
            assert measure.description.zh in written, "a wrapped paragraph is one text again"
    assert plan.elements[-1].measures[1].origin.page == 4


def test_tables_of_indicators_become_targets_and_sentences_that_repeat_them_do_not(plan):
    found = {target.metric.zh: shown(target) for target in plan.targets}
    assert found == {
        "再生水利用率": (35, "%", 21, 2025, 2030, ">="),
        "供水管网漏损率": (8, "%", 9.5, 2025, 2030, "<"),
        "用水总量": (12, "亿立方米", 11.6, 2025, 2030, None),
        "万元工业增加值用水量下降": (18, "%", None, 2025, 2030, ">"),
        "再生水管网长度": (490, "公里", 310, 2025, 2030, "~"),
        "新建再生水厂": (3, "座", None, None, 2028, None),
        "新增日处理能力": (25, "万立方米", None, None, 2030, "~"),
        "新建管网": (180, "公里", None, None, 2030, None),
        "建设日处理再生水厂": (10, "万立方米", None, None, 2030, None),
    }
    assert {target.metric.zh: target.binding for target in plan.targets}["再生水利用率"] == "binding"
    assert {target.metric.zh: target.elements for target in plan.targets}["新建管网"] == ["C3-2"]


def test_background_goals_and_organisation_are_left_out_and_listed(plan):
    reasons = {part.title: part.reason for part in plan.left_out}
    assert reasons["第一章 规划背景"] == reasons["第一节 发展现状"] == leaving_out.BACKGROUND
    assert reasons["第二节 主要目标"] == leaving_out.GOALS
    assert reasons["第五章 保障措施"] == leaving_out.ORGANISATION
    assert not {"目录", "湖滨市人民政府文件"} & {*reasons, *(each.name.zh for each in plan.elements)}


def test_what_the_document_says_of_the_past_is_no_target(plan):
    assert not [target for target in plan.targets if target.value in (21, 6) and target.year != 2030]
    assert "21%" not in "".join(target.origin.quote for target in plan.targets if target.origin.page == 1)


@pytest.mark.parametrize("write", [policies.opinion_docx, policies.opinion_html])
def test_word_files_and_web_pages_with_titles_that_run_on_are_read_too(write, tmp_path):
    model = drafting.draft(write(tmp_path / "opinion.file"))
    measures = names(model)
    assert [measures[f"C2.{n}"] for n in (1, 2, 3)] == ["优化园区用能", "循环利用资源", "建设碳管理平台"]
    assert model.name.zh == "滨海新区近零碳园区建设行动方案"
    found = {target.metric.zh: shown(target) for target in model.targets}
    assert found["新增光伏装机"] == (30, "万千瓦", None, None, 2027, None)
    assert found["覆盖排放源"][4:] == (2026, ">=")
    assert found["单位增加值碳排放下降"] == (20, "%", None, 2024, 2027, ">=")
    assert not {"重点任务分工表", "滨海新区管理委员会"} & {element.name.zh for element in model.elements}


def test_a_box_of_a_web_page_and_a_table_of_word_are_not_lost(tmp_path):
    page = drafting.draft(policies.opinion_html(tmp_path / "page.html"))
    assert [name for code, name in names(page).items() if code.startswith("B1.")] == ["零碳厂房", "热电储能"]
    word = drafting.draft(policies.opinion_docx(tmp_path / "word.docx"))
    found = {target.metric.zh: shown(target) for target in word.targets}
    assert found["可再生能源使用比例"] == (40, "%", 26, 2024, 2027, None)
    assert found["园区综合能耗"] == (300, "万吨标准煤", 310, 2024, 2027, "<=")
    assert Counter(target.metric.zh for target in word.targets).most_common(1)[0][1] == 1


def test_plain_text_is_read_line_by_line(tmp_path):
    file = tmp_path / "opinion.txt"
    file.write_text(policies.OPINION, encoding="utf-8")
    model = drafting.draft(file)
    assert model.name.zh == "滨海新区近零碳园区建设行动方案"
    titles = {part.title for part in model.left_out}
    assert titles >= {"（一）基本原则", "（二）工作目标", "三、组织实施", "附件 重点任务分工表"}


def test_english_documents_give_english_names_and_leave_chinese_open(tmp_path):
    file = tmp_path / "strategy.txt"
    file.write_text(policies.ENGLISH, encoding="utf-8")
    model = drafting.draft(file)
    assert [(each.code, each.name.en, each.name.zh) for each in model.elements] == [
        ("C3", "Design out waste", None), ("C4", "Keep materials in use", None)
    ]  # fmt: skip
    assert list(names(model).values())[:2] == ["Packaging", "Construction"]
    assert {(target.metric.en, target.value, target.year) for target in model.targets} == {
        ("municipal recycling rate", 55, 2030), ("reduction of landfill", 30, 2030)
    }  # fmt: skip
    assert [part.reason for part in model.left_out] == ["background", "goals", "organisation"]


def test_a_plan_that_a_notice_announces_has_its_own_title_and_articles_are_named_by_their_text(tmp_path):
    file = tmp_path / "notice.html"
    file.write_text(
        "<html><head><title>通知</title></head><body><ul><li>首页</li></ul>"
        "<h1>北岭市人民政府关于印发《北岭市节能管理办法》的通知</h1>"
        "<p>第一条 为了节约能源，制定本办法。</p>"
        "<p>第二条 用能单位应当建立能源管理制度，配备能源计量器具，按月统计分析。</p>"
        "<p>第三条 在园区建设换电站12座。（市交通局、市住建局负责）</p>"
        "<p>第四条 本办法自2026年1月1日起施行。</p></body></html>",
        encoding="utf-8",
    )
    model = drafting.draft(file)
    assert model.name.zh == "北岭市节能管理办法"
    assert [(element.code, element.name.zh) for element in model.elements] == [
        ("C2", "用能单位应当建立能源管理制度"), ("C3", "在园区建设换电站12座")
    ]  # fmt: skip
    assert [part.reason for part in model.left_out if part.origin.section == ""][-2:] == ["background", "organisation"]
    assert [(target.metric.zh, target.value, target.unit) for target in model.targets] == [("建设换电站", 12, "座")]
    assert "市交通局" not in [term for element in model.elements for each in element.measures for term in each.terms.zh]


def test_a_document_that_asks_for_nothing_is_refused(tmp_path):
    file = tmp_path / "nothing.txt"
    file.write_text("一、总体要求\n\n坚持节约优先。\n\n二、组织实施\n\n各部门抓好落实。\n", encoding="utf-8")
    with pytest.raises(DocumentError, match="asks for anything"):
        drafting.draft(file)


def test_the_command_writes_a_draft_that_validates_and_is_the_same_each_time(tmp_path):
    source = policies.plan_pdf(tmp_path / "water-plan.pdf")
    texts = []
    for name in ("one.yaml", "two.yaml"):
        result = CliRunner().invoke(app, ["plan", "draft", str(source), "-o", str(tmp_path / name)])
        assert result.exit_code == 0, result.output
        texts.append((tmp_path / name).read_text(encoding="utf-8"))
    assert texts[0] == texts[1] and "draft: true" in texts[0]
    loaded = frameworks.load(tmp_path / "one.yaml")
    assert loaded.draft and loaded.period == (2026, 2030) and loaded.id == "water-plan"
    assert loaded.element("C3").measures[0].name == loaded.element("C3").name
    page = tmp_path / "page.html"
    assert CliRunner().invoke(app, ["plan", "preview", str(tmp_path / "one.yaml"), "-o", str(page)]).exit_code == 0
    html = page.read_text(encoding="utf-8")
    assert all(f'id="{code}"' in html for code in loaded.codes)
    assert all(f'id="{target.id}"' in html for target in loaded.targets)
    assert "未经人工核对" in html and "第一章 规划背景" in html and "http" not in html.replace("http-equiv", "")


def test_the_preview_escapes_what_a_file_says(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(
        "schema: alignment/framework/2\nid: mine\nversion: '1'\nname: {en: '<script>alert(1)</script>'}\n"
        "elements: [{code: X, kind: topic, name: {en: Water}}]\nleft_out: [{reason: other, title: <b>, origin: {}}]\n",
        encoding="utf-8",
    )
    page = tmp_path / "mine.html"
    assert CliRunner().invoke(app, ["plan", "preview", str(file), "-o", str(page), "--lang", "en"]).exit_code == 0
    html = page.read_text(encoding="utf-8")
    assert "<script>alert" not in html and "&lt;script&gt;" in html and "other" in html and "仅有英文" in html


@pytest.mark.parametrize(
    ("line", "rank", "number", "rest"),
    [
        ("第三章 提升能力", Rank.CHAPTER, 3, "提升能力"),
        ("第十二节　完善制度", Rank.SECTION, 12, "完善制度"),
        ("十一、深化改革", Rank.HAN, 11, "深化改革"),
        ("（二十三）健全机制", Rank.HAN_BRACKETS, 23, "健全机制"),
        ("3.“人工智能+”能源", Rank.ARABIC, 3, "“人工智能+”能源"),
        ("2、改造泵站", Rank.ARABIC, 2, "改造泵站"),
        ("（4）改造泵站", Rank.ARABIC_BRACKETS, 4, "改造泵站"),
        ("③改造泵站", Rank.CIRCLED, 3, "改造泵站"),
        ("专栏 5　重点工程", Rank.BOX, 5, "重点工程"),
        ("專欄二：重點工程", Rank.BOX, 2, "重點工程"),
        ("附件1：分工表", Rank.ANNEX, 1, "分工表"),
        ("Chapter IV Water", Rank.CHAPTER, 4, "Water"),
        ("3.2 Packaging", Rank.DECIMAL, 3, "Packaging"),
    ],
)
def test_numbers_of_every_kind_are_known(line, rank, number, rest):
    mark = mark_of(line)
    assert (mark.rank, mark.number, mark.rest) == (rank, number, rest)


@pytest.mark.parametrize(
    "line", ["1.5亿千瓦的装机", "2030年建成", "专栏3所列工程由各部门落实；按期完成。", "一带一路合作", "3.5%"]
)
def test_numbers_of_a_sentence_are_no_headings(line):
    assert mark_of(line) is None


@pytest.mark.parametrize(
    ("cell", "value", "unit", "sign"),
    [("≥30", 30, "", ">="), (">4.2", 4.2, "", ">"), ("420左右", 420, "", "~"), ("〔12〕", 12, "", None),
     ("[18.5]", 18.5, "", None), ("1,200", 1200, "", None), ("35%以上", 35, "%", ">="), ("<8", 8, "", "<"),
     ("-13.5", -13.5, "", None), ("不超过12", 12, "", "<=")],
)  # fmt: skip
def test_cells_are_read_with_their_comparators(cell, value, unit, sign):
    amount = amount_of(cell)
    assert (amount.value, amount.unit, amount.comparator and amount.comparator.value) == (value, unit, sign)


@pytest.mark.parametrize("cell", ["约束性", "2025—2030", "—", "", "3座5处"])
def test_cells_without_one_number_give_none(cell):
    assert amount_of(cell) is None


@pytest.mark.parametrize(
    ("title", "reason"),
    [("总体要求", "background"), ("发展基础和面临形势", "background"), ("產業現狀", "background"),
     ("主要目标", "goals"), ("到2030年主要目标", "goals"), ("保障措施", "organisation"),
     ("強化組織領導", "organisation"), ("构建坚强韧性的能源安全保障体系", None), ("夯实产业基础", None),
     ("优化发展环境", None), ("完善标准体系", None), ("强化目标管理", None), ("Introduction", "background"),
     ("Water and energy", None)],
)  # fmt: skip
def test_only_titles_that_ask_for_nothing_are_left_out(title, reason):
    assert leaving_out.reason_for(title) == reason


@pytest.mark.skipif(not ENERGY.exists(), reason="needs the shared data")
def test_a_real_plan_is_read_completely_with_the_right_pages_values_and_years():
    model = drafting.draft(ENERGY)
    assert model.name.zh == "新型能源体系建设“十五五”规划" and model.period == [2026, 2030]
    pages = {element.code: element.origin.page for element in model.elements}
    pages |= {
        f"C{CHAPTERS_LEFT[part.title]}": part.origin.page for part in model.left_out if part.title in CHAPTERS_LEFT
    }
    assert {number: pages[f"C{number}"] for number in CHAPTERS} == CHAPTERS
    sections = {int(code.split("-")[1]): page for code, page in pages.items() if "-" in code}
    assert sections == SECTIONS
    boxes = {
        int(each.code[1:]): (each.origin.page, len(each.measures)) for each in model.elements if each.kind == "box"
    }
    assert boxes == BOXES
    found = {target.metric.zh: target for target in model.targets}
    assert len(found) == len(model.targets)
    for metric, (value, unit, base, sign, binding) in INDICATORS.items():
        target = found[metric]
        assert shown(target) == (value, unit, base, 2025, 2030, sign), metric
        assert (target.binding, target.origin.page) == (binding, 2)
    texts = [measure.description.zh for element in model.elements for measure in element.measures]
    assert len(texts) == len(set(texts)) == 60


CHAPTERS_LEFT = {"一、总体要求": 1, "八、保障措施": 8}


GUIDE = Path(__file__).resolve().parent.parent / "docs" / "own-plan.md"


def test_the_ten_steps_of_the_guide_lead_from_the_document_to_a_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALIGNMENT_CACHE", str(tmp_path / "cache"))
    text = GUIDE.read_text(encoding="utf-8")
    assert re.findall(r"^(\d+)\. \*\*", text, re.M) == [str(step) for step in range(1, 11)]
    policies.plan_pdf(Path("water-plan.pdf"))
    Path("report.md").write_text("# 能源\n\n公司在办公楼屋顶建设光伏电站，全年发电五百万千瓦时。\n", encoding="utf-8")
    overlay = re.search(r"```yaml\n(.*?)```", text, re.S)[1]
    Path("our-plan.yaml").write_text(textwrap.dedent(overlay), encoding="utf-8")
    commands = re.findall(r"^\s+alignment (.+)$", text, re.M)
    assert len(commands) == 5
    for command in commands:
        quick = ["--encoder", "hashing"] if command.startswith("check") else []
        result = CliRunner().invoke(app, [*shlex.split(command), *quick])
        assert result.exit_code == 0, (command, result.output)
    page = Path("results/report.html").read_text(encoding="utf-8")
    assert "No process water." in page and "未经人工核对" not in page
    assert frameworks.load("our-plan.yaml").draft is False
