"""A training that is watched is the same training, bit for bit."""

import copy
import pickle
import random
import warnings
from collections.abc import Callable

import numpy as np
import pytest

import gradcheck
from nn.data.digits import load_digits
from nn.layers import Affine, BatchNorm, Conv2D, Dropout, Flatten, MaxPool2D, ReLU
from nn.losses import SoftmaxCrossEntropy
from nn.network import Network
from nn.objective import Objective
from nn.optimizers import AdamW
from nn.training import Schedule, Training
from tests.unit.watch import strangers
from tests.unit.watch.loops import RIGHT, chain, train_chain
from tests.unit.watch.strangers import Array, Chain, Counting, Dense, Relu


def mlp(rng: np.random.Generator) -> Network:
    return Network(
        [
            Affine(784, 12, rng=rng),
            BatchNorm(12),
            ReLU(),
            Dropout(0.3, rng=rng),
            Affine(12, 10, rng=rng),
        ]
    )


def cnn(rng: np.random.Generator) -> Network:
    convolution = Conv2D(1, 3, 5, stride=3, rng=rng)
    return Network(
        [
            Images(),
            convolution,
            BatchNorm(3),
            ReLU(),
            MaxPool2D(2),
            Flatten(),
            Dropout(0.2, rng=rng),
            Affine(48, 10, rng=rng),
        ]
    )


class Images:
    """Rows of 784 as images of one channel."""

    def __init__(self) -> None:
        self.params: dict[str, Array] = {}
        self.grads: dict[str, Array] = {}

    def forward(self, x: Array) -> Array:
        return x.reshape(-1, 1, 28, 28)

    def backward(self, dout: Array) -> Array:
        return dout.reshape(-1, 784)


def digits_training(build: Callable[[np.random.Generator], Network]) -> Training:
    rng = np.random.default_rng(0)  # shuffles, and draws the masks of the layers
    objective = Objective(build(rng), SoftmaxCrossEntropy())
    return Training(objective, AdamW(0.01), rng)


def seed_global(seed: int) -> None:
    np.random.seed(seed)  # noqa: NPY002 - strangers draw from it


def global_state() -> object:
    return np.random.get_state()  # noqa: NPY002 - strangers draw from it


def everything(training: Training) -> bytes:
    """Return all that the next steps depend on, and the gradients that are left."""
    network = training.objective.network
    arrays = {
        **network.params,
        **network.grads,
        **network.buffers,
        **training.optimizer.state(),
    }
    states = (training.rng.bit_generator.state, global_state(), random.getstate())
    return pickle.dumps(({k: v.tobytes() for k, v in arrays.items()}, states))


@pytest.mark.parametrize("whole", [True, False], ids=["objective", "network"])
@pytest.mark.parametrize("build", [mlp, cnn])
def test_the_network_trains_alike_with_and_without(
    build: Callable[[np.random.Generator], Network],
    *,
    whole: bool,
) -> None:
    digits = load_digits()
    data = digits.x_train[:480], digits.t_train[:480]
    outcomes = []
    for watched in (False, True):
        training, schedule = digits_training(build), Schedule(epochs=8, batch=16)
        seed_global(4)
        random.seed(4)
        if watched:
            target = training.objective if whole else training.objective.network
            with gradcheck.watch_training(target, every=60) as watch:
                losses = list(training.run(data, schedule))
            assert watch.steps == 240
            assert [result.verdict.value for result in watch.results] == ["pass"] * 5
        else:
            losses = list(training.run(data, schedule))
        outcomes.append((losses, everything(training)))
    assert outcomes[0] == outcomes[1]


def fresh() -> None:
    """Let state that strangers keep outside of their objects start alike in each training."""
    strangers.SHARED.bit_generator.state = np.random.default_rng(5).bit_generator.state
    Counting.calls = 0
    seed_global(3)


@pytest.mark.parametrize("name", RIGHT)
def test_a_strangers_network_trains_alike_and_nothing_is_said(name: str) -> None:
    make, loop = RIGHT[name]
    outcomes = []
    for watched in (False, True):
        fresh()
        network = make()
        if watched:
            with gradcheck.watch_training(network, every=50) as watch:
                losses = loop(network)(300)
            assert watch.steps == 300
            assert watch.verdict == "pass"
        else:
            losses = loop(network)(300)
        around = strangers.SHARED.bit_generator.state, Counting.calls, global_state()
        outcomes.append((losses, pickle.dumps(around)))
    assert outcomes[0] == outcomes[1]


def test_the_live_network_gets_no_further_call_and_copies_get_no_more_than_the_budget() -> None:
    calls: list[int] = []

    class Counted(Chain):
        def forward(self, x: Array) -> Array:
            calls.append(id(self))
            return super().forward(x)

    rng = np.random.default_rng(0)
    network = Counted(Dense(4, 7, rng), Relu(), Dense(7, 3, rng))
    with gradcheck.watch_training(network, every=20, budget=30) as watch:
        train_chain(network)(100)
    live = [each for each in calls if each == id(network)]
    assert len(live) == 100
    spent = sum(result.cost.forward for result in watch.results)
    assert len(watch.results) == 6
    assert all(result.cost.forward <= 30 for result in watch.results)
    learning = len(calls) - len(live) - spent
    assert 0 < learning <= 2 * 4 + 6, "two calls a tensor and a handful, once"


def test_error_state_filters_and_printing_are_left_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Loud(Dense):
        def forward(self, x: Array) -> Array:
            print("forward")  # noqa: T201 - strangers print
            np.log(np.zeros(1))
            return super().forward(x)

    network = Chain(Loud(4, 3, np.random.default_rng(0)))
    with np.errstate(divide="call"), warnings.catch_warnings():
        met: list[str] = []
        before = np.seterrcall(lambda kind, flag: met.append(kind))
        filters = list(warnings.filters)
        with gradcheck.watch_training(network, every=10):
            train_chain(network)(20)
        assert np.geterr()["divide"] == "call"
        assert warnings.filters == filters
        np.seterrcall(before)
    assert len(met) == 20
    assert capsys.readouterr().out == "forward\n" * 20


def test_the_object_is_as_it_was_when_the_watch_is_over() -> None:
    network = chain()
    attributes = list(vars(network))
    with gradcheck.watch_training(network):
        assert isinstance(network, Chain)
        assert type(network).__name__ == "Chain"
        assert list(vars(network)) == attributes
        train_chain(network)(1)
    assert type(network) is Chain
    assert list(vars(network)) == attributes


@pytest.mark.parametrize(
    "copies", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_copies_that_the_training_makes_are_not_watched(
    copies: Callable[[Chain], Chain],
) -> None:
    network = chain()
    with gradcheck.watch_training(network) as watch:
        train_chain(network)(1)
        other = copies(network)
        assert type(other) is Chain
        train_chain(other)(5)
        assert watch.steps == 1
        train_chain(network)(2)
        assert watch.steps == 3


def test_an_error_of_the_training_comes_through_and_ends_the_watch() -> None:
    network = chain()
    watch = gradcheck.watch_training(network)

    def broken() -> None:
        with watch:
            train_chain(network)(3)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert type(network) is Chain


def test_an_error_inside_a_pass_is_the_trainings_own() -> None:
    network = chain()
    with gradcheck.watch_training(network, every=1) as watch:
        train_chain(network)(2)
        with pytest.raises(ValueError, match="matmul"):
            network.forward(np.zeros((2, 9)))
        train_chain(network)(2)
    assert watch.verdict == "pass"
    assert watch.steps == 4


def test_forward_passes_without_a_backward_pass_are_no_steps() -> None:
    network = chain()
    with gradcheck.watch_training(network, every=2) as watch:
        for _ in range(6):
            network.forward(np.ones((50, 4)))
            train_chain(network)(1)
            network.forward(np.ones((50, 4)))
    assert watch.steps == 6
    assert [result.cases for result in watch.results] == [
        ("step 1",), ("step 2",), ("step 4",), ("step 6",),
    ]  # fmt: skip
    assert watch.verdict == "pass"


def test_the_same_seed_says_the_same() -> None:
    said = []
    for _ in range(2):
        network = chain()
        with gradcheck.watch_training(network, every=10, seed=3) as watch:
            train_chain(network)(30)
        said.append([(r.agreements, r.cost.forward) for r in watch.results])
    assert said[0] == said[1]
