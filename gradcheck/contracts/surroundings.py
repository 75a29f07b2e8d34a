"""Contract on what lies around a layer: a pass leaves the process as it found it."""

import contextlib
import io
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradcheck.cases import STRAY, copied
from gradcheck.evidence import Exam

from .record import Outcome, contract
from .when import on_small_generic

#: More characters than anybody reads after each of the thousands of passes of a training.
_MUCH = 10_000
#: Seconds in which a process that was forked comes out of the pass that forked it.
_COMING_BACK = 0.5


@contract("surroundings", applies=on_small_generic)
def leaves_the_process_as_it_was(exam: Exam) -> Outcome:
    """A pass leaves working directory, random seed, error state and processes as they were."""
    session, seen = exam.subject.open(), _Seen()
    with _watched(seen):
        exam.subject.forward(session, copied(exam.case.inputs))
        exam.subject.backward(session, tuple(np.array(v) for v in exam.case.upstream))
    changes = list(_changes(seen))
    if not changes:
        return Outcome()
    message = f"a forward and a backward pass {', and '.join(changes)}"
    advice = "a layer is called by programs that rely on these: put them back, or leave them be"
    return Outcome((exam.finding("surroundings", message, advice=advice),))


@dataclass(slots=True)
class _Seen:
    """What the two passes did besides computing."""

    folders: tuple[str, str] = ("", "")
    """Working directory before and after."""
    moves: list[str] = field(default_factory=list)
    """Working directory after each change."""
    errors: list[dict[str, str]] = field(default_factory=list)
    """NumPy's error state before the first change and after the last."""
    seeds: list[str] = field(default_factory=list)
    """Generators that were seeded and not put back."""
    children: list[int] = field(default_factory=list)
    """Processes that were forked."""
    printed: int = 0
    """Characters."""


def _changes(seen: _Seen) -> Iterator[str]:
    before, after = seen.folders
    # Earlier passes may have gone there already: one that never leaves moves nowhere else.
    if before != after or (seen.moves and set(seen.moves) == {after}):
        yield f"changed the working directory to {after}"
    if seen.errors and seen.errors[0] != seen.errors[-1]:
        yield f"set NumPy's error state with {_difference(seen.errors[0], seen.errors[-1])}"
    for name in dict.fromkeys(seen.seeds):
        yield f"seeded the global generator with {name}, so that all who draw repeat themselves"
    strays = sum(map(_came_back, seen.children))
    if strays:
        yield f"forked and came back {strays + 1} times"
    if seen.printed > _MUCH:
        yield f"printed {seen.printed:,} characters"


def _difference(before: dict[str, str], after: dict[str, str]) -> str:
    changed = (f"{kind}={how!r}" for kind, how in after.items() if before[kind] != how)
    return f"np.seterr({', '.join(changed)})"


def _came_back(child: int) -> bool:
    """Return whether a forked process left the pass as its parent did."""
    end = time.monotonic() + _COMING_BACK
    while time.monotonic() < end:
        try:
            done, status = os.waitpid(child, os.WNOHANG)
        except ChildProcessError:  # somebody else waited for it: it was looked after
            return False
        if done:
            return os.waitstatus_to_exitcode(status) == STRAY
        time.sleep(0.001)
    return False


@contextlib.contextmanager
def _watched(seen: _Seen) -> Iterator[None]:
    """Note what is done inside, and put all of it back."""
    folder, text = os.getcwd(), io.StringIO()  # noqa: PTH109 - a string is what chdir takes
    with contextlib.ExitStack() as stack:
        for owner, name, wrap in _watches(seen):
            stack.enter_context(_replaced(owner, name, wrap))
        stack.enter_context(contextlib.redirect_stdout(text))
        yield
    seen.folders = (folder, os.getcwd())  # noqa: PTH109
    os.chdir(folder)
    seen.printed = len(text.getvalue())


Wrap = Callable[[Callable[..., Any]], Callable[..., Any]]


def _watches(seen: _Seen) -> Iterator[tuple[Any, str, Wrap]]:
    yield os, "chdir", lambda own: _noting_moves(seen, own)
    yield np, "seterr", lambda own: _noting_errors(seen, own)
    yield np.random, "seed", lambda own: _noting_seed(seen, own, "np.random.seed")
    yield random, "seed", lambda own: _noting_seed(seen, own, "random.seed")
    yield np.random, "set_state", lambda own: _put_back(seen, own, "np.random.seed")
    yield random, "setstate", lambda own: _put_back(seen, own, "random.seed")
    if hasattr(os, "fork"):
        yield os, "fork", lambda own: _noting_children(seen, own)


@contextlib.contextmanager
def _replaced(owner: Any, name: str, wrap: Wrap) -> Iterator[None]:
    own = getattr(owner, name)
    setattr(owner, name, wrap(own))
    try:
        yield
    finally:
        setattr(owner, name, own)


def _foreign() -> bool:
    """Return whether the wrapper was called by the target and not by the checker."""
    return not str(sys._getframe(2).f_globals.get("__name__", "")).startswith("gradcheck.")


def _noting_moves(seen: _Seen, own: Callable[..., Any]) -> Callable[..., Any]:
    def chdir(path: Any) -> None:
        own(path)
        seen.moves.append(os.getcwd())  # noqa: PTH109

    return chdir


def _noting_errors(seen: _Seen, own: Callable[..., Any]) -> Callable[..., Any]:
    def seterr(*args: Any, **kwargs: Any) -> Any:
        before = own(*args, **kwargs)
        seen.errors += [dict(before), _errors()]
        return before

    return seterr


def _errors() -> dict[str, str]:
    return {kind: str(how) for kind, how in np.geterr().items()}


def _noting_seed(seen: _Seen, own: Callable[..., Any], name: str) -> Callable[..., Any]:
    def seed(*args: Any, **kwargs: Any) -> Any:
        if _foreign() and (args or kwargs):
            seen.seeds.append(name)
        return own(*args, **kwargs)

    return seed


def _put_back(seen: _Seen, own: Callable[..., Any], name: str) -> Callable[..., Any]:
    def set_state(*args: Any, **kwargs: Any) -> Any:
        if _foreign():
            seen.seeds = [each for each in seen.seeds if each != name]
        return own(*args, **kwargs)

    return set_state


def _noting_children(seen: _Seen, own: Callable[..., Any]) -> Callable[..., Any]:
    def fork() -> int:
        child = int(own())
        if child:
            seen.children.append(child)
        return child

    return fork
