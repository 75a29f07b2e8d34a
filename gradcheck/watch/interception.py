"""Hooks around the methods of one live object, put on and taken off without a trace."""

import contextlib
import copy
import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from gradcheck.errors import UsageError

#: Called with the method as it was, its positional arguments and its keywords.
Hook = Callable[[Callable[..., Any], tuple[Any, ...], dict[str, Any]], Any]
#: What copies and pickles of an object are made by: a class of ours must not be in them.
_COPIES = ("__reduce_ex__", "__deepcopy__", "__copy__")


class _Hooked:
    """A hook in the place of an attribute of the object's own; its copies hold the original."""

    def __init__(self, original: Callable[..., Any], hook: Hook) -> None:
        self._original = original
        self._hook = hook

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        return self._hook(self._original, args, keywords)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return copy.deepcopy(self._original, memo)


class Interception:
    """Methods of one object that go by way of hooks until it is taken off.

    The object gets a subclass of its class, which shows neither among its attributes nor in its
    copies. A class that wants to know of its subclasses is left alone: there the methods are
    shadowed by attributes of the object.

    Raises
    ------
    UsageError
        Where an object takes neither.
    """

    def __init__(self, owner: object, hooks: Mapping[str, Hook]) -> None:
        self._owner = owner
        self._class = type(owner)
        self._own = {n: h for n, h in hooks.items() if n in _attributes(owner)}
        rest = {n: h for n, h in hooks.items() if n not in self._own}
        self._dressed: type | None = None
        self._shadows: dict[str, Any] = {}
        if rest and not self._dress(rest):
            self._own |= rest
        self.put_on()

    def put_on(self) -> None:
        """Let calls go by way of the hooks."""
        space = _attributes(self._owner)
        for name, hook in self._own.items():
            if space is _NONE or name.startswith("__"):
                raise UsageError(_refusal(self._class, name))
            self._shadows[name] = space.get(name)
            space[name] = _Hooked(getattr(self._owner, name), hook)
        if self._dressed is not None:
            object.__setattr__(self._owner, "__class__", self._dressed)

    def take_off(self) -> None:
        """Put everything back as it was."""
        if self._dressed is not None and type(self._owner) is self._dressed:
            object.__setattr__(self._owner, "__class__", self._class)
        space = _attributes(self._owner)
        for name, original in self._shadows.items():
            if original is None:
                space.pop(name, None)
            else:
                space[name] = original
        self._shadows.clear()

    @contextlib.contextmanager
    def away(self) -> Iterator[None]:
        """Take it off inside, and put it on again."""
        self.take_off()
        try:
            yield
        finally:
            self.put_on()

    def _dress(self, hooks: Mapping[str, Hook]) -> bool:
        """Make the subclass; return whether the object takes it."""
        cls = self._class
        if _told_of_subclasses(cls):
            return False
        try:
            dressed = _subclass(cls, self._owner, hooks)
            object.__setattr__(self._owner, "__class__", dressed)
        except TypeError:  # a class that allows no subclass, or an object of fixed layout
            return False
        object.__setattr__(self._owner, "__class__", cls)
        self._dressed = dressed
        return True


_NONE: dict[str, Any] = {}


def _attributes(owner: object) -> dict[str, Any]:
    found = getattr(owner, "__dict__", _NONE)
    return found if isinstance(found, dict) else _NONE


def _told_of_subclasses(cls: type) -> bool:
    """Whether a subclass would be noticed: ``__init_subclass__`` or a metaclass of its own."""
    noticed = any("__init_subclass__" in base.__dict__ for base in cls.__mro__[:-1])
    return noticed or type(cls).__module__ not in ("builtins", "abc")


def _subclass(cls: type, owner: object, hooks: Mapping[str, Hook]) -> type:
    space: dict[str, Any] = {
        "__slots__": (),
        "__module__": cls.__module__,
        "__qualname__": cls.__qualname__,
        "__doc__": cls.__doc__,
    }
    space |= {name: _method(cls, name, owner, hook) for name, hook in hooks.items()}
    space |= {name: _undressed(cls, name) for name in _COPIES if hasattr(cls, name)}
    return type(cls)(cls.__name__, (cls,), space)


def _method(cls: type, name: str, owner: object, hook: Hook) -> Callable[..., Any]:
    static = inspect.getattr_static(cls, name)

    def hooked(self: Any, *args: Any, **keywords: Any) -> Any:
        original = static.__get__(self, cls)
        if self is not owner:  # a copy that kept the class
            return original(*args, **keywords)
        return hook(original, args, keywords)

    hooked.__name__ = name
    return hooked


def _undressed(cls: type, name: str) -> Callable[..., Any]:
    """Return a method that runs as if the object had its own class."""

    def plain(self: Any, *args: Any) -> Any:
        dressed = type(self)
        object.__setattr__(self, "__class__", cls)
        try:
            result = getattr(self, name)(*args)
        finally:
            object.__setattr__(self, "__class__", dressed)
        return _by_new(result) if name == "__reduce_ex__" else result

    return plain


def _by_new(reduced: Any) -> Any:
    """Return a recipe without the functions for which pickle compares the object's class."""
    maker = getattr(reduced[0], "__name__", "") if isinstance(reduced, tuple) else ""
    if maker == "__newobj__":
        cls = reduced[1][0]
        return (cls.__new__, *reduced[1:])
    if maker == "__newobj_ex__":
        cls, args, keywords = reduced[1]
        return (partial(cls.__new__, cls, *args, **keywords), (), *reduced[2:])
    return reduced


def _refusal(cls: type, name: str) -> str:
    return (
        f"calls of {cls.__name__}.{name} cannot be seen: the object takes neither another "
        "class nor attributes. Say by hand what the training does: "
        "watch = gradcheck.watch_training(network, by_hand=True), and after each backward pass "
        "watch.step(x, upstream=dout)"
    )
