"""Limits that the operating system keeps, set from inside a process that is about to run."""

import os
from pathlib import Path


def limit_memory(mebibytes: int | None) -> None:
    """Let this process and its children take so much address space beyond what it has now.

    Address space is what the system can refuse before the machine swaps; NumPy's arrays are in
    it from the moment they are made. No core files: a segmentation fault is a finding.
    """
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if mebibytes is None:
        return
    allowed = _taken() + mebibytes * 2**20
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        allowed = min(allowed, hard)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, hard))


def _taken() -> int:
    """Return the bytes of address space that are taken, where the system tells."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 2**30  # Python with NumPy takes less
    return pages * os.sysconf("SC_PAGE_SIZE")


def threads() -> int:
    """Return how many threads this process has: one that has more is not to be forked."""
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208 - names alone are counted
    except OSError:
        import threading

        return threading.active_count()
