"""Convolutions and pooling with strides, padding, dilation and groups away from 1 and 0."""

import numpy as np

from nn.examples.example import Example
from nn.layers import AvgPool2D, Conv2D, ConvTranspose2D, MaxPool2D


def conv_stride_2_remainder(rng: np.random.Generator) -> Example:
    """A stride that leaves one row over, and full padding."""
    return Conv2D(2, 3, 3, stride=2, padding=2, rng=rng), (rng.standard_normal((2, 2, 6, 5)),)


def conv_stride_3_lopsided(rng: np.random.Generator) -> Example:
    """Other numbers across than down, and a remainder of two."""
    layer = Conv2D(1, 2, (2, 3), stride=(3, 2), padding=(0, 1), rng=rng)
    return layer, (rng.standard_normal((2, 1, 7, 6)),)


def conv_stride_3_remainders(rng: np.random.Generator) -> Example:
    """A stride that leaves no row and one column over, and full padding."""
    return Conv2D(2, 2, 3, stride=3, padding=2, rng=rng), (rng.standard_normal((2, 2, 5, 6)),)


def conv_dilated_groups(rng: np.random.Generator) -> Example:
    """Two groups, taps two pixels apart."""
    layer = Conv2D(4, 6, 2, dilation=2, groups=2, padding=1, rng=rng)
    return layer, (rng.standard_normal((2, 4, 4, 5)),)


def conv_depthwise(rng: np.random.Generator) -> Example:
    """Each channel by itself."""
    return Conv2D(3, 3, 3, padding=1, groups=3, rng=rng), (rng.standard_normal((2, 3, 4, 4)),)


def conv_one_pixel(rng: np.random.Generator) -> Example:
    """A kernel of one pixel on one example."""
    return Conv2D(3, 2, 1, rng=rng), (rng.standard_normal((1, 3, 2, 3)),)


def conv_transpose_stride_2(rng: np.random.Generator) -> Example:
    """An upsampling with a row more than the least."""
    layer = ConvTranspose2D(2, 3, 3, stride=2, padding=1, output_padding=1, rng=rng)
    return layer, (rng.standard_normal((2, 2, 3, 2)),)


def conv_transpose_stride_3(rng: np.random.Generator) -> Example:
    """Full padding, two rows and a column more than the least."""
    layer = ConvTranspose2D(2, 1, 3, stride=3, padding=2, output_padding=(2, 1), rng=rng)
    return layer, (rng.standard_normal((2, 2, 3, 3)),)


def conv_transpose_dilated_groups(rng: np.random.Generator) -> Example:
    """Two groups, taps two pixels apart, other steps across than down."""
    layer = ConvTranspose2D(4, 2, 2, stride=(1, 3), dilation=2, groups=2, rng=rng)
    return layer, (rng.standard_normal((2, 4, 2, 3)),)


def max_pool_overlap(rng: np.random.Generator) -> Example:
    """Windows that share entries, padding of kernel less one, and a remainder."""
    return MaxPool2D(3, stride=2, padding=2), (rng.standard_normal((2, 2, 6, 7)),)


def max_pool_remainder(rng: np.random.Generator) -> Example:
    """Sides that the windows do not divide."""
    return MaxPool2D((2, 3)), (rng.standard_normal((2, 2, 5, 7)),)


def max_pool_gaps(rng: np.random.Generator) -> Example:
    """Gaps between the windows; no row and two columns left over."""
    return MaxPool2D(2, stride=3), (rng.standard_normal((2, 2, 5, 7)),)


def avg_pool_overlap(rng: np.random.Generator) -> Example:
    """Windows that share entries, and padding that counts as zeros."""
    return AvgPool2D(3, stride=2, padding=1), (rng.standard_normal((2, 2, 6, 5)),)


def avg_pool_remainder(rng: np.random.Generator) -> Example:
    """Gaps between the windows."""
    return AvgPool2D(2, stride=3), (rng.standard_normal((2, 2, 7, 6)),)


def avg_pool_lopsided(rng: np.random.Generator) -> Example:
    """Padding of kernel less one, overlap down and gaps across, where nothing is left over."""
    layer = AvgPool2D((3, 2), stride=(2, 3), padding=(2, 1))
    return layer, (rng.standard_normal((2, 2, 6, 6)),)
