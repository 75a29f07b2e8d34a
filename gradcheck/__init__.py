"""Is this backward pass right, where is it wrong, and why? Verdicts with an error bar.

The public names are imported when they are first asked for (PEP 562), so that ``--help`` and
``--version`` answer without NumPy. To add a name, add a row to `_PUBLIC` and the same name to
the block for type checkers above it; a test compares the two.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from ._version import __version__ as __version__

if TYPE_CHECKING:
    from .adapters import given_cases as given_cases
    from .api import GradcheckMixin as GradcheckMixin
    from .api import Report as Report
    from .api import assert_gradients as assert_gradients
    from .api import check as check
    from .api import parametrize as parametrize
    from .api import replay as replay
    from .errors import GradcheckError as GradcheckError
    from .errors import GradientWarning as GradientWarning
    from .errors import NothingToCheckError as NothingToCheckError
    from .errors import TargetError as TargetError
    from .errors import UsageError as UsageError
    from .model import Finding as Finding
    from .model import Run as Run
    from .model import Severity as Severity
    from .model import TargetResult as TargetResult
    from .model import Verdict as Verdict
    from .numerics import derivative as derivative
    from .numerics import gradient as gradient
    from .numerics import jacobian as jacobian
    from .policy import Policy as Policy
    from .watch import Watch as Watch
    from .watch import replay_step as replay_step
    from .watch import watch_training as watch_training

_PUBLIC = {
    "Finding": "model",
    "GradcheckError": "errors",
    "GradcheckMixin": "api",
    "GradientWarning": "errors",
    "NothingToCheckError": "errors",
    "Policy": "policy",
    "Report": "api",
    "Run": "model",
    "Severity": "model",
    "TargetError": "errors",
    "TargetResult": "model",
    "UsageError": "errors",
    "Verdict": "model",
    "Watch": "watch",
    "assert_gradients": "api",
    "check": "api",
    "derivative": "numerics",
    "given_cases": "adapters",
    "gradient": "numerics",
    "jacobian": "numerics",
    "parametrize": "api",
    "replay": "api",
    "replay_step": "watch",
    "watch_training": "watch",
}


def __getattr__(name: str) -> object:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_PUBLIC[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_PUBLIC})
