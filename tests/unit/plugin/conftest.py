"""Run pytest with the plugin in a folder that has a few layers."""

from collections.abc import Callable
from pathlib import Path

import numpy as np  # before pytester takes its picture of sys.modules: it loads only once
import pytest

import gradcheck.api

assert np
assert gradcheck.api

ROOT = Path(__file__).resolve().parents[3]

LAYERS = """
class Double:
    def forward(self, x):
        return 2.0 * x

    def backward(self, dout):
        return 2.0 * dout


class Triple:
    def forward(self, x):
        return 3.0 * x

    def backward(self, dout):
        return 2.0 * dout
"""

Pytest = Callable[..., pytest.RunResult]


@pytest.fixture
def run_pytest(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Pytest:
    """Write a test file and run it; strict markers, warnings are errors."""
    pytester.makepyfile(layers=LAYERS)
    pytester.makeini("[pytest]\naddopts = --strict-markers\nfilterwarnings = error\n")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for name in ("PYTEST_ADDOPTS", "CI"):
        monkeypatch.delenv(name, raising=False)

    def run(text: str, *options: str, apart: bool = False) -> pytest.RunResult:
        lines = ("import pytest", "import numpy as np", "from layers import *", "", text)
        pytester.makepyfile(test_it="\n".join(lines))
        call = pytester.runpytest_subprocess if apart else pytester.runpytest_inprocess
        return call("-p", "gradcheck.pytest_plugin", "-p", "no:cacheprovider", *options)

    return run
