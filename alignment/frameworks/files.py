"""A framework file or folder -> its data: YAML with the position of each key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import yaml

from alignment.errors import FrameworkError

MAX_BYTES = 20_000_000
_FastLoader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


def read_folder(folder: Path) -> object:
    """Merge `framework.yaml`, `elements/<CODE>.yaml`, `profiles.yaml` and `passages.jsonl` into one document."""
    head = read_file(folder / "framework.yaml")
    if not isinstance(head, dict) or not isinstance(head.get("elements"), list):
        raise FrameworkError(
            f"{folder.name}/framework.yaml has no list of element codes", hint="list them under `elements:`"
        )
    merged = dict(head)
    merged["elements"] = [read_file(folder / "elements" / f"{code}.yaml") for code in head["elements"]]
    if (path := folder / "profiles.yaml").exists():
        document = read_file(path)
        merged["profiles"] = document.get("profiles") if isinstance(document, dict) else document
    if (path := folder / "passages.jsonl").exists():
        merged["passages"] = read_file(path)
    return merged


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


def read_file(path: Path) -> object:
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
        raise FrameworkError(
            f"{path} cannot be read: {error.strerror}", hint="check the path and its permissions"
        ) from error
    except UnicodeDecodeError as error:
        raise FrameworkError(f"{path.name} is not UTF-8 text", hint="save it as UTF-8 YAML or JSON") from error
    except (yaml.YAMLError, json.JSONDecodeError, RecursionError) as error:
        place = " ".join(str(error).split())[:300]
        raise FrameworkError(
            f"{path.name} is not valid YAML or JSON: {place}", hint="correct the place named"
        ) from error
