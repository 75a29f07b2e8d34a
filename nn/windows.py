"""Windows that slide over images (N, C, H, W): where they stand, and what they see.

A window is looked at tap by tap: for one position inside the kernel, the entries that all
windows see there are a strided view of the image.  So a loop runs over the kernel, never over
pixels, and nothing as large as kernel times batch is ever stored.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from nn.arrays import Array, Shape

Pair: TypeAlias = tuple[int, int]
Size: TypeAlias = int | Sequence[int]


@dataclass(frozen=True, slots=True)
class Windows:
    """Geometry of a kernel over height and width (Dumoulin and Visin, "A guide to convolution
    arithmetic for deep learning", 2016, relationships 6 and 15).
    """

    kernel: Pair
    """Height and width of the kernel."""
    stride: Pair
    """Steps from one window to the next."""
    padding: Pair
    """Rows above and below, columns left and right."""
    dilation: Pair = (1, 1)
    """Steps between the taps of one window."""

    @property
    def reach(self) -> Pair:
        """Rows and columns from the first tap of a window to its last."""
        (kh, kw), (dh, dw) = self.kernel, self.dilation
        return dh * (kh - 1) + 1, dw * (kw - 1) + 1

    def count(self, owner: object, x: Array) -> Pair:
        """How many windows fit, down and across; what is left of the image is not seen.

        Raises
        ------
        ValueError
            Where the padded image is smaller than the window.
        """
        padded = [n + 2 * p for n, p in zip(x.shape[2:], self.padding, strict=True)]
        if padded[0] < self.reach[0] or padded[1] < self.reach[1]:
            raise ValueError(
                f"{type(owner).__name__}.forward: x has shape {x.shape}, {padded[0]} x "
                f"{padded[1]} with its padding, but a window reaches {self.reach[0]} x "
                f"{self.reach[1]}; it must fit inside"
            )
        pairs = zip(padded, self.reach, self.stride, strict=True)
        down, across = ((n - reach) // step + 1 for n, reach, step in pairs)
        return down, across

    def framed(self, x: Array, value: float = 0.0) -> Array:
        """x inside its padding; x itself where there is none."""
        ph, pw = self.padding
        if not ph and not pw:
            return x
        n, c, h, w = x.shape
        frame = np.full((n, c, h + 2 * ph, w + 2 * pw), value, x.dtype)
        frame[:, :, ph : ph + h, pw : pw + w] = x
        return frame

    def unframed(self, frame: Array) -> Array:
        """A fresh array without the padding."""
        (ph, pw), (h, w) = self.padding, frame.shape[2:]
        return frame[:, :, ph : h - ph, pw : w - pw].copy()

    def taps(self, frame: Array, count: Pair) -> Iterator[tuple[Pair, Array]]:
        """(i, j) and the view (N, C, *count) of what all windows see there, row by row."""
        (sh, sw), (dh, dw) = self.stride, self.dilation
        high, wide = sh * (count[0] - 1) + 1, sw * (count[1] - 1) + 1
        for i, j in np.ndindex(*self.kernel):
            top, left = i * dh, j * dw
            yield (i, j), frame[:, :, top : top + high : sh, left : left + wide : sw]


def as_pair(owner: object, name: str, size: Size, *, least: int) -> Pair:
    """One number twice, or two numbers; each whole and at least `least`.

    Raises
    ------
    ValueError
        For anything else, with the name of the option.
    """
    pair = tuple(size) if isinstance(size, Sequence) else (size, size)
    if len(pair) != 2 or not all(_is_whole(n) and n >= least for n in pair):
        raise ValueError(
            f"{type(owner).__name__}: {name} must be a whole number from {least} on, or two of "
            f"them, got {size}"
        )
    return int(pair[0]), int(pair[1])


def _is_whole(n: object) -> bool:
    return isinstance(n, int | float | np.number) and bool(np.isfinite(n)) and int(n) == n


def require_images(owner: object, x: Array, channels: int | None = None) -> None:
    """Raise a ValueError unless x has shape (N, C, H, W) with the right C."""
    wanted: Shape | str = "(N, C, H, W)" if channels is None else f"(N, {channels}, H, W)"
    if x.ndim != 4 or (channels is not None and x.shape[1] != channels):
        raise ValueError(
            f"{type(owner).__name__}.forward: x has shape {x.shape}, but it must be {wanted}"
        )
