"""What cannot be watched is refused at the start or said aloud, with what to do instead."""

import threading
import warnings
from collections.abc import Callable

import numpy as np
import pytest

import gradcheck
from tests.unit.watch.loops import chain, train_chain
from tests.unit.watch.strangers import Array, Chain, Dense, Relu, Slotted


class Locked(Chain):
    """Holds what cannot be copied."""

    def __init__(self) -> None:
        super().__init__(Dense(4, 3, np.random.default_rng(0)))
        self.lock = threading.Lock()


class Closed(Chain):
    """Keeps a function that calls the network itself."""

    def __init__(self) -> None:
        super().__init__(Dense(4, 3, np.random.default_rng(0)))
        self.first = lambda x: self.layers[0].forward(x)


class Nothing:
    """No backward pass."""

    def forward(self, x: Array) -> Array:
        return x


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "a lock": (Locked, "deepcopy raises TypeError.*__deepcopy__"),
    "a closure": (Closed, "holds on to the network"),
    "no backward": (Nothing, "no forward and backward"),
    "a class": (lambda: Dense, "no forward and backward"),
    "an array": (lambda: np.ones(3), "no forward and backward"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_watched_is_refused(name: str) -> None:
    make, words = REFUSED[name]
    with pytest.raises(gradcheck.UsageError, match=words):
        gradcheck.watch_training(make())


@pytest.mark.parametrize("options", [{"every": 0}, {"budget": 3}])
def test_numbers_that_make_no_sense_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(gradcheck.UsageError, match="every must be 1 or more"):
        gradcheck.watch_training(chain(), **options)


class Watched(type):
    """A metaclass that counts the classes made of it."""

    made = 0

    def __init__(cls, *args: object) -> None:
        super().__init__(*args)
        Watched.made += 1


class Metal(Chain, metaclass=Watched):
    pass


class Fixed(Slotted, metaclass=Watched):
    """Takes no attributes, and wants to know of its subclasses."""

    __slots__ = ()


def test_a_class_that_counts_its_subclasses_gets_none() -> None:
    before = Watched.made
    network = Metal(Dense(4, 5, np.random.default_rng(0)), Relu())
    with gradcheck.watch_training(network) as watch:
        x = np.random.default_rng(1).normal(size=(6, 4))
        network.backward(np.ones_like(network.forward(x)))
    assert watch.steps == 1
    assert watch.verdict == "pass"
    assert Watched.made == before
    assert list(vars(network)) == ["layers"]


def test_an_object_that_takes_neither_is_refused_and_can_be_told_of_by_hand() -> None:
    layer = Fixed(np.random.default_rng(0))
    with pytest.raises(gradcheck.UsageError, match=r"by_hand=True.*watch\.step"):
        gradcheck.watch_training(layer)
    watch = gradcheck.watch_training(layer, every=3, by_hand=True)
    rng = np.random.default_rng(1)
    said = []
    for _ in range(6):
        x = rng.normal(size=(5, 4))
        dout = layer.forward(x) - 0.5
        layer.backward(dout)
        said.append(watch.step(x, upstream=dout))
        layer.W -= 0.1 * layer.dW
    assert [result is not None for result in said] == [True, False, True, False, False, True]
    assert watch.verdict == "pass"
    assert type(layer) is Fixed


def test_a_wrong_layer_that_is_told_of_by_hand_is_found() -> None:
    class Wrong(Dense):
        def backward(self, dout: Array) -> Array:
            return super().backward(dout) * 2.0

    layer = Wrong(4, 3, np.random.default_rng(0))
    watch = gradcheck.watch_training(layer, by_hand=True)
    x = np.random.default_rng(1).normal(size=(5, 4))
    layer.backward(layer.forward(x))
    with pytest.warns(gradcheck.GradientWarning, match=r"the gradient of x .*step 1|step 1"):
        watch.step(x, upstream=np.ones((5, 3)))


def test_a_training_that_never_came_by_is_said() -> None:
    watch = gradcheck.watch_training(chain())
    with pytest.warns(gradcheck.GradientWarning, match="no backward pass of Chain was seen"):
        watch.close()


class Labelled(Chain):
    """Its backward pass takes labels: the loss is in nobody's code."""

    def backward(self, y: Array) -> Array:
        return super().backward(self.out - y)

    def forward(self, x: Array) -> Array:
        self.out = super().forward(x)
        return self.out


class Whole(Labelled):
    """Its backward pass takes the predictions and the labels."""

    def backward(self, output: Array, y: Array) -> Array:  # type: ignore[override]
        return super().backward(y)


@pytest.mark.parametrize("kind", [Labelled, Whole])
def test_a_loss_that_is_not_known_is_said_once(kind: type) -> None:
    network = kind(Dense(4, 3, np.random.default_rng(0)))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with gradcheck.watch_training(network, every=1) as watch:
            for _ in range(4):
                y = network.forward(np.ones((2, 4)))
                labels = np.zeros((2, 3))
                network.backward(*([y, labels] if kind is Whole else [labels]))
    (said,) = (str(w.message) for w in caught)
    assert "takes labels and forward does not" in said
    assert "forward returns the loss" in said
    assert watch.verdict == "inconclusive"


def test_a_training_that_diverges_has_no_wrong_gradient() -> None:
    network = chain()
    with np.errstate(all="ignore"), gradcheck.watch_training(network, every=10) as watch:
        train_chain(network, lr=1e9)(40)
    assert watch.verdict != "fail"
    assert "not finite" in watch.results[-1].notes[0]


def test_an_object_that_loses_its_copies_on_the_way_trains_on() -> None:
    network = chain()
    with gradcheck.watch_training(network, every=2) as watch:
        train_chain(network)(3)
        network.lock = threading.Lock()
        with pytest.warns(gradcheck.GradientWarning, match="deepcopy raises"):
            losses = train_chain(network)(5)
    assert watch.steps == 8
    assert len(losses) == 5


def test_a_check_that_breaks_off_is_said_and_does_not_end_the_training(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from gradcheck.watch import handle

    def broken(*args: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(handle, "scene_of", broken)
    network = chain()
    with (
        gradcheck.watch_training(network, every=2) as watch,
        pytest.warns(gradcheck.GradientWarning, match="broke off: RuntimeError"),
    ):
        train_chain(network)(5)
    assert watch.verdict == "inconclusive"
    assert watch.steps == 5
