"""Run one finding again on the arrays that show it."""

from collections.abc import Mapping, Sequence

import numpy.typing as npt

from gradcheck.discovery import find
from gradcheck.model import Finding
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
        Where there is no such target, contract or setting.
    """
    (found, *_) = find([target]).targets
    return replayed(found, contract, Given(setting, inputs, upstream), seed=seed)
