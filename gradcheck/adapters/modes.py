"""Training and evaluation: how an object is switched from the one to the other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .methods import MODE_NAMES, parameters, word

_TESTING = frozenset(
    ["test", "testing", "is_test", "test_mode", "eval_mode", "evaluating", "inference"]
)
_TRAIN_WORDS = frozenset(["train", "training"])
_METHODS = (
    ("train", "eval"),
    ("train", "evaluate"),
    ("train", "test"),
    ("train_mode", "eval_mode"),
)


@dataclass(frozen=True, slots=True)
class Switch:
    """One way to tell an object its mode."""

    name: str
    """The keyword, the attribute or the method."""
    training: Any
    """What is said in training; for methods the one to call."""
    evaluating: Any
    """What is said in evaluation."""
    keyword: bool = False
    """It is an argument of forward and no state of the object."""

    @property
    def words(self) -> str:
        """The switch as it stands in a label: ``train_flg=False``."""
        return f"{self.name}={self.evaluating}" if self.name != self.evaluating else self.name


def switch_of(owner: object, forward: Callable[..., Any]) -> Switch | None:
    """Return the switch of an object, None where it has none."""
    return _by_keyword(forward) or _by_method(owner) or _by_attribute(owner)


def _by_keyword(forward: Callable[..., Any]) -> Switch | None:
    for p in parameters(forward):
        plain = word(p.name)
        open_ = p.default is p.empty or isinstance(p.default, bool | type(None))
        if plain in MODE_NAMES and open_:
            return Switch(p.name, training=True, evaluating=False, keyword=True)
        if plain in _TESTING and isinstance(p.default, bool):
            return Switch(p.name, training=False, evaluating=True, keyword=True)
        if plain == "mode" and p.default in _TRAIN_WORDS:
            return Switch(p.name, p.default, _evaluation_word(p.default), keyword=True)
    return None


def _evaluation_word(training: str) -> str:
    return "test" if training == "train" else "testing"


def _by_method(owner: object) -> Switch | None:
    for train, evaluate in _METHODS:
        both = [getattr(type(owner), name, None) for name in (train, evaluate)]
        if all(callable(m) and not _needed(m) for m in both):
            return Switch(evaluate, train, evaluate)
    return None


def _needed(method: Callable[..., Any]) -> list[str]:
    return [p.name for p in parameters(method)[1:] if p.default is p.empty]


def _by_attribute(owner: object) -> Switch | None:
    for name, value in getattr(owner, "__dict__", {}).items():
        plain = word(name)
        if plain in MODE_NAMES and isinstance(value, bool):
            return Switch(name, training=True, evaluating=False)
        if plain in _TESTING and isinstance(value, bool):
            return Switch(name, training=False, evaluating=True)
        if plain == "mode" and isinstance(value, str) and value in _TRAIN_WORDS:
            return Switch(name, value, _evaluation_word(value))
    return None


def switched(owner: object, switch: Switch | None, *, evaluating: bool) -> object:
    """Put an object into a mode; one whose switch is an argument stays as it is."""
    if switch is None or switch.keyword:
        return owner
    value = switch.evaluating if evaluating else switch.training
    if callable(getattr(type(owner), switch.name, None)):
        getattr(owner, value)()
    else:
        setattr(owner, switch.name, value)
    return owner


def keywords_of(switch: Switch | None, *, evaluating: bool) -> Mapping[str, Any]:
    """Return the keyword arguments of forward in a mode."""
    if switch is None or not switch.keyword:
        return {}
    return {switch.name: switch.evaluating if evaluating else switch.training}
