"""Digits, IDX files and stored weights."""

import gzip
import struct

import numpy as np
import pytest

from nn import Objective, load_weights, mlp, save_weights
from nn.data import load_digits, load_idx
from nn.examples import (
    digits_cnn,
    digits_initial,
    digits_lstm,
    digits_sigmoid,
    digits_trained,
    digits_transformer,
)
from nn.weights import TRAINED


@pytest.fixture(scope="module")
def digits():
    return load_digits()


def test_digits_are_grey_values_and_labels(digits):
    for x, t, size in (
        (digits.x_train, digits.t_train, 4000),
        (digits.x_test, digits.t_test, 1000),
    ):
        assert (x.shape, x.dtype) == ((size, 784), np.float64)
        assert (x.min(), x.max()) == (0, 1)
        assert t.dtype == np.int64
        assert np.bincount(t).tolist() == [size // 10] * 10


def test_no_held_out_digit_is_among_those_to_learn_from(digits):
    seen = {row.tobytes() for row in digits.x_train}
    assert not any(row.tobytes() in seen for row in digits.x_test)


def test_digits_cannot_be_reassigned(digits):
    with pytest.raises(AttributeError):
        digits.x_train = 0


# ---- IDX ------------------------------------------------------------------------------------


def idx(array):
    return struct.pack(f">2xBB{array.ndim}I", 8, array.ndim, *array.shape) + array.tobytes()


IMAGES = np.arange(3 * 784, dtype=np.uint8).reshape(3, 28, 28)
LABELS = np.array([9, 0, 4], np.uint8)


@pytest.fixture
def folder(tmp_path):
    for part in ("train", "t10k"):
        (tmp_path / f"{part}-images-idx3-ubyte").write_bytes(idx(IMAGES))
        (tmp_path / f"{part}-labels-idx1-ubyte.gz").write_bytes(
            gzip.compress(idx(LABELS), mtime=0)
        )
    return tmp_path


def test_idx_files_are_read_plain_and_compressed(folder):
    digits = load_idx(folder)
    assert np.array_equal(digits.x_train, IMAGES.reshape(3, 784) / 255)
    assert digits.t_test.tolist() == [9, 0, 4]


IMAGE_FAULTS = [
    (idx(IMAGES)[:-1], "truncated: shape .* needs 2352 entries, found 2351"),
    (idx(IMAGES) + b"x", "too long"),
    (idx(IMAGES)[:10], "truncated in the header of 3 axes"),
    (b"", "not an IDX file of bytes.*found nothing"),
    (b"\x89PNG....", "not an IDX file of bytes.*found 89 50 4e"),
    (b"\0\0\x0d\x03" + idx(IMAGES)[4:], "not an IDX file of bytes"),
    (idx(IMAGES[:2]), r"images \(2, 28, 28\) and labels \(3,\)"),
    (idx(IMAGES[:, :14]), r"images \(3, 14, 28\)"),
    (idx(LABELS), r"images \(3,\)"),
]


@pytest.mark.parametrize(("content", "message"), IMAGE_FAULTS)
def test_faulty_idx_file_is_refused_with_its_fault(folder, content, message):
    (folder / "train-images-idx3-ubyte").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        load_idx(folder)


@pytest.mark.parametrize(
    "content", [gzip.compress(idx(LABELS), mtime=0)[:-9], b"no gzip at all", b""]
)
def test_faulty_gzip_file_is_refused(folder, content):
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(content)
    with pytest.raises(ValueError, match=r"t10k-labels-idx1-ubyte\.gz: (truncated|not an IDX)"):
        load_idx(folder)


def test_label_above_nine_is_refused(folder):
    (folder / "t10k-labels-idx1-ubyte").write_bytes(idx(LABELS + 1))
    with pytest.raises(ValueError, match="t10k has the label 10"):
        load_idx(folder)


def test_missing_file_is_named(folder):
    (folder / "t10k-images-idx3-ubyte").unlink()
    with pytest.raises(FileNotFoundError, match="neither t10k-images-idx3-ubyte nor"):
        load_idx(folder)


# ---- weights --------------------------------------------------------------------------------


def test_weights_come_back_as_they_were_saved(tmp_path, rng):
    saved, loaded = mlp((6, 5, 3), rng=rng), mlp((6, 5, 3), rng=rng)
    path = tmp_path / "weights"  # exactly this name, without a suffix appended
    save_weights(path, saved.params, dtype=np.float64)
    load_weights(path, loaded.params)
    for name, value in saved.params.items():
        assert np.array_equal(loaded.params[name], value)


def test_weights_are_stored_in_single_and_loaded_in_double_precision(tmp_path, rng):
    network = mlp((6, 3), rng=rng)
    W = network.params["affine1.W"].copy()
    save_weights(tmp_path / "w.npz", network.params)
    load_weights(tmp_path / "w.npz", network.params)
    assert network.params["affine1.W"].dtype == np.float64
    assert np.array_equal(network.params["affine1.W"], W.astype(np.float32))


def test_weights_of_another_network_change_nothing(tmp_path, rng):
    save_weights(tmp_path / "w.npz", mlp((6, 5, 3), rng=rng).params)
    network = mlp((6, 4, 3), rng=rng)
    before = network.params["affine2.b"].copy()
    with pytest.raises(ValueError, match=r"holds weights .* but the network needs"):
        load_weights(tmp_path / "w.npz", network.params)
    assert np.array_equal(network.params["affine2.b"], before)


def test_file_that_holds_no_weights_is_refused(tmp_path, rng):
    path, params = tmp_path / "w.npz", mlp((6, 3), rng=rng).params
    np.savez(path, **{"affine1.W": np.array([{}], dtype=object)})
    damaged = TRAINED.read_bytes()[:5000]
    for content in (path.read_bytes(), b"", b"text", b"PK\3\4", damaged):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="not an npz file of plain arrays"):
            load_weights(path, params)


def test_single_array_is_not_taken_for_weights(tmp_path, rng):
    np.save(tmp_path / "w.npy", np.ones(3))
    with pytest.raises(ValueError, match="not an npz file of plain arrays"):
        load_weights(tmp_path / "w.npy", mlp((6, 3), rng=rng).params)


# ---- examples -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("example", "batch"),
    [
        (digits_initial, 20),
        (digits_trained, 20),
        (digits_sigmoid, 20),
        (digits_cnn, 3),
        (digits_lstm, 2),
        (digits_transformer, 2),
    ],
)
def test_example_is_an_objective_with_a_batch_of_real_digits(example, batch):
    objective, (x, t) = example(np.random.default_rng(3))
    again, (x_again, _) = example(np.random.default_rng(3))
    assert isinstance(objective, Objective)
    assert (x.shape, t.shape) == ((batch, 784), (batch,))
    assert np.array_equal(x, x_again)
    assert objective.forward(x, t) == again.forward(x, t)
    assert objective.backward().shape == x.shape


def test_trained_weights_know_the_held_out_digits(digits, rng):
    network = mlp(rng=rng)
    load_weights(TRAINED, network.params)
    assert network.accuracy(digits.x_test, digits.t_test) >= 0.91
