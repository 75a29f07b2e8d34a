"""Networks, objectives, optimizers and the models made of them."""

import copy
import pickle

import numpy as np
import pytest

from nn import (
    SGD,
    Affine,
    Identity,
    MeanSquaredError,
    Network,
    Objective,
    ReLU,
    Sigmoid,
    SoftmaxCrossEntropy,
    Step,
    mlp,
)


@pytest.fixture
def objective(rng):
    return Objective(mlp((6, 5, 3), "sigmoid", rng=rng), SoftmaxCrossEntropy())


@pytest.fixture
def batch(rng):
    return rng.standard_normal((4, 6)), np.array([0, 2, 1, 2])


def test_gradients_of_the_objective_are_derivatives(objective, batch, numeric):
    x, t = batch
    objective.forward(x, t)
    dx = objective.backward(2.5)
    assert list(objective.grads) == ["affine1.W", "affine1.b", "affine2.W", "affine2.b"]
    claims = {"x": (dx, x)}
    claims |= {k: (objective.grads[k], v) for k, v in objective.params.items()}
    for gradient, array in claims.values():
        expected = numeric(lambda: 2.5 * objective.forward(x, t), array)
        np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-9)


def test_one_example_gives_the_numbers_of_a_batch_of_one(objective, batch):
    x, t = batch
    loss, dx = objective.forward(x[0], t[0]), objective.backward()
    dW = objective.grads["affine1.W"]
    assert loss == objective.forward(x[:1], t[:1])
    assert np.array_equal(objective.backward(), dx[None])
    assert np.array_equal(objective.grads["affine1.W"], dW)


def test_batch_gives_the_numbers_of_its_examples(objective, batch):
    network = objective.network
    y = network.forward(batch[0])
    np.testing.assert_allclose(y, [network.forward(row) for row in batch[0]], rtol=1e-12)


def test_params_are_live_and_can_be_written_or_replaced(objective, batch):
    before = objective.forward(*batch)
    objective.params["affine1.W"][...] = 0.0
    written = objective.forward(*batch)
    objective.params["affine2.W"] = np.zeros((5, 3), np.longdouble)
    assert before != written != objective.forward(*batch)
    assert objective.forward(*batch).dtype == np.longdouble


def test_unknown_parameter_is_refused_instead_of_ignored(objective):
    with pytest.raises(KeyError, match="'W' is not one of"):
        objective.params["W"] = np.zeros(3)


def test_copied_params_belong_to_no_network(objective):
    for copied in (
        copy.deepcopy(objective.params),
        pickle.loads(pickle.dumps(objective.params)),
    ):
        assert type(copied) is dict
        copied["affine1.b"][...] = 9
        assert not np.any(objective.params["affine1.b"] == 9)


def test_network_can_be_a_layer_of_a_network(rng):
    inner = mlp((4, 3), rng=rng)
    outer = Network([inner, Sigmoid()])
    assert list(outer.params) == ["network1.affine1.W", "network1.affine1.b"]
    outer.params["network1.affine1.b"] = np.ones(3)
    assert inner.params["affine1.b"].tolist() == [1, 1, 1]


def test_gradients_are_empty_before_the_first_backward_pass(objective):
    assert objective.grads == {}


def test_no_gradient_passes_back_through_a_step(rng):
    network = Network([Affine(4, 3, rng=rng), Step(), Affine(3, 2, rng=rng)])
    network.forward(rng.standard_normal((5, 4)))
    assert not network.backward(np.ones((5, 2))).any()
    assert not network.grads["affine1.W"].any()
    assert network.grads["affine2.b"].any()


def test_predictions_and_accuracy(rng):
    network = Network([Identity()])
    y = np.array([[0.0, 1.0], [2.0, 0.0], [0.0, 3.0], [0.0, 1.0]])
    assert network.predict(y).tolist() == [1, 0, 1, 1]
    assert network.predict(y[0]) == 1
    assert network.accuracy(y, np.array([1, 0, 0, 1])) == 0.75
    assert network.accuracy(y, np.eye(2)[[1, 0, 0, 1]]) == 0.75
    assert network.accuracy(y[1], np.int64(0)) == 1.0
    assert network.loss(y * 0, np.array([1, 0, 0, 1])) == np.log(2)


@pytest.mark.parametrize("t", [np.zeros(3, int), np.zeros((4, 1, 1), int), np.int64(0)])
def test_accuracy_needs_one_label_an_example(t):
    with pytest.raises(ValueError, match="one label an example"):
        Network([Identity()]).accuracy(np.ones((4, 2)), t)


def test_accuracy_of_nothing_is_refused():
    with pytest.raises(ValueError, match="one example or more"):
        Network([Identity()]).accuracy(np.ones((0, 2)), np.zeros(0, int))


def test_network_needs_layers_and_each_only_once(rng):
    with pytest.raises(ValueError, match="at least one layer"):
        Network([])
    relu = ReLU()
    with pytest.raises(ValueError, match="once only"):
        Network([relu, Affine(3, 3, rng=rng), relu])


def test_backward_before_forward_says_so(objective):
    with pytest.raises(RuntimeError, match=r"Objective\.backward needs"):
        objective.backward()
    with pytest.raises(RuntimeError, match=r"Network\.backward needs"):
        objective.network.backward(np.ones((4, 3)))


def test_input_refused_by_the_first_layer_leaves_the_earlier_pass_valid(rng):
    network = mlp((6, 5, 3), rng=rng)
    network.forward(np.ones((4, 6)))
    with pytest.raises(ValueError, match="each example must have 6"):
        network.forward(np.ones((4, 7)))
    assert network.backward(np.ones((4, 3))).shape == (4, 6)


def test_pass_that_stopped_half_way_cannot_be_gone_back_through(rng):
    network = Network([Affine(6, 5, rng=rng), Affine(5, 3, rng=rng)])
    network.forward(np.ones((4, 6)))
    network.layers["affine2"].params["W"] = np.ones((4, 3))
    with pytest.raises(ValueError, match="each example must have 4"):
        network.forward(np.ones((4, 6)))
    with pytest.raises(RuntimeError, match="completed"):
        network.backward(np.ones((4, 3)))


def test_refused_labels_are_not_mixed_with_an_earlier_pass(objective, batch):
    x, t = batch
    objective.forward(x, t)
    with pytest.raises(ValueError, match="labels must lie"):
        objective.forward(2 * x, t + 3)
    with pytest.raises(RuntimeError, match="completed"):
        objective.backward()


def test_mlp_refuses_what_it_cannot_build(rng):
    with pytest.raises(ValueError, match="an input and an output"):
        mlp((784,), rng=rng)
    with pytest.raises(ValueError, match="unknown activation 'tanh'; there are relu, sigmoid"):
        mlp((4, 3, 2), "tanh", rng=rng)


def test_mlp_ends_in_logits(rng):
    assert list(mlp(rng=rng).layers) == ["affine1", "relu1", "affine2"]


# ---- optimizer ------------------------------------------------------------------------------


def test_plain_descent_is_one_step_against_the_gradient():
    W = np.array([1.0, 2.0])
    SGD(0.5).step({"W": W}, {"W": np.array([2.0, -2.0])})
    assert W.tolist() == [0, 3]


def test_momentum_repeats_a_share_of_the_last_step():
    params, grads = {"W": np.zeros(1)}, {"W": np.ones(1)}
    optimizer = SGD(1.0, momentum=0.5)
    for expected in (-1.0, -2.5, -4.25):
        optimizer.step(params, grads)
        assert params["W"] == expected


def test_descent_finds_the_line_through_points(rng):
    objective = Objective(Network([Affine(1, 1, rng=rng)]), MeanSquaredError())
    x = np.linspace(-1, 1, 9)[:, None]
    optimizer = SGD(0.5, momentum=0.5)
    for _ in range(200):
        objective.forward(x, 3 * x - 2)
        objective.backward()
        optimizer.step(objective.params, objective.grads)
    np.testing.assert_allclose(objective.params["affine1.W"], [[3]], rtol=1e-9)
    np.testing.assert_allclose(objective.params["affine1.b"], [-2], rtol=1e-9)


@pytest.mark.parametrize("lr", [0.0, -1.0, np.nan, np.inf])
def test_learning_rate_must_be_positive_and_finite(lr):
    with pytest.raises(ValueError, match="lr must be positive"):
        SGD(lr)


@pytest.mark.parametrize("momentum", [-0.1, 1.0, np.nan])
def test_momentum_must_be_a_share(momentum):
    with pytest.raises(ValueError, match="momentum must lie in"):
        SGD(0.1, momentum=momentum)


@pytest.mark.parametrize(
    ("grads", "message"),
    [
        ({"W": np.ones(2)}, r"differ in names: \['b'\]"),
        ({"W": np.ones(2), "b": np.ones(1), "c": np.ones(1)}, r"differ in names: \['c'\]"),
        ({"W": np.ones(2), "b": np.ones((1, 1))}, r"b has shape \(1, 1\)"),
    ],
)
def test_gradients_that_do_not_match_change_nothing(grads, message):
    params = {"W": np.zeros(2), "b": np.zeros(1)}
    with pytest.raises(ValueError, match=message):
        SGD(0.1).step(params, grads)
    assert not params["W"].any()


def test_an_objective_names_its_nodes_once_it_has_targets(objective, batch):
    with pytest.raises(RuntimeError, match=r"Objective\.nodes needs"):
        objective.nodes()
    loss = objective.forward(*batch)
    names, layers = zip(*objective.nodes(), strict=True)
    assert names == ("affine1", "sigmoid1", "affine2", "loss")
    value, gradient = batch[0], np.asarray(2.0)
    for layer in layers:
        value = layer.forward(value)
    for layer in reversed(layers):
        gradient = layer.backward(gradient)
    np.testing.assert_array_equal(value, loss)
    np.testing.assert_array_equal(gradient, objective.backward(2.0))
