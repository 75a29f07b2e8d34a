"""Trainings that are stored, resumed, stopped early and drawn."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from nn import Objective, SoftmaxCrossEntropy, mlp
from nn.__main__ import main
from nn.augment import shifted
from nn.checkpoint import load_checkpoint, read_options, save_checkpoint
from nn.curve import curve
from nn.history import Epoch, stalled
from nn.models import cnn, lstm, transformer
from nn.optimizers import SGD, AdamW, StepDecay
from nn.recipes import RECIPES
from nn.training import Schedule, Training

MODELS = {
    "mlp": lambda rng: mlp((64, 8, 3), rng=rng),
    "cnn": lambda rng: cnn(8, 3, channels=(2, 3), rng=rng),
    "lstm": lambda rng: lstm(8, 3, hidden_size=5, rng=rng),
    "transformer": lambda rng: transformer(8, 3, dim=4, num_heads=2, blocks=1, rng=rng),
}


def fresh(name, seed=0):
    rng = np.random.default_rng(seed)
    return Training(
        Objective(MODELS[name](rng), SoftmaxCrossEntropy()),
        AdamW(0.01),
        rng,
        rate=StepDecay(0.01, 4, 0.5),
        max_norm=1.0,
        augment=shifted,
    )


@pytest.fixture
def data():
    rng = np.random.default_rng(8)
    return rng.random((20, 64)), rng.integers(0, 3, 20)


def exhaust(training, data, epochs):
    return list(training.run(data, Schedule(epochs, 6)))


@pytest.mark.parametrize("name", MODELS)
def test_resumed_training_comes_to_the_same_numbers(name, data, tmp_path):
    whole, first, second = fresh(name), fresh(name), fresh(name, seed=9)
    losses = exhaust(whole, data, 5)
    before = exhaust(first, data, 2)
    save_checkpoint(tmp_path / "c.npz", first, {"model": name})
    load_checkpoint(tmp_path / "c.npz", second)
    assert losses == before + exhaust(second, data, 5)
    state, resumed = (
        {**t.objective.network.params, **t.objective.network.buffers} for t in (whole, second)
    )
    for key, value in state.items():
        assert np.array_equal(resumed[key], value)
    assert [e.loss for e in whole.history] == [e.loss for e in second.history]
    assert read_options(tmp_path / "c.npz") == {"model": name}


@pytest.mark.parametrize("name", MODELS)
def test_model_learns(name, data):
    training = fresh(name)
    training.augment = training.rate = None
    training.optimizer.lr = 0.03
    losses = exhaust(training, data, 20)
    assert np.mean(losses[-4:]) < 0.8 * np.mean(losses[:4])


def test_checkpoint_of_another_network_is_refused_and_changes_nothing(data, tmp_path):
    path = tmp_path / "c.npz"
    save_checkpoint(path, fresh("mlp"), {})
    other = fresh("cnn")
    kept = {name: value.copy() for name, value in other.objective.params.items()}
    with pytest.raises(ValueError, match="is needed"):
        load_checkpoint(path, other)
    for name, value in other.objective.params.items():
        assert np.array_equal(value, kept[name])
    other = fresh("mlp")
    other.optimizer = SGD(0.1)
    with pytest.raises(ValueError, match="for SGD is needed"):
        load_checkpoint(path, other)


def test_checkpoint_without_the_state_of_its_optimizer_changes_nothing(data, tmp_path):
    path = tmp_path / "c.npz"
    save_checkpoint(path, fresh("mlp"), {})
    with np.load(path) as stored:
        kept = {name: stored[name] for name in stored.files if name != "optimizer/steps"}
    np.savez(path, **kept)
    other = fresh("mlp", seed=3)
    before = {name: value.copy() for name, value in other.objective.params.items()}
    with pytest.raises(ValueError, match="'steps' is missing"):
        load_checkpoint(path, other)
    for name, value in other.objective.params.items():
        assert np.array_equal(value, before[name])


def test_weights_alone_are_no_checkpoint(tmp_path):
    np.savez(tmp_path / "w.npz", W=np.ones(2))
    with pytest.raises(ValueError, match="not a checkpoint"):
        read_options(tmp_path / "w.npz")


def test_checkpoint_leaves_no_part_behind(tmp_path):
    save_checkpoint(tmp_path / "c.npz", fresh("mlp"), {})
    assert [path.name for path in tmp_path.iterdir()] == ["c.npz"]


# ---- command --------------------------------------------------------------------------------


def test_command_resumes_to_the_same_weights(tmp_path, capsys):
    whole, parts, saved = (str(tmp_path / name) for name in ("a.npz", "b.npz", "c.npz"))
    main(["train", "--epochs", "3", "--weights", whole])
    main(["train", "--epochs", "1", "--save", saved])
    main(["train", "--epochs", "3", "--resume", saved, "--weights", parts])
    with np.load(whole) as a, np.load(parts) as b:
        assert all(np.array_equal(a[name], b[name]) for name in a.files)
    assert "learning curve" not in capsys.readouterr().out


def test_command_stops_early_and_draws_its_curve(tmp_path, capsys):
    picture = tmp_path / "curve.svg"
    arguments = ["--epochs", "60", "--patience", "1", "--lr", "0.5", "--plot", str(picture)]
    assert main(["train", *arguments]) == 0
    said = capsys.readouterr().out
    assert "stopped early after" in said
    assert f"learning curve drawn in {picture}" in said
    text = "".join(ET.fromstring(picture.read_text()).itertext())
    assert "held-out digits are right" in text
    assert "validation loss" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model", "rnn"], "invalid choice: 'rnn'"),
        (["--model", "cnn", "--hidden", "9"], "--hidden is an option of mlp, not of cnn"),
        (["--plot", "curve.png"], "ends in .svg"),
        (["--patience", "0"], "expected a positive whole number"),
        (["--resume", "/no/such/file"], "/no/such/file"),
        (["--save", "/no/such/folder/c.npz"], "not a file in an existing folder"),
    ],
)
def test_bad_option_is_named_and_exits_with_4(arguments, message, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["train", *arguments])
    assert exit_.value.code == 4
    assert message in capsys.readouterr().err


def test_option_that_contradicts_the_checkpoint_is_refused(tmp_path, capsys):
    saved = str(tmp_path / "c.npz")
    main(["train", "--epochs", "1", "--save", saved])
    with pytest.raises(SystemExit) as exit_:
        main(["train", "--resume", saved, "--lr", "0.3"])
    assert exit_.value.code == 4
    assert "the training to resume has 0.2, which stays" in capsys.readouterr().err


def test_every_model_has_a_recipe():
    assert set(RECIPES) == {"mlp", "cnn", "lstm", "transformer"}


# ---- parts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("losses", "patience", "expected"),
    [
        ([3, 2, 1], 1, False),
        ([3, 1, 1], 1, True),
        ([3, 1, 2], 2, False),
        ([1, 2, 3], 2, True),
        ([1, 2], 2, False),
        ([], 1, False),
    ],
)
def test_training_has_stalled_when_the_best_is_old(losses, patience, expected):
    assert stalled([Epoch(0.0, loss) for loss in losses], patience) is expected


def test_patience_must_be_positive():
    with pytest.raises(ValueError, match="patience must be positive"):
        Schedule(patience=0)


@pytest.mark.parametrize(
    "history",
    [[Epoch(1.0)], [Epoch(2.0, 1.0), Epoch(0.5, 0.9)], [Epoch(0.0)], [Epoch(1.0)] * 40],
)
def test_curve_is_a_picture_without_validation_where_there_is_none(history):
    text = curve(history, "a < b & c")
    root = ET.fromstring(text)
    named = "".join(root.itertext())
    assert "a < b & c" in named
    assert ("validation" in named) is bool(np.isfinite(history[0].validation))
    assert "nan" not in text


def test_curve_needs_an_epoch():
    with pytest.raises(ValueError, match="one epoch or more"):
        curve([], "")


def test_shifted_images_keep_their_pixels(rng):
    x = np.zeros((50, 25))
    x[:, 12] = 1
    moved = shifted(x, rng)
    assert (moved.sum(axis=1) == 1).all()
    assert len({int(row.argmax()) for row in moved}) == 9


def test_cnn_needs_a_side_that_can_be_halved_twice(rng):
    with pytest.raises(ValueError, match="side must be 4 or more"):
        cnn(3, rng=rng)
