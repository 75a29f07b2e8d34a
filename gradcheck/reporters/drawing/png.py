"""A PNG of a few hundred bytes, made with zlib alone."""

import struct
import zlib
from base64 import b64encode
from collections.abc import Sequence

Colour = tuple[int, int, int]


def png(rows: Sequence[Sequence[int]], palette: Sequence[Colour]) -> bytes:
    """Return an image whose pixels are numbers of a palette, one byte each.

    Raises
    ------
    ValueError
        Where the rows are empty or of different lengths.
    """
    width = len(rows[0]) if rows else 0
    if not width or any(len(row) != width for row in rows):
        raise ValueError("an image needs rows of one length, and at least one pixel")
    header = struct.pack(">IIBBBBB", width, len(rows), 8, 3, 0, 0, 0)
    pixels = b"".join(b"\0" + bytes(row) for row in rows)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", bytes(channel for colour in palette for channel in colour)),
        (b"IDAT", zlib.compress(pixels, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def data_uri(image: bytes) -> str:
    """Return the image as an address that holds it."""
    return "data:image/png;base64," + b64encode(image).decode("ascii")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    )
