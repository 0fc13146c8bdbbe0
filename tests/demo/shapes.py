"""Holds answers against botocore's service model, down to the last member: types, ranges, enums, patterns."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from typing import Any

from botocore.model import ServiceModel, Shape
from botocore.session import Session

__all__ = ["problems", "service_model", "wire_problems"]

_WIRE_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "boolean": (bool,),
    "timestamp": (int, float),
    "list": (list,),
    "map": (dict,),
    "structure": (dict,),
}


@cache
def service_model(service: str) -> ServiceModel:
    model: ServiceModel = Session().get_service_model(service)
    return model


def problems(shape: Shape | None, value: Any, where: str = "") -> list[str]:
    """What is wrong with a parsed answer: timestamps are datetimes."""
    return _problems(shape, value, where, {**_WIRE_TYPES, "timestamp": (datetime,)})


def wire_problems(shape: Shape | None, value: Any, where: str = "") -> list[str]:
    """What is wrong with the JSON of an answer: timestamps are seconds since the epoch."""
    return _problems(shape, value, where, _WIRE_TYPES)


def _problems(shape: Any, value: Any, where: str, types: dict[str, tuple[type, ...]]) -> list[str]:
    kind = shape.type_name
    fits: bool = isinstance(value, types[kind]) and not (isinstance(value, bool) and kind != "boolean")
    if not fits:
        return [f"{where}: {value!r} is no {kind}"]
    found = _constraint_problems(shape, value, where)
    if kind == "structure":
        found += [f"{where}.{name} is required" for name in shape.required_members if name not in value]
        for name, member in value.items():
            if name not in shape.members:
                found.append(f"{where}.{name} is unknown")
            else:
                found += _problems(shape.members[name], member, f"{where}.{name}", types)
    elif kind == "list":
        for index, member in enumerate(value):
            found += _problems(shape.member, member, f"{where}[{index}]", types)
    elif kind == "map":
        for key, member in value.items():
            found += _problems(shape.key, key, f"{where} key", types)
            found += _problems(shape.value, member, f"{where}.{key}", types)
    return found


def _constraint_problems(shape: Any, value: Any, where: str) -> list[str]:
    rules = shape.metadata
    size = value if shape.type_name in ("integer", "long") else len(value) if hasattr(value, "__len__") else None
    found = []
    if size is not None and size < rules.get("min", size):
        found.append(f"{where}: {value!r} is under the minimum of {rules['min']}")
    if size is not None and size > rules.get("max", size):
        found.append(f"{where}: {value!r} is over the maximum of {rules['max']}")
    if "enum" in rules and value not in rules["enum"]:
        found.append(f"{where}: {value!r} is none of {rules['enum']}")
    # `pattern` is Java's; none of this model's uses what Python's re reads otherwise.
    if "pattern" in rules and not re.fullmatch(rules["pattern"], value):
        found.append(f"{where}: {value!r} does not match {rules['pattern']}")
    return found
