"""What is wrong with the layers that move entries, and with windows."""

from tests.zoo.fourth_set import feedings as feed
from tests.zoo.fourth_set.layers import moving as m
from tests.zoo.third_set import feedings as known
from tests.zoo.third_set.declaring import FINITE, SHAPE, Kind

tile = Kind(m.Tile, known.rows)
differences = Kind(m.Differences, feed.sevens)
segments = Kind(m.SegmentMax, feed.segments)
histogram = Kind(m.SoftHistogram, feed.sevens)
curve = Kind(m.Interpolation, known.rows)
depthwise = Kind(m.Depthwise, feed.dilated)
pointwise = Kind(m.Pointwise, feed.places)
average = Kind(m.AveragePool, feed.sevens)
largest = Kind(m.MaxOverTime, feed.steps)
masked = Kind(m.MaskedTimeMean, feed.spans)
argmax = Kind(m.SoftArgmax, feed.sevens)

MOVING = (
    Kind(m.PixelUnshuffle, feed.blocks)(m.PixelUnshuffleBlocksTurned, "permuted", "x"),
    tile(m.TileGathersLikeRepeat, "permuted", "x"),
    tile(m.TileLastCopyOnly, "overwritten-not-added", "x", also=("upstream-partly",)),
    tile(m.TileIsAMean, "mean-for-sum", "x", also=("scale",)),
    differences(m.DifferencesFormerForgotten, "contribution-lost", "x"),
    differences(m.DifferencesLaterIsAssigned, "overwritten-not-added", "x"),
    Kind(m.Margins, feed.sevens)(m.MarginsExchanged, "shifted-index", "x"),
    segments(m.SegmentMaxAllThatReachIt, "ties-paid-in-full", "x"),
    segments(m.SegmentMaxOfTheNext, "shifted-index", "x"),
    histogram(m.SoftHistogramWithoutMinus, "sign", "x"),
    histogram(m.SoftHistogramHearsTheFirstTwo, "upstream-partly", "x"),
    curve(m.InterpolationAddsRepeatedOnce, "overwritten-not-added", "table"),
    curve(m.InterpolationLeftEndOnly, "contribution-lost", "table"),
    curve(m.InterpolationIntoWholeNumbers, "integer-truncation", "table"),
    Kind(m.ToHeads, feed.heads)(m.ToHeadsBackAtOnce, "permuted", "x", also=("transposed",)),
    depthwise(m.DepthwiseWithoutHoles, "option-ignored", "W", also=("shifted-index",)),
    depthwise(m.DepthwiseTapsReversed, "permuted", "W"),
    pointwise(m.PointwiseWeightsUnturned, "transposed", "x"),
    pointwise(m.PointwiseBiasIsAMeanOfPlaces, "mean-for-sum", "b"),
    pointwise(m.PointwiseBiasForEachImage, "broadcast-sum", "b", SHAPE),
    pointwise(m.PointwiseAddsToItsGradient, "stale-cache", "W", ("backward-twice",)),
    average(m.AveragePoolCountsWhatIsBeyond, "local-scale", "x"),
    average(m.AveragePoolSharedOnce, "overwritten-not-added", "x"),
    largest(m.MaxOverTimeAllThatReachIt, "ties-paid-in-full", "x"),
    largest(m.MaxOverTimeWritesIntoACopy, "layout", "x", ("layout-inputs",)),
    masked(m.MaskedTimeMeanHearsThePadding, "wrong-derivative", "x"),
    masked(m.MaskedTimeMeanHearsOnlyPadding, "mask-inverted", "x"),
    argmax(m.SoftArgmaxSumHeldFixed, "missing-term", "x"),
    argmax(m.SoftArgmaxBareExponentials, "overflow", "x", FINITE),
)
