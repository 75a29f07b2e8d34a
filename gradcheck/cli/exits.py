"""Exit codes, as pytest has them."""

from enum import IntEnum


class Exit(IntEnum):
    """What a run ended with."""

    PASSED = 0
    FAILED = 1
    INTERRUPTED = 2
    OUR_FAULT = 3
    USAGE = 4
    NOTHING = 5


EPILOG = """exit codes:
  0  all targets passed (inconclusive ones are said loudly; 1 under --strict)
  1  a target failed
  2  interrupted; what was done is reported
  3  a fault of gradcheck itself
  4  wrong usage: an option, a target or a configuration key
  5  nothing to check
"""
