"""A straight line through the point, along which a function is sampled."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.model import Array, Arrays, Floats, Index, Outputs

from .blocks import flat, runs, shaped

Function = Callable[[Arrays], Outputs]


@dataclass(frozen=True, slots=True, eq=False)
class Direction:
    """Where to go: some entries of some inputs, each with its own speed.

    ``where[name]`` is an index into the input (``...`` for all of it) and ``speed[name]`` the
    distance covered at t = 1 by the entries it selects.
    """

    speed: Mapping[str, Floats]
    """Distance covered at t = 1."""
    where: Mapping[str, Index] | None = None
    """Index of the entries that move; None where all do."""

    def entries(self, name: str, x: Array) -> Array:
        """Return the entries of `x` that move."""
        return x if self.where is None else np.asarray(x[self.where[name]])

    def moved(self, inputs: Arrays, *parameters: float) -> list[dict[str, Array]]:
        """Return the inputs at these parameters; arrays that stay are passed on as they are."""
        points = [dict(inputs) for _ in parameters]
        for name, speed in self.speed.items():
            moved = self._moved(name, inputs[name], np.asarray(speed), parameters)
            for point, x in zip(points, moved, strict=True):
                point[name] = x
        return points

    def _moved(
        self, name: str, x: Array, speed: Floats, parameters: Sequence[float]
    ) -> list[Array]:
        if self.where is None or _all_of(self.where[name], speed, x):
            moved = _along(x, speed, parameters)
        else:
            moved = [np.array(x) for _ in parameters]
            for copy, t in zip(moved, parameters, strict=True):
                copy[self.where[name]] = x[self.where[name]] + t * speed
        for array in moved:
            array.setflags(write=False)  # nobody else has it, so it need not be copied
        return moved

    def reach(self, inputs: Arrays, *, unit: bool) -> Floats:
        """Return the size of each moving entry, flat, or of all in units of the speed."""
        if not unit:
            ((name, _),) = self.speed.items()
            entries = np.asarray(self.entries(name, inputs[name]), dtype=np.float64)
            return np.asarray(np.abs(entries).reshape(-1))
        size = sum(_square(self.entries(name, inputs[name])) for name in self.speed)
        speed = sum(_square(np.asarray(speed)) for speed in self.speed.values())
        return np.asarray([np.sqrt(size / speed) if speed > 0 else 0.0])

    def step(self, inputs: Arrays, t: float) -> Floats:
        """Return the step that the single moving input really takes, entry by entry, flat.

        ``(x + h) - x`` is exact in floating point where h is small beside x (Sterbenz), so this
        is the displacement that the function saw and not the one that was asked for.
        """
        ((name, speed),) = self.speed.items()
        x = np.asarray(self.entries(name, inputs[name]))
        (taken,) = _along(x, np.asarray(speed), (t,))
        taken -= x
        return np.asarray(taken, dtype=np.float64).reshape(-1)


def _all_of(where: Index, speed: Floats, x: Array) -> bool:
    """Return whether an index of slices selects a whole array, in its own order."""
    parts = where if isinstance(where, tuple) else (where,)
    plain = all(part is ... or part == slice(None) for part in parts if _is_slice(part))
    return plain and all(map(_is_slice, parts)) and speed.shape == x.shape


def _is_slice(part: object) -> bool:
    return part is ... or isinstance(part, slice)


def _along(x: Array, speed: Floats, parameters: Sequence[float]) -> list[Array]:
    """Return the points at these parameters; whatever is read is read once for all of them."""
    dtype = np.result_type(x, speed)
    points = [np.empty(x.size, dtype=dtype) for _ in parameters]
    for start, v, *outs in runs(*flat(x, speed), *points):
        for out, t in zip(outs, parameters, strict=True):
            np.multiply(v, t, out=out)
            out += start
    return [shaped(point, x) for point in points]


def _square(x: Array) -> float:
    flat = np.asarray(x).reshape(-1)
    return float(np.vdot(flat, flat))


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A function seen along a direction from a point."""

    f: Function
    """The function, of all inputs by name."""
    inputs: Arrays
    """The point."""
    direction: Direction
    """Where to go from there."""

    def at(self, t: float) -> Outputs:
        """Return the outputs at parameter `t`: one forward call."""
        (point,) = self.direction.moved(self.inputs, t)
        return self.f(point)

    def ends(self, t: float) -> tuple[Outputs, Outputs]:
        """Return the outputs at `t` and at ``-t``: two forward calls."""
        points = self.direction.moved(self.inputs, -t, t)
        above = self.f(points.pop())  # which lets go of a point as soon as the target does
        return above, self.f(points.pop())
