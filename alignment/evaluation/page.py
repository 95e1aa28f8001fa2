"""An evaluation -> one self-contained HTML page with its pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alignment import __version__
from alignment.encoders import Encoder
from alignment.evaluation import Curve, Report
from alignment.evaluation.statuses import Statuses
from alignment.reports.rendering import Lang, environment, page_parts
from alignment.types import Framework, Preset

SIDE = 100
"""Side of a plot in its own units."""


def to_html(
    report: Report,
    statuses: Mapping[Preset, Statuses] | None,
    framework: Framework,
    encoder: Encoder,
    *,
    lang: Lang = "en",
) -> str:
    """The page; `statuses` are those of whole reports per preset, where they were measured."""
    return (
        environment()
        .get_template("evaluation.html")
        .render(
            report=report,
            statuses=statuses,
            framework=framework,
            encoder=encoder,
            version=__version__,
            lang=lang,
            line=_line,
            most=max((count for *_, count in report.reliability), default=1),
            **page_parts("report.css", "page.js"),
        )
    )


def _line(curve: Curve | Sequence[tuple[float, float]]) -> str:
    """Points of an SVG polyline: x to the right, y up, both from 0 to `SIDE`; steps, as the measure integrates them."""
    points = curve.points if isinstance(curve, Curve) else curve
    placed: list[tuple[float, float]] = []
    for across, up in points:
        if placed and placed[-1][0] != SIDE * across:
            placed.append((placed[-1][0], SIDE * (1 - up)))
        placed.append((SIDE * across, SIDE * (1 - up)))
    kept = [point for number, point in enumerate(placed) if number == 0 or point != placed[number - 1]]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in kept)
