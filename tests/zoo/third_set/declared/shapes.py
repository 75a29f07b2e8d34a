"""What is wrong with the layers that move entries, and with the normalisations."""

from tests.zoo.third_set import feedings as feed
from tests.zoo.third_set.declaring import FINITE, RANDOM, SHAPE, Kind
from tests.zoo.third_set.layers import normalising as n
from tests.zoo.third_set.layers import shaping as s

split = Kind(s.Split, feed.tens)
gather = Kind(s.Gather, feed.numbered)
embedding = Kind(s.Embedding, feed.words)
rotary = Kind(s.Rotary, feed.turning)
waves = Kind(s.ScaledWaves, feed.series)
cumulated = Kind(s.CumulativeSum, feed.rows)
quantile = Kind(s.Quantile, feed.quantiles)

SHAPES = (
    Kind(s.Concat, feed.pairs)(s.ConcatPartsExchanged, "swapped-inputs", "a"),
    split(s.SplitJoinsBackwards, "permuted", "x"),
    split(s.SplitMiddleUnheard, "upstream-partly", "x", entries=lambda i: 2 <= i[1] < 5),
    gather(s.GatherAssigns, "overwritten-not-added", "x"),
    gather(s.GatherIntoNumbersOfRows, "integer-truncation", "x"),
    gather(s.GatherFromMemory, "layout", "x", ("layout-upstream",)),
    Kind(s.SegmentSum, feed.segments)(s.SegmentSumCountsFromOne, "shifted-index", "x"),
    embedding(s.EmbeddingAddsRepeatedOnce, "overwritten-not-added", "table"),
    embedding(s.EmbeddingScaleLeftOut, "scale", "table"),
    Kind(s.Embedding, feed.padded)(
        s.EmbeddingPaddingLearns, "option-ignored", "table", entries=lambda i: i[0] == 2
    ),
    rotary(s.RotaryTurnsOnward, "transposed", "x", also=("sign",)),
    rotary(s.RotaryStepsFromOne, "shifted-index", "x"),
    waves(s.ScaledWavesForEveryPlace, "broadcast-sum", "alpha", SHAPE),
    waves(s.ScaledWavesAveraged, "mean-for-sum", "alpha"),
    Kind(s.Flatten, feed.series)(s.FlattenInOrderOfMemory, "layout", "x", ("layout-upstream",)),
    Kind(s.ToLast, feed.cubic_images)(s.ToLastOnceMore, "transposed", "x", also=("permuted",)),
    cumulated(s.CumulativeSumOnward, "transposed", "x"),
    cumulated(s.CumulativeSumLeavesItself, "shifted-index", "x"),
    Kind(s.Roll, feed.rows)(s.RollOnward, "shifted-index", "x"),
    Kind(s.Sorted, feed.odd_rows)(
        s.SortedByTheSameOrder, "permuted", "x", also=("transposed",)
    ),
    quantile(s.QuantileSharesExchanged, "permuted", "x"),
    quantile(s.QuantileSortsItsInput, "mutation", "x", ("inputs-untouched",)),
    Kind(s.TopSum, feed.odd_rows)(s.TopSumAllAboveTheLeast, "ties-paid-in-full", "x"),
    Kind(s.Range, feed.odd_rows)(s.RangeAllThatReachIt, "ties-paid-in-full", "x"),
)

batch = Kind(n.BatchNorm, feed.modes)
layer = Kind(n.ImageLayerNorm, feed.small_images)
rms = Kind(n.RmsNorm, feed.features)
excite = Kind(n.SqueezeExcite, feed.channels)
words = Kind(n.WordDropout, feed.series, RANDOM)

NORMALISING = (
    batch(n.BatchNormAlwaysOfTheBatch, "mode", "x"),
    batch(n.BatchNormAlwaysOfTheStored, "mode", "x", also=("missing-term",)),
    batch(n.BatchNormGainOfTheNext, "shifted-index", "x"),
    batch(n.BatchNormDeviationHeldFixed, "missing-term", "x"),
    layer(n.ImageLayerNormSizeOfARow, "term-coefficient", "x"),
    layer(n.ImageLayerNormMeanHeldFixed, "missing-term", "x"),
    rms(n.RmsNormBackOfLayerNorm, "different-formulas", "x"),
    rms(n.RmsNormRootHeldFixed, "missing-term", "x"),
    rms(n.RmsNormGainBeforeNorm, "wrong-derivative", "gain"),
    Kind(n.LocalNorm, feed.series)(n.LocalNormNeighboursHeldFixed, "missing-term", "x"),
    Kind(n.UnitRange, feed.odd_rows)(n.UnitRangeBoundsHeldFixed, "missing-term", "x"),
    Kind(n.MaskedMean, feed.kept)(n.MaskedMeanOfNothing, "singular", "x", FINITE),
    excite(n.SqueezeExciteSpreadsBySide, "term-coefficient", "x"),
    excite(n.SqueezeExciteSlopeMissing, "wrong-derivative", "W2"),
    Kind(n.NoiseDropout, feed.rows, RANDOM)(
        n.NoiseDropoutWithoutNoise, "wrong-derivative", "x"
    ),
    words(n.WordDropoutHearsTheDropped, "mask-inverted", "x"),
    words(n.WordDropoutKeepsItToItself, "severed-path", "x", ("answer",)),
    words(
        n.WordDropoutScalesUpstream,
        "mutation",
        None,
        ("upstream-untouched", "read-only"),
        remark=True,
    ),
)
