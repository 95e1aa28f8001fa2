"""A framework file or a shipped plan's folder -> Framework, refused with all its problems at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import yaml
from pydantic import ValidationError

from alignment import resources, schema
from alignment.errors import FrameworkError, InputError
from alignment.types import (
    Bilingual,
    Element,
    EmergingField,
    Emphasis,
    Exemplar,
    Framework,
    Measure,
    Profile,
    Substance,
    Target,
    Terms,
)

DEFAULT = "miit-14fyp-green"
MAX_BYTES = 20_000_000
MAX_PROBLEMS_SHOWN = 50


def shipped_ids() -> tuple[str, ...]:
    """Ids of the frameworks that come with the package, sorted."""
    folder = resources.shipped("corpus", "frameworks")
    return tuple(sorted(path.parent.name for path in folder.glob("*/framework.yaml")))


def load(name: str | Path = DEFAULT) -> Framework:
    """Load a shipped framework by id, or a user's own from a YAML or JSON file or a folder like the shipped ones.

    Raises:
        FrameworkError: the file cannot be read or does not fit the schema; the message lists every problem.
        InputError: there is no such id or file.
    """
    return _build(_locate(name).resolve())


def export(name: str | Path = DEFAULT) -> dict[str, Any]:
    """The framework as one plain document in its own schema, ready for YAML or JSON, to edit and load again."""
    return _validated(_locate(name).resolve()).model_dump(mode="json", by_alias=True)


def find_profile(framework: Framework, profile: str) -> Profile:
    """The industry profile with this id.

    Raises:
        InputError: the framework has no such profile; the hint lists those that it has.
    """
    for candidate in framework.profiles:
        if candidate.id == profile:
            return candidate
    known = ", ".join(candidate.id for candidate in framework.profiles) or "none"
    raise InputError(f"no industry profile is called {profile!r}", hint=f"profiles of {framework.id}: {known}")


def _locate(name: str | Path) -> Path:
    if str(name) in shipped_ids():
        return resources.shipped("corpus", "frameworks", str(name))
    path = Path(name)
    if path.exists():
        return path
    raise InputError(
        f"no framework is called {str(name)!r} and no such file exists",
        hint=f"shipped: {', '.join(shipped_ids())}; or give the path of a .yaml file in the same schema",
    )


@lru_cache(maxsize=8)
def _build(path: Path) -> Framework:
    model = _validated(path)
    content = json.dumps(model.model_dump(mode="json", by_alias=True), ensure_ascii=False, sort_keys=True)
    return _convert(model, hashlib.sha256(content.encode()).hexdigest())


def _validated(path: Path) -> schema.FrameworkModel:
    raw = _read_folder(path) if path.is_dir() else _read_file(path)
    try:
        model = schema.FrameworkModel.model_validate(raw)
    except ValidationError as error:
        problems = [f"{_place(raw, item['loc'])}: {item['msg']}" for item in error.errors()]
        raise _refusal(path, problems) from None
    problems = schema.cross_check(model)
    if problems:
        raise _refusal(path, problems)
    return model


def _refusal(path: Path, problems: list[str]) -> FrameworkError:
    shown = problems[:MAX_PROBLEMS_SHOWN]
    if len(problems) > len(shown):
        shown.append(f"... and {len(problems) - len(shown)} more")
    lines = "\n".join(f"  - {problem}" for problem in shown)
    return FrameworkError(
        f"{path.name} does not fit the framework schema, {len(problems)} problem(s):\n{lines}",
        hint="mend these places; `alignment plan export` prints a framework that fits, to compare with",
    )


def _place(raw: object, location: tuple[int | str, ...]) -> str:
    """`elements[P5].measures[P5.2].terms.zh` rather than bare list positions."""
    place, here = "", raw
    for part in location:
        here = _child(here, part)
        if isinstance(part, int):
            name = here.get("code") or here.get("id") if isinstance(here, dict) else None
            place += f"[{name or part}]"
        else:
            place += f".{part}" if place else str(part)
    return place or "file"


def _child(value: object, part: int | str) -> object:
    if isinstance(value, dict):
        return value.get(part)
    return value[part] if isinstance(value, list) and isinstance(part, int) and part < len(value) else None


def _read_folder(folder: Path) -> object:
    """Merge `framework.yaml`, `elements/<CODE>.yaml`, `profiles.yaml` and `passages.jsonl` into one document."""
    head = _read_file(folder / "framework.yaml")
    if not isinstance(head, dict) or not isinstance(head.get("elements"), list):
        raise FrameworkError(
            f"{folder.name}/framework.yaml has no list of element codes", hint="list them under `elements:`"
        )
    merged = dict(head)
    merged["elements"] = [_read_file(folder / "elements" / f"{code}.yaml") for code in head["elements"]]
    if (path := folder / "profiles.yaml").exists():
        document = _read_file(path)
        merged["profiles"] = document.get("profiles") if isinstance(document, dict) else document
    if (path := folder / "passages.jsonl").exists():
        merged["passages"] = _read_file(path)
    return merged


_FastLoader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


class _Loader(_FastLoader):  # type: ignore[misc,valid-type]
    """Plain YAML only: no key twice in a mapping; aliases are refused before."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(None, None, f"the key {key.value!r} twice", key.start_mark)
                seen.add(key.value)
        return cast(dict[Any, Any], super().construct_mapping(node, deep=deep))


def _read_file(path: Path) -> object:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FrameworkError(
                f"{path.name} is larger than {MAX_BYTES // 1_000_000} MB", hint="a framework file is text; is this one?"
            )
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".json":
            return json.loads(text)
        if path.suffix == ".jsonl":
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        for event in yaml.parse(text, Loader=_FastLoader):
            if isinstance(event, yaml.AliasEvent):  # aliases can be made to explode
                raise yaml.MarkedYAMLError(None, None, "aliases (*name) are not allowed", event.start_mark)  # type: ignore[arg-type]
        # _Loader derives from a safe loader: plain data only, no objects.
        return yaml.load(text, Loader=_Loader)  # noqa: S506
    except OSError as error:
        raise FrameworkError(f"{path} cannot be read: {error.strerror}", hint="check path and rights") from error
    except UnicodeDecodeError as error:
        raise FrameworkError(f"{path.name} is not UTF-8 text", hint="save it as UTF-8 YAML or JSON") from error
    except (yaml.YAMLError, json.JSONDecodeError, RecursionError) as error:
        place = " ".join(str(error).split())[:300]
        raise FrameworkError(f"{path.name} is not valid YAML or JSON: {place}", hint="mend the place named") from error


def _bilingual(model: schema.BilingualModel) -> Bilingual:
    return Bilingual(zh=model.zh, en=model.en)


def _terms(model: schema.TermsModel) -> Terms:
    return Terms(zh=tuple(model.zh), en=tuple(model.en))


def _in_order(labels: set[str], codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code for code in codes if code in labels)


def _exemplars(element: str, measure: schema.MeasureModel, codes: tuple[str, ...]) -> Iterator[Exemplar]:
    for number, item in enumerate(measure.exemplars, 1):
        yield Exemplar(
            id=f"{measure.id}/{number}",
            text=item.text,
            language=item.language,
            labels=_in_order({element, *item.also}, codes),
            substance=item.substance,
            industry=item.industry,
            measure=measure.id,
        )


def _counterexamples(measure: schema.MeasureModel, codes: tuple[str, ...]) -> Iterator[Exemplar]:
    for number, item in enumerate(measure.counterexamples, 1):
        yield Exemplar(
            id=f"{measure.id}/not-{number}",
            text=item.text,
            language=item.language,
            labels=_in_order(set(item.labels), codes),
            substance=item.substance if item.labels else None,
            industry=item.industry,
        )


def _measure(element: schema.ElementModel, model: schema.MeasureModel, codes: tuple[str, ...]) -> Measure:
    return Measure(
        id=model.id,
        name=_bilingual(model.name),
        description=_bilingual(model.description),
        closing=_bilingual(model.closing),
        terms=_terms(model.terms),
        negative_terms=_terms(model.negative_terms),
        emphases=tuple(model.emphases or element.emphases),
        emerging=model.emerging,
        exemplars=tuple(_exemplars(element.code, model, codes)),
        counterexamples=tuple(_counterexamples(model, codes)),
    )


def _element(model: schema.ElementModel, codes: tuple[str, ...]) -> Element:
    return Element(
        code=model.code,
        kind=model.kind,
        name=_bilingual(model.name),
        description=_bilingual(model.description),
        measures=tuple(_measure(model, measure, codes) for measure in model.measures),
        aliases=_terms(model.aliases),
        parent=model.parent,
        emphases=tuple(model.emphases),
        targets=tuple(model.targets),
    )


def _passages(model: schema.FrameworkModel, codes: tuple[str, ...]) -> Iterator[Exemplar]:
    for number, item in enumerate(model.passages, 1):
        strength = item.substance
        yield Exemplar(
            id=f"passages/{number}",
            text=item.text,
            language=item.language,
            labels=_in_order(set(item.labels), codes),
            substance=Substance(strength) if item.labels and strength not in (None, "none") else None,
            industry=item.industry,
        )


def _convert(model: schema.FrameworkModel, sha256: str) -> Framework:
    codes = tuple(element.code for element in model.elements)
    elements = tuple(_element(element, codes) for element in model.elements)
    return Framework(
        id=model.id,
        version=model.version,
        sha256=sha256,
        name=_bilingual(model.name),
        description=_bilingual(model.description),
        elements=elements,
        targets=tuple(
            Target(
                id=target.id,
                metric=_bilingual(target.metric),
                value=target.value,
                unit=target.unit,
                base_year=target.base_year,
                year=target.year,
                elements=tuple(target.elements),
                terms=_terms(target.terms),
            )
            for target in model.targets
        ),
        emphases=tuple(
            Emphasis(item.id, _bilingual(item.name), _bilingual(item.description), tuple(item.elements))
            for item in model.emphases
        ),
        emerging=tuple(
            EmergingField(
                id=item.id,
                name=_bilingual(item.name),
                description=_bilingual(item.description),
                measures=tuple(
                    measure.id for element in elements for measure in element.measures if measure.emerging == item.id
                ),
                industries=tuple(item.industries),
            )
            for item in model.emerging
        ),
        profiles=tuple(
            Profile(
                id=item.id,
                name=_bilingual(item.name),
                description=_bilingual(item.description),
                priority=tuple(item.priority),
                why={code: _bilingual(reason) for code, reason in item.why.items()},
                not_applicable={code: _bilingual(reason) for code, reason in item.not_applicable.items()},
            )
            for item in model.profiles
        ),
        passages=tuple(_passages(model, codes)),
    )
