"""Functions of other frameworks are found and judged, and nobody else pays for them."""

import importlib.util
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcheck.adapters import from_object
from gradcheck.discovery import find
from gradcheck.model import Target
from gradcheck.pipeline import check_target
from gradcheck.policy import Policy

WILD = Path(__file__).parents[2] / "wild"
PACKAGES = {
    "torch_functions.py": "torch",
    "jax_rules.py": "jax",
    "autograd_primitives.py": "autograd",
    "mygrad_operations.py": "mygrad",
}


def _expected() -> dict[str, dict[str, str]]:
    place = WILD / "expected_frameworks.py"
    spec = importlib.util.spec_from_file_location("expected_frameworks", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[str, dict[str, str]] = module.EXPECTED
    return found


EXPECTED = _expected()
FUNCTIONS = [(file, name) for file, names in EXPECTED.items() for name in names]


@cache
def targets(file: str) -> dict[str, Target]:
    pytest.importorskip(PACKAGES[file])
    found = find([f"frameworks/{file}"], root=WILD)
    assert not found.left_out
    return {target.name.rpartition(":")[2]: target for target in found.targets}


@pytest.mark.parametrize("file", EXPECTED)
def test_every_function_is_found_and_none_besides(file: str) -> None:
    assert set(targets(file)) == set(EXPECTED[file])


@pytest.mark.parametrize(("file", "name"), FUNCTIONS)
def test_function_of_a_framework_is_judged(file: str, name: str) -> None:
    target = targets(file)[name]
    result = check_target(target, Policy(cases=4))
    kinds = {finding.kind for finding in result.failures}
    if EXPECTED[file][name] == "pass":
        assert not kinds, [finding.message for finding in result.failures]
    else:
        assert EXPECTED[file][name] in kinds
    assert target.source is not None
    assert target.source.file.endswith(file)


def verdict(value: object, *arrays: Any) -> str:
    return str(check_target(from_object(value, *arrays), Policy(cases=2)).verdict.value)


def wild(file: str) -> Any:
    pytest.importorskip(PACKAGES[file])
    spec = importlib.util.spec_from_file_location(
        file.removesuffix(".py"), WILD / "frameworks" / file
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


X = np.random.default_rng(0).normal(size=(3, 5))
W = np.random.default_rng(1).normal(size=(5, 2))


@pytest.mark.parametrize(
    ("file", "name", "arrays", "expected"),
    [
        ("torch_functions.py", "Cube", (X,), "pass"),
        ("torch_functions.py", "SetUpApart", (X, W), "pass"),
        ("torch_functions.py", "ZeroesUpstream", (X,), "fail"),
        ("jax_rules.py", "matmul", (X, W), "pass"),
        ("autograd_primitives.py", "matmul", (X, W), "pass"),
        ("mygrad_operations.py", "Product", (X, W), "pass"),
    ],
)
def test_function_is_checked_on_given_arrays(
    file: str, name: str, arrays: tuple[Any, ...], expected: str
) -> None:
    assert verdict(getattr(wild(file), name), *arrays) == expected


def test_module_of_narrow_parameters_is_judged_in_double_precision() -> None:
    torch = pytest.importorskip("torch")
    layer = wild("torch_functions.py").CubeLinear(5, 2)
    assert verdict(layer, X) == "pass"
    assert layer.linear.weight.dtype is torch.float32


def test_random_mask_of_a_module_repeats() -> None:
    torch = pytest.importorskip("torch")
    assert (
        verdict(torch.nn.Sequential(torch.nn.Linear(5, 4), torch.nn.Dropout(0.5)), X) == "pass"
    )


def test_precision_of_jax_is_put_back() -> None:
    jax = pytest.importorskip("jax")
    before = jax.config.jax_enable_x64
    verdict(wild("jax_rules.py").cube, X)
    assert jax.config.jax_enable_x64 == before


def test_numpy_user_imports_no_framework() -> None:
    program = (
        "import sys, numpy as np, gradcheck\n"
        "class Square:\n"
        "    def forward(self, x):\n"
        "        self.x = x\n"
        "        return x**2\n"
        "    def backward(self, dout):\n"
        "        return 2 * self.x * dout\n"
        "assert gradcheck.check(Square(), np.ones((2, 3))).verdict == 'pass'\n"
        "heavy = {'torch', 'jax', 'autograd', 'mygrad'} & set(sys.modules)\n"
        "rooms = [m for m in sys.modules if m.startswith('gradcheck.adapters.frameworks.')]\n"
        "print(sorted(heavy), sorted(m.rpartition('.')[2] for m in rooms))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[] ['building', 'kind', 'recognise']", done.stderr


def test_scalar_function_is_checked_with_its_gradient() -> None:
    assert verdict((lambda x: np.sum(x**3), lambda x: 3 * x**2), X) == "pass"
    assert verdict((lambda x: np.sum(x**3), lambda x: 2 * x**2), X) == "fail"


def test_gradient_of_several_arrays_is_a_tuple() -> None:
    def f(x: np.ndarray, w: np.ndarray) -> float:
        return float(np.sum((x @ w) ** 2) / 2)

    def grad(x: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return (x @ w) @ w.T, x.T @ (x @ w)

    assert verdict((f, grad), X, W) == "pass"


def test_elementwise_function_is_checked_with_its_derivative() -> None:
    assert verdict((np.sin, np.cos), X) == "pass"
    assert verdict((np.cos, np.sin), X) == "fail"
