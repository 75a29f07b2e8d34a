"""A run spelled in ASCII, for streams that can show nothing else."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from gradcheck.model import mapped

from .look import SYMBOLS

T = TypeVar("T")


def in_ascii(record: T) -> T:
    """Return a record with every text in it spelled in ASCII.

    Signs that we use ourselves are replaced by their like, all else by its code, so that no
    character of a name is lost.
    """
    spelled: T = _spelled(record)
    return spelled


def _spelled(value: Any) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Sequence):
        return mapped(value, lambda _, item: _spelled(item))
    if is_dataclass(value) and not isinstance(value, type):
        inner = {each.name: _spelled(getattr(value, each.name)) for each in fields(value)}
        return replace(value, **inner)
    return value


def _text(text: str) -> str:
    for symbol, like in SYMBOLS.items():
        text = text.replace(symbol, like)
    return text.encode("ascii", "backslashreplace").decode("ascii")
