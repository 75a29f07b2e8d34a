"""``gradcheck watch``: check again whenever a file is saved."""

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from gradcheck.cli.executing import BACKEND
from gradcheck.cli.exits import Exit
from gradcheck.cli.numbers import natural, positive
from gradcheck.cli.selection import Scope, add_target_arguments, scope_of
from gradcheck.cli.watching import changes, sources

if TYPE_CHECKING:
    from rich.console import Console

    from gradcheck.running import Host

#: Contracts on what a backward pass answers, and forward calls for a first look at it.
_VALUES = ("answer", "shape", "finite", "gradient")
_GLANCE = 150

HELP = "check again whenever a file is saved, until Ctrl-C"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add_target_arguments(parser)
    add = parser.add_argument
    add("--seed", type=natural, default=0, help="seed of every random choice")
    add("--cases", type=positive, help="at most so many cases a target")
    add("--budget", type=positive, help="at most so many forward calls a target")
    add("--timeout", type=natural, metavar="SECONDS", help="for one target; 0 for no limit")
    add("--memory", type=natural, metavar="MIB", help="for one target; 0 for no limit")
    add("--times", type=positive, metavar="N", help="end after so many checks")
    # A module can be imported anew only where it was not imported before.
    parser.set_defaults(isolate=True, workers=1, backend=BACKEND, scheduler="", exitfirst=False)


def execute(arguments: argparse.Namespace) -> int:
    """Check now and after every save; return how the last check ended."""
    from gradcheck.cli.interrupting import interruptible
    from gradcheck.cli.streams import stdout
    from gradcheck.running import Host

    scope, code, left = scope_of(arguments), Exit.PASSED, arguments.times
    with interruptible(stdout()), Host() as host:
        try:
            for saved in changes(lambda: sources(scope.specs, scope.root)):
                code = _checked(arguments, scope, host, saved)
                left = left and left - 1
                if left == 0:
                    break
        except KeyboardInterrupt:
            return Exit.PASSED  # there is no other way out
    return code


def _checked(
    arguments: argparse.Namespace, scope: Scope, host: "Host", saved: float | None
) -> Exit:
    """Check once and print; what cannot be checked now may be after the next save.

    The values at two cases come first, in a fraction of the time that all contracts take.
    """
    from gradcheck.cli.executing import job_of, look_of
    from gradcheck.cli.streams import console_for, look_for, stdout
    from gradcheck.errors import GradcheckError
    from gradcheck.model import Verdict
    from gradcheck.policy import Policy
    from gradcheck.reporters import terminal

    policy = Policy(arguments.seed, arguments.cases, arguments.budget)
    glance = replace(policy, cases=2, budget=_GLANCE, contracts=_VALUES)
    console = console_for(stdout())
    console.clear()
    try:
        job = job_of(arguments, scope, policy, host)
        first = look_of(replace(job, work=replace(job.work, policy=glance)))
        terminal.show(first, console, look_for(console, -1))
        _say(console, "first look", saved)
        run = look_of(job)
    except GradcheckError as error:
        console.print(str(error), soft_wrap=True)
        _say(console, "nothing checked", saved)
        return Exit.NOTHING
    terminal.show(run, console, look_for(console, 0))
    _say(console, "watching, Ctrl-C ends", saved)
    if run.interrupted:
        raise KeyboardInterrupt
    return Exit.FAILED if run.counts[Verdict.FAIL] else Exit.PASSED


def _say(console: "Console", what: str, saved: float | None) -> None:
    """Say what was done, and how long after the save."""
    import time

    took = "" if saved is None else f" {time.time() - saved:.2f} s after the save"
    console.print(f"{what}{took}", soft_wrap=True)
    console.file.flush()
