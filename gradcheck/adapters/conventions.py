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
    known = {**_losses(manner), **_layers(manner, accumulates=accumulates, sizes=sizes)}
    return tuple(words for words, holds in known.items() if holds)


def _losses(manner: Manner) -> dict[str, bool]:
    ignored, absent = UpstreamUse.IGNORED, UpstreamUse.NOT_TAKEN
    fused = f"a fused loss: it takes {manner.fused} probabilities and answers for the logits"
    mean = "the loss is one number an example; its gradient is that of their mean"
    return {
        "the loss takes an upstream gradient and ignores it: checked with 1": manner.upstream
        is ignored,
        "the loss takes no upstream gradient: checked with 1": manner.upstream is absent,
        "backward takes the predictions that the forward pass kept": Argument.KEPT
        in manner.call,
        fused: bool(manner.fused),
        mean: manner.averaged,
    }


def _layers(manner: Manner, *, accumulates: bool, sizes: Sequence[int]) -> dict[str, bool]:
    divided = f"all parameter gradients are divided by the batch size N{_measured(sizes)}"
    flush = f"batches are kept until {manner.flush}() is called: called before each"
    update = "backward updates the parameters itself: gradients read off the update"
    return {
        divided: bool(manner.divided),
        flush: bool(manner.flush),
        "the derivative is written in terms of the output": manner.takes_output,
        "parameter gradients add up over calls until they are zeroed": accumulates,
        update: bool(manner.rate and manner.slots),
    }


def _measured(sizes: Sequence[int]) -> str:
    factors = ", ".join(f"factor 1/{n} at N = {n}" for n in sizes)
    return f" (measured: {factors})" if factors else ""
