"""Arrays out of an npz file that anybody may have written: nothing unpickled, nothing inflated.

NumPy makes room for whatever the head of an array promises before it looks for the numbers, and
a small archive may inflate to any size; so heads are read and sizes compared first.
"""

import zipfile
import zlib
from collections.abc import Collection, Mapping
from io import BytesIO
from pathlib import Path

#: Entries of one array: a run keeps a sample of a thousand or so.
_MOST = 2**16
#: Bytes of the head of an array in the format of NumPy, which pads it to 64.
_HEAD = 1024


def read_arrays(
    content: bytes, wanted: Collection[str], path: Path
) -> Mapping[str, tuple[float, ...]]:
    """Return the wanted arrays of an npz file; others in it are not looked at.

    Parameters
    ----------
    path
        Name of the file, for messages.

    Raises
    ------
    ValueError
        Where it is no such file, or one of the arrays is no list of float64 numbers.
    """
    # What a broken archive raises: not all of it is a BadZipFile.
    broken = (
        zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, KeyError,
        NotImplementedError,
    )  # fmt: skip
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = [n for n in archive.namelist() if n.removesuffix(".npy") in wanted]
            return {n.removesuffix(".npy"): _array(archive, n) for n in names}
    except broken as error:
        raise ValueError(f"{path} is no file of arrays: {error}") from error


def _array(archive: zipfile.ZipFile, name: str) -> tuple[float, ...]:
    import numpy as np

    if archive.getinfo(name).file_size > _HEAD + 8 * _MOST:
        raise ValueError(f"{name} is larger than any array of a report")
    file = BytesIO(archive.read(name))
    version = np.lib.format.read_magic(file)
    if version != (1, 0):
        raise ValueError(f"{name} is of format version {version}")
    shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    rest = file.read()
    if dtype != np.float64 or len(shape) != 1 or len(rest) != 8 * shape[0]:
        raise ValueError(f"{name} is no list of float64 numbers")
    return tuple(np.frombuffer(rest, dtype=dtype).tolist())
