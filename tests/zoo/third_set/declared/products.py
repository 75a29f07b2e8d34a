"""What is wrong with the layers of weights, the products and the distances."""

from tests.zoo.third_set import feedings as feed
from tests.zoo.third_set.declaring import FINITE, LINEAR, SHAPE, Kind
from tests.zoo.third_set.layers import algebra as g
from tests.zoo.third_set.layers import dense as d

timed = Kind(d.TimeAffine, feed.steps)
two = Kind(d.TwoLayer, feed.dense)
normed = Kind(d.WeightNorm, feed.dense)
experts = Kind(d.Experts, feed.features)
cross = Kind(d.Cross, feed.features)
siamese = Kind(d.Siamese, feed.square_pairs)

DENSE = (
    timed(d.TimeAffineBiasForEachStep, "broadcast-sum", "b", SHAPE),
    timed(
        d.TimeAffineWeightsOfLastStep,
        "overwritten-not-added",
        "W",
        also=("contribution-lost",),
    ),
    timed(d.TimeAffineBiasAveragesSteps, "mean-for-sum", "b"),
    Kind(d.TimeAffine, feed.square_steps)(d.TimeAffineWeightsUnturned, "transposed", "x"),
    two(d.TwoLayerUpperStepsFirst, "updated-before-use", "W1"),
    two(d.TwoLayerSlopeOfTheHidden, "derivative-at-output", "W1", also=("wrong-derivative",)),
    two(d.TwoLayerLowerDividesByBatch, "mean-for-sum", "W1", also=("scale",)),
    two(d.TwoLayerUpperBiasUnanswered, "severed-path", "b2", ("answer",)),
    two(d.TwoLayerShortensLongDeltas, "upstream-clipped", "W1", LINEAR),
    normed(d.WeightNormGainsByTheWeights, "wrong-derivative", "g"),
    normed(d.WeightNormProjectionAdded, "term-coefficient", "v"),
    Kind(d.SpectralScale, feed.dense)(d.SpectralScaleHeldFixed, "missing-term", "W"),
    experts(d.ExpertsGatesEachAlone, "missing-term", "Wg"),
    experts(d.ExpertsInputThroughExpertsOnly, "contribution-lost", "x", also=("missing-term",)),
    experts(d.ExpertsLoadOfTheNext, "shifted-index", "We"),
    cross(d.CrossSkipTwice, "counted-twice", "x"),
    cross(d.CrossScalarTakesNoPart, "contribution-lost", "x", also=("missing-term",)),
    siamese(d.SiameseSecondTowerUnheard, "contribution-lost", "W"),
    siamese(d.SiameseFirstTowerTwice, "counted-twice", "W"),
    Kind(d.DropConnect, feed.sparse)(d.DropConnectWithoutItsMask, "wrong-derivative", "w"),
)

bilinear = Kind(g.Bilinear, feed.square_pairs)
heads = Kind(g.HeadProjection, feed.stepped)
solve = Kind(g.LinearSolve, feed.solved)
distances = Kind(g.OwnDistances, feed.series)
edges = Kind(g.EdgeSums, feed.edges)
ratio = Kind(g.Ratio, feed.divisors)

ALGEBRA = (
    bilinear(g.BilinearWeightsTurned, "transposed", "W", entries=lambda i: i[1] != i[2]),
    bilinear(g.BilinearSecondByUnturned, "transposed", "b"),
    bilinear(g.BilinearArgumentsExchanged, "swapped-inputs", "a"),
    heads(g.HeadProjectionColumnsMislaid, "permuted", "W", also=("transposed",)),
    heads(g.HeadProjectionLastHeadOnly, "overwritten-not-added", "x"),
    Kind(g.RealFourier, feed.odd_rows)(g.RealFourierImaginaryUnheard, "upstream-partly", "x"),
    solve(g.LinearSolveWithoutMinus, "sign", "a"),
    solve(g.LinearSolveByTheSameInverse, "transposed", "b"),
    solve(g.LinearSolveOuterTurned, "transposed", "a", entries=lambda i: i[1] != i[2]),
    Kind(g.Determinant, feed.fours)(g.DeterminantTimesInverse, "singular", "x", FINITE),
    Kind(g.Gram, feed.series)(g.GramLeftFactorOnly, "contribution-lost", "x"),
    distances(g.OwnDistancesRowsOnly, "contribution-lost", "x"),
    distances(g.OwnDistancesRowsTwice, "counted-twice", "x"),
    Kind(g.LargestGap, feed.pairs)(g.LargestGapAllThatReachIt, "ties-paid-in-full", "a"),
    edges(g.EdgeSumsLaterEdgeWins, "overwritten-not-added", "x"),
    edges(g.EdgeSumsForgetTheNodeItself, "contribution-lost", "x", also=("missing-term",)),
    ratio(g.RatioDivisorsNotSquared, "wrong-derivative", "s"),
    ratio(g.RatioDivisorsAveraged, "mean-for-sum", "s"),
    ratio(g.RatioDivisorsUnmoved, "severed-path", "s"),
    Kind(g.OuterSum, feed.crossings)(g.OuterSumColumnLeftWide, "broadcast-sum", "a", SHAPE),
    Kind(g.OuterSum, feed.square_crossings)(g.OuterSumColumnAlongRows, "broadcast-sum", "a"),
    Kind(g.SumOfEach, feed.rows)(g.SumOfEachIsOnes, "upstream-ignored", "x"),
)
