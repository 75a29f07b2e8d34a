"""A training in a file: NumPy's npz, without pickled objects.

Parameters, running statistics, the optimizer's memory, the state of the generator and the
history are stored in full precision, so a training that is resumed goes on to the same numbers.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nn.arrays import Array
from nn.history import Epoch
from nn.training import Training
from nn.weights import read_arrays

_FORMAT = 1


def save_checkpoint(path: str | Path, training: Training, options: Mapping[str, Any]) -> None:
    """Write the state of a training, and the options that it was started with.

    The file is replaced as a whole, so that an interruption leaves the earlier one.
    """
    header = {
        "format": _FORMAT,
        "options": dict(options),
        "optimizer": type(training.optimizer).__name__,
        "rng": training.rng.bit_generator.state,
        "history": [[epoch.loss, epoch.validation] for epoch in training.history],
    }
    arrays = {f"network/{name}": value for name, value in _network(training).items()}
    arrays |= {f"optimizer/{name}": v for name, v in training.optimizer.state().items()}
    # Text as bytes, because an array of strings would drop trailing zeros.
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)
    target = Path(path)
    part = target.with_name(target.name + ".part")
    with part.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]  # names are keywords of the arrays
    part.replace(target)


def read_options(path: str | Path) -> dict[str, Any]:
    """The options that the training in this file was started with.

    Raises
    ------
    ValueError
        For a file that is no checkpoint.
    """
    options: dict[str, Any] = _header(path, read_arrays(Path(path)))["options"]
    return options


def load_checkpoint(path: str | Path, training: Training) -> None:
    """Bring a training that was built with the same options into the stored state.

    Raises
    ------
    ValueError
        For a file that is no checkpoint, or of another network or optimizer; nothing has been
        changed then.
    """
    stored = read_arrays(Path(path))
    header = _header(path, stored)
    network = _part(stored, "network/")
    live = _network(training)
    found = {name: value.shape for name, value in network.items()}
    expected = {name: value.shape for name, value in live.items()}
    kind = type(training.optimizer).__name__
    if found != expected or header["optimizer"] != kind:
        raise ValueError(
            f"{path}: holds {found} for {header['optimizer']}, but {expected} for {kind} "
            "is needed"
        )
    # The optimizer first, because it may refuse what it is given.
    training.optimizer.load_state(_part(stored, "optimizer/"))
    for name, value in network.items():
        live[name][...] = value
    training.rng.bit_generator.state = header["rng"]
    training.history = [Epoch(*losses) for losses in header["history"]]


def _network(training: Training) -> dict[str, Array]:
    network = training.objective.network
    return {**network.params, **network.buffers}


def _part(stored: Mapping[str, Array], prefix: str) -> dict[str, Array]:
    return {k.removeprefix(prefix): v for k, v in stored.items() if k.startswith(prefix)}


def _header(path: str | Path, stored: Mapping[str, Array]) -> dict[str, Any]:
    if "header" not in stored:
        raise ValueError(f"{path}: not a checkpoint; weights alone cannot be resumed")
    header: dict[str, Any] = json.loads(stored["header"].astype(np.uint8).tobytes())
    if header.get("format") != _FORMAT:
        raise ValueError(
            f"{path}: checkpoint of format {header.get('format')}, expected {_FORMAT}"
        )
    return header
