"""Build targets of a framework's functions, on given arrays or on those that a trial finds."""

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gradcheck.adapters.calls import call, silent
from gradcheck.adapters.feeding import IMAGES, SEQUENCES, VECTORS, Meal, index_meals, meals
from gradcheck.adapters.layer_object import given_leaves
from gradcheck.adapters.sizes import Sizes, trials
from gradcheck.cases import draw_inputs, draw_upstream, generator, quiet
from gradcheck.errors import TargetError
from gradcheck.model import Domain, Leaf, Role, Setting, Source, Target

from .kind import Kind, Maker


def given_target(value: Any, arrays: Sequence[npt.ArrayLike], kind: Kind) -> Target:
    """Return the target for an object on given arrays."""
    data = given_leaves(kind.arguments(value), arrays)
    name = getattr(value, "__name__", None) or type(value).__name__
    setting = _setting(_shapes(data), value, tuple(data), kind)
    return _target(name, value, kind, (setting,))


def _target(name: str, value: Any, kind: Kind, settings: Sequence[Setting]) -> Target:
    return Target(
        name=name,
        settings=lambda seed: settings,
        convention=kind.convention,
        source=kind.source(value),
        signature=f"{name.rpartition(':')[2]}({', '.join(kind.arguments(value))})",
    )


def _shapes(leaves: Sequence[Leaf]) -> str:
    return ",".join("x".join(map(str, x.shape)) or "0d" for x in leaves)


def _setting(label: str, value: Any, data: tuple[Leaf, ...], kind: Kind) -> Setting:
    names = [leaf.name for leaf in data]
    leaves = (*data, *kind.parameters(value))
    return Setting(label, lambda: kind.session(value, names), leaves)


@dataclass(frozen=True, slots=True)
class _Fed:
    """A way to make one, and what it is fed."""

    maker: Maker
    meal: Meal


def tried_target(name: str, value: Any, kind: Kind) -> Target:
    """Return the target for an object that is made and fed by trial.

    Raises
    ------
    TargetError
        Where no trial got through the forward pass.
    """
    with quiet(), silent():
        fed = _fed(name, value, kind)
        settings = tuple(_settings(fed, kind))
    return _target(name, value, kind, settings)


def _fed(name: str, value: Any, kind: Kind) -> _Fed:
    """Return the first trial that runs both passes, else the first that runs forward."""
    forward: _Fed | None = None
    last: TargetError | None = None
    for fed in _options(value, kind):
        if forward is not None and fed.meal[0].domain is Domain.INDICES:
            return forward  # without a floating input there is no backward pass to fail
        try:
            setting = _at(fed, kind, trials()[0].sizes)
            if _answers(setting):
                return fed
            forward = forward or fed
        except TargetError as error:
            last = error
    if forward is None:
        why = last.message if last else f"no argument of {name} was understood"
        raise TargetError("build", why, kind="not-built")
    return forward


def _options(value: Any, kind: Kind) -> Iterator[_Fed]:
    names = list(kind.arguments(value)) or ["x"]
    for maker in kind.makers(value):
        layouts = dict.fromkeys((*VECTORS, *IMAGES, *SEQUENCES))
        yield from (_Fed(maker, meal) for meal in meals(names, tuple(layouts)))
        if len(names) == 1:
            yield from (_Fed(maker, meal) for meal in index_meals(names[0]))


def _at(fed: _Fed, kind: Kind, sizes: Sizes) -> Setting:
    made = call("build", fed.maker, sizes)
    data = tuple(dish.leaf(sizes) for dish in fed.meal)
    letters = dict.fromkeys(x for dish in fed.meal for x in dish.layout if x != "1")
    label = ",".join(f"{x}={sizes[x]}" for x in letters)
    # Parameters of a class are drawn anew: a bug may hide behind their defaults.
    setting = _setting(label, made, data, kind)
    leaves = tuple(
        replace(x, frozen=False) if x.role is Role.PARAMETER else x for x in setting.leaves
    )
    return replace(setting, leaves=leaves)


def _answers(setting: Setting) -> bool:
    """Run both passes: forward may raise, backward says whether the trial is a good one."""
    inputs = draw_inputs(setting.leaves, generator(0, "survey"))
    session = call("build", setting.open)
    outputs = call("forward", session.forward, inputs)
    if not all(y.dtype.kind in "fiub" and bool(np.all(np.isfinite(y))) for y in outputs):
        raise TargetError("forward", "the output is not finite for such inputs")
    try:
        call("backward", session.backward, draw_upstream(outputs, generator(0, "survey")))
    except TargetError:
        return False
    return True


def _settings(fed: _Fed, kind: Kind) -> Iterator[Setting]:
    seen = set()
    for trial in trials():
        setting = _at(fed, kind, trial.sizes)
        if setting.label not in seen and _runs(setting):
            seen.add(setting.label)
            yield setting


def _runs(setting: Setting) -> bool:
    try:
        inputs = draw_inputs(setting.leaves, generator(0, "survey"))
        call("forward", setting.open().forward, inputs)
    except TargetError:
        return False
    return True


def source_of(function: Any) -> Source | None:
    """Return file and line of a function, None where there is no source."""
    try:
        function = inspect.unwrap(function)
        file, line = inspect.getsourcefile(function) or "", inspect.getsourcelines(function)[1]
    except (OSError, TypeError):
        return None
    path, here = Path(file), Path.cwd()
    return Source(
        path.relative_to(here).as_posix() if path.is_relative_to(here) else file, line
    )
