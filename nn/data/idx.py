"""The IDX files in which MNIST is published.

Format: two zero bytes, the type of the entries (8 for bytes), the number of axes, the length
of each axis as a big-endian 32-bit integer, and the entries in row-major order (LeCun, Cortes
and Burges, "The MNIST database of handwritten digits").
"""

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np

from nn.arrays import Array, Shape
from nn.data.digits import Digits, digits_of


def load_idx(folder: str | Path) -> Digits:
    """The full MNIST from the four files in `folder`, plain or with the suffix .gz.

    Raises
    ------
    FileNotFoundError
        Where one of the files is missing.
    ValueError
        For a file that is truncated, too long, or not of this format, for images that are not
        28 x 28, for labels above 9, and where images and labels differ in number.
    """
    return digits_of(_pair(Path(folder), "train"), _pair(Path(folder), "t10k"))


def _pair(folder: Path, part: str) -> tuple[Array, Array]:
    images = read_idx(_find(folder, f"{part}-images-idx3-ubyte"))
    labels = read_idx(_find(folder, f"{part}-labels-idx1-ubyte"))
    if images.shape[1:] != (28, 28) or labels.shape != images.shape[:1]:
        raise ValueError(
            f"{folder}: {part} has images {images.shape} and labels {labels.shape}; "
            "expected (N, 28, 28) and (N,)"
        )
    if np.any(labels > 9):
        raise ValueError(f"{folder}: {part} has the label {labels.max()}; expected 0 .. 9")
    return images, labels


def _find(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise FileNotFoundError(f"{folder}: neither {name} nor {name}.gz is there")


def read_idx(path: Path) -> Array:
    """The array of bytes in one IDX file, in the shape that its header declares."""
    data = _bytes(path)
    shape, start = _header(path, data)
    entries = len(data) - start
    if entries != math.prod(shape):
        fault = "truncated" if entries < math.prod(shape) else "too long"
        raise ValueError(
            f"{path}: {fault}: shape {shape} needs {math.prod(shape)} entries, found {entries}"
        )
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


def _bytes(path: Path) -> bytes:
    data = path.read_bytes()
    if path.suffix != ".gz":
        return data
    try:
        return gzip.decompress(data)
    except (EOFError, OSError, zlib.error) as error:
        raise ValueError(f"{path}: truncated or not a gzip file: {error}") from error


def _header(path: Path, data: bytes) -> tuple[Shape, int]:
    if len(data) < 4 or data[:3] != b"\0\0\x08":
        raise ValueError(
            f"{path}: not an IDX file of bytes: it must begin with 00 00 08, "
            f"found {data[:3].hex(' ') or 'nothing'}"
        )
    axes = data[3]
    start = 4 + 4 * axes
    if len(data) < start:
        raise ValueError(f"{path}: truncated in the header of {axes} axes")
    return struct.unpack_from(f">{axes}I", data, 4), start
