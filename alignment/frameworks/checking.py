"""A framework whose fields fit -> what they say wrongly of each other, all at once."""

from __future__ import annotations

from alignment.frameworks.schema import ElementModel, FrameworkModel


def cross_check(model: FrameworkModel) -> list[str]:
    """Problems that a field by itself cannot show: duplicate ids and references to nothing, each with its place."""
    codes = {element.code for element in model.elements}
    return [
        *_duplicates("elements", [element.code for element in model.elements]),
        *_duplicates("measures", [measure.id for element in model.elements for measure in element.measures]),
        *_duplicates("targets", [target.id for target in model.targets]),
        *_duplicates("emphases", [emphasis.id for emphasis in model.emphases]),
        *_duplicates("profiles", [profile.id for profile in model.profiles]),
        *_duplicates("emerging", [item.id for item in model.emerging]),
        *_duplicates("kinds", [kind.id for kind in model.kinds]),
        *_duplicates("crosswalks", [crosswalk.to for crosswalk in model.crosswalks]),
        *(problem for element in model.elements for problem in _element_problems(element, model, codes)),
        *_outside("targets", {target.id: target.elements for target in model.targets}, codes, "element"),
        *_outside("emphases", {emphasis.id: emphasis.elements for emphasis in model.emphases}, codes, "element"),
        *_outside(
            "profiles",
            {profile.id: [*profile.priority, *profile.why, *profile.not_applicable] for profile in model.profiles},
            codes,
            "element",
        ),
        *_outside(
            "emerging",
            {item.id: item.industries for item in model.emerging},
            {profile.id for profile in model.profiles},
            "profile",
        ),
        *_outside("crosswalks", {walk.to: list(walk.pairs) for walk in model.crosswalks}, codes, "element"),
        *_circles(model.elements),
        *_outside("passages", {str(n): item.labels for n, item in enumerate(model.passages)}, codes, "element"),
    ]


def _element_problems(element: ElementModel, model: FrameworkModel, codes: set[str]) -> list[str]:
    place = f"elements[{element.code}]"
    emphases = {emphasis.id for emphasis in model.emphases}
    targets = {target.id for target in model.targets}
    emerging = {item.id for item in model.emerging}
    problems = _outside("elements", {element.code: element.targets}, targets, "target")
    problems += _outside("elements", {element.code: element.emphases}, emphases, "emphasis")
    if element.parent is not None and element.parent not in codes - {element.code}:
        problems.append(f"{place}.parent: no other element has the code {element.parent!r}")
    for measure in element.measures:
        here = f"{place}.measures[{measure.id}]"
        if not measure.id.startswith(f"{element.code}."):
            problems.append(f"{here}.id: must begin with {element.code + '.'!r}")
        if measure.emerging is not None and measure.emerging not in emerging:
            problems.append(f"{here}.emerging: no emerging field has the id {measure.emerging!r}")
        problems += _outside(f"{place}.measures", {measure.id: measure.emphases}, emphases, "emphasis")
        for number, exemplar in enumerate(measure.exemplars):
            problems += _outside(f"{here}.exemplars", {str(number): exemplar.also}, codes, "element")
        for number, counterexample in enumerate(measure.counterexamples):
            problems += _outside(f"{here}.counterexamples", {str(number): counterexample.labels}, codes, "element")
            if element.code in counterexample.labels:
                problems.append(f"{here}.counterexamples[{number}].labels: carries its own element {element.code!r}")
    return problems


def _circles(elements: list[ElementModel]) -> list[str]:
    """Elements that are, through others, their own parents."""
    parents = {element.code: element.parent for element in elements}
    found = []
    for code in parents:
        above, seen = parents[code], {code}
        while above is not None and above not in seen:
            seen.add(above)
            above = parents.get(above)
        if above == code and parents[code] != code:
            found.append(f"elements[{code}].parent: is, through its parents, its own parent")
    return found


def _duplicates(place: str, ids: list[str]) -> list[str]:
    twice = sorted({name for name in ids if ids.count(name) > 1})
    return [f"{place}: {name!r} appears {ids.count(name)} times" for name in twice]


def _outside(place: str, references: dict[str, list[str]], known: set[str], what: str) -> list[str]:
    return [
        f"{place}[{key}]: no {what} has the code {name!r}"
        for key, names in references.items()
        for name in names
        if name not in known
    ]
