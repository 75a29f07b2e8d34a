"""Check an object in code."""

import numpy.typing as npt

from gradcheck.adapters import from_object
from gradcheck.pipeline import run_targets
from gradcheck.policy import Policy

from .report import Report


def check(
    target: object,
    *arrays: npt.ArrayLike,
    seed: int = 0,
    budget: int | None = None,
    strict: bool = False,
    explore: int = 0,
) -> Report:
    """Check the backward pass of an object on the given arrays and return a report.

    Parameters
    ----------
    target
        A layer with forward and backward; a pair ``(forward, backward)`` with
        ``backward(dout)``, or ``backward(dout, cache)`` where forward returns ``(out, cache)``;
        or a function ``make(rng)`` that returns either with its arrays.
    arrays
        Inputs of the forward pass. Integer arrays are labels or indices: no gradient is asked
        for them.
    seed
        Seed of every random choice.
    budget
        At most so many forward calls.
    strict
        Remarks and inconclusive verdicts count as failures.
    explore
        For a function ``make(rng)``: try so many seeds and report the simplest failure.

    Raises
    ------
    UsageError
        Where the object follows no convention that is known, with what to write instead.
    """
    policy = Policy(seed=seed, budget=budget, strict=strict)
    if explore:
        from .exploring import search  # not needed unless asked for

        return search(target, policy, explore)
    return Report(run_targets([from_object(target, *arrays)], policy))
