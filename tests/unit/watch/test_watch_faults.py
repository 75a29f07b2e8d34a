"""Wrong trainings are told of at the first check that can see it, once, with the cause."""

import warnings
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import gradcheck
from tests.unit.watch.faults import FAULTS, TALLY, SignOfBias, layered
from tests.unit.watch.loops import chain, train_chain
from tests.unit.watch.strangers import Array, Dense, Relu


@cache
def watched(name: str) -> tuple[gradcheck.Watch, list[str]]:
    fault = FAULTS[name]
    TALLY.clear()
    network = fault.make()
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        with gradcheck.watch_training(network, every=50) as watch:
            fault.loop(network)(200)
    kinds = {warning.category for warning in caught}
    assert kinds <= {gradcheck.GradientWarning, RuntimeWarning}
    said = [str(w.message) for w in caught if w.category is gradcheck.GradientWarning]
    return watch, said


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_of_at_the_next_check_with_its_cause(name: str) -> None:
    fault = FAULTS[name]
    watch, said = watched(name)
    assert watch.verdict == "fail"
    failed = [result.cases[0] for result in watch.results if result.failures]
    assert failed[0] == f"step {fault.step}"
    assert f"at step {fault.step} of the training" in said[0]
    for word in fault.words:
        assert word in said[0]
    assert all(result.cost.forward <= 60 for result in watch.results)


ONCE = [name for name in FAULTS if name != "state elsewhere"]


@pytest.mark.parametrize("name", ONCE)
def test_a_fault_is_told_of_once(name: str) -> None:
    _, said = watched(name)
    assert len(said) == 1


def test_a_second_fault_is_told_of_as_well() -> None:
    class Sudden(Relu):
        passes = 0

        def backward(self, dout: Array) -> Array:
            self.passes += 1
            return super().backward(dout) * (1.5 if self.passes > 60 else 1.0)

    network = layered(middle=Sudden, last=SignOfBias)
    found: list[gradcheck.TargetResult] = []
    with gradcheck.watch_training(network, every=50, on_finding=found.append):
        train_chain(network)(200)
    assert [result.cases for result in found] == [("step 1",), ("step 150",)]
    assert any("layers.1" in f.message for f in found[1].failures)
    assert not any("layers.1" in f.message for f in found[0].failures)


def test_a_result_has_tensor_place_error_bar_and_cause() -> None:
    watch, _ = watched("mean")
    inner = next(f for f in watch.results[0].failures if f.message.startswith("in layers.0"))
    assert inner.tensor == "layers.0.b"
    assert inner.index is not None
    assert inner.claimed == pytest.approx(inner.reference / 2), "of two examples"
    assert 0 < inner.error < 1e-12
    assert inner.causes[0].cause
    assert watch.results[0].source is not None
    assert watch.results[0].source.file.endswith("faults.py")


def test_an_upstream_gradient_that_only_the_training_has_is_used() -> None:
    class Clipping(Dense):
        """Wrong for large upstream gradients alone."""

        def backward(self, dout: Array) -> Array:
            return super().backward(np.clip(dout, -5.0, 5.0))

    def told(size: float) -> str:
        network = Clipping(4, 3, np.random.default_rng(0))
        found: list[gradcheck.TargetResult] = []
        with gradcheck.watch_training(network, on_finding=found.append) as watch:
            network.forward(np.random.default_rng(1).normal(size=(5, 4)))
            network.backward(np.random.default_rng(2).normal(0, size, (5, 3)))
        return watch.verdict

    assert told(1.0) == "pass"
    assert told(10.0) == "fail"


def test_a_warning_may_be_an_error() -> None:
    network = layered(last=SignOfBias)
    with warnings.catch_warnings():
        warnings.simplefilter("error", gradcheck.GradientWarning)
        with (
            gradcheck.watch_training(network),
            pytest.raises(gradcheck.GradientWarning, match=r"layers\.2"),
        ):
            train_chain(network)(3)


def test_a_warning_points_at_the_training_and_not_at_the_checker() -> None:
    network = layered(last=SignOfBias)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with gradcheck.watch_training(network):
            train_chain(network)(1)
    assert caught[0].filename.endswith("strangers.py")  # loss.backward() calls it


def test_a_wrong_step_can_be_written_and_checked_again(tmp_path: Path) -> None:
    network = layered(last=SignOfBias)
    with (
        gradcheck.watch_training(network, every=50) as watch,
        pytest.warns(gradcheck.GradientWarning),
    ):
        train_chain(network)(60)
    (path,) = watch.save(str(tmp_path / "faults"))
    assert path.endswith("faults/step-1.npz")
    again = gradcheck.replay_step(layered(last=SignOfBias), path)
    assert any("layers.2 (SignOfBias" in f.message for f in again)
    assert gradcheck.replay_step(layered(), path) == [], "the mended network is right there"


@pytest.mark.parametrize("name", ["model", "slots", "late, by weight"])
def test_a_step_can_be_checked_again_in_every_convention(name: str, tmp_path: Path) -> None:
    watch, _ = watched(name)
    path, *_ = watch.save(str(tmp_path))
    assert gradcheck.replay_step(FAULTS[name].make(), path)


def test_what_is_no_such_file_or_network_is_refused(tmp_path: Path) -> None:
    watch, _ = watched("sign")
    (path,) = watch.save(str(tmp_path))
    with pytest.raises(gradcheck.UsageError, match="build it as in the training"):
        gradcheck.replay_step(chain_of_other_size(), path)
    (tmp_path / "other.npz").write_bytes(b"no archive")
    with pytest.raises(gradcheck.UsageError, match=r"watch\.save"):
        gradcheck.replay_step(chain(), str(tmp_path / "other.npz"))


def chain_of_other_size() -> object:
    rng = np.random.default_rng(0)
    return type(chain())(Dense(4, 5, rng), Relu(), Dense(5, 3, rng))


def test_a_cause_is_not_searched_at_every_check() -> None:
    watch, _ = watched("sign")
    searched = [result.cost.explaining > 0 for result in watch.results]
    assert searched == [True, True, False, True, False]
    assert all(result.failures for result in watch.results)
