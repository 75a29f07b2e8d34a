"""Conventions that are no errors, in words."""

from collections.abc import Sequence

from gradcheck.model import UpstreamUse

from .manner import Manner
from .methods import Argument


def conventions(
    manner: Manner, *, accumulates: bool = False, sizes: Sequence[int] = ()
) -> tuple[str, ...]:
    """Return what is unusual about an object and still right.

    Parameters
    ----------
    sizes
        Batch sizes at which the factor of averaged gradients was measured.
    """
    found = []
    if manner.upstream is UpstreamUse.IGNORED:
        found.append("the loss takes an upstream gradient and ignores it: checked with 1")
    if manner.upstream is UpstreamUse.NOT_TAKEN:
        found.append("the loss takes no upstream gradient: checked with 1")
    if manner.divided:
        found.append(
            f"all parameter gradients are divided by the batch size N{_measured(sizes)}"
        )
    if manner.flush:
        found.append(f"batches are kept until {manner.flush}() is called: called before each")
    if Argument.KEPT in manner.call:
        found.append("backward takes the predictions that the forward pass kept")
    if manner.fused:
        found.append(
            f"a fused loss: it takes {manner.fused} probabilities and answers for the logits"
        )
    if manner.averaged:
        found.append("the loss is one number an example; its gradient is that of their mean")
    if manner.takes_output:
        found.append("the derivative is written in terms of the output")
    if accumulates:
        found.append("parameter gradients add up over calls until they are zeroed")
    if manner.rate:
        found.append("backward updates the parameters itself: gradients read off the update")
    return tuple(found)


def _measured(sizes: Sequence[int]) -> str:
    factors = ", ".join(f"factor 1/{n} at N = {n}" for n in sizes)
    return f" (measured: {factors})" if factors else ""
