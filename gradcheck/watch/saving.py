"""Wrong steps as files, and the same check from a file."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np

from gradcheck.adapters.live import Call
from gradcheck.adapters.methods import Pair
from gradcheck.errors import UsageError
from gradcheck.model import Array, Finding, Severity
from gradcheck.policy import Policy

from .checking import StepCheck
from .copying import demand_copies
from .isolation import Surroundings, isolated
from .scene import Scene, scene_of
from .step import Opening, Step

_PLAIN = (bool, int, float, str, type(None))


def write(scene: Scene, folder: str) -> str:
    """Write batch, weights, upstream gradient and received gradients of a step."""
    step = scene.step
    fed, learnt = step.fed, scene.learnt
    arrays: dict[str, Array] = {f"batch/{i}": x for i, x in enumerate(fed.arrays)}
    weights = learnt.parameters(step.opening.before)
    arrays |= {f"parameter/{name}": np.asarray(x) for name, x in weights.items()}
    arrays |= {f"backward/{i}": np.asarray(x) for i, x in _numeric(step.called)}
    received = learnt.answers(step.after, step.result)
    arrays |= {f"received/{name}": g for name, g in received.items()}
    arrays["about"] = np.array(json.dumps(_about(scene, fed.options)))
    path = Path(folder) / f"step-{step.number}.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **arrays)  # type: ignore[arg-type]  # the names are no options of savez
    return path.as_posix()


def _numeric(call: Call) -> list[tuple[int, Any]]:
    return [(i, x) for i, x in enumerate(call.args) if np.asarray(x).dtype.kind in "fiub"]


def _about(scene: Scene, options: Any) -> dict[str, Any]:
    pair = scene.step.pair
    return {
        "network": scene.name,
        "step": scene.step.number,
        "forward": pair.forward,
        "backward": pair.backward,
        "alone": scene.step.alone,
        "seed": scene.policy.seed,
        "options": {k: v for k, v in options.items() if isinstance(v, _PLAIN)},
    }


def replay_step(network: object, path: str, *, budget: int = 60) -> list[Finding]:
    """Check a step of a watched training again from its file; empty once it is mended.

    Parameters
    ----------
    network
        A network built like the one that was watched; its weights are those of the file. Other
        state (running statistics, random masks) is its own.
    path
        A file that `Watch.save` wrote.
    budget
        Forward calls for the verdict, as of `watch_training`.

    Raises
    ------
    UsageError
        Where the file is none of these, or the network has other parameters.
    """
    demand_copies(network)
    about, arrays = _read(path)
    step = _step(deepcopy(network), about, arrays)
    with isolated(network):
        scene = scene_of(about["network"], step, Policy(seed=about["seed"])).outermost()
        _install(scene, step.opening.before, arrays)
        result = StepCheck(scene, budget).result()
    return [f for f in result.findings if f.severity is Severity.FAIL]


def _read(path: str) -> tuple[dict[str, Any], dict[str, Array]]:
    try:
        with np.load(path, allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
        return json.loads(str(arrays.pop("about"))), arrays
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f"{path} is no file that watch.save wrote: {error}") from error


def _step(owner: Any, about: dict[str, Any], arrays: dict[str, Array]) -> Step:
    forward = Call(_listed("batch", arrays), about["options"])
    backward = Call(_listed("backward", arrays))
    pair = Pair(about["forward"], about["backward"])
    opening = Opening(pair, owner, forward, forward, Surroundings.of(owner))
    return Step.told(about["step"], opening, backward, alone=about["alone"])


def _listed(word: str, arrays: dict[str, Array]) -> tuple[Array, ...]:
    names = [name for name in arrays if name.startswith(f"{word}/")]
    return tuple(arrays[name] for name in sorted(names, key=lambda n: int(n.split("/")[1])))


def _install(scene: Scene, owner: object, arrays: dict[str, Array]) -> None:
    for slot in scene.learnt.manner.slots:
        value = arrays.get(f"parameter/{slot.name}")
        if value is None or value.shape != slot.value(owner).shape:
            shape = None if value is None else value.shape
            raise UsageError(
                f"the network has a parameter {slot.name} of the shape "
                f"{slot.value(owner).shape}; the file has {shape}: build it as in the training"
            )
        slot.install(owner, value)
