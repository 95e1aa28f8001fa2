"""Framework -> one self-contained HTML page of its elements, measures and targets, and where each came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from markupsafe import Markup, escape

from alignment import __version__
from alignment.reports.rendering import Lang, environment, has_message, message, page_parts
from alignment.types import Comparator, Framework

_SIGNS = {
    Comparator.AT_LEAST: "≥ ",
    Comparator.MORE: "> ",
    Comparator.AT_MOST: "≤ ",
    Comparator.LESS: "< ",
    Comparator.EQUAL: "= ",
    Comparator.ABOUT: "≈ ",
}


def to_page(framework: Framework, *, lang: Lang = "zh") -> str:
    """The page; `lang` is the language that shows first."""
    kinds = Counter(element.kind for element in framework.elements)
    return (
        environment()
        .get_template("plan.html")
        .render(
            plan=framework,
            lang=lang,
            **page_parts("report.css", "plan.css", "page.js"),
            measures=sum(len(element.measures) for element in framework.elements),
            kinds=[(kind, kinds[kind.id]) for kind in framework.kinds],
            look=list(_to_look_at(framework)),
            signs=_SIGNS,
            reason=_reason,
            version=__version__,
        )
    )


def _to_look_at(framework: Framework) -> Iterator[tuple[str, list[str]]]:
    """What a person should look at, as a message's key and the codes and ids concerned."""
    measures = [(element, measure) for element in framework.elements for measure in element.measures]
    names = Counter(measure.name.all for _, measure in measures)
    found = {
        "plan_no_measure": [
            element.code
            for element in framework.elements
            if len(element.measures) == 1 and element.measures[0].name == element.name
        ],
        "plan_no_target_element": [target.id for target in framework.targets if not target.elements],
        "plan_same_name": [measure.id for _, measure in measures if names[measure.name.all] > 1],
        "plan_no_terms": [
            measure.id for element, measure in measures if not measure.terms.all and measure.name != element.name
        ],
        "plan_cut_name": [
            measure.id for _, measure in measures if any(name.endswith("…") for name in measure.name.all)
        ],
    }
    yield from ((key, codes) for key, codes in found.items() if codes)


def _reason(name: str) -> Markup:
    """Why a part was left out: in both languages where we know the word, else as the file says."""
    key = f"left_out.{name}"
    return message(key) if has_message(key) else escape(name)
