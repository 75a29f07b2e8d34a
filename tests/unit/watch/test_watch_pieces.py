"""The pieces of a watch: hooks, isolation, calls taken apart, comparisons of all at once."""

import copy
import pickle
from collections.abc import Callable

import numpy as np
import pytest

from gradcheck.adapters.live import Call, Fed
from gradcheck.adapters.surroundings import caught_generators, parts_of
from gradcheck.evidence import Exam, compare_together
from gradcheck.model import Case, Facts, Leaf, Role, Setting, Verdict
from gradcheck.policy import Policy
from gradcheck.watch.copying import unequal, value_copied
from gradcheck.watch.interception import Interception
from gradcheck.watch.isolation import isolated
from gradcheck.watch.recorder import pairs_of
from tests.unit.watch.loops import chain
from tests.unit.watch.strangers import Array, Dense, TwoLayers


class Drawing:
    """Draws from a generator of its class and from a default, and counts on its class."""

    rng = np.random.default_rng(0)
    count = 0

    def forward(self, x: Array, noise: np.random.Generator = np.random.default_rng(1)) -> Array:  # noqa: B008
        Drawing.count += 1
        Drawing.fresh = 1
        return x + noise.normal(size=x.shape) + self.rng.normal(size=x.shape)

    def backward(self, dout: Array) -> Array:
        return dout


def state() -> bytes:
    generators = [*caught_generators(parts_of(Drawing())), Drawing.rng]
    states = [g.bit_generator.state for g in generators]
    return pickle.dumps((states, Drawing.count, hasattr(Drawing, "fresh")))


@pytest.mark.parametrize("kept", [True, False])
def test_generators_and_counters_of_classes_are_put_back(*, kept: bool) -> None:
    layer, before = Drawing(), state()
    if kept:
        with isolated(layer):
            layer.forward(np.zeros(3))
    else:
        layer.forward(np.zeros(3))
    assert (state() == before) is kept


def test_a_method_that_is_an_attribute_of_the_object_is_seen_and_put_back() -> None:
    layer = Dense(2, 3, np.random.default_rng(0))
    own = layer.forward = lambda x: x * 2.0  # as a monkey patch does
    seen = []

    def hook(method: Callable[..., Array], args: tuple[Array], keywords: dict) -> Array:
        seen.append(args)
        return method(*args, **keywords)

    interception = Interception(layer, {"forward": hook, "backward": hook})
    assert layer.forward(3.0) == 6.0
    assert copy.deepcopy(layer).forward is own
    assert len(seen) == 1
    interception.take_off()
    assert layer.forward is own
    assert type(layer) is Dense


CALLS: dict[str, tuple[Call, tuple[str, ...], dict[str, object]]] = {
    "positions": (Call((np.ones(2), np.arange(2))), ("x", "t"), {}),
    "an option": (Call((np.ones(2),), {"train": True}), ("x",), {"train": True}),
    "all by name": (Call((), {"t": np.arange(2), "x": np.ones(2)}), ("x", "t"), {}),
    "a list": (Call(([1.0, 2.0],)), ("x",), {}),
    "none": (Call((np.ones(2), None, False)), ("x",), {"t": None, "train": False}),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_is_taken_apart(name: str) -> None:
    def forward(x: Array, t: Array | None = None, train: bool = False) -> None:  # noqa: FBT001, FBT002
        """Take what people pass."""

    call, names, options = CALLS[name]
    fed = Fed.by(forward, call)
    assert fed.names == names
    assert fed.options == options


def test_copies_of_arguments_are_told_from_what_was_written_into() -> None:
    given = (np.ones(3), [np.zeros(2)], {"a": np.ones(1)}, "word")
    kept = value_copied(given)
    assert not unequal(given, kept)
    for array in (given[0], given[1][0], given[2]["a"]):
        array[0] = 7.0
        assert unequal(given, kept)
        array[0] = 1.0 if array is not given[1][0] else 0.0


def test_a_model_has_its_own_pair_of_methods_beside_the_usual_one() -> None:
    class Both(TwoLayers):
        forward = TwoLayers.predict

        def backward(self, dout: Array) -> Array:
            return dout

    model = Both(np.random.default_rng(0))
    assert [(p.forward, p.backward) for p in pairs_of(model)] == [
        ("forward", "backward"),
        ("loss", "gradient"),
    ]
    assert [(p.forward, p.backward) for p in pairs_of(chain())] == [("forward", "backward")]


class Product:
    """The session of sum(a * b) with a claim of one's own."""

    def forward(self, inputs: dict[str, Array]) -> tuple[Array, ...]:
        self.inputs = inputs
        return (np.asarray(np.sum(inputs["a"] * inputs["b"])),)

    def backward(self, upstream: tuple[Array, ...]) -> dict[str, Array]:
        return {"a": upstream[0] * self.inputs["b"], "b": upstream[0] * self.inputs["a"]}


@pytest.mark.parametrize("error", [0.0, 1e-6])
@pytest.mark.parametrize("name", ["a", "b"])
def test_an_error_in_one_entry_of_one_of_several_tensors_is_seen(
    name: str, error: float
) -> None:
    rng = np.random.default_rng(0)
    inputs = {"a": rng.normal(size=(9, 8)), "b": rng.normal(size=(9, 8))}
    leaves = tuple(Leaf(n, x.shape, Role.DATA, values=x) for n, x in inputs.items())
    setting = Setting("product", Product, leaves)
    case = Case("product", "one", 0, "generic", setting, Facts(), inputs, (np.ones(()),))
    exam = Exam(case, Policy())
    claims = {n: np.array(g) for n, g in exam.claim.gradients.items() if g is not None}
    claims[name][4, 5] += error
    rounded = {n: (g, np.full(g.shape, 1e-15)) for n, g in claims.items()}
    comparison = compare_together(exam, rounded, name="both")
    assert comparison.verdict is (Verdict.FAIL if error else Verdict.PASS)
    assert comparison.direction
    assert comparison.tensor == "both"
