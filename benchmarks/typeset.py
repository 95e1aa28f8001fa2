"""Tables as reports set them -> PDF pages, with the cells that a reader has to find in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportlab.lib.colors import black, lightgrey, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
GRID = [("GRID", (0, 0), (-1, -1), 0.5, black)]
LEVEL = [(f"LINE{side}", (0, 0), (-1, -1), 0.5, black) for side in ("ABOVE", "BELOW")]
THREE = [("LINEABOVE", (0, 0), (-1, 0), 1, black), ("LINEBELOW", (0, -1), (-1, -1), 1, black)]
ZEBRA = [("ROWBACKGROUNDS", (0, 0), (-1, -1), (white, lightgrey))]
NONE: list[tuple[object, ...]] = []
CENTRED = [("ALIGN", (1, 0), (-1, -1), "CENTER")]
RIGHT = [("ALIGN", (1, 1), (-1, -1), "RIGHT")]
MIDDLE = [("VALIGN", (0, 0), (-1, -1), "MIDDLE")]

ENERGY_EN = [
    ["Indicator", "Unit", "2021", "2022", "2023"],
    ["Total energy use", "GWh", "1,234.5", "1,198.0", "1,102.3"],
    ["Electricity bought", "GWh", "802.1", "790.4", "755.9"],
    ["Renewable share", "%", "12.4", "18.9", "27.5"],
    ["Water withdrawal", "ML", "5,310", "5,022", "4,870"],
]
ENERGY_ZH = [
    ["指标", "单位", "2021年", "2022年", "2023年"],
    ["综合能耗", "万吨标准煤", "12.34", "11.98", "11.02"],
    ["用水量", "万吨", "531.0", "502.2", "487.0"],
    ["工业固废综合利用率", "%", "91.2", "93.5", "95.1"],
    ["可再生能源发电量", "万千瓦时", "820", "1,040", "1,560"],
]


@dataclass(frozen=True, slots=True)
class Typeset:
    """A table with its style and what has to be found: label, header, value."""

    name: str
    rows: Sequence[Sequence[str]]
    style: Sequence[tuple[object, ...]]
    cells: Sequence[tuple[str, str, str]]
    widths: Sequence[float] | None = None
    above: str = ""
    broken: int = 0
    """So many rows stand at the end of the first page, the rest on the second; 0 for all of them on one page."""
    repeated: int = 0
    """So many header rows are set again at the top of the second page."""

    @property
    def page(self) -> int:
        """The page on which the cells have to be found."""
        return 2 if self.broken else 1


def plain(rows: Sequence[Sequence[str]], *, unit: int | None = None, header: int = 1) -> list[tuple[str, str, str]]:
    """Every value of a table whose first column names the rows and whose header is in its last header row."""
    names = rows[header - 1]
    return [
        (row[0], names[column], row[column])
        for row in rows[header:]
        for column in range(1, len(row))
        if column != unit and row[column]
    ]


def _drop(rows: Sequence[Sequence[str]], column: int) -> list[list[str]]:
    return [[text for place, text in enumerate(row) if place != column] for row in rows]


def tables() -> list[Typeset]:
    """All of them; no company and no figure is real."""
    found = [
        Typeset(f"{name} {style_name}", rows, style, plain(rows, unit=1))
        for name, rows in (("en", ENERGY_EN), ("zh", ENERGY_ZH))
        for style_name, style in (
            ("grid", GRID),
            ("level rules", LEVEL),
            ("three rules, right", THREE + RIGHT),
            ("stripes", ZEBRA),
            ("no rules", NONE),
            ("no rules, centred", CENTRED),
        )
    ]
    return [*found, *_headed(), *_sectioned(), *_wrapped(), *_others(), *_continued()]


def _headed() -> Iterator[Typeset]:
    """Merged headers over groups of columns."""
    en = [
        ["Emissions (kt)", "2022", "", "2023", ""],
        ["", "Target", "Actual", "Target", "Actual"],
        ["Scope 1", "410", "402", "390", "377"],
        ["Scope 2", "220", "225", "200", "188"],
    ]
    zh = [
        ["指标（吨）", "2022年", "", "2023年", ""],
        ["", "目标值", "实际值", "目标值", "实际值"],
        ["化学需氧量", "41.0", "40.2", "39.0", "37.7"],
        ["氨氮", "2.20", "2.25", "2.00", "1.88"],
    ]
    spans = [("SPAN", (0, 0), (0, 1)), ("SPAN", (1, 0), (2, 0)), ("SPAN", (3, 0), (4, 0))]
    for name, rows in (("en", en), ("zh", zh)):
        years = ["", rows[0][1], rows[0][1], rows[0][3], rows[0][3]]
        cells = [(row[0], f"{years[n]} {rows[1][n]}", row[n]) for row in rows[2:] for n in range(1, 5)]
        for style_name, style in (("grid", GRID), ("three rules", THREE), ("no rules", NONE)):
            yield Typeset(f"{name} merged header, {style_name}", rows, [*style, *CENTRED, *MIDDLE, *spans], cells)


def _sectioned() -> Iterator[Typeset]:
    """Rows under a section's name or under a category that spans them."""
    rows = [
        ["Metric", "FY22", "FY23"],
        ["Scope 2 emissions", "", ""],
        ["   Market based", "1,375,183", "1,418,244"],
        ["   Location based", "1,428,976", "1,426,751"],
        ["Water", "", ""],
        ["   Reused", "86,000", "91,500"],
    ]
    cells = [
        ("Scope 2 emissions › Market based", "FY22", "1,375,183"),
        ("Scope 2 emissions › Location based", "FY23", "1,426,751"),
        ("Water › Reused", "FY23", "91,500"),
    ]
    yield Typeset("en sections, level rules", rows, [*LEVEL, ("ALIGN", (1, 0), (-1, -1), "RIGHT")], cells)
    yield Typeset("en sections, no rules", rows, NONE, cells)
    zh = [
        ["类别", "指标", "单位", "2022", "2023"],
        ["环境", "用水量", "万吨", "502.2", "487.0"],
        ["", "废水排放量", "万吨", "120.5", "98.7"],
        ["社会", "培训时长", "小时", "36,000", "41,200"],
        ["", "员工人数", "人", "9,120", "9,340"],
    ]
    spans = [("SPAN", (0, 1), (0, 2)), ("SPAN", (0, 3), (0, 4))]
    found = [
        ("环境", "2022", "120.5"), ("废水排放量（万吨）", "2023", "98.7"), ("用水量（万吨）", "2023", "487.0"),
        ("社会", "2022", "9,120"), ("员工人数（人）", "2023", "9,340"), ("培训时长（小时）", "2022", "36,000"),
    ]  # fmt: skip
    yield Typeset("zh merged categories, grid", zh, [*GRID, *MIDDLE, *spans], found)


def _wrapped() -> Iterator[Typeset]:
    """Labels and headers over several lines, values in their middle."""
    rows = [
        ["Metric", "FY22\n(restated)", "FY23"],
        ["Scope 1 and 2 intensity\nper square metre of floor\nMarket based", "18.1", "17.5"],
        ["Waste diverted from\nlandfill", "81.2%", "84.6%"],
        ["Solar", "5.1", "7.9"],
    ]
    cells = [
        ("Scope 1 and 2 intensity per square metre of floor Market based", "FY23", "17.5"),
        ("Waste diverted from landfill", "FY22 (restated)", "81.2%"),
        ("Solar", "FY23", "7.9"),
    ]
    for name, style in (("grid", GRID), ("level rules", LEVEL), ("no rules", NONE)):
        yield Typeset(f"en wrapped labels, {name}", rows, [*style, *MIDDLE], cells)
    roles = [
        ["", "Our operated\nassets", "Maritime", "Future\nfacing\ncommodities"],
        ["Emissions\n(Mt)", "16", "7", "N/A"],
        ["Scope", "S1+2", "S3", "S3"],
        ["Role", "control", "partner", "influence"],
    ]
    cells = [
        ("Emissions (Mt)", "Our operated assets", "16"), ("Scope", "Future facing commodities", "S3"),
        ("Role", "Maritime", "partner"),
    ]  # fmt: skip
    top = [("VALIGN", (0, 0), (-1, -1), "TOP")]
    yield Typeset("en header over three lines, grid", roles, [*GRID, *MIDDLE, *CENTRED], cells)
    yield Typeset("en header over three lines, no rules, top", roles, [*top, *CENTRED], cells)
    zh = [
        ["指标", "2022年", "2023年"],
        ["一般工业固体废物\n综合利用率（%）", "93.5", "95.1"],
        ["单位产品综合能耗\n（千克标准煤/吨）", "542", "531"],
    ]
    found = [
        ("一般工业固体废物综合利用率（%）", "2023年", "95.1"),
        ("单位产品综合能耗（千克标准煤/吨）", "2022年", "542"),
    ]
    yield Typeset("zh wrapped labels, level rules", zh, [*LEVEL, *MIDDLE], found)
    yield Typeset("zh wrapped labels, no rules", zh, MIDDLE, found)


def _others() -> Iterator[Typeset]:
    """A unit above the table, years as rows, tight columns, tables of words."""
    zh = _drop(ENERGY_ZH[:3], 1)
    yield Typeset("zh unit above", zh, THREE, [("用水量（万吨）", "2023年", "487.0")], above="单位：万吨")
    turned = [
        ["Year", "Energy (GWh)", "Water (ML)"],
        ["2021", "1,234", "5,310"],
        ["2022", "1,198", "5,022"],
        ["2023", "1,102", "4,870"],
    ]
    yield Typeset("en years as rows", turned, GRID, plain(turned))
    tight = _drop(ENERGY_EN, 1)
    yield Typeset("en tight columns", tight, [*THREE, *RIGHT], plain(tight), (120, 40, 40, 40))
    words = [
        ["Risk", "Description", "Response"],
        ["Flood", "Heavy rain reaches the works at the river", "A dam was built and pumps were put in"],
        ["Carbon price", "Allowances become dearer year by year", "Waste heat is used and burners were changed"],
    ]
    cells = [("Flood", "Response", "A dam was built"), ("Carbon price", "Description", "Allowances become dearer")]
    yield Typeset("en table of words", words, GRID, cells)
    blanks = [
        ["指标", "2022", "2023"],
        ["光伏装机（兆瓦）", "-", "12.5"],
        ["绿电采购（万千瓦时）", "/", "3,400"],
        ["绿色工厂（家）", "2", "5"],
    ]
    yield Typeset("zh marks for none", blanks, GRID, plain(blanks))


def _continued() -> Iterator[Typeset]:
    """Tables that go on over the end of their page, of which the cells of the second page are asked for."""
    styles = (("grid", GRID), ("level rules", LEVEL), ("no rules", NONE), ("three rules, right", THREE + RIGHT))
    for name, rows in (("en", ENERGY_EN), ("zh", ENERGY_ZH)):
        cells = plain([rows[0], *rows[3:]], unit=1)
        for style_name, style in styles:
            yield Typeset(f"{name} over two pages, {style_name}", rows, style, cells, broken=3)
        for style_name, style in styles[:3]:
            again = f"{name} over two pages, header again, {style_name}"
            yield Typeset(again, rows, style, cells, broken=3, repeated=1)
    yield from _continued_parts()


def _continued_parts() -> Iterator[Typeset]:
    """Headers in two rows, sections, categories, a unit and wrapped labels of tables that go on."""
    header = [["指标（吨）", "2022年", "", "2023年", ""], ["", "目标值", "实际值", "目标值", "实际值"]]
    body = [[name, "41.0", "40.2", "39.0", "37.7"] for name in ("化学需氧量", "氨氮", "总磷", "二氧化硫")]
    spans = [("SPAN", (0, 0), (0, 1)), ("SPAN", (1, 0), (2, 0)), ("SPAN", (3, 0), (4, 0))]
    cells = [("总磷", "2022年 实际值", "40.2"), ("二氧化硫", "2023年 目标值", "39.0")]
    for name, style in (("grid", GRID), ("no rules", NONE)):
        merged = [*style, *CENTRED, *MIDDLE, *spans]
        yield Typeset(f"zh merged header over two pages, {name}", [*header, *body], merged, cells, broken=4)
    sections = [
        ["Metric", "FY22", "FY23"],
        ["Scope 2 emissions", "", ""],
        ["   Market based", "1,375,183", "1,418,244"],
        ["   Location based", "1,428,976", "1,426,751"],
        ["   Steam bought", "8,976", "6,751"],
        ["Water", "", ""],
        ["   Reused", "86,000", "91,500"],
        ["   Lost", "6,000", "1,500"],
    ]
    within = [("Scope 2 emissions › Location based", "FY23", "1,426,751"), ("Water › Reused", "FY22", "86,000")]
    categories = [
        ["类别", "指标", "单位", "2022", "2023"],
        ["环境", "用水量", "万吨", "502.2", "487.0"],
        ["", "废水排放量", "万吨", "120.5", "98.7"],
        ["", "废气排放量", "万立方米", "1,120", "988"],
        ["", "二氧化硫", "吨", "36.5", "31.2"],
    ]
    found = [("环境 › 废气排放量（万立方米）", "2022", "1,120"), ("环境 › 二氧化硫（吨）", "2023", "31.2")]
    for name, style in (("level rules", LEVEL), ("no rules", NONE)):
        yield Typeset(f"en section over two pages, {name}", sections, style, within, broken=3)
        yield Typeset(f"en section over two pages, header again, {name}", sections, style, within, broken=3, repeated=1)
        yield Typeset(f"en section begins a page, {name}", sections, style, within[1:], broken=5)
        yield Typeset(f"zh category over two pages, {name}", categories, style, found, broken=3)
    water = [["指标", "2022年", "2023年"], ["用水量", "531.0", "502.2"], ["中水", "3.2", "4.1"]]
    water += [["雨水", "1.2", "1.4"], ["海水", "0.2", "0.4"]]
    unit = [("雨水（万吨）", "2023年", "1.4")]
    yield Typeset("zh unit above, over two pages", water, THREE, unit, above="单位：万吨", broken=3)
    wrapped = [
        ["Metric", "FY22\n(restated)", "FY23"],
        ["Energy", "181", "175"],
        ["Waste diverted from\nlandfill", "81.2%", "84.6%"],
        ["Scope 1 and 2 intensity\nper square metre of floor", "18.1", "17.5"],
        ["Solar", "5.1", "7.9"],
    ]
    lines = [("Scope 1 and 2 intensity per square metre of floor", "FY22 (restated)", "18.1"), ("Solar", "FY23", "7.9")]
    for name, style in (("grid", GRID), ("no rules", NONE)):
        yield Typeset(f"en wrapped labels over two pages, {name}", wrapped, [*style, *MIDDLE], lines, broken=3)


class _Down(Spacer):  # type: ignore[misc]
    """White space that leaves only so much room at the end of the page."""

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return width, height - self.height


def write(path: Path, table: Typeset) -> Path:
    """Running text, the table, running text, on one page or on two."""
    chinese = table.name.startswith("zh")
    style = ParagraphStyle("text", fontName=FONT, fontSize=10, leading=15, wordWrap="CJK" if chinese else None)
    text = (
        "公司持续完善环境管理，下表列出本年度主要绩效。"
        if chinese
        else "The table below gives our results for the year. "
    )
    flow = [Paragraph(text * 6, style), Spacer(1, 14)]
    if table.above:
        flow.append(Paragraph(table.above, style))
    widths = list(table.widths) if table.widths else None
    grid = Table([list(row) for row in table.rows], colWidths=widths, repeatRows=table.repeated)
    grid.setStyle([("FONT", (0, 0), (-1, -1), FONT, 9), *table.style])
    if table.broken:
        grid.wrap(*A4)
        above = sum(flowable.wrap(*A4)[1] for flowable in flow[1:])
        flow.insert(1, _Down(0, above + sum(grid._rowHeights[: table.broken]) + 8))
    SimpleDocTemplate(str(path), pagesize=A4, invariant=1).build(
        [*flow, grid, Spacer(1, 14), Paragraph(text * 6, style)]
    )
    return path
