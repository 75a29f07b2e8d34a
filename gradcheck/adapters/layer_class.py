"""Classes with a forward and a backward method: built by trial, fed by trial."""

import inspect
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from gradcheck.cases import quiet
from gradcheck.errors import TargetError
from gradcheck.model import Facts, Setting, Source, Target

from .building import build
from .built import Built, made, opener, tried
from .calls import silent
from .class_settings import settings_of
from .context import without_context
from .conventions import conventions
from .evaluation import evaluation_of
from .habits import averaged_leaves, batch_of, flush_of, is_averaged
from .help import lines, not_understood
from .methods import Pair, pair_of
from .probe import adds_up, is_one, ratios
from .refine import refined
from .sizes import trials
from .whole_model import is_whole_model, readings_of, unread_argument


def recognises(value: object) -> bool:
    """Return whether this is a class of layers: it has a forward and a backward method."""
    return (
        inspect.isclass(value)
        and not inspect.isabstract(value)
        and not getattr(value, "_is_protocol", False)
        and pair_of(value) is not None
    )


def target_of(name: str, cls: type) -> Target:
    """Return the target for a class.

    Raises
    ------
    TargetError
        Where no trial got through the forward pass, with what was not understood.
    """
    pair = pair_of(cls)
    assert pair is not None  # recognised
    cls = without_context(cls, pair)
    in_mind, plain = _understood(cls, pair)
    built = _averaged(_flushed(plain))
    accumulates = _accumulates(built)
    evaluation = evaluation_of(built)
    sizes = [trial.sizes["N"] for trial in trials()[:2]]
    habits = conventions(built.surveyed.manner, accumulates=accumulates, sizes=sizes)
    facts = Facts(
        upstream=built.surveyed.manner.upstream,
        accumulates=accumulates,
        conventions=in_mind + habits + evaluation.remarks,
    )

    @cache
    def settings(seed: int) -> Sequence[Setting]:
        return (*settings_of(built), *evaluation.settings)

    return Target(
        name=name,
        settings=settings,
        convention=f"class with {pair.forward} and {pair.backward}",
        facts=facts,
        source=source_of(cls, pair.backward),
        signature=_signature(built),
    )


def _understood(cls: type, pair: Pair) -> tuple[tuple[str, ...], Built]:
    """Return a class as it is built, with what had to be supposed about a whole model."""
    unread = unread_argument(cls, pair)
    if unread:
        raise not_understood(cls, pair, unread, pair.backward)
    if is_whole_model(cls, pair):
        return _with_loss_in_mind(cls, pair)
    return (), _refined(build(cls, pair))


def _with_loss_in_mind(cls: type, pair: Pair) -> tuple[tuple[str, ...], Built]:
    """Return a whole model with the loss that most of its gradients belong to.

    Raises
    ------
    TargetError
        Where not one of its gradients is that of a loss that is known.
    """
    best: tuple[int, str, Built] | None = None
    for name, dressed in readings_of(cls, pair):
        try:
            built = build(dressed, Pair("loss", "gradient"))
        except TargetError:
            continue
        count = _right_ones(built)
        if best is None or count > best[0]:
            best = (count, name, built)
    if best is None or not best[0]:
        raise TargetError(
            "build",
            f"{pair.backward} has a loss in mind that is none of the usual ones; three lines "
            f"help:\n{lines(cls, pair)}",
            kind="not-built",
        )
    return (f"the model has no loss of its own: its gradients are those of {best[1]}",), best[2]


def _right_ones(built: Built) -> int:
    found = built.surveyed
    open_ = opener(built.pair, built.recipe, trials()[0].sizes, found.manner, found.leaves)
    with quiet(), silent():
        try:
            return sum(is_one(r) for r in ratios(open_, found.leaves).values())
        except TargetError:
            return 0


def _refined(built: Built) -> Built:
    """Settle by measurement what a loss takes and what a derivative is written in."""
    sizes, found = trials()[0].sizes, built.surveyed
    if found.score < 3:
        return built
    best = refined(
        found.manner,
        found.leaves,
        lambda manner, leaves: opener(built.pair, built.recipe, sizes, manner, leaves),
    )
    domains = {leaf.name: leaf.domain for leaf in best.leaves}
    meal = tuple(replace(d, domain=domains.get(d.name, d.domain)) for d in built.meal)
    surveyed = replace(found, manner=best.manner, leaves=best.leaves)
    return replace(built, meal=meal, surveyed=surveyed)


def _flushed(built: Built) -> Built:
    """Find the method that is to be called between two batches, where one is needed."""
    found, sizes = built.surveyed, trials()[0].sizes
    if found.score < 3:
        return built
    flush = flush_of(
        made(built.recipe, sizes, built.pair),
        lambda name: opener(
            built.pair, built.recipe, sizes, replace(found.manner, flush=name), found.leaves
        ),
        found.leaves,
    )
    return replace(built, surveyed=replace(found, manner=replace(found.manner, flush=flush)))


def _averaged(built: Built) -> Built:
    """Measure, at two batch sizes, whether all parameter gradients are divided by the batch."""
    found = built.surveyed
    batch, names = batch_of(found.leaves), averaged_leaves(found.manner, found.leaves)
    if batch is None or not names or not all(_is_averaged(built, n) for n in (0, 1)):
        return built
    manner = replace(found.manner, divided=names, batch=batch)
    return replace(built, surveyed=replace(found, manner=manner))


def _is_averaged(built: Built, number: int) -> bool:
    trial = trials()[number]
    try:
        with quiet(), silent():
            found = tried(built.recipe, built.pair, built.meal, trial).surveyed
    except TargetError:
        return False
    manner = replace(found.manner, flush=built.surveyed.manner.flush)
    open_ = opener(built.pair, built.recipe, trial.sizes, manner, found.leaves)
    return is_averaged(open_, manner, found.leaves)


def _accumulates(built: Built) -> bool:
    found, sizes = built.surveyed, trials()[0].sizes
    names = [slot.name for slot in found.manner.slots if slot.gradient is not None]
    manner = replace(found.manner, flush="")
    open_ = opener(built.pair, built.recipe, sizes, manner, found.leaves)
    with quiet(), silent():
        return adds_up(open_, found.leaves, names)


def source_of(owner: object, method: str) -> Source | None:
    """Return file and line of a method, None where there is no source."""
    try:
        function = inspect.unwrap(getattr(owner, method))
        file, line = inspect.getsourcefile(function), inspect.getsourcelines(function)[1]
        return Source(_as_typed(file or ""), line)
    except (OSError, TypeError, AttributeError):
        return None


def _as_typed(file: str) -> str:
    """Return a path from the current folder on, where it lies in there."""
    path, here = Path(file), Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else file


def _signature(built: Built) -> str:
    manner = built.surveyed.manner
    slots = ", ".join(slot.name for slot in manner.slots)
    call = ", ".join(manner.call)
    owns = f"; parameters {slots}" if slots else ""
    return f"{built.recipe.words}.{manner.pair.backward}({call}){owns}"
