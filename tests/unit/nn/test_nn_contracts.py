"""What holds for every layer: gradients, fresh arrays, dtype, the order of the passes."""

import inspect
from itertools import zip_longest

import numpy as np
import pytest

import nn.examples
from nn import layers
from nn.layers import GELU
from nn.layers.reduction import Reduction
from nn.losses import MeanLoss

SEED = 11


def normal(*shapes):
    return lambda rng: tuple(np.asarray(rng.standard_normal(shape)) for shape in shapes)


def positive(*shapes):
    return lambda rng: tuple(rng.uniform(0.3, 2.0, shape) for shape in shapes)


MATRIX = normal((4, 5))
GRID = normal((2, 3, 4))

PLAIN = """
    Abs Clip ELU SELU GELU HardSigmoid HardTanh LeakyReLU Tanh SiLU Softplus L2Normalize
    Sum Mean Variance Max LogSumExp
"""

CASES = {
    # name: (make the layer from a generator, make its inputs from a generator)
    **{
        name: (lambda rng, name=name: getattr(layers, name)(), MATRIX) for name in PLAIN.split()
    },
    **{
        name: (lambda rng, name=name: getattr(layers, name)(), positive((4, 5)))
        for name in ("Log", "Sqrt")
    },
    **{
        f"{name} {a} {b}": (
            lambda rng, name=name: getattr(layers, name)(),
            (positive if name in ("Power", "Divide") else normal)(a, b),
        )
        for name in ("Subtract", "Divide", "Power", "Maximum", "Minimum")
        for a, b in [((4, 5), (4, 5)), ((4, 1), (5,)), ((), (2, 3)), ((2, 1, 3), (4, 1))]
    },
    **{
        f"{name} axis={axis} keepdims={keepdims}": (
            lambda rng, name=name, axis=axis, keepdims=keepdims: getattr(layers, name)(
                axis, keepdims=keepdims
            ),
            GRID,
        )
        for name in ("Sum", "Mean", "Variance", "Max", "LogSumExp")
        for axis in (0, -1, (0, 2), None, ())
        for keepdims in (False, True)
        if not (name == "Variance" and axis == ())
    },
    "Variance correction=1": (lambda rng: layers.Variance(1, correction=1), GRID),
    "L2Normalize axis=(0, 2)": (lambda rng: layers.L2Normalize((0, 2)), GRID),
}


def example(name):
    factory = getattr(nn.examples, name)
    return (lambda rng: factory(rng)[0]), (lambda rng: factory(np.random.default_rng(3))[1])


CASES |= {
    name: example(name)
    for name, value in vars(nn.examples).items()
    if inspect.isfunction(value) and not name.startswith("digits")
}


@pytest.fixture(params=CASES, name="case")
def fixture_case(request):
    make, inputs = CASES[request.param]
    return lambda: randomised(make(np.random.default_rng(SEED))), inputs(
        np.random.default_rng(SEED + 1)
    )


def randomised(layer):
    """The layer with every parameter away from its default."""
    rng = np.random.default_rng(SEED + 2)
    for value in getattr(layer, "params", {}).values():
        value += rng.uniform(0.1, 0.4, value.shape)
    return layer


def as_tuple(gradients):
    return gradients if isinstance(gradients, tuple) else (gradients,)


def upstream(y):
    return np.random.default_rng(SEED + 3).standard_normal(np.shape(y))


def is_real(array):
    return np.asarray(array).dtype.kind == "f"


def passes(make, inputs):
    layer = make()
    y = layer.forward(*inputs)
    return layer, y, as_tuple(layer.backward(upstream(y)))


def test_backward_is_the_derivative_of_forward(case, numeric):
    make, inputs = case
    layer, y, gradients = passes(make, inputs)
    claims = [(g, x) for g, x in zip(gradients, inputs, strict=False) if is_real(x)]
    grads = {k: np.array(v) for k, v in getattr(layer, "grads", {}).items()}
    fresh = make()
    claims += [(grads[name], value) for name, value in getattr(fresh, "params", {}).items()]
    assert claims
    for claimed, array in claims:
        expected = numeric(
            lambda: np.sum(upstream(y) * again(fresh, make).forward(*inputs)), array
        )
        assert claimed.shape == array.shape
        np.testing.assert_allclose(claimed, expected, rtol=2e-6, atol=2e-7)


def batched(inputs, size):
    """The first examples of a batch, or None for inputs that do not share one."""
    lengths = {np.shape(x)[:1] for x in inputs}
    return (
        [x[:size].copy() for x in inputs] if len(lengths) == 1 and () not in lengths else None
    )


def test_batches_of_none_and_of_one_pass(case, numeric):
    make, inputs = case
    few, none = batched(inputs, 1), batched(inputs, 0)
    if few is None:
        return  # operands that broadcast have no batch in common
    layer, y, gradients = passes(make, few)
    for claimed, x in zip(gradients, few, strict=False):
        if is_real(x):
            slope = numeric(lambda: np.sum(upstream(y) * again(layer, make).forward(*few)), x)
            np.testing.assert_allclose(claimed, slope, rtol=2e-6, atol=2e-7)
    if isinstance(layer, Reduction) and layer._needs_entries:
        return  # nothing has no mean; that it is refused is tested beside it
    layer, y, gradients = passes(make, none)
    assert [g.shape for g in gradients if g is not None] == [
        x.shape for x, g in zip(none, gradients, strict=False) if g is not None
    ]
    for name, value in getattr(layer, "params", {}).items():
        assert layer.grads[name].shape == value.shape
        assert not layer.grads[name].any()


def again(layer, make):
    """A new instance that shares the parameters, so that random masks start from one seed."""
    new = make()
    for name in getattr(new, "params", {}):
        new.params[name] = layer.params[name]
    return new


def test_every_input_gets_a_gradient(case):
    make, inputs = case
    layer, _, gradients = passes(make, inputs)
    if isinstance(layer, MeanLoss):
        return  # targets are data
    differentiable = [x for x in inputs if is_real(x)]
    assert len([g for g in gradients if g is not None]) >= len(differentiable)


def test_inputs_are_not_written_into_and_results_are_fresh(case):
    make, inputs = case
    for x in inputs:
        x.flags.writeable = False
    layer = make()
    y = layer.forward(*inputs)
    dout = upstream(y)
    np.asarray(dout).flags.writeable = False
    gradients = as_tuple(layer.backward(dout))
    kept = [None if g is None else g.copy() for g in gradients]
    for array in (y, *gradients):
        assert array is None or not any(np.shares_memory(array, x) for x in (*inputs, dout))
    # The caller's own arrays now; the layer must not notice.
    for array in (y, *gradients):
        if isinstance(array, np.ndarray):
            array[...] = np.nan
    for new, old in zip(as_tuple(layer.backward(dout)), kept, strict=True):
        assert old is None or np.array_equal(new, old)


def test_single_precision_stays_single(case):
    make, inputs = case
    layer = make()
    for name, value in dict(getattr(layer, "params", {})).items():
        layer.params[name] = value.astype(np.float32)
    y = layer.forward(*(x.astype(np.float32) if is_real(x) else x for x in inputs))
    assert y.dtype == np.float32
    for gradient in as_tuple(layer.backward(upstream(y).astype(np.float32))):
        assert gradient is None or gradient.dtype == np.float32
    assert {g.dtype for g in getattr(layer, "grads", {}).values()} <= {np.dtype(np.float32)}


def test_memory_layout_does_not_matter(case):
    make, inputs = case
    _, y, gradients = passes(make, inputs)
    layer = make()
    np.testing.assert_allclose(
        layer.forward(*(np.array(x, order="F") for x in inputs)), y, rtol=1e-12, atol=1e-14
    )
    again_ = as_tuple(layer.backward(np.array(upstream(y), order="F")))
    for new, old in zip(again_, gradients, strict=True):
        if old is not None:
            np.testing.assert_allclose(new, old, rtol=1e-11, atol=1e-13)


def test_gradients_are_overwritten_and_old_ones_left_alone(case):
    make, inputs = case
    layer, y, _ = passes(make, inputs)
    first = dict(getattr(layer, "grads", {}))
    kept = {name: g.copy() for name, g in first.items()}
    layer.backward(upstream(y))
    for name, g in getattr(layer, "grads", {}).items():
        assert g is not first[name]
        assert np.array_equal(g, kept[name])
        assert np.array_equal(first[name], kept[name])


def test_backward_before_forward_says_so(case):
    make, _ = case
    with pytest.raises(RuntimeError, match="backward needs a completed"):
        make().backward(np.ones((4, 5)))


def test_upstream_gradient_of_another_shape_is_refused(case):
    make, inputs = case
    layer = make()
    y = layer.forward(*inputs)
    with pytest.raises(ValueError, match="must have the shape of the last output"):
        layer.backward(np.ones((*np.shape(y), 2)))


def test_backward_is_linear_in_the_upstream_gradient(case):
    make, inputs = case
    layer, y, gradients = passes(make, inputs)
    for new, old in zip(as_tuple(layer.backward(-2 * upstream(y))), gradients, strict=True):
        if old is not None:
            np.testing.assert_allclose(new, -2 * old, rtol=1e-11, atol=1e-13)


def test_complex_step_gives_the_same_derivative(case):
    make, inputs = case
    layer, y, gradients = passes(make, inputs)
    if isinstance(layer, GELU) and layer.approximate == "none":
        pytest.skip("the error function needs real numbers")
    rng = np.random.default_rng(SEED + 4)
    data = [is_real(x) and g is not None for x, g in zip_longest(inputs, gradients)]
    directions = [
        rng.standard_normal(np.shape(x)) if d else 0 for x, d in zip(inputs, data, strict=False)
    ]
    moved = [
        x + 1e-30j * d if np.ndim(d) or d else x
        for x, d in zip(inputs, directions, strict=False)
    ]
    fresh = make()
    along = np.sum(upstream(y) * fresh.forward(*moved)).imag / 1e-30
    claimed = sum(
        np.sum(g * d) for g, d in zip(gradients, directions, strict=False) if g is not None
    )
    np.testing.assert_allclose(claimed, along, rtol=1e-10, atol=1e-12)
