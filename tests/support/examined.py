"""A function of one input as an exam, for what asks for the forward pass alone."""

from collections.abc import Callable

import numpy as np

from gradcheck.evidence import Exam
from gradcheck.model import Array, Arrays, Case, Facts, Leaf, Outputs, Setting
from gradcheck.policy import Policy


class _Forward:
    """A session without a backward pass of its own."""

    def __init__(self, f: Callable[[Array], Array]) -> None:
        self._f = f

    def forward(self, inputs: Arrays) -> Outputs:
        return (np.asarray(self._f(inputs["x"])),)

    def backward(self, upstream: Outputs) -> dict[str, Array | None]:
        raise NotImplementedError


def exam_of(f: Callable[[Array], Array], x: Array, *, seed: int = 0) -> Exam:
    """Return the exam of `f` at `x`; its outputs weigh one each."""
    leaf = Leaf("x", x.shape, values=x, frozen=True)
    setting = Setting("s", lambda: _Forward(f), (leaf,))
    upstream = (np.ones(np.shape(f(x))),)
    case = Case("subject", "s-given", seed, "given", setting, Facts(), {"x": x}, upstream)
    return Exam(case, Policy(seed=seed))
