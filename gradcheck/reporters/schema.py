"""The JSON Schema of the JSON report, derived from the records themselves.

``schema-1.json`` beside this file is what `published` makes; the number is the major version.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from gradcheck.model import SCHEMA_VERSION, Run

from .codec import Json

FILE = Path(__file__).with_name(f"schema-{SCHEMA_VERSION.partition('.')[0]}.json")

_FLOAT: Json = {
    "description": "A number; what is not finite is a string.",
    "anyOf": [{"type": "number"}, {"enum": ["nan", "inf", "-inf"]}],
}
_ARRAYS: Json = {
    "description": "A file beside the report with what is too long for it: arrays by the place "
    "where an empty list stands, as in targets.0.agreements.2.claimed.",
    "type": "object",
    "properties": {
        "file": {"type": "string"},
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    },
    "required": ["file", "sha256"],
}
_PLAIN: Mapping[object, Json] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    object: {},
    Any: {},
    float: {"$ref": "#/$defs/float"},
}


def schema() -> dict[str, Json]:
    """Return the schema. Unknown keys are allowed everywhere: minor versions add some."""
    definitions: dict[str, Json] = {"float": _FLOAT}
    top = _record(Run, definitions)
    assert isinstance(top["properties"], dict)
    tool: Json = {
        "type": "object",
        "properties": {"name": {"const": "gradcheck"}, "version": {"type": "string"}},
        "required": ["name", "version"],
    }
    major = SCHEMA_VERSION.partition(".")[0]
    version: Json = {"type": "string", "pattern": rf"^{major}\.[0-9]+$"}
    counts: Json = {"type": "object", "additionalProperties": {"type": "integer"}}
    top["properties"] |= {"schema_version": version, "tool": tool, "counts": counts}
    top["properties"] |= {"arrays": _ARRAYS}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"gradcheck report, version {major}",
        **top,
        "required": ["schema_version", "tool", "targets", "seed"],
        "$defs": dict(sorted(definitions.items())),
    }


def published() -> str:
    """Return the text of the published file."""
    return json.dumps(schema(), indent=1) + "\n"


def _record(kind: type[Any], definitions: dict[str, Json]) -> dict[str, Json]:
    hints = get_type_hints(kind)
    properties = {each.name: _of(hints[each.name], definitions) for each in fields(kind)}
    required: list[Json] = [each.name for each in fields(kind) if _needed(each)]
    described = (kind.__doc__ or "").strip().splitlines()[0]
    made: dict[str, Json] = {"type": "object", "description": described}
    return {**made, "properties": properties, "required": required}


def _needed(each: Field[Any]) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


def _of(kind: Any, definitions: dict[str, Json]) -> Json:
    origin, arguments = get_origin(kind), get_args(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        if kind.__name__ not in definitions:
            definitions[kind.__name__] = {}  # a record that holds its own kind ends here
            definitions[kind.__name__] = _record(kind, definitions)
        return {"$ref": f"#/$defs/{kind.__name__}"}
    if origin in (Union, UnionType):
        inner = [_of(each, definitions) for each in arguments if each is not NoneType]
        return {"anyOf": [*inner, {"type": "null"}]}
    if origin is tuple:
        return _array(arguments, definitions)
    if origin is Sequence:
        return _array((*arguments, ...), definitions)
    if origin is not None:  # a mapping
        return {"type": "object", "additionalProperties": _of(arguments[1], definitions)}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"enum": [str(each.value) for each in kind]}
    return _PLAIN[kind]


def _array(arguments: tuple[Any, ...], definitions: dict[str, Json]) -> Json:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return {"type": "array", "items": _of(arguments[0], definitions)}
    items: list[Json] = [_of(each, definitions) for each in arguments]
    return {"type": "array", "prefixItems": items, "minItems": len(items)}
