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
    known = (
        (
            manner.upstream is UpstreamUse.IGNORED,
            "the loss takes an upstream gradient and ignores it: checked with 1",
        ),
        (
            manner.upstream is UpstreamUse.NOT_TAKEN,
            "the loss takes no upstream gradient: checked with 1",
        ),
        (
            bool(manner.divided),
            f"all parameter gradients are divided by the batch size N{_measured(sizes)}",
        ),
        (
            bool(manner.flush),
            f"batches are kept until {manner.flush}() is called: called before each",
        ),
        (
            Argument.KEPT in manner.call,
            "backward takes the predictions that the forward pass kept",
        ),
        (
            bool(manner.fused),
            f"a fused loss: it takes {manner.fused} probabilities and answers for the logits",
        ),
        (
            manner.averaged,
            "the loss is one number an example; its gradient is that of their mean",
        ),
        (manner.takes_output, "the derivative is written in terms of the output"),
        (accumulates, "parameter gradients add up over calls until they are zeroed"),
        (
            bool(manner.rate and manner.slots),
            "backward updates the parameters itself: gradients read off the update",
        ),
    )
    return tuple(words for holds, words in known if holds)


def _measured(sizes: Sequence[int]) -> str:
    factors = ", ".join(f"factor 1/{n} at N = {n}" for n in sizes)
    return f" (measured: {factors})" if factors else ""
