"""Style sheets of HTML -> which elements their rules hide; only simple selectors (tag, classes, id) count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.S)
_BRACE = re.compile(r"[{}]")
_SELECTOR = re.compile(r"(?P<tag>[a-z][a-z0-9]*|\*)?(?P<rest>(?:[.#][\w-]+)*)", re.I)
_PART = re.compile(r"([.#])([\w-]+)")
_DECLARED = re.compile(r"(?:^|;)\s*(display|visibility)\s*:\s*([a-z-]+)\s*(!\s*important)?", re.I)
_EVERYWHERE = re.compile(r"@media\s+(?:only\s+)?(?:all|screen)\s*$", re.I)
_HIDING = {"display": ("none",), "visibility": ("hidden", "collapse")}
_WHOLE = ("html", "body")
"""A page that hides all of itself waits for its script."""
_MOST_RULES = 20_000
_Weight = tuple[bool, int, int, int, int]
_NO_WEIGHT: _Weight = (False, -1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a selector sets of one property."""

    tag: str
    id: str
    classes: frozenset[str]
    name: str
    """`display` or `visibility`."""
    hides: bool
    weight: _Weight
    """Marked important, numbers of ids, classes and tags, place: of two rules the heavier one holds."""


Rules = Mapping[str, tuple[Rule, ...]]
"""Rules by the last part of their selector, as `#total`, `.note` or `p`: an element has few of them."""


def rules_of(sheets: Iterable[str]) -> Rules:
    """The rules that hide or show elements; those for print, for some widths and with combinators do not count."""
    found: dict[str, list[Rule]] = {}
    count = 0
    for selectors, body in (each for sheet in sheets for each in _blocks(_COMMENT.sub(" ", sheet))):
        declared = _DECLARED.findall(body)
        for selector in selectors.split(",") if declared else ():
            parsed = _SELECTOR.fullmatch(selector.strip())
            if not parsed or not parsed[0] or count >= _MOST_RULES:
                continue
            parts = _PART.findall(parsed["rest"])
            tag = (parsed["tag"] or "*").lower()
            ids, classes = [name for mark, name in parts if mark == "#"], {name for mark, name in parts if mark == "."}
            key = "".join(parts[-1]) if parts else tag
            for name, value, important in declared:
                count += 1
                weight = (bool(important), len(ids), len(classes), int(tag != "*"), count)
                hides = value.lower() in _HIDING[name.lower()]
                rule = Rule(tag, ids[0] if ids else "", frozenset(classes), name.lower(), hides, weight)
                found.setdefault(key, []).append(rule)
    return {key: tuple(rules) for key, rules in found.items()}


def hides(rules: Rules, tag: str, attributes: Mapping[str, str]) -> bool:
    """Whether the rules hide an element, unless its own `style` says otherwise."""
    if not rules or tag in _WHOLE:
        return False
    classes = frozenset((attributes.get("class") or "").split())
    own = attributes.get("id") or ""
    heaviest = dict(_own(attributes.get("style") or ""))
    for key in (f"#{own}", *(f".{name}" for name in classes), tag, "*"):
        for rule in rules.get(key, ()):
            fits = rule.tag in ("*", tag) and rule.id in ("", own) and rule.classes <= classes
            if fits and rule.weight > heaviest.get(rule.name, (_NO_WEIGHT, False))[0]:
                heaviest[rule.name] = rule.weight, rule.hides
    return any(hiding for _, hiding in heaviest.values())


def hides_itself(style: str) -> bool:
    """Whether the declarations of a `style` attribute hide its element."""
    return any(hiding for _, hiding in _own(style).values())


def _own(style: str) -> dict[str, tuple[_Weight, bool]]:
    """Property of a `style` attribute to its weight, above that of all rules, and whether it hides."""
    found: dict[str, tuple[_Weight, bool]] = {}
    for place, (name, value, important) in enumerate(_DECLARED.findall(_COMMENT.sub(" ", style))):
        weight = (bool(important), _MOST_RULES, 0, 0, place)
        if weight > found.get(name.lower(), (_NO_WEIGHT, False))[0]:
            found[name.lower()] = weight, value.lower() in _HIDING[name.lower()]
    return found


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of each rule; of rules within `@` blocks only those that hold on every screen."""
    open_heads: list[str] = []
    start = 0
    for brace in _BRACE.finditer(sheet):
        text = sheet[start : brace.start()]
        start = brace.end()
        if brace[0] == "{":
            # What stands before the last semicolon is an `@import` or the like.
            open_heads.append(text.rpartition(";")[2].strip())
        elif open_heads:
            head = open_heads.pop()
            if not head.startswith("@") and all(_EVERYWHERE.match(above) for above in open_heads):
                yield head, text
