"""What is wrong at more special points, and where the largest are picked."""

from tests.zoo.third_set import feedings as feed
from tests.zoo.third_set.declaring import FINITE, Kind
from tests.zoo.third_set.layers import edges as e

power = Kind(e.LearnedPower, feed.features)
nce = Kind(e.InfoNce, feed.pairs)
maximum = Kind(e.RowMaximum, feed.odd_rows)
winners = Kind(e.Winners, feed.odd_rows)

EDGES = (
    power(e.LearnedPowerLogOfNothing, "singular", "e", FINITE),
    power(e.LearnedPowerNeverLearns, "severed-path", "e"),
    Kind(e.SafeRatio, feed.pairs)(e.SafeRatioMasksByMultiplying, "singular", "b", FINITE),
    Kind(e.GroupPenalty, feed.rows)(e.GroupPenaltyOverNothing, "singular", "x", FINITE),
    Kind(e.Variance, feed.rows)(e.VarianceThroughDeviation, "singular", "x", FINITE),
    Kind(e.DividedDifference, feed.pairs)(e.DividedDifferenceOfEquals, "singular", "a", FINITE),
    Kind(e.LogOverSquare, feed.rows)(e.LogOverSquareOverNothing, "singular", "x", FINITE),
    Kind(e.GatedProduct, feed.pairs)(e.GatedProductBareExponentials, "overflow", "b", FINITE),
    nce(e.InfoNceBareExponentials, "overflow", "a", FINITE),
    nce(e.InfoNceSecondByRows, "transposed", "b"),
    maximum(e.RowMaximumWritesIntoACopy, "layout", "x", ("layout-inputs",)),
    maximum(e.RowMaximumAllThatReachIt, "ties-paid-in-full", "x"),
    winners(e.WinnersWriteIntoACopy, "layout", "x", ("layout-upstream",)),
    winners(e.WinnersOfTheFirstForward, "stale-cache", "x", ("latest-forward",)),
    Kind(e.Mix, feed.mixtures)(e.MixAnswersForTheFirst, "severed-path", "b", ("answer",)),
    Kind(e.Inset, feed.insets)(e.InsetPassesNothingOn, "severed-path", "v"),
)
