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

_NOT_FINITE = ("nan", "inf", "-inf")
#: Counts, shapes and lines are far below, and NumPy's own seeds have 128 bits.
_LARGEST = 2**128
_NAMES: Mapping[type, str] = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a whole number",
}


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


def decode(kind: Any, data: Any, place: str = "report") -> Any:
    """Rebuild what `encode` made out of an object annotated with `kind`.

    Unknown keys are ignored and missing ones take the record's defaults, so that reports of
    other minor versions can be read.

    Parameters
    ----------
    place
        Where in the report this stands, for the message.

    Raises
    ------
    ValueError
        Where it is something else than the annotation says, naming the place.
    """
    if is_dataclass(kind):
        return _record(kind, _of(dict, data, place), place)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return None if data is None else decode(_first_real(arguments), data, place)
    if origin is tuple:
        return _tuple(arguments, _of(list, data, place), place)
    if origin is Sequence:
        return _tuple((*arguments, ...), _of(list, data, place), place)
    if origin is Mapping:
        items = _of(dict, data, place).items()
        return {key: decode(arguments[1], item, f"{place}.{key}") for key, item in items}
    return _plain(kind, data, place)


def _of(kind: type, data: Any, place: str) -> Any:
    if type(data) is not kind:  # a truth value is a number to isinstance and none to us
        raise ValueError(f"{place} must be {_NAMES[kind]}, got {data!r:.80}")
    return data


def _record(kind: Any, data: Mapping[str, Any], place: str) -> Any:
    hints = _hints(kind)
    values = {n: decode(hints[n], data[n], f"{place}.{n}") for n in hints if n in data}
    try:
        return kind(**values)
    except TypeError as error:
        missing = [each.name for each in fields(kind) if each.name not in values]
        raise ValueError(f"{place} lacks some of {', '.join(missing)}") from error


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}


def _first_real(arguments: tuple[Any, ...]) -> Any:
    return next(each for each in arguments if each is not NoneType)


def _tuple(arguments: tuple[Any, ...], data: list[Any], place: str) -> tuple[Any, ...]:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        if arguments[0] is float and all(type(x) is float for x in data):
            return tuple(data)  # most of a report: no walk through the kinds for each
        return tuple(decode(arguments[0], x, f"{place}.{i}") for i, x in enumerate(data))
    if len(arguments) != len(data):
        raise ValueError(f"{place} must be a list of {len(arguments)}, got {len(data)}")
    rows = zip(arguments, data, strict=True)
    return tuple(decode(kind, x, f"{place}.{i}") for i, (kind, x) in enumerate(rows))


def _plain(kind: Any, data: Any, place: str) -> Any:
    if kind is float:
        return _float(data, place)
    if kind in (str, bool):
        return _of(kind, data, place)
    if kind is int:
        return _natural(_of(int, data, place), place)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _member(kind, data, place)
    if isinstance(data, list):  # inside a mapping of options: tuples went in
        return tuple(_plain(object, item, place) for item in data)
    return data


def _float(data: Any, place: str) -> float:
    number = type(data) in (int, float)
    if not number and not (isinstance(data, str) and data in _NOT_FINITE):
        raise ValueError(f"{place} must be a number, got {data!r:.80}")
    try:
        return float(data)
    except OverflowError as error:
        raise ValueError(f"{place} is larger than any number of a report") from error


def _natural(data: int, place: str) -> int:
    if not 0 <= data <= _LARGEST:
        raise ValueError(f"{place} must be a whole number from 0 to 2^128")
    return data


def _member(kind: type[Enum], data: Any, place: str) -> Enum:
    try:
        return kind(data)
    except ValueError as error:
        known = ", ".join(str(each.value) for each in kind)
        raise ValueError(f"{place} must be one of {known}, got {data!r:.80}") from error
