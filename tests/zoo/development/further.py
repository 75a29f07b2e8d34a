"""More layers to develop on: of the classes that were named least when a half was held out."""

from functools import partial

from gradcheck.model import Domain, Leaf, Role
from tests.support.layer_target import data, labels
from tests.zoo.development import feedings as feed
from tests.zoo.development.declaring import Feed, Sin
from tests.zoo.development.layers import options as o
from tests.zoo.development.layers import paths as p

_sharp = feed.Option("sharpness", (1.0, 3.0, 0.5))
_warm = feed.Option("tau", (1.0, 2.0, 0.7))
_steps = feed.Option("step", (1, 1, 2))


def overlaps(layer: type) -> list[Feed]:
    """Chances, and a mask that is given, with the weight of one kind of error."""
    return [
        (
            f"case{i}",
            partial(layer, v),
            [
                data("p", n, d, domain=Domain.UNIT),
                Leaf("t", (n, d), Role.FIXED, Domain.UNIT, batch_axis=0),
            ],
        )
        for i, (v, n, d) in enumerate(((0.5, 3, 5), (0.3, 7, 2), (0.8, 2, 3)))
    ]


def gated(layer: type) -> list[Feed]:
    """Rows."""
    return [
        ("one", layer, [data("x", 7, 5)]),
        ("two", lambda: layer(3, 11, -0.4), [data("x", 5, 3)]),
    ]


def shared(layer: type) -> list[Feed]:
    """Rows, as wide as they come out, with a share."""
    return [
        ("one", layer, [data("x", 7, 5)]),
        ("two", lambda: layer(3, 0.8), [data("x", 2, 3)]),
    ]


def images(layer: type) -> list[Feed]:
    """Images of one channel."""
    return [
        ("one", layer, [data("x", 2, 5, 7)]),
        ("two", lambda: layer(1), [data("x", 3, 4, 5)]),
    ]


def smoothed(layer: type) -> list[Feed]:
    """Logits and labels, with smoothing that no label tells."""
    return [
        (f"case{i}", partial(layer, v), [data("z", n, k), labels("t", n, bound=k)])
        for i, (v, n, k) in enumerate(((0.0, 3, 5), (0.2, 7, 11), (0.4, 2, 3)))
    ]


def channels(layer: type) -> list[Feed]:
    """Channels over a length."""
    return [
        ("one", layer, [data("x", 2, 3, 7)]),
        ("two", lambda: layer(2), [data("x", 5, 2, 11)]),
    ]


def wide(layer: type) -> list[Feed]:
    """Rows so wide that a mean of n and one of n - 1 are near each other."""
    return [
        (f"N={n},D={d}", lambda d=d: layer(d), [data("x", n, d)]) for n, d in ((3, 5), (2, 7))
    ]


def partners(layer: type) -> list[Feed]:
    """Rows and their partners."""
    return [
        (f"N={n},D={d}", layer, [data("a", n, d), data("b", n, d)]) for n, d in ((3, 5), (5, 2))
    ]


def crossed(layer: type) -> list[Feed]:
    """Two arrays of features, of one length."""
    return [("one", layer, [data("a", 7, 3), data("b", 7, 3)])]


def sentences(layer: type) -> list[Feed]:
    """Sentences of three words."""
    return [("one", layer, [labels("t", 5, 3, bound=7)])]


_lost = ("missing-term",)
FURTHER = (
    Sin(o.SharpSoftplusBlunt, _sharp, "option-ignored", "x"),
    Sin(o.TemperedUntempered, _warm, "option-ignored", "x", also=("scale",)),
    Sin(o.TemperedTermByTerm, _warm, "missing-term", "x"),
    Sin(o.QuantisedLastWindowWins, _steps, "overwritten-not-added", "x"),
    Sin(o.ScaledEvenly, shared, "option-ignored", "x"),
    Sin(o.ScaledWithoutItsBranch, shared, "contribution-lost", "x", also=_lost),
    Sin(o.ScaledSkipForgotten, shared, "contribution-lost", "x", also=_lost),
    Sin(o.ScaledByTurnedWeights, shared, "transposed", "x"),
    Sin(o.TverskyOfDice, overlaps, "option-ignored", "p"),
    Sin(o.TverskyNumeratorAlone, overlaps, "missing-term", "p"),
    Sin(o.GatedMaskOfUpstream, gated, "mask-wrong-variable", "W"),
    Sin(o.GatedMaskExchanged, gated, "mask-inverted", "W"),
    Sin(o.GatedMaskAtZero, gated, "option-ignored", "W", also=("mask-wrong-variable",)),
    Sin(o.DilatedTapsOnTheirSide, images, "transposed", "k", also=("permuted",)),
    Sin(o.DilatedLaterTapWins, images, "overwritten-not-added", "x"),
    Sin(o.DilatedOneBeside, images, "shifted-index", "x"),
    Sin(
        o.HalfLinearByItsOutput,
        feed.rows,
        "mask-wrong-variable",
        "x",
        also=("derivative-at-output",),
    ),
    Sin(o.PickedSharp, smoothed, "option-ignored", "z"),
    Sin(o.PickedNextLabel, smoothed, "shifted-index", "z"),
    Sin(p.GruStateNotKept, feed.sequences, "contribution-lost", "x", also=_lost),
    Sin(p.GruWithoutTheWayThroughReset, feed.sequences, "contribution-lost", "x", also=_lost),
    Sin(p.GruGateHearsTheStateOnly, feed.sequences, "contribution-lost", "Wz", also=_lost),
    Sin(p.GruGateOfTheNextState, feed.sequences, "shifted-index", "Wr"),
    Sin(p.GruTruncated, feed.sequences, "upstream-clipped", "x", "upstream-homogeneous"),
    Sin(p.TiedHearsTheCoder, feed.affine, "contribution-lost", "W", also=_lost),
    Sin(p.TiedDecoderTwice, feed.affine, "counted-twice", "W", also=("term-coefficient",)),
    Sin(p.TiedCoderTurnedDown, feed.affine, "sign", "W", also=("term-coefficient",)),
    Sin(p.AdditiveScoreByScore, feed.sequences, "missing-term", "v"),
    Sin(p.AdditiveScoresWithoutMean, feed.sequences, "missing-term", "v"),
    Sin(p.AdditiveTanhAgain, feed.sequences, "derivative-at-output", "W"),
    Sin(p.AdditiveInputUnheard, feed.sequences, "contribution-lost", "x", also=_lost),
    Sin(p.CosinesLengthsGiven, feed.affine, "missing-term", "P"),
    Sin(p.CosinesProjectedTwice, feed.affine, "counted-twice", "x", also=("term-coefficient",)),
    Sin(p.ExciteGateGiven, channels, "missing-term", "x", also=("contribution-lost",)),
    Sin(
        p.ExciteMeanPaidInFull, channels, "term-coefficient", "x", also=("scale", "local-scale")
    ),
    Sin(p.ExciteSlopeOfTheGate, channels, "derivative-at-output", "W"),
    Sin(p.ExciteGateReversed, channels, "sign", "x", also=("term-coefficient",)),
    Sin(p.ContrastUnturned, partners, "transposed", "b"),
    Sin(
        p.ContrastWithoutOwnPartner, partners, "missing-term", "a", also=("contribution-lost",)
    ),
    Sin(p.ContrastUnscaled, partners, "scale", "a", also=("option-ignored",)),
    Sin(p.NormMeanKept, feed.features, "missing-term", "x"),
    Sin(
        p.NormGainForgotten,
        feed.features,
        "missing-term",
        "x",
        also=("local-scale", "wrong-derivative"),
    ),
    Sin(p.NormSumOfRow, feed.features, "term-coefficient", "x"),
    Sin(p.NormOfASample, wide, "different-formulas", "x"),
    Sin(p.WordsOnceEach, sentences, "overwritten-not-added", "E"),
    Sin(p.WordsOneOff, sentences, "shifted-index", "E", also=("permuted",)),
    Sin(p.CrossedWeightsTurned, crossed, "transposed", "b"),
    Sin(p.CrossedHalfKept, crossed, "downcast", "W"),
)

#: The right layers, each with a way to feed it.
FURTHER_RIGHT = tuple(
    {sin.wrong.__mro__[1]: (sin.wrong.__mro__[1], sin.feeding) for sin in FURTHER}.values()
)
