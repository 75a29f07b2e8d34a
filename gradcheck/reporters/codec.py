"""Records to plain JSON values and back without loss, guided by their annotations."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from numbers import Integral, Real
from types import NoneType, UnionType
from typing import Any, TypeGuard, Union, get_args, get_origin, get_type_hints

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def encode(value: object) -> Json:
    """Return `value` as JSON values; NaN and the infinities as the strings nan, inf, -inf.

    Raises
    ------
    TypeError
        Where a record holds something that is no plain data.
    """
    if is_dataclass(value):
        return {each.name: encode(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [each if _finite(each) else encode(each) for each in value]
    return _scalar(value)


def _finite(value: object) -> TypeGuard[float]:
    """Tell the numbers that most of a report is made of: no walk through the kinds for them."""
    return type(value) is float and math.isfinite(value)


def _scalar(value: object) -> Json:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Integral):  # NumPy registers its scalars with these base classes
        return int(value)
    if isinstance(value, Real):
        number = float(value)
        return number if math.isfinite(number) else repr(number)
    if type(value).__name__ in {"bool", "bool_"}:  # NumPy's, which is no Integral
        return bool(value)
    raise TypeError(f"a report holds plain data; got {type(value).__name__}: {value!r:.80}")


def decode(kind: Any, data: Any) -> Any:
    """Rebuild what `encode` made out of an object annotated with `kind`.

    Unknown keys are ignored and missing ones take the record's defaults, so that reports of
    other minor versions can be read.
    """
    if is_dataclass(kind):
        return _record(kind, data)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return None if data is None else decode(_first_real(arguments), data)
    if origin is tuple:
        return _tuple(arguments, data)
    if origin is Sequence:
        return _tuple((*arguments, ...), data)
    if origin is Mapping:
        return {key: decode(arguments[1], item) for key, item in data.items()}
    return _plain(kind, data)


def _record(kind: Any, data: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    return kind(**{name: decode(hints[name], data[name]) for name in hints if name in data})


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}


def _first_real(arguments: tuple[Any, ...]) -> Any:
    return next(each for each in arguments if each is not NoneType)


def _tuple(arguments: tuple[Any, ...], data: list[Any]) -> tuple[Any, ...]:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        if arguments[0] is float:  # most of a report: no walk through the kinds for each
            return tuple(map(float, data))
        return tuple(decode(arguments[0], item) for item in data)
    return tuple(decode(kind, item) for kind, item in zip(arguments, data, strict=True))


def _plain(kind: Any, data: Any) -> Any:
    if kind is float:
        return float(data)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    if isinstance(data, list):  # inside a mapping of options: tuples went in
        return tuple(_plain(object, item) for item in data)
    return data
