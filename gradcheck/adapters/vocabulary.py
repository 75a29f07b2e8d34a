"""What a constructor's or a function's argument probably wants, judged by its name.

A name is evidence and no more: what it suggests is tried, and a layer is only taken for what it
then does.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .sizes import Sizes, shape_of

Make = Callable[[Sizes, np.random.Generator], Any]


@dataclass(frozen=True, slots=True)
class Guess:
    """A value for an argument, as a function of the sizes."""

    word: str
    """How to quote it: ``D``, ``2``, an array's layout."""
    make: Make
    """Return the value."""
    letter: str = ""
    """The axis whose length it is, if it is one."""


_IN = [
    "in",
    "n_in",
    "nin",
    "in_dim",
    "in_size",
    "input_dim",
    "input_size",
    "in_features",
    "n_inputs",
    "num_inputs",
    "inputs",
    "n_input",
    "num_input",
    "input",
    "fan_in",
    "d_in",
    "dim_in",
    "input_units",
    "n_features",
    "num_features",
    "features",
    "dim",
    "d",
    "size",
    "normalized_shape",
    "embed_dim",
    "embedding_dim",
    "d_model",
    "model_dim",
    "n_dim",
    "ndim",
    "input_shape",
    "in_units",
    "input_width",
    "n_x",
    "nx",
    "prev_nodes",
    "input_nodes",
    "num_in",
    "input_features",
    "input_neurons",
    "in_neurons",
    "n_prev",
    "prev_size",
    "x_dim",
    "input_len",
    "width",
    "insize",
    "indim",
    "inputsize",
    "inputdim",
    "in_channel_dim",
    "dims",
    "num_inputs_",
    "feature_dim",
]
_OUT = [
    "out",
    "n_out",
    "nout",
    "out_dim",
    "out_size",
    "output_dim",
    "output_size",
    "out_features",
    "n_outputs",
    "num_outputs",
    "outputs",
    "n_output",
    "num_output",
    "output",
    "fan_out",
    "d_out",
    "dim_out",
    "n_neurons",
    "num_neurons",
    "neurons",
    "units",
    "n_units",
    "num_units",
    "hidden_size",
    "hidden",
    "hidden_dim",
    "n_hidden",
    "num_hidden",
    "hidden_units",
    "hiddens",
    "num_classes",
    "n_classes",
    "classes",
    "output_units",
    "out_units",
    "h",
    "n_h",
    "nh",
    "d_ff",
    "ff_dim",
    "state_size",
    "hidden_nodes",
    "output_nodes",
    "nodes",
    "n_nodes",
    "num_out",
    "output_features",
    "output_neurons",
    "out_neurons",
    "n_cells",
    "cells",
    "outsize",
    "outdim",
    "outputsize",
    "layer_size",
    "n_y",
    "ny",
    "num_labels",
    "dim_hidden",
    "inner_dim",
]
_IN_CHANNELS = [
    "in_channels",
    "channels_in",
    "input_channels",
    "n_channels",
    "num_channels",
    "in_ch",
    "c_in",
    "inc",
    "input_channel",
    "in_channel",
    "channels",
    "n_c",
    "in_c",
    "ch_in",
    "c",
    "num_in_channels",
    "input_depth",
    "depth",
    "in_depth",
]
_OUT_CHANNELS = [
    "out_channels",
    "channels_out",
    "output_channels",
    "num_filters",
    "n_filters",
    "filters",
    "out_ch",
    "c_out",
    "output_channel",
    "out_channel",
    "filter_num",
    "fn",
    "nf",
    "num_kernels",
    "n_kernels",
    "out_c",
    "ch_out",
    "num_out_channels",
    "filters_num",
    "n_c_out",
    "num_filter",
    "nb_filter",
    "kernels",
    "output_depth",
]
_KERNEL = [
    "kernel_size",
    "kernel",
    "filter_size",
    "k",
    "ksize",
    "fh",
    "fw",
    "filter_h",
    "filter_w",
    "kernel_h",
    "kernel_w",
    "kernel_height",
    "kernel_width",
    "filter_height",
    "filter_width",
    "kh",
    "kw",
    "f",
    "filter_dim",
    "kernel_dim",
]
_POOL = [
    "pool_size",
    "pool",
    "pool_h",
    "pool_w",
    "ph",
    "pw",
    "pool_height",
    "pool_width",
    "window",
    "window_size",
    "size_pool",
    "pooling_size",
    "pool_dim",
    "pool_shape",
    "hp",
    "wp",
]
_VOCAB = [
    "vocab_size",
    "vocab",
    "num_embeddings",
    "v",
    "n_vocab",
    "vocabulary_size",
    "num_words",
    "input_vocab",
    "n_tokens",
]
_HEADS = [
    "num_heads",
    "n_heads",
    "heads",
    "n_head",
    "h_heads",
    "nhead",
    "num_groups",
    "n_groups",
]
_EVEN = ["d_model", "embed_dim", "model_dim", "num_channels", "dim", "embedding_dim", "d"]
_RATE = [
    "p",
    "rate",
    "ratio",
    "drop_prob",
    "dropout",
    "dropout_ratio",
    "dropout_rate",
    "keep_prob",
    "drop_rate",
    "prob",
    "drop",
    "p_drop",
    "keep_probability",
    "probability",
    "keep",
]
_NUMBERS = {
    "stride": (1, 2),
    "strides": (1, 2),
    "s": (1, 2),
    "stride_h": (1, 2),
    "stride_w": (1, 2),
    "pool_stride": (2, 1),
    "padding": (0, 1),
    "pad": (0, 1),
    "pads": (0, 1),
    "dilation": (1, 2),
    "alpha": (0.3, -0.2),
    "slope": (0.3, -0.2),
    "negative_slope": (0.3, -0.2),
    "leak": (0.3,),
    "leakiness": (0.3,),
    "beta": (1.5,),
    "temperature": (1.7,),
    "tau": (1.7,),
    "eps": (1e-5,),
    "epsilon": (1e-5,),
    "momentum": (0.9,),
    "decay": (0.9,),
    "learning_rate": (0.1,),
    "lr": (0.1,),
    "eta": (0.1,),
    "delta": (0.7,),
    "margin": (1.0,),
    "axis": (-1, 0),
    "threshold": (0.1,),
    "lambda_": (0.1,),
    "lam": (0.1,),
    "reg": (0.1,),
    "weight_decay": (0.1,),
    "weight_decay_lambda": (0.1,),
    "weight_init_std": (0.3,),
    "std": (0.3,),
    "scale": (1.3,),
    "gain": (1.0,),
    "exponent": (3.0,),
    "power": (3.0,),
    "low": (-0.6,),
    "high": (0.8,),
    "min": (-0.6,),
    "max": (0.8,),
    "min_val": (-0.6,),
    "max_val": (0.8,),
    "a_min": (-0.6,),
    "a_max": (0.8,),
    "lower": (-0.6,),
    "upper": (0.8,),
    "seed": (0,),
    "random_seed": (0,),
    "gamma": (2.0,),
    "smoothing": (0.1,),
    "order": (2,),
    "k": (2,),
    "groups": (1,),
    "keepdims": (False, True),
    "bias": (True,),
    "use_bias": (True,),
    "training": (True,),
    "train": (True,),
    "reduction": ("mean", "sum"),
    "seq_len": (4,),
    "bptt_truncate": (4,),
    "timesteps": (4,),
    "n_steps": (4,),
    "max_len": (11,),
}
_WORDS = {
    "activation": ("relu", "sigmoid", "tanh"),
    "act": ("relu", "sigmoid", "tanh"),
    "nonlinearity": ("relu", "tanh"),
    "mode": ("train", "max"),
    "initializer": ("he", "xavier"),
    "init": ("he", "xavier"),
    "weight_init": ("he", "xavier"),
    "name": ("layer",),
    "kind": ("max", "mean"),
}
_WEIGHTS = ["w", "weight", "weights", "kernel", "filters", "wx"]
_RECURRENT = ["wh", "w_h", "whh", "u"]
_BIASES = ["b", "bias", "biases"]
_GAINS = ["gamma", "beta", "g", "scale", "shift"]


def letter(*letters: str) -> list[Guess]:
    """Return guesses that are axis lengths."""
    return [Guess(x, lambda sizes, rng, x=x: sizes[x], x) for x in letters]  # type: ignore[misc]  # x is bound


def arrays(*layouts: str) -> list[Guess]:
    """Return guesses that are random arrays of these layouts."""
    return [Guess(x, lambda sizes, rng, x=x: _array(x, sizes, rng)) for x in layouts]  # type: ignore[misc]  # x is bound


def _array(layout: str, sizes: Sizes, rng: np.random.Generator) -> np.ndarray:
    return np.asarray(0.5 * rng.normal(size=shape_of(layout, sizes)))


def constants(*values: Any) -> list[Guess]:
    """Return guesses that are the same at all sizes."""
    return [Guess(_quoted(v), lambda sizes, rng, v=v: v) for v in values]  # type: ignore[misc]  # v is bound


def _quoted(value: Any) -> str:
    return value if isinstance(value, str) else f"{value!r}"


def guesses(parameter: inspect.Parameter, *, images: bool = False) -> Sequence[Guess]:
    """Return values to try for an argument, likeliest first; none where the name says nothing.

    Parameters
    ----------
    images
        Other arguments speak of kernels or channels: W is a stack of filters.
    """
    name = parameter.name.lower().strip("_")
    annotated = str(parameter.annotation)
    if "Generator" in annotated or name in ("rng", "random_state", "generator", "random"):
        return [Guess("rng", lambda sizes, rng: np.random.default_rng(0))]
    found: list[Guess] = []
    for words, options in _table(images=images):
        if name in words:
            found += options
    if name in _NUMBERS:
        found += constants(*_NUMBERS[name])
    if name in _WORDS:
        found += constants(*_WORDS[name])
    return found or _by_annotation(annotated)


def _table(*, images: bool) -> list[tuple[Sequence[str], list[Guess]]]:
    weights = arrays("FCKK", "DM", "MD") if images else arrays("DM", "MD", "FCKK")
    biases = arrays("F", "M") if images else arrays("M", "1M", "M1", "F")
    return [
        (_HEADS, constants(2, 3)),
        (_VOCAB, letter("V")),
        (_KERNEL, constants(3, 2, (3, 3), (2, 2))),
        (_POOL, constants(2, (2, 2), 3)),
        (_IN_CHANNELS, letter("C")),
        (_OUT_CHANNELS, letter("F")),
        (_EVEN, letter("E")),
        (_IN, letter("D")),
        (_OUT, letter("M")),
        (_RATE, constants(0.4)),
        (_WEIGHTS, weights),
        (_RECURRENT, arrays("MM")),
        (_BIASES, biases),
        (_GAINS, arrays("D", "1D", "C", "1C11")),
    ]


def _by_annotation(annotated: str) -> list[Guess]:
    """An integer without a telling name is a length, a number a small one, a flag is off."""
    if "int" in annotated:
        return letter("D", "M")
    if "float" in annotated:
        return constants(0.5)
    if "bool" in annotated:
        return constants(False, True)
    return []
