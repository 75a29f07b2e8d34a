"""Containers: chains, residuals, branches, and graphs that share layers."""

import numpy as np
import pytest

from nn.containers import Graph, Parallel, Residual, Sequential
from nn.layers import (
    Add,
    Affine,
    Embedding,
    Identity,
    MatMul,
    Multiply,
    ReLU,
    ScaledDotProductAttention,
    Tanh,
)
from nn.losses import SoftmaxCrossEntropy


def affine(rng, d_in=4, d_out=4):
    return Affine(d_in, d_out, rng=rng)


def test_chain_names_its_layers_by_kind_and_position(rng):
    chain = Sequential([affine(rng), ReLU(), affine(rng)])
    assert [name for name, _ in chain.nodes()] == ["affine1", "relu1", "affine2"]
    assert [*chain.params] == ["affine1.W", "affine1.b", "affine2.W", "affine2.b"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda r: Sequential([]), "at least one layer"),
        (lambda r: Sequential([r, r]), "each layer may occur once only, but a ReLU"),
        (lambda r: Parallel([r]), "two branches or more"),
        (lambda r: Parallel([r, r]), "each layer may occur once"),
        (lambda r: Graph({}), "at least one node"),
        (lambda r: Graph({"y": (r, "z")}), r"\['z'\] are used, but the nodes are \['y'\]"),
        (lambda r: Graph({"y": (r, "x"), "z": (r, "x")}), r"not depend on \['y'\]"),
        (lambda r: Graph({"y": (r, "x")}, inputs=("x", "w")), r"not depend on \['w'\]"),
        (lambda r: Graph({"y": (r, "x")}, output="x"), r"\['x'\] are used"),
        (lambda r: Graph({"x": (r, "x")}), "names occur twice"),
        (lambda r: Graph({"a": (r, "b"), "b": (r, "a")}, inputs=()), "form a cycle"),
    ],
)
def test_container_that_is_not_whole_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make(ReLU())


@pytest.mark.parametrize(
    "make",
    [
        lambda r: Sequential([r, Sequential([r, Tanh()])]),
        lambda r: Parallel([Sequential([r]), Residual(Sequential([Tanh(), r]))]),
        lambda r: Graph({"a": (r, "x"), "y": (Residual(r), "a")}),
        lambda r: Graph({"a": (Sequential([r]), "x"), "y": (Graph({"z": (r, "x")}), "a")}),
    ],
)
def test_layer_inside_two_members_is_refused(make, rng):
    # The second pass through it would overwrite the first, and the gradient would be wrong.
    with pytest.raises(ValueError, match="share a Affine; a Graph can share it"):
        make(affine(rng))


def test_residual_of_a_layer_of_another_width_is_refused(rng):
    block = Residual(affine(rng, 4, 3))
    with pytest.raises(ValueError, match=r"x has shape \(2, 4\), but Affine returns \(2, 3\)"):
        block.forward(np.ones((2, 4)))
    with pytest.raises(RuntimeError, match="backward needs a completed"):
        block.backward(np.ones((2, 4)))


def test_both_paths_of_a_residual_contribute():
    block = Residual(Identity())
    assert block.forward(np.array([3.0])).tolist() == [6]
    assert block.backward(np.array([5.0])).tolist() == [10]


def test_parallel_branches_add_their_gradients():
    block = Parallel([Identity(), Identity()], axis=0)
    assert block.forward(np.array([3.0])).tolist() == [3, 3]
    assert block.backward(np.array([5.0, 7.0])).tolist() == [12]


def test_chain_may_start_with_indices(rng):
    embedding = Embedding(5, 4, rng=rng)
    chain = Sequential([embedding, Tanh()])
    chain.forward(np.array([1, 2]))
    assert chain.backward(np.ones((2, 4))) is None
    assert embedding.grads["W"].any()
    chain = Sequential([Identity(), embedding])
    with pytest.raises(ValueError, match="whole numbers"):
        chain.forward(np.array([1, 2]))


# ---- graphs ---------------------------------------------------------------------------------


def test_graph_runs_nodes_in_topological_order_whatever_order_they_came_in():
    graph = Graph(
        {"y": (Add(), ("b", "a")), "b": (Tanh(), "a"), "a": (Identity(), "x")}, output="y"
    )
    assert [name for name, _ in graph.nodes()] == ["a", "b", "y"]
    x = np.array([0.5])
    np.testing.assert_allclose(graph.forward(x), x + np.tanh(x), rtol=1e-15)
    np.testing.assert_allclose(graph.backward(np.ones(1)), 2 - np.tanh(x) ** 2, rtol=1e-15)


def test_value_used_twice_by_one_node_gets_both_contributions():
    graph = Graph({"y": (Multiply(), ("x", "x"))})
    assert graph.forward(np.array([3.0])).tolist() == [9]
    assert graph.backward(np.array([1.0])).tolist() == [6]


def test_shared_layer_has_one_set_of_parameters_and_the_sum_of_gradients(rng):
    shared = affine(rng)
    graph = Graph({"a": (shared, "x"), "y": (shared, "a")})
    assert [*graph.params] == ["a.W", "a.b"]
    x, dout = rng.standard_normal((3, 4)), rng.standard_normal((3, 4))
    first, second = affine(rng), affine(rng)
    for layer in (first, second):
        layer.params.update(shared.params)
    y = second.forward(first.forward(x))
    dx = first.backward(second.backward(dout))
    np.testing.assert_allclose(graph.forward(x), y, rtol=1e-14)
    for _ in range(2):  # a second backward must not add to the first
        np.testing.assert_allclose(graph.backward(dout), dx, rtol=1e-13)
        for name in ("W", "b"):
            total = first.grads[name] + second.grads[name]
            np.testing.assert_allclose(graph.grads[f"a.{name}"], total, rtol=1e-13)


def test_shared_container_works_as_a_shared_layer(rng, numeric):
    shared = Sequential([affine(rng), Tanh()])
    graph = Graph({"a": (shared, "x"), "b": (shared, "a"), "y": (MatMul(), ("b", "a"))})
    x = rng.standard_normal((4, 4))
    dout = rng.standard_normal((4, 4))
    graph.forward(x)
    dx = graph.backward(dout)
    grads = {name: g.copy() for name, g in graph.grads.items()}
    claims = [(dx, x), *((grads[name], value) for name, value in graph.params.items())]
    for claimed, array in claims:
        expected = numeric(lambda: np.sum(dout * graph.forward(x)), array)
        np.testing.assert_allclose(claimed, expected, rtol=1e-6, atol=1e-8)


def test_parameter_that_is_replaced_reaches_every_use(rng):
    shared = affine(rng)
    graph = Graph({"a": (shared, "x"), "y": (shared, "a")})
    graph.params["a.W"] = np.zeros((4, 4))
    assert not graph.forward(np.ones((1, 4))).any()


def test_graph_counts_its_inputs():
    graph = Graph({"y": (Add(), ("a", "b"))}, inputs=("a", "b"))
    with pytest.raises(ValueError, match=r"1 arrays came for the inputs \('a', 'b'\)"):
        graph.forward(np.ones(2))
    graph.forward(np.ones(2), np.ones(2))
    da, db = graph.backward(np.ones(2))
    assert da.tolist() == db.tolist() == [1, 1]


def test_graph_says_where_no_gradient_passes(rng):
    graph = Graph({"i": (Identity(), "x"), "y": (Embedding(3, 2, rng=rng), "i")})
    with pytest.raises(ValueError, match="whole numbers"):
        graph.forward(np.array([0, 1]))


def test_graph_takes_masks_and_labels_which_get_no_gradient(rng):
    q, k, v = (rng.standard_normal((2, 3, 4)) for _ in range(3))
    mask = np.tri(3, dtype=bool)
    layer = ScaledDotProductAttention()
    graph = Graph({"y": (layer, ("q", "k", "v", "mask"))}, inputs=("q", "k", "v", "mask"))
    y = graph.forward(q, k, v, mask)
    *found, none = graph.backward(y)
    alone = ScaledDotProductAttention()
    alone.forward(q, k, v, mask)
    assert none is None
    for got, expected in zip(found, alone.backward(y), strict=True):
        assert np.array_equal(got, expected)

    cost = Graph(
        {"z": (affine(rng), "x"), "y": (SoftmaxCrossEntropy(), ("z", "t"))}, inputs=("x", "t")
    )
    cost.forward(rng.standard_normal((5, 4)), np.array([0, 1, 2, 3, 0]))
    dx, none = cost.backward(1.0)
    assert dx.shape == (5, 4)
    assert none is None
