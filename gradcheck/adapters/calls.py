"""Calls into foreign code: quiet, and every exception of it becomes a TargetError."""

import contextlib
import io
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np

from gradcheck.errors import TargetError, said

T = TypeVar("T")
_OURS = str(Path(__file__).resolve().parents[1])


@contextlib.contextmanager
def quiet(heard: set[str] | None = None) -> Iterator[None]:
    """Keep warnings of foreign code from rising, and note in `heard` what they said.

    Overflow in somebody's layer is no failure, even where warnings are errors.
    """
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="warn"):
        warnings.simplefilter("always")
        yield
    if heard is not None:
        heard.update(str(warning.message) for warning in caught)


@contextlib.contextmanager
def silent() -> Iterator[None]:
    """Swallow what foreign code prints while it is only being tried."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def call(
    stage: str,
    function: Callable[..., T],
    *args: object,
    heard: set[str] | None = None,
    **kwargs: object,
) -> T:
    """Call foreign `function`.

    Raises
    ------
    TargetError
        Where it raises; the stage, the exception and its place are in the message.
    """
    try:
        with quiet(heard):
            return function(*args, **kwargs)
    except TargetError:
        raise
    except (Exception, SystemExit) as error:
        raise TargetError(stage, describe(stage, error)) from error


def describe(stage: str, error: BaseException) -> str:
    """Return ``backward raised ValueError: ... (layers.py:12)``."""
    return f"{stage} raised {said(error)}{_place(error)}"


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    foreign = [f for f in frames if not str(Path(f.filename).resolve()).startswith(_OURS)]
    return f" ({Path(foreign[-1].filename).name}:{foreign[-1].lineno})" if foreign else ""
