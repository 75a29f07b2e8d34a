"""Weights in files: NumPy's npz, without pickled objects."""

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, as_float

TRAINED = Path(__file__).with_name("data") / "mlp-784-50-10.npz"


def save_weights(
    path: str | Path, params: Mapping[str, Array], *, dtype: npt.DTypeLike = np.float32
) -> None:
    """Write every parameter under its name, rounded to `dtype`, to exactly this path.

    Single precision halves the file, and its rounding is far below what training resolves.
    """
    arrays: dict[str, Any] = {name: value.astype(dtype) for name, value in params.items()}
    # Given an open file, savez does not append a suffix to the name.
    with Path(path).open("wb") as file:
        np.savez_compressed(file, **arrays)


def load_weights(path: str | Path, params: Mapping[str, Array]) -> None:
    """Copy the stored weights into the arrays of `params`, in the dtype of these.

    Raises
    ------
    ValueError
        For a file that is no npz of plain arrays, or whose names or shapes are not those of
        `params`; nothing has been changed then.
    """
    stored = read_arrays(Path(path))
    expected = {name: value.shape for name, value in params.items()}
    found = {name: value.shape for name, value in stored.items()}
    if found != expected:
        raise ValueError(f"{path}: holds weights {found}, but the network needs {expected}")
    for name, value in stored.items():
        params[name][...] = value


def read_arrays(path: Path) -> dict[str, Array]:
    """The arrays in an npz file by name; a ValueError for any other file."""
    # Opened here, because np.load leaves a file that it cannot read open.
    with path.open("rb") as file:
        try:
            return _arrays(np.load(file, allow_pickle=False))
        except (ValueError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise ValueError(f"{path}: not an npz file of plain arrays: {error}") from error


def _arrays(stored: object) -> dict[str, Array]:
    if not isinstance(stored, np.lib.npyio.NpzFile):
        raise ValueError("it holds a single array without a name")
    with stored:
        return {name: as_float(stored[name]) for name in stored.files}
