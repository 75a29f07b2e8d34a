"""Conventions that are no errors, in words."""

from gradcheck.model import UpstreamUse

from .manner import Manner


def conventions(manner: Manner, *, accumulates: bool = False) -> tuple[str, ...]:
    """Return what is unusual about an object and still right."""
    found = []
    if manner.upstream is UpstreamUse.IGNORED:
        found.append("the loss takes an upstream gradient and ignores it: checked with 1")
    if manner.upstream is UpstreamUse.NOT_TAKEN:
        found.append("the loss takes no upstream gradient: checked with 1")
    if manner.divided_by_batch:
        found.append("all parameter gradients are divided by the batch size N")
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
