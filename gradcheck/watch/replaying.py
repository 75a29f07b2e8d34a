"""The same step once more on a copy: did the training receive what its network answers?"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from gradcheck.adapters.calls import call
from gradcheck.adapters.live import Learnt
from gradcheck.adapters.session import kept_output, outputs_of
from gradcheck.cases import Meter
from gradcheck.compare import EPS, PROOF, typical
from gradcheck.errors import TargetError
from gradcheck.model import Array, Finding, Outputs
from gradcheck.policy import Policy

from .copying import unequal, value_copied
from .step import Step

#: Sums in another order, as another memory address may ask of a BLAS, differ by so many units
#: in the last place of their largest term: the root of a length of some ten thousand.
_ORDER = 128.0


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """What a copy answered to the calls of a step."""

    outputs: Outputs
    """Outputs of its forward pass."""
    halfway: Mapping[str, Array]
    """Its parameters before the backward pass."""
    overwrites: bool
    """Its forward pass writes into what it is called with."""
    answers: Mapping[str, Array]
    """Gradients as they stand after it."""


def replayed(step: Step, learnt: Learnt, copies: Callable[[], Any], meter: Meter) -> Replay:
    """Run a step once more on a copy of the network, for one forward call.

    Raises
    ------
    TargetError
        Where it raises on the copy.
    """
    opening, owner = step.opening, copies()
    opening.around.restore()
    args, keywords = value_copied(opening.called.args), value_copied(opening.called.keywords)
    meter.forward()
    result = call("forward", getattr(owner, step.pair.forward), *args, **keywords)
    outputs = _outputs(owner, result)
    overwrites = unequal(args, opening.called.args)
    halfway = {name: np.array(x) for name, x in learnt.parameters(owner).items()}
    if step.alone:  # its own forward pass is a part of it, and draws the same random numbers
        owner = copies()
        opening.around.restore()
    else:
        learnt.lend_gradients(step.between, owner)  # as zeroed since, or as added to
    args, keywords = value_copied(step.called.args), value_copied(step.called.keywords)
    meter.backward()
    result = call("backward", getattr(owner, step.pair.backward), *args, **keywords)
    answers = {name: np.array(g) for name, g in learnt.answers(owner, result).items()}
    return Replay(outputs, halfway, overwrites, answers)


def forwarded(step: Step, owner: Any, meter: Meter) -> Outputs:
    """Return the outputs of a step's forward pass alone, run on a copy."""
    called = step.opening.called
    step.opening.around.restore()
    args, keywords = value_copied(called.args), value_copied(called.keywords)
    meter.forward()
    method = partial(getattr(owner, step.pair.forward), *args, **keywords)
    return _outputs(owner, call("forward", method))


def _outputs(owner: object, result: Any) -> Outputs:
    result = kept_output(owner) if result is None else result
    if result is None:
        raise TargetError("forward", "forward returned None; expected its output", kind="type")
    return tuple(np.array(y) for y in outputs_of(result))


def differences(
    step: Step, learnt: Learnt, replay: Replay, policy: Policy
) -> Iterator[Finding]:
    """Yield what a training did between its two passes, and what it received for it."""
    if not step.seen:
        return
    cause = ""
    for kind, tensor, told in _meddled(step, learnt, replay):
        cause = cause or tensor
        yield Finding(
            "gradient", kind, policy.severity(kind), told, tensor=tensor, advice=_CURE
        )
    received = learnt.answers(step.after, step.result)
    largest = max((typical(g) for g in received.values()), default=0.0)
    for name, claimed in received.items():
        found = _unlike(claimed, replay.answers.get(name), largest)
        if found is not None:
            yield _received(name, found, cause, policy)


_CURE = "change weights and batches after the backward pass, or work on copies of them"


def _meddled(step: Step, learnt: Learnt, replay: Replay) -> Iterator[tuple[str, str, str]]:
    """Yield kind, tensor and words for each array that changed between the two passes."""
    if step.alone:
        return
    for name, now in learnt.parameters(step.between).items():
        if _unlike(now, replay.halfway.get(name)) is not None:
            yield (
                "parameter-changed",
                name,
                f"{name} was changed between the forward and the backward pass: the gradients "
                "are those of no weights that the network ever had",
            )
    if step.overwritten and not replay.overwrites:
        name = next(iter(step.fed.names), "the input")
        yield (
            "input-changed",
            name,
            "the batch was written into between the forward and the backward pass, and layers "
            "keep it by reference",
        )


Worst = tuple[tuple[int, ...], float, float, float]


def _unlike(now: Array, again: Array | None, beside: float = 0.0) -> Worst | None:
    """Return place, values and allowance of the worst entry of two that are not the same.

    Parameters
    ----------
    beside
        Typical entry of the largest array of the same pass: what cancels to zero is a sum of
        terms of that size.
    """
    if again is None or now.dtype.kind != "f" or now.shape != again.shape or not now.size:
        return None
    eps = max(float(np.finfo(now.dtype).eps), EPS)
    size = max(typical(now), typical(again), beside)
    allowance = _ORDER * eps * size
    apart = np.abs(np.asarray(now, dtype=np.float64) - np.asarray(again, dtype=np.float64))
    if not np.all(np.isfinite(apart)) or float(apart.max()) <= PROOF * allowance:
        return None
    at = tuple(int(i) for i in np.unravel_index(int(np.argmax(apart)), apart.shape))
    return at, float(now[at]), float(again[at]), allowance


def _received(name: str, found: Worst, cause: str, policy: Policy) -> Finding:
    at, claimed, again, allowance = found
    why = f", and {cause} was changed in between" if cause else ""
    kind = "stale" if cause else "repeat"
    return Finding(
        "gradient",
        kind,
        policy.severity(kind),
        f"the training received {claimed:.10g} as the gradient of {name} at {list(at)}; the "
        f"same calls on a copy of the network give {again:.10g} ± {allowance:.1g}{why}",
        tensor=name,
        index=at,
        claimed=claimed,
        reference=again,
        error=allowance,
        advice=_CURE if cause else _OUTSIDE,
    )


_OUTSIDE = "look for state outside the network that its passes read: globals, files, caches"
