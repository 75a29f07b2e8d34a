"""The command that trains, and the loop behind it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nn import Objective, SoftmaxCrossEntropy, load_weights, mlp
from nn.__main__ import main
from nn.data import load_digits
from nn.training import Schedule, training
from nn.weights import TRAINED

ROOT = Path(__file__).resolve().parents[3]


def test_default_training_reaches_91_percent_and_the_weights_that_are_kept(tmp_path, capsys):
    path = tmp_path / "weights.npz"
    assert main(["train", "--weights", str(path)]) == 0
    said = capsys.readouterr().out
    assert "of 1000 held-out digits are right" in said
    assert f"weights saved to {path}" in said
    network, kept = (mlp(rng=np.random.default_rng(9)) for _ in range(2))
    load_weights(path, network.params)
    load_weights(TRAINED, kept.params)
    digits = load_digits()
    assert network.accuracy(digits.x_test, digits.t_test) >= 0.91
    # Sums may be ordered otherwise on another machine, and thousands of steps carry that on.
    x = digits.x_test
    assert np.mean(network.predict(x) == kept.predict(x)) > 0.97


def small(rng):
    x = rng.standard_normal((50, 4))
    return Objective(mlp((4, 8, 2), rng=rng), SoftmaxCrossEntropy()), (
        x,
        (x[:, 0] > 0).astype(int),
    )


def test_training_is_repeated_by_its_seed():
    losses = []
    for _ in range(2):
        rng = np.random.default_rng(5)
        objective, data = small(rng)
        losses.append(list(training(objective, data, schedule=Schedule(3, 16), rng=rng)))
    assert losses[0] == losses[1]
    assert len(losses[0]) == Schedule(3, 16).steps(50) == 12
    assert losses[0][-1] < losses[0][0]


def test_training_that_diverges_says_so(rng):
    objective, data = small(rng)
    with pytest.raises(FloatingPointError, match="lower the learning rate"):
        list(training(objective, data, schedule=Schedule(lr=1e200), rng=rng))


def test_command_that_diverges_exits_with_1_and_saves_nothing(tmp_path, capsys):
    path = tmp_path / "w.npz"
    assert main(["train", "--lr", "1e200", "--weights", str(path)]) == 1
    assert "training diverged" in capsys.readouterr().err
    assert not path.exists()


@pytest.mark.parametrize(
    ("flag", "value", "message"),
    [
        ("--epochs", "0", "expected a positive whole number, got '0'"),
        ("--batch", "2.5", "expected a positive whole number, got '2.5'"),
        ("--lr", "nan", "expected a positive number, got 'nan'"),
        ("--lr", "fast", "expected a positive number, got 'fast'"),
        ("--lr=-1", None, "expected a positive number, got '-1'"),
        ("--seed", "x", "expected a whole number from 0 on, got 'x'"),
        ("--hidden", "-3", "expected"),
        ("--activation", "tanh", "invalid choice: 'tanh'"),
        ("--weights", "/no/such/folder/w.npz", "not a file in an existing folder"),
        ("--speed", "9", "unrecognized arguments"),
    ],
)
def test_bad_value_is_named_and_exits_with_4(flag, value, message, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["train", flag] + ([value] if value else []))
    assert exit_.value.code == 4
    assert message in capsys.readouterr().err


def test_command_is_required(capsys):
    with pytest.raises(SystemExit) as exit_:
        main([])
    assert exit_.value.code == 4
    assert "COMMAND" in capsys.readouterr().err


def test_reader_that_leaves_early_costs_no_file(tmp_path):
    path = tmp_path / "w.npz"
    command = [sys.executable, "-m", "nn", "train", "--epochs", "1", "--weights", str(path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as done:
        done.stdout.close()
        said = done.stderr.read()
    assert (done.returncode, said) == (0, b"")
    assert path.exists()


def test_interruption_exits_with_2(monkeypatch, capsys):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("nn.__main__._run", interrupt)
    assert main(["train"]) == 2
    assert "interrupted" in capsys.readouterr().err


def test_bar_is_shown_on_a_terminal_only(monkeypatch, capsys):
    shown = []
    monkeypatch.setattr("nn.progress.show", lambda losses, steps: shown.append(steps))
    main(["train", "--epochs", "1"])
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    main(["train", "--epochs", "1"])
    capsys.readouterr()
    assert shown == [250]


@pytest.mark.parametrize("wrong", [{"epochs": 0}, {"batch": -1}])
def test_schedule_needs_positive_numbers(wrong):
    with pytest.raises(ValueError, match="must be positive"):
        Schedule(**wrong)
