"""Build cases: which settings meet which flavours, and what they are fed."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gradcheck.model import (
    Arrays,
    Case,
    Domain,
    Leaf,
    Role,
    Setting,
    Target,
    UpstreamUse,
)

from .draw import FLAVOURS, draw_inputs, draw_upstream
from .meter import Meter
from .seeds import generator
from .subject import Subject, kept


def case_ids(settings: Sequence[Setting]) -> list[tuple[Setting, str]]:
    """Return pairs of setting and flavour: the first setting meets every flavour.

    Given data have no flavour but their own; an empty batch has none to speak of.
    """
    pairs = [(setting, "generic") for setting in settings]
    for setting in settings[:1]:
        if _has_free_data(setting):
            pairs += [(setting, flavour) for flavour in FLAVOURS if flavour != "generic"]
    return pairs


def _has_free_data(setting: Setting) -> bool:
    return any(_is_free(leaf) and leaf.domain is Domain.REAL for leaf in setting.leaves)


def _is_free(leaf: Leaf) -> bool:
    return leaf.role is Role.DATA and not leaf.frozen and 0 not in leaf.shape


def build_case(
    target: Target, setting: Setting, flavour: str, seed: int, meter: Meter | None = None
) -> Case:
    """Return one case; the same arguments rebuild it, for one forward call.

    Raises
    ------
    TargetError
        Where the forward pass raises: without its outputs there is no upstream gradient.
    """
    case_id = f"{setting.label}-{flavour}"
    rng = generator(seed, target.name, case_id)
    inputs = draw_inputs(setting.leaves, rng, flavour)
    case = Case(
        target=target.name,
        id=case_id,
        seed=seed,
        flavour=flavour,
        setting=setting,
        facts=target.facts,
        inputs=inputs,
        upstream=(),
    )
    return _with_upstream(case, inputs, rng, meter)


def _with_upstream(
    case: Case, inputs: Arrays, rng: np.random.Generator, meter: Meter | None
) -> Case:
    outputs = Subject(case, meter).outputs(kept(inputs))
    upstream = draw_upstream(outputs, rng)
    if case.facts.upstream is not UpstreamUse.HONOURED:
        upstream = tuple(np.ones_like(v) for v in upstream)
    return replace(case, upstream=upstream)
