"""The parts of a policy document -> elements, measures, and what was left out, in the schema of frameworks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from alignment.drafting import leaving_out
from alignment.drafting.numbering import Rank
from alignment.drafting.outline import Part
from alignment.drafting.terms import core, terms_of
from alignment.drafting.units import Unit
from alignment.frameworks import schema

DEEPEST = 4
"""Levels of elements; what is deeper is a measure."""
_NAME = 30
"""Characters of a measure's name."""
_LONGEST = 2000
"""Characters of official wording in one measure; a longer paragraph becomes several, cut between sentences."""
_LEAST = 4
"""Characters from which a paragraph can ask for something."""
_PATH = " › "
_KINDS = ("chapter", "section", "task", "item")
_LETTERS = {Rank.BOX: "B", Rank.ANNEX: "A"}
_CLOSING = re.compile(
    r"^[(（].{1,20}(?:公开发布|印发).{0,6}[)）]$|^.{0,30}20\d\d年\d{1,2}月\d{1,2}日$|^附件[:：]?\s*$|^.{2,24}[局委部厅会府院]$"
)


@dataclass(slots=True)
class Drafted:
    """Elements so far, in the document's order, and from which part each code is."""

    language: str
    elements: list[schema.ElementModel] = field(default_factory=list)
    left_out: list[schema.LeftOutModel] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)
    """`id` of a part's head to the code of the element that its text went into."""

    def said(self, text: str) -> schema.BilingualModel:
        """A text in the document's language, the other left open."""
        return schema.BilingualModel(zh=text) if self.language == "zh" else schema.BilingualModel(en=text)

    def listed(self, words: Sequence[str]) -> schema.TermsModel:
        """Terms in the document's language."""
        return schema.TermsModel(zh=list(words)) if self.language == "zh" else schema.TermsModel(en=list(words))


def drafted(root: Part, language: str) -> Drafted:
    """Elements and measures of a document, as deep as `schema.MOST_ELEMENTS` allows."""
    for deepest in range(DEEPEST, 0, -1):
        made = _Builder(Drafted(language), deepest).document(root)
        if len(made.elements) <= schema.MOST_ELEMENTS:
            break
    return _with_terms(made)


class _Builder:
    """Walks the parts once."""

    def __init__(self, made: Drafted, deepest: int) -> None:
        self.made = made
        self.deepest = deepest

    def document(self, root: Part) -> Drafted:
        if root.paragraphs and root.parts:
            self._leave_out(leaving_out.PREAMBLE, root.paragraphs[0].text[:_NAME], root.paragraphs[0], "")
        if not root.parts:
            self._whole(root)
        for part in root.parts:
            self._part(part, None, 0, "")
        return self.made

    def _whole(self, root: Part) -> None:
        """A document without parts is one element."""
        name = root.head.text or (root.paragraphs[0].text[:_NAME] if root.paragraphs else "")
        if name and root.paragraphs:
            self._add("C1", None, 0, name, root, "", root.paragraphs, ())

    def _part(self, part: Part, parent: str | None, depth: int, section: str, why: str | None = None) -> None:
        head = part.head
        why = None if part.is_box else _reason(part, depth) or why
        path = _PATH.join(each for each in (section, _printed(head)) if each)
        if why is not None:
            self._leave_out(why, _printed(head) or head.text[:_NAME], head, section)
            for child in part.parts:
                self._part(child, None, depth, path, why)
            return
        said = [unit for unit in part.paragraphs if not _CLOSING.search(unit.text)]
        if (part.is_box or head.rank is Rank.ANNEX) and not part.parts and not said:
            if not part.rows:
                self._leave_out("closing", _printed(head), head, section)
            return  # a table: its rows are targets
        within = [child for child in part.parts if not child.is_box]
        measures = [child for child in within if self._is_measure(child, depth + 1)]
        deeper = [child for child in within if child not in measures and not _reason(child, depth + 1)]
        code = self._code(part, parent)
        intro = [unit for unit in part.paragraphs if deeper or unit.text.endswith(("：", ":"))]
        body = [unit for unit in part.paragraphs if unit not in intro]
        self._add(code, parent, depth, head.title or _name_of(head.text), part, section, body, measures, intro)
        for child in part.parts:
            if child in measures:
                boxes = [box for box in child.parts if box.is_box]
                for box in boxes:
                    self._part(box, _closest(box, part, code, parent, self.made), depth + 1, path)
            elif child.is_box:
                self._part(child, _closest(child, part, code, parent, self.made), depth + 1, path)
            else:
                self._part(child, code, depth + 1, path)

    def _is_measure(self, part: Part, depth: int) -> bool:
        """Whether a part is one thing that is asked for, and no heading of several."""
        if _reason(part, depth):
            return False
        inside = [child for child in part.parts if not child.is_box]
        if depth >= self.deepest:
            return True
        runs_on = bool(part.head.text) or not part.paragraphs
        return not inside and (part.head.rank >= Rank.ARABIC or runs_on)

    def _add(
        self,
        code: str,
        parent: str | None,
        depth: int,
        name: str,
        part: Part,
        section: str,
        body: Sequence[Unit],
        items: Sequence[Part],
        intro: Sequence[Unit] = (),
    ) -> None:
        path = _PATH.join(each for each in (section, _printed(part.head)) if each)
        for each in (part, *items):
            self.made.codes[id(each.head)] = code
            for inner in each.walk():
                if each is not part and not inner.is_box:
                    self.made.codes[id(inner.head)] = code
        measures: list[schema.MeasureModel] = []
        for title, text, unit in self._asked(part, body, items):
            for number, piece in enumerate(_pieces(text)):
                if len(measures) < 999:
                    measures.append(
                        schema.MeasureModel(
                            id=f"{code}.{len(measures) + 1}",
                            name=self.made.said(title if number == 0 else f"{title}（{number + 1}）"),
                            description=self.made.said(piece),
                            origin=schema.OriginModel(page=unit.page, paragraph=unit.paragraph, section=path),
                        )
                    )
        described = "".join(unit.text for unit in intro)[:_LONGEST]
        short = core(name, self.made.language)
        self.made.elements.append(
            schema.ElementModel(
                code=code,
                kind="box" if part.is_box else _KINDS[min(depth, len(_KINDS) - 1)],
                parent=parent,
                name=self.made.said(name),
                aliases=self.made.listed([short] if short != name else []),
                description=self.made.said(described) if described else None,
                measures=measures,
                origin=schema.OriginModel(
                    page=part.head.page, paragraph=part.head.paragraph, section=section, quote=_printed(part.head)
                ),
            )
        )

    def _asked(self, part: Part, body: Sequence[Unit], items: Sequence[Part]) -> Iterator[tuple[str, str, Unit]]:
        """Name, official wording and place of each measure, in the document's order."""
        for unit in body:
            if len(unit.text) < _LEAST or _CLOSING.search(unit.text):
                self._leave_out("closing", unit.text[:_NAME] or "-", unit, _printed(part.head))
            else:
                yield _name_of(unit.text), unit.text, unit
        for item in items:
            texts = [unit.text for inner in item.walk() if not inner.is_box for unit in _own(inner, item)]
            title = item.head.title
            lead = f"{title}。" if title and item.head.text else ""
            text = lead + "".join(texts)
            yield title or _name_of(text), text or title, item.head

    def _leave_out(self, reason: str, title: str, unit: Unit, section: str) -> None:
        origin = schema.OriginModel(page=unit.page, paragraph=unit.paragraph, section=section)
        self.made.left_out.append(schema.LeftOutModel(reason=reason, title=title or "-", origin=origin))

    def _code(self, part: Part, parent: str | None) -> str:
        """From the printed numbers: C3, C3-4, B2; a letter more where that is taken."""
        taken = {element.code for element in self.made.elements}
        siblings = sum(element.parent == parent for element in self.made.elements)
        number = part.head.number if part.head.number is not None else siblings + 1
        if part.head.rank in _LETTERS or parent is None or len(parent) > 24:
            code = f"{_LETTERS.get(part.head.rank, 'C')}{number}"
        else:
            code = f"{parent}-{number}"
        free = (f"{code}{letter}" for letter in ("", *"bcdefghijklmnopqrstuvwxyz"))
        return next((each for each in free if each not in taken), f"X{len(taken) + 1}")


def paths_of(root: Part) -> dict[int, str]:
    """By `id` of a part, its headings as the document prints them, outermost first."""
    found: dict[int, str] = {id(root): ""}

    def walk(part: Part, above: str) -> None:
        for child in part.parts:
            found[id(child)] = _PATH.join(each for each in (above, _printed(child.head)) if each)
            walk(child, found[id(child)])

    walk(root, "")
    return found


def _reason(part: Part, depth: int) -> str | None:
    """Why a part is left out: for its own title, or because all that is in it is; an item of a list never is."""
    head = part.head
    if depth > 0 and Rank.ARABIC <= head.rank < Rank.PLAIN:
        return None
    reason = leaving_out.reason_for(head.title or head.text)
    if reason is None and part.parts and not part.paragraphs:
        inside = [_reason(child, depth + 1) for child in part.parts]
        reason = inside[0] if all(inside) else None
    return reason


def _own(inner: Part, item: Part) -> Iterator[Unit]:
    """What a part inside a measure says, its number and title before it."""
    if inner is not item and (title := inner.head.title):
        mark = inner.head.label
        yield Unit(inner.head.kind, f"{mark}{title}。", inner.head.page, inner.head.paragraph, inner.head.framed)
    yield from inner.paragraphs


def _printed(head: Unit) -> str:
    """`（四）筑牢底线`, as the document prints it."""
    gap = " " if head.label and (head.label[-1:].isascii() or head.rank < Rank.HAN) else ""
    dot = "." if head.rank is Rank.ARABIC and head.label[-1:].isdigit() else "、" if head.rank is Rank.HAN else ""
    return f"{head.label}{dot}{gap}{head.title}".strip()


def _closest(box: Part, part: Part, code: str, parent: str | None, made: Drafted) -> str | None:
    """The element that a box belongs to: the one around it, or the one around that where its title is nearer."""
    above = next((element for element in made.elements if element.code == parent), None)
    if above is None:
        return code
    title, around = box.head.title, above.name.zh or above.name.en or ""
    return parent if _shared(title, around) > _shared(title, part.head.title) else code


def _shared(first: str, second: str) -> int:
    """How many pairs of characters two titles have in common."""
    one, other = ({text[at : at + 2] for at in range(len(text) - 1)} for text in (first, second))
    return len(one & other)


def _name_of(text: str) -> str:
    """The sentence that a paragraph begins with where it is short, else its first clause."""
    lead = re.match(r"[^。！？：；，]{4,30}(?=[。：])", text) or re.match(r"[^.!?:;]{4,80}(?=[.:]\s)", text)
    if lead:
        return lead[0].strip()
    clause = re.split(r"[，；。：,;:.](?=\D|$)", text, maxsplit=1)[0].strip()
    limit = _NAME if re.search(r"[\u4e00-\u9fff]", clause) else 80
    return clause if len(clause) <= limit else f"{clause[: limit - 1]}…"


def _pieces(text: str) -> list[str]:
    """The text in parts of at most `_LONGEST` characters, cut after sentences where that is possible."""
    pieces = [""]
    for sentence in re.findall(r"[^。；.;]*[。；.;]?", text):
        for start in range(0, len(sentence), _LONGEST):
            part = sentence[start : start + _LONGEST]
            if pieces[-1] and len(pieces[-1]) + len(part) > _LONGEST:
                pieces.append("")
            pieces[-1] += part
    return [piece.strip() for piece in pieces if piece.strip()]


def _with_terms(made: Drafted) -> Drafted:
    """Draft terms for every measure, chosen among all of them."""
    language = made.language
    measures = [measure for element in made.elements for measure in element.measures]
    names = [getattr(each.name, language) or "" for each in measures]
    texts = [getattr(each.description, language, None) or "" for each in measures]
    found = dict(zip((each.id for each in measures), terms_of(names, texts, language), strict=True))
    made.elements = [
        element.model_copy(
            update={
                "measures": [
                    each.model_copy(update={"terms": made.listed(found[each.id])}) for each in element.measures
                ]
            }
        )
        for element in made.elements
    ]
    return made
