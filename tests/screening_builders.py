"""Small filings, and what a run leaves of them."""

from __future__ import annotations

import random
from pathlib import Path

OUTPUTS = ("results.jsonl", "summary.csv", "summary.parquet", "summary.xlsx", "failures.csv", "index.html")
_SENTENCES = (
    "公司建设中水回用系统，全年回用水量八十万吨，比上年提高百分之十二。",
    "厂区屋顶光伏电站全年发电三百二十万千瓦时，减少二氧化碳排放二千六百吨。",
    "We completed the relining of the furnace and cut coke use by 4.2 % in 2023.",
    "公司计划到二〇二五年建立产品碳足迹核算体系，覆盖全部主要产品。",
    "Hazardous waste fell by 310 tonnes after the solvent recovery unit went live.",
    "董事会由九名董事组成，其中独立董事三名，全年召开会议六次。",
    "员工培训覆盖率为百分之九十八，人均培训三十六小时。",
    "The audit committee met five times and reviewed the internal control report.",
    "公司回收退役动力电池一千二百吨，再生利用率达到百分之九十五。",
    "数字化能源管理平台接入全部重点用能设备，能效提升百分之三。",
)


def text_filings(folder: Path, count: int) -> Path:
    """`filing-000.txt` and so on, each different, the same every time."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        chosen = random.Random(number).choices(_SENTENCES, k=12)  # noqa: S311  (no secret)
        text = "\n\n".join(f"{sentence} （{number}-{place}）" for place, sentence in enumerate(chosen))
        (folder / f"filing-{number:03}.txt").write_text(text, encoding="utf-8")
    return folder


def outputs_of(folder: Path) -> dict[str, bytes]:
    """Every result of a run; not its state, its cache and its log."""
    files = [folder / name for name in OUTPUTS] + sorted((folder / "reports").iterdir())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
