"""The handle of a training that is watched."""

import contextlib
import copy
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from gradcheck.adapters.live import Call, Learnt, answers_for_its_arguments
from gradcheck.adapters.methods import Pair
from gradcheck.errors import GradientWarning, TargetError
from gradcheck.model import Finding, TargetResult, Verdict
from gradcheck.policy import Policy

from .checking import StepCheck
from .interception import Interception
from .isolation import Surroundings, isolated
from .recorder import Recorder
from .saving import write
from .scene import Scene, scene_of
from .step import Opening, Step
from .telling import faults_of, told

#: So many wrong steps are kept, to be written to files: each holds copies of the network.
_KEPT = 8


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """When, at what price and how a training is checked."""

    every: int
    """Backward passes from one check to the next."""
    budget: int
    """Forward calls a check."""
    on_finding: Callable[[TargetResult], None] | None
    """Told of a fault; None for a warning."""
    policy: Policy
    """Seed and severities."""


class Watch:
    """A training under watch, until `close` or the end of the ``with`` block.

    Made by `watch_training`.
    """

    def __init__(
        self,
        network: object,
        pairs: tuple[Pair, ...],
        terms: Terms,
        *,
        by_hand: bool,
    ) -> None:
        self._network = network
        self._pairs = pairs
        self._terms = terms
        self._results: list[TargetResult] = []
        self._learnt: dict[Pair, Learnt] = {}
        self._failures = 0
        self._explained = True
        self._faults: frozenset[str] = frozenset()
        self._wrong: list[Scene] = []
        self._recorder = Recorder(network, self._copy, self._is_due, self._check)
        self._hooks: Interception | None = None
        if not by_hand:
            self._hooks = Interception(network, self._recorder.hooks())

    @property
    def steps(self) -> int:
        """Backward passes so far."""
        return self._recorder.steps

    @property
    def results(self) -> tuple[TargetResult, ...]:
        """What every check so far said, the last one last."""
        return tuple(self._results)

    @property
    def verdict(self) -> str:
        """``"fail"`` once a gradient was wrong, ``"pass"`` where each check passed."""
        found = {result.verdict for result in self._results}
        if Verdict.FAIL in found:
            return Verdict.FAIL.value
        return (Verdict.PASS if found == {Verdict.PASS} else Verdict.INCONCLUSIVE).value

    def step(
        self, *arrays: npt.ArrayLike, upstream: npt.ArrayLike | None = None
    ) -> TargetResult | None:
        """Say by hand that a backward pass is over, before the weights are updated.

        For networks whose calls cannot be seen. What is checked is a copy of the network as it
        stands now, and not the gradients that it has stored.

        Parameters
        ----------
        arrays
            The batch: what forward was called with.
        upstream
            What backward was called with; nothing where it takes nothing.

        Returns
        -------
        result
            What the check said; None where none was due.
        """
        self._recorder.steps += 1
        if not self._is_due(self.steps):
            return None
        with self._stood_by():
            self._check(self._by_hand(arrays, upstream))
        return self._results[-1]

    def save(self, folder: str) -> list[str]:
        """Write the arrays of each wrong step to ``folder/step-N.npz``; return the paths.

        `gradcheck.replay_step` checks a step again from such a file.
        """
        return [write(scene, folder) for scene in self._wrong]

    def close(self) -> None:
        """Leave the network as it was before.

        Warns
        -----
        GradientWarning
            Where no backward pass was seen at all.
        """
        if self._hooks is None:
            return
        self._hooks.take_off()
        self._hooks = None
        if not self.steps:
            pairs = " or ".join(f"{p.forward} and {p.backward}" for p in self._pairs)
            self._warn(
                f"no backward pass of {type(self._network).__name__} was seen: the training "
                f"never called {pairs} on this object, or took hold of them before"
            )

    def __enter__(self) -> "Watch":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        elif self._hooks is not None:  # what went wrong is told by the error
            self._hooks.take_off()
            self._hooks = None

    def _is_due(self, number: int) -> bool:
        return number == 1 or number % self._terms.every == 0

    def _copy(self) -> Any:
        try:
            with self._stood_by():
                return copy.deepcopy(self._network)
        except Exception as error:  # it had copies at the start: what it holds now is foreign
            why = f"copy.deepcopy raises {type(error).__name__}: {error}"
            self._record(self._blind(self.steps + 1, why), None)
            return None

    def _stood_by(self) -> Any:
        return contextlib.nullcontext() if self._hooks is None else self._hooks.away()

    def _by_hand(self, arrays: tuple[npt.ArrayLike, ...], upstream: Any) -> Step:
        now = copy.deepcopy(self._network)
        called = Call(tuple(np.array(x) for x in arrays))
        back = Call() if upstream is None else Call((np.array(upstream),))
        opening = Opening(self._pairs[0], now, called, called, Surroundings.of(now))
        alone = answers_for_its_arguments(now, opening.pair)
        return Step.told(self.steps, opening, called if alone else back, alone=alone)

    def _check(self, step: Step) -> None:
        scene, self._explained = None, True
        with isolated(self._network):
            try:
                scene = self._scene(step)
                result = self._judged(scene)
            except TargetError as error:
                why = f"it could not be found out how it is called: {error}"
                result = self._blind(step.number, why)
            except Exception as error:  # ours: a check that breaks off must not end a training
                result = self._blind(step.number, f"the check broke off: {error!r}")
        self._record(result, scene)

    def _scene(self, step: Step) -> Scene:
        name = type(self._network).__name__
        scene = scene_of(
            name, step, self._terms.policy, self._learnt.get(step.pair)
        ).outermost()
        self._learnt[step.pair] = scene.learnt
        return scene

    def _judged(self, scene: Scene) -> TargetResult:
        number = self._failures + 1
        explain = number & (number - 1) == 0  # dear: at the 1st, 2nd, 4th, 8th ... wrong check
        check = StepCheck(scene, self._terms.budget, explain=explain)
        result = check.result()
        self._learnt[scene.step.pair] = check.scene.learnt
        self._explained = explain
        self._failures += bool(result.failures)
        return result

    def _blind(self, number: int, why: str) -> TargetResult:
        """Return the result of a check that could not be made."""
        finding = Finding(
            "gradient", "not-built", self._terms.policy.severity("not-built"), why
        )
        name = f"{type(self._network).__name__} at step {number}"
        return TargetResult(name, Verdict.INCONCLUSIVE, findings=(finding,))

    def _record(self, result: TargetResult, scene: Scene | None) -> None:
        """Keep what a check said, and tell of a fault that has not been told of."""
        self._results.append(result)
        faults = faults_of(result)
        if faults <= self._faults or not self._explained:
            return
        self._faults |= faults
        if result.failures and scene is not None and len(self._wrong) < _KEPT:
            self._wrong.append(scene)
        if self._terms.on_finding is not None:
            self._terms.on_finding(result)
        elif result.failures:
            self._warn(told(result, _again(result)))
        else:
            self._warn(f"{result.target} is not checked: {result.findings[0].message}")

    def _warn(self, text: str) -> None:
        warnings.warn(text, GradientWarning, stacklevel=_depth())


def _again(result: TargetResult) -> str:
    step = result.cases[0].replace(" ", "-")
    return f'watch.save("faults"), then gradcheck.replay_step(network, "faults/{step}.npz")'


def _depth() -> int:
    """Return the stack level of the training's own code: the first outside this package."""
    package, level = __name__.rpartition(".")[0], 1
    frame = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__", "").startswith(package):
        frame, level = frame.f_back, level + 1  # type: ignore[assignment]  # ends at the top
    return level
