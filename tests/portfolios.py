"""Screening runs of any size, made up from a seed: companies over years, industries, failures, hostile names."""

from __future__ import annotations

import random
from collections.abc import Container, Mapping

from alignment.portfolio.records import ElementRow, Failure, Filing, NearDuplicate, Place, Portfolio, Screened
from alignment.types import Framework, Status

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "'\"><svg onload=alert(3)>",
    "javascript:alert(4)",
    "{{ 7*7 }} {% raw %} ${7*7}",
    "=cmd|' /C calc'!A0",
    "\u202egnp.exe \x07\x00 \u2028<!--",
    "名" * 300,
)
PLACES = ("青云", "北辰", "江海", "远山", "华岳", "Northlight", "Harbour", "Meridian", "东岭", "Silverlake")
TRADES = ("钢铁", "水泥", "化工", "Textiles", "纸业", "Motors", "电力", "银行", "Data", "矿业")
_WEIGHTS = {Status.COVERED: 42, Status.PARTIAL: 17, Status.MENTIONED: 6, Status.REVIEW: 7, Status.GAP: 28}


def filings(framework: Framework, count: int, *, seed: int = 0, hostile: bool = True) -> tuple[Screened, ...]:
    """`count` filings of about a third as many companies, 2021 to 2023."""
    chance = random.Random(seed)  # noqa: S311  (made-up data, not secrets)
    profiles = [profile for profile in framework.profiles if profile.id != "general"]
    found = []
    for number in range(count):
        company = number // 3
        profile = profiles[(company * 7) % len(profiles)]
        name = f"{PLACES[company % 10]}{TRADES[company // 10 % 10]} {company:03d}"
        if hostile and company < len(HOSTILE):
            name = HOSTILE[company]
        filing = Filing(
            path=f"{company:03d}/{2021 + number % 3}-{name[:40].replace('/', '_')}.pdf",
            company=name,
            code=f"{600000 + company}",
            industry=profile.id if company % 50 else "",
            year=2021 + number % 3,
            language="zh",
        )
        lean = {code: leaning(company, code) for code in framework.codes}
        found.append(screened(framework, filing, chance, lean, profile.not_applicable))
    return tuple(found)


def leaning(company: int, code: str) -> int:
    """Between -25 and 24, and the same for a company and an element over the years."""
    return (company * 2654435761 + sum(map(ord, code)) * 40503) % 9973 % 50 - 25


def screened(
    framework: Framework, filing: Filing, chance: random.Random, lean: Mapping[str, int], not_applicable: Container[str]
) -> Screened:
    """One filing; `lean` makes an element more or less likely to be covered."""
    rows = []
    unread = chance.random() < 0.02
    for code in framework.codes:
        weights = [
            max(
                1,
                weight + (lean[code] if status is Status.COVERED else -lean[code] // 2 if status is Status.GAP else 0),
            )
            for status, weight in _WEIGHTS.items()
        ]
        status = chance.choices(list(_WEIGHTS), weights)[0]
        if code in not_applicable and status in (Status.GAP, Status.REVIEW):
            status = Status.NOT_APPLICABLE
        if unread and status is Status.GAP:
            status = Status.NOT_ASSESSABLE
        shown = status in (Status.COVERED, Status.PARTIAL, Status.MENTIONED)
        count = chance.randint(1, 9) if shown else 0
        substance = {Status.COVERED: "result", Status.PARTIAL: "commitment", Status.MENTIONED: "mention"}.get(
            status, ""
        )
        pages = tuple(chance.sample(range(1, 80), min(count, 5)))
        rows.append(ElementRow(code, status, round(chance.random(), 4), substance, count, pages))
    return Screened(
        filing=filing,
        sha256=f"{chance.getrandbits(256):064x}",
        title=f"{filing.company} {filing.year} 年环境、社会及治理报告",
        pages=chance.randint(20, 160),
        languages=("zh-Hans",),
        readable_share=0.5 if unread else 1.0,
        elements=tuple(rows),
        report=f"reports/{filing.path.removesuffix('.pdf')}.html",
    )


def portfolio(
    framework: Framework, count: int, *, seed: int = 0, failures: int = 14, near_duplicates: int = 30
) -> Portfolio:
    """A run with failures and near-duplicates."""
    found = filings(framework, count, seed=seed)
    failed = tuple(failure(number) for number in range(failures))
    text = "公司建设中水回用系统，将处理后的废水用于循环冷却，全年回用水量约八十万吨，取水量较上年下降百分之六。"
    pairs = tuple(
        NearDuplicate(
            element="P5",
            first=Place(found[3 * number].filing.path, 12 + number, text + HOSTILE[number % 7]),
            second=Place(found[3 * number + 30].filing.path, 7, text + "公司同时加强管网检漏。"),
            similarity=round(0.99 - number / 1000, 4),
        )
        for number in range(min(near_duplicates, len(found) // 3 - 11))
    )
    return Portfolio(framework.id, found, failed, pairs)


def failure(number: int) -> Failure:
    """A file with a hostile name that could not be read."""
    name = HOSTILE[number % len(HOSTILE)]
    stage = ("reading", "worker", "encoding")[number % 3]
    return Failure(
        Filing(f"bad/{number}-{name[:40]}.pdf", name[:60]), stage, f"the file is encrypted {name}", "give its password"
    )
