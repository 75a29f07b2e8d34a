"""Processes that foreign code forks and lets return: two must not go on as one."""

import os

#: Exit code of such a process, by which its parent knows it.
STRAY = 87


def leave_if_forked(own: int) -> None:
    """End this process where it is not the one with the id `own` that made the call."""
    if os.getpid() != own:
        os._exit(STRAY)
