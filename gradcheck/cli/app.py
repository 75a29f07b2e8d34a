"""Parse the command line, run a command, turn what happens into an exit code."""

import argparse
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, NoReturn

from gradcheck._version import __version__
from gradcheck.errors import NothingToCheckError, UsageError

from . import commands
from .exits import EPILOG, Exit
from .streams import complain, plain, silence


class _Parser(argparse.ArgumentParser):
    """An argument parser whose usage errors exit as pytest's do."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(Exit.USAGE, f"{self.prog}: error: {plain(message)}\n")

    def _get_values(self, action: argparse.Action, arg_strings: list[str]) -> Any:
        """Refuse ``--seed=--``, of which argparse makes an empty list before Python 3.13."""
        value = super()._get_values(action, arg_strings)
        if action.nargs is None and value == []:
            raise argparse.ArgumentError(action, "expected a value, got '--'")
        return value


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    try:
        parsed = _parser().parse_args(arguments)
        _demand_folder()
        code = int(parsed.execute(parsed))
        sys.stdout.flush()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else Exit.USAGE
    except KeyboardInterrupt:
        return _said("interrupted", Exit.INTERRUPTED)
    except BrokenPipeError:
        return _closed_pipe()
    except NothingToCheckError as error:
        return _said(str(error), Exit.NOTHING)
    except UsageError as error:
        return _said(str(error), Exit.USAGE)
    except Exception:
        return _our_fault()
    return code


def _demand_folder() -> None:
    """Refuse to run where there is no current folder: every path starts from it."""
    try:
        Path.cwd()
    except OSError as error:
        raise UsageError("the current folder is gone: go to one that exists") from error


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="gradcheck",
        description="Is this backward pass right, where is it wrong, and why?",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"gradcheck {__version__}")
    chosen = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in sorted(info.name for info in iter_modules(commands.__path__)):
        module: Any = import_module(f"{commands.__name__}.{name}")
        sub = chosen.add_parser(
            name,
            help=module.HELP,
            description=module.HELP,
            epilog=EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(sub)
        sub.set_defaults(execute=module.execute)
    return parser


def _said(message: str, code: Exit) -> int:
    complain(message)
    return code


def _closed_pipe() -> int:
    """End quietly where the reader has gone, as `| head` does."""
    silence(sys.stdout)
    return Exit.INTERRUPTED


def _our_fault() -> int:
    traceback.print_exc()
    message = (
        f"this is a fault of gradcheck {__version__} and not of the target: please report it "
        "with the lines above and the command"
    )
    return _said(message, Exit.OUR_FAULT)
