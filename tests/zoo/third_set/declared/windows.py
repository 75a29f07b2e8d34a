"""What is wrong with the convolutions, the pools and the resampling."""

from tests.zoo.third_set import feedings as feed
from tests.zoo.third_set.declaring import FINITE, SHAPE, Kind
from tests.zoo.third_set.layers import convolving as c
from tests.zoo.third_set.layers import pooling as p

strided = Kind(c.StridedConv, feed.strides)
image = Kind(c.ImageConv, feed.plain_channels)
upconv = Kind(c.Upconv, feed.crops)
blur = Kind(c.Blur, feed.blurred)
unfold = Kind(c.Unfold, feed.odd_rows)

CONVOLUTIONS = (
    strided(c.StridedConvTapsReversed, "permuted", "x", also=("shifted-index",)),
    strided(c.StridedConvWeightsWithoutStride, "option-ignored", "W", also=("shifted-index",)),
    strided(c.StridedConvLastWindowLeftOut, "contribution-lost", "W", also=("shifted-index",)),
    Kind(c.StridedConv, feed.as_many_places)(
        c.StridedConvBiasForEachPlace, "broadcast-sum", "b"
    ),
    Kind(c.StridedConv, feed.unstrided)(
        c.StridedConvStepsTheKernel, "updated-before-use", "x", also=("mutation",)
    ),
    image(c.ImageConvChannelsLast, "permuted", "W", also=("transposed",)),
    image(c.ImageConvBiasAveragesBatch, "mean-for-sum", "b"),
    image(c.ImageConvPatchesFromMemory, "layout", "W", ("layout-inputs",)),
    upconv(c.UpconvKernelReversed, "permuted", "W"),
    upconv(c.UpconvCropAllBehind, "shifted-index", "x"),
    Kind(c.GroupedConv, feed.groups)(c.GroupedConvWeightsSeeTheNextGroup, "shifted-index", "W"),
    blur(c.BlurInWholeNumbers, "integer-truncation", "x"),
    blur(c.BlurInSingle, "downcast", "x", ("no-downcast",), remark=True),
    unfold(c.UnfoldAddsSharedOnce, "overwritten-not-added", "x"),
    unfold(c.UnfoldOneApart, "shifted-index", "x"),
)

largest = Kind(p.MaxPool, feed.odd_rows)
smooth = Kind(p.Smooth, feed.long_or_single)
average = Kind(p.GlobalAverage, feed.images)
resize = Kind(p.Resize, feed.lengths)
mirror = Kind(p.Mirror, feed.odd_rows)

POOLS = (
    largest(p.MaxPoolAllThatReachIt, "ties-paid-in-full", "x"),
    largest(p.MaxPoolWindowsOneOn, "shifted-index", "x"),
    largest(p.MaxPoolLaterWindowWins, "overwritten-not-added", "x"),
    Kind(p.MeanPool, feed.odd_rows)(p.MeanPoolFullWindowAtTheEnd, "local-scale", "x"),
    smooth(p.SmoothCountsBeyondTheEnds, "local-scale", "x"),
    smooth(p.SmoothLonelyEntryForgotten, "shape-corner", "x", entries=lambda i: i[1] == 0),
    Kind(p.GlobalMax, feed.images)(p.GlobalMaxAllThatReachIt, "ties-paid-in-full", "x"),
    average(p.GlobalAverageHeightSquared, "scale", "x"),
    Kind(p.GlobalAverage, feed.thin_images)(
        p.GlobalAverageSqueezesChannels, "shape-corner", "x", SHAPE
    ),
    Kind(p.RootPool, feed.pairs_in_rows)(p.RootPoolOverNothing, "singular", "x", FINITE),
    Kind(p.Enlarge, feed.small_images)(
        p.EnlargeHearsOneCorner, "upstream-partly", "x", also=("contribution-lost",)
    ),
    resize(p.ResizeAddsSharedOnce, "overwritten-not-added", "x"),
    resize(p.ResizeBackToTheNearest, "different-formulas", "x"),
    Kind(p.ShuffleChannels, feed.deals)(p.ShuffleChannelsOnceMore, "permuted", "x"),
    Kind(p.CropCentre, feed.wide_images)(p.CropCentreBackOneLow, "shifted-index", "x"),
    mirror(p.MirrorImagesLost, "contribution-lost", "x"),
    mirror(p.MirrorOnTheEdge, "shifted-index", "x"),
)
