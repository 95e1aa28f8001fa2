"""Small policy documents of our own, as ministries publish them: PDF, Word, web page, text."""

from __future__ import annotations

from pathlib import Path

from builders import CHINESE
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

LEFT, RIGHT, TOP, BOTTOM = 80.0, 515.0, 100.0, 740.0
SIZE, LEADING = 15.0, 27.0
_WIDTH = int((RIGHT - LEFT) / SIZE)

CHAPTERS = """# 湖滨市水资源循环利用“十五五”规划
p 为做好“十五五”时期水资源循环利用，依据有关法律法规，编制本规划。
c 第一章 规划背景
s 第一节 发展现状
p 截至2025年，全市再生水利用率达到21%，建成再生水厂6座，供水管网漏损率降到9.5%，为下一步工作打下了较好的条件。
s 第二节 面临形势
p 水资源紧缺仍是全市发展的突出制约，老旧管网漏损严重，再生水价格机制有待理顺。
c 第二章 总体要求
s 第一节 指导思想
p 坚持节水优先、空间均衡，统筹水源与用水，走循环利用的路子。
s 第二节 主要目标
p 到2030年，再生水利用率达到35%以上，供水管网漏损率控制在8%以内，用水总量不超过12亿立方米。
t
c 第三章 提升再生水供给能力
s 第一节 新建和改造再生水厂
p 扩大再生水厂规模。在东城、北湖和港区各新建一座再生水厂，鼓励已有污水处理厂就地提标，出水优先用于工业冷却和河道补水，\
减少新鲜水取用。到2028年新建再生水厂3座，到2030年新增日处理能力25万立方米左右。
p 推行分质供水。按照工业、绿化、景观的不同要求分质供应再生水，水质数据每日向用户公开，接受社会监督。
s 第二节 延伸再生水管网
p 打通管网断点。优先连通园区之间的再生水干管，新建管网180公里，消除多年存在的断头管。
b 专栏1 重点工程
1 1. 东城再生水厂
x 建设日处理10万立方米的再生水厂，配套加压泵站和调蓄池，出水供给东城工业园。
1 2. 港区环网
x 沿港区道路建成再生水环网，预留与北湖片区的接口。
1 3. 智慧调度平台
x 汇集水厂、管网和用户数据，实现统一调度和漏损预警。
e
c 第四章 推进工业节水
s 第一节 实施工艺改造
p 推广闭式冷却。引导高耗水企业采用闭式冷却塔和空冷设备，逐步淘汰直流冷却。
p 开展水平衡测试。重点用水企业每三年完成一次水平衡测试，测试结果作为用水定额管理的依据。
c 第五章 保障措施
s 第一节 加强组织领导
p 市政府成立领导小组，各部门分工负责，定期通报进展。
"""
"""`#` title, `c` chapter, `s` section, `p` paragraph, `t` the table of indicators, `b` … `e` a box with items `1`
and their texts `x`."""

INDICATORS = (
    ("序号", "指标", "单位", "2025年", "2030年", "属性"),
    ("1", "再生水利用率", "%", "21", "≥35", "约束性"),
    ("2", "供水管网漏损率", "%", "9.5", "<8", "约束性"),
    ("3", "用水总量", "亿立方米", "11.6", "12", "约束性"),
    ("4", "万元工业增加值用水量下降①", "%", ">18", None, "预期性"),
    ("5", "再生水管网长度", "公里", "310", "490左右", "预期性"),
)
"""None: the cell before spans both years."""


class _Pages:
    """Writes lines from top to bottom, with running lines and page numbers on every page."""

    def __init__(self, path: Path) -> None:
        self.canvas = Canvas(str(path), pagesize=A4, invariant=1)
        self.y, self.number = TOP, 1
        self.frame: float | None = None

    def line(self, text: str, left: float = LEFT, size: float = SIZE, leading: float = LEADING) -> None:
        if self.y + leading > BOTTOM:
            self.turn()
        self.canvas.setFont(CHINESE, size)
        self.canvas.drawString(left, A4[1] - self.y - size, text)
        self.y += leading

    def paragraph(self, text: str, size: float = SIZE, leading: float = LEADING) -> None:
        width = int((RIGHT - LEFT) / size)
        room, left = width - 2, LEFT + 2 * size
        while text:
            end = min(room, len(text))
            while end < len(text) and text[end - 1].isascii() and text[end].isascii():
                end -= 1  # a number is never broken
            self.line(text[:end], left, size, leading)
            text, room, left = text[end:], width, LEFT

    def turn(self) -> None:
        open_frame = self.frame is not None
        if open_frame:
            self.close()
        self.canvas.setFont(CHINESE, 9)
        self.canvas.drawString(LEFT, A4[1] - 60, "湖滨市人民政府文件")
        self.canvas.drawCentredString(A4[0] / 2, 50, f"— {self.number} —")
        self.canvas.showPage()
        self.y, self.number = TOP, self.number + 1
        if open_frame:
            self.frame = self.y - 4

    def open(self, title: str) -> None:
        self.y += 6
        self.frame = self.y - 4
        self.line(title, 240, 12, 20)

    def close(self) -> None:
        if self.frame is not None:
            self.canvas.rect(LEFT - 6, A4[1] - self.y - 4, RIGHT - LEFT + 12, self.y - self.frame + 4)
            self.frame = None
            self.y += 14

    def table(self) -> None:
        edges = [LEFT - 6, 112, 262, 336, 400, 462, RIGHT + 6]
        if self.y + 22 * len(INDICATORS) > BOTTOM:
            self.turn()
        for cells in INDICATORS:
            top = A4[1] - self.y
            self.canvas.setFont(CHINESE, 11)
            for place, cell in enumerate(cells):
                right = edges[place + 2] if place + 1 < len(cells) and cells[place + 1] is None else edges[place + 1]
                if cell is not None:
                    self.canvas.rect(edges[place], top - 22, right - edges[place], 22)
                    self.canvas.drawCentredString((edges[place] + right) / 2, top - 15, cell)
            self.y += 22
        self.line("注：①按2025年可比价计算。", LEFT, 10, 20)


def plan_pdf(path: Path) -> Path:
    """The chapters as a PDF with a table of contents, running lines, a drawn table and a drawn box."""
    pages = _Pages(path)
    rows = [(line[:1], line[2:]) for line in CHAPTERS.splitlines()]
    pages.canvas.setFont(CHINESE, 22)
    pages.line(rows[0][1], LEFT, 20, 60)
    pages.line("目 录", 270, 16, 40)
    for kind, text in rows:
        if kind in "cs":
            pages.line(f"{text}{'.' * 30} {3}", LEFT + (20 if kind == "s" else 0), 12, 20)
    pages.turn()
    write = {
        "c": lambda text: pages.line(text, LEFT + 2 * SIZE, 18, 36),
        "s": lambda text: pages.line(text, LEFT + 2 * SIZE, 16, 32),
        "p": pages.paragraph,
        "t": lambda _: pages.table(),
        "b": pages.open,
        "1": lambda text: pages.line(text, LEFT + 24, 12, 18),
        "x": lambda text: pages.paragraph(text, 12, 18),
        "e": lambda _: pages.close(),
    }
    for kind, text in rows[1:]:
        write[kind](text)
    pages.turn()
    pages.canvas.save()
    return path


OPINION = """滨海新区近零碳园区建设行动方案
为加快园区绿色转型，制定本方案。
一、总体要求
（一）基本原则。坚持因地制宜、分步实施。
（二）工作目标。到2027年，园区可再生能源使用比例达到40%，单位增加值碳排放比2024年下降20%以上。
二、重点任务
（三）优化园区用能。支持园区建设屋顶光伏和储能，新增光伏装机30万千瓦。推动燃煤锅炉改用工业热泵。
（四）循环利用资源。引导企业共用蒸汽、压缩空气和中水，建成3个资源交换平台。
（五）建设碳管理平台。各园区于2026年底前建成碳排放在线监测平台，覆盖90%以上的排放源。
三、组织实施
（六）落实责任。管委会每半年调度一次进展。
附件：重点任务分工表
滨海新区管理委员会
2025年3月18日"""
"""An action plan whose numbered paragraphs carry their titles in the same line."""


def opinion_docx(path: Path) -> Path:
    """The action plan in Word, with a table of indicators whose last value spans both years."""
    from docx import Document

    document = Document()
    for line in OPINION.split("\n"):
        document.add_paragraph(line)
        if line.startswith("（二）"):
            table = document.add_table(rows=0, cols=5)
            table.style = "Table Grid"
            for cells in (
                ("指标", "单位", "2024年基期", "2027年目标", "属性"),
                ("可再生能源使用比例", "%", "26", "40", "预期性"),
                ("园区综合能耗", "万吨标准煤", "310", "≤300", "约束性"),
            ):
                row = table.add_row().cells
                for cell, text in zip(row, cells, strict=True):
                    cell.text = text
    document.save(str(path))
    return path


def opinion_html(path: Path) -> Path:
    """The action plan as a web page with a menu, a box and a footer around it."""
    title, *lines = OPINION.split("\n")
    body = "".join(f"<p><strong>{line}</strong></p>" if line[1:2] == "、" else f"<p>　　{line}</p>" for line in lines)
    box = (
        "<table border=1><tr><td><p>专栏1 示范项目</p><p>1. 零碳厂房</p><p>改造厂房12栋，安装光伏幕墙。</p>"
        "<p>2. 热电储能</p><p>建设熔盐储热项目，向园区集中供汽。</p></td></tr></table>"
    )
    body = body.replace("<p><strong>三、", f"{box}<p><strong>三、")
    path.write_text(
        f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title></head><body><nav><a href=/>首页</a> "
        f"<a href=/zw>政务公开</a></nav><h1>{title}</h1>{body}<footer>主办单位：滨海新区管委会</footer></body></html>",
        encoding="utf-8",
    )
    return path


ENGLISH = """Harbour City Circular Economy Strategy 2026-2030

1. Introduction

The city has recycled household waste since 2009.

2. Targets

By 2030, the municipal recycling rate will reach at least 55%, and landfill will fall by 30%.

3. Design out waste

3.1 Packaging

Retailers shall offer refill stations. Packaging sold in the city is to be reusable or recyclable.

3.2 Construction

Builders shall reuse steel and timber. Pre-demolition audits become a condition of every permit.

4. Keep materials in use

Repair centres open in every district. Producers take back appliances free of charge.

5. Implementation

The council reports every year.
"""
