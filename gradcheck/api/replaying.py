"""Run one finding again on the arrays that show it."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from gradcheck.discovery import find
from gradcheck.errors import UsageError
from gradcheck.model import Finding, Target
from gradcheck.smallest import Given
from gradcheck.smallest import replay as replayed


def replay(
    target: str,
    *,
    contract: str,
    setting: str,
    inputs: Mapping[str, npt.ArrayLike],
    upstream: Sequence[npt.ArrayLike],
    seed: int = 0,
) -> list[Finding]:
    """Return what fails when one contract looks at given arrays; empty once it is mended.

    Parameters
    ----------
    target
        Name of the target: ``pkg.module:Name`` or ``file.py::Name``.
    contract
        Id of the contract.
    setting
        Label of the setting that builds the target.
    inputs, upstream
        The arrays of the case.

    Raises
    ------
    UsageError
        Where there is no such target, contract or setting, or the arrays have other shapes than
        it gives them: what cannot be compared must not look mended.
    """
    (found, *_) = find([target]).targets
    _demand_shapes(found, setting, inputs, seed)
    return replayed(found, contract, Given(setting, inputs, upstream), seed=seed)


def _demand_shapes(
    target: Target, label: str, inputs: Mapping[str, npt.ArrayLike], seed: int
) -> None:
    for setting in (s for s in target.settings(seed) if s.label == label):
        for leaf in setting.leaves:
            if leaf.name not in inputs:
                raise UsageError(f"{leaf.name} is missing among the inputs of {label}")
            shape = np.shape(inputs[leaf.name])
            if shape != leaf.shape:
                raise UsageError(
                    f"{leaf.name} must have the shape {leaf.shape} in {label}, got {shape}"
                )
