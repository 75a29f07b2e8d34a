"""Calls into foreign code: quiet, and every exception of it becomes a TargetError."""

import contextlib
import io
import os
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np

from gradcheck.cases import leave_if_forked
from gradcheck.errors import EndedError, TargetError, said

T = TypeVar("T")
_OURS = str(Path(__file__).resolve().parents[1])
_NUMPY = str(Path(np.__file__).parent)


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
    EndedError
        Where it wants to end the process, or memory is at an end.
    """
    own = os.getpid()
    try:
        with quiet(heard):
            return function(*args, **kwargs)
    except (TargetError, EndedError):
        raise
    except (MemoryError, SystemExit) as error:
        kind = "memory-limit" if isinstance(error, MemoryError) else "ended"
        raise EndedError(describe(stage, error), kind) from error
    except Exception as error:
        raise TargetError(stage, describe(stage, error)) from error
    finally:
        leave_if_forked(own)


def describe(stage: str, error: BaseException) -> str:
    """Return ``backward raised ValueError: ... (layers.py:12)``."""
    return f"{stage} raised {said(error)}{_place(error)}"


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    foreign = [f for f in frames if not str(Path(f.filename).resolve()).startswith(_OURS)]
    # NumPy raises where it was called with what it cannot do: the caller's line tells more.
    foreign = [f for f in foreign if not f.filename.startswith(_NUMPY)] or foreign
    return f" ({Path(foreign[-1].filename).name}:{foreign[-1].lineno})" if foreign else ""
