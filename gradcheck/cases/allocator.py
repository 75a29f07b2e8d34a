"""The C library's memory, kept between the calls of a check instead of being given back."""

from functools import cache

import numpy as np

#: Largest block after whose return glibc serves blocks of its size from memory that it keeps
#: (``DEFAULT_MMAP_THRESHOLD_MAX``, 32 MiB with the block's own head), in bytes.
_LARGEST = 2**25 - 2**14


@cache
def keep_freed_memory() -> None:
    """Let arrays of up to 32 MiB be allocated from memory that was freed, once for a process.

    A check makes and drops a few arrays of the size of each input. As long as glibc has seen no
    larger block come back, it returns theirs to the system each time, and the first touch of a
    fresh page costs more than what is written into it. One such block, itself never touched,
    raises its threshold for good; up to twice the block's size stays with the process. Other C
    libraries lose nothing by it.
    """
    np.empty(_LARGEST, dtype=np.uint8)
