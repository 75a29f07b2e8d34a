"""What is wrong with the products and distances."""

from tests.zoo.fourth_set import feedings as feed
from tests.zoo.fourth_set.layers import products as p
from tests.zoo.third_set import feedings as known
from tests.zoo.third_set.declaring import FINITE, SHAPE, Kind

linear = Kind(p.Linear, feed.affine)
square = Kind(p.Linear, feed.square_affine)
kron = Kind(p.Kron, feed.kron)
mirror = Kind(p.Householder, known.features)
form = Kind(p.QuadraticForm, known.features)
far = Kind(p.Mahalanobis, known.features)
rbf = Kind(p.Rbf, known.features)
gate = Kind(p.RowGate, feed.gated)
tied = Kind(p.Tied, known.features)
skip = Kind(p.SkipProjection, known.features)

PRODUCTS = (
    linear(p.LinearBiasIsAMean, "mean-for-sum", "b"),
    square(p.LinearWeightsUnturned, "transposed", "x"),
    Kind(p.Linear, feed.as_many_rows)(p.LinearBiasOfRows, "broadcast-sum", "b"),
    linear(p.LinearHearsTheFirstRow, "upstream-partly", "W", also=("contribution-lost",)),
    linear(p.LinearStepsAndThenAnswers, "updated-before-use", "x"),
    linear(p.LinearBiasOfSqueezed, "shape-corner", "b", SHAPE),
    linear(p.LinearOnceEmptyKeepsAll, "stale-cache", "W", ("empty-after-full",)),
    kron(p.KronFoldsTheOtherWay, "permuted", "a", also=("transposed",)),
    kron(p.KronInOrderOfMemory, "layout", "a", ("layout-upstream",)),
    mirror(p.HouseholderLengthHeldFixed, "missing-term", "v"),
    mirror(p.HouseholderMirrorOnly, "contribution-lost", "x", also=("missing-term",)),
    form(p.QuadraticFormRightFactorOnly, "contribution-lost", "x"),
    form(p.QuadraticFormLeftFactorTwice, "counted-twice", "x"),
    far(p.MahalanobisFactorUnturned, "transposed", "x"),
    far(p.MahalanobisCentreIsAMean, "mean-for-sum", "m"),
    far(p.MahalanobisOneGapForAll, "stale-cache", "x", ("instances",)),
    rbf(p.RbfCentresFlee, "sign", "c"),
    rbf(p.RbfWidthsByLength, "wrong-derivative", "g"),
    rbf(p.RbfCentresOfTheLastRow, "overwritten-not-added", "c"),
    rbf(p.RbfGapsOfTheFirstForward, "stale-cache", "x", ("latest-forward",)),
    gate(p.RowGateForEachColumn, "broadcast-sum", "b", SHAPE),
    gate(p.RowGateIsAMean, "mean-for-sum", "b"),
    gate(p.RowGateOfTheLastColumn, "overwritten-not-added", "b"),
    tied(p.TiedCoderOnly, "contribution-lost", "W"),
    tied(p.TiedDecoderCountsForTwo, "counted-twice", "W"),
    tied(p.TiedSlopeOfTheCode, "derivative-at-output", "x"),
    tied(p.TiedStepsOnItsWay, "updated-before-use", "x"),
    skip(p.SkipProjectionSkipForgotten, "contribution-lost", "x"),
    skip(p.SkipProjectionSkipTwice, "counted-twice", "x"),
    skip(p.SkipProjectionLooksAtUpstream, "mask-wrong-variable", "W"),
    skip(
        p.SkipProjectionZeroesUpstream,
        "mutation",
        None,
        ("upstream-untouched", "read-only"),
        remark=True,
    ),
    Kind(p.CumulativeProduct, known.rows)(
        p.CumulativeProductByQuotient, "singular", "x", FINITE
    ),
)
