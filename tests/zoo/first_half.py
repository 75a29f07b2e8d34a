"""The first half of the zoo, which the suspicions may be tuned on."""

from tests.zoo.feedings import (
    affine,
    broadcast,
    classes,
    cubes,
    divisions,
    features,
    indices,
    odd_rows,
    pairs,
    probabilities,
    products,
    regressions,
    rows,
    sequences,
    single_rows,
    square_affine,
    tall_cubes,
    twin_features,
)
from tests.zoo.layers import coupled as c
from tests.zoo.layers import dense as d
from tests.zoo.layers import elementwise as e
from tests.zoo.layers import operands as o
from tests.zoo.layers import shared as s
from tests.zoo.specimen import Specimen

VALUES = ("gradient",)


ELEMENTWISE = (
    Specimen(e.ReLUWithInvertedMask, e.ReLU, rows, "mask-inverted", VALUES, "x"),
    Specimen(e.ReLUThatPassesEverything, e.ReLU, rows, "wrong-derivative", VALUES, "x"),
    Specimen(
        e.ReLUThatWritesIntoUpstream,
        e.ReLU,
        rows,
        "mutation",
        ("upstream-untouched", "read-only"),
        remark=True,
    ),
    Specimen(
        e.ReLUThatReturnsItsUpstream,
        e.ReLU,
        rows,
        "mutation",
        ("results-apart",),
        "x",
        remark=True,
    ),
    Specimen(
        e.ReLUThatOverwritesItsInput, e.ReLU, rows, "mutation", ("inputs-untouched",), "x"
    ),
    Specimen(
        e.LeakyReLUWithMaskOfItsOutput, e.LeakyReLU, rows, "mask-wrong-variable", VALUES, "x"
    ),
    Specimen(e.LeakyReLUWithFixedSlope, e.LeakyReLU, rows, "option-ignored", VALUES, "x"),
    Specimen(e.SigmoidDerivedAtItsOutput, e.Sigmoid, rows, "derivative-at-output", VALUES, "x"),
    Specimen(
        e.SigmoidThatIgnoresUpstream,
        e.Sigmoid,
        rows,
        "upstream-ignored",
        ("gradient", "upstream-zero", "upstream-homogeneous", "upstream-additive"),
        "x",
    ),
    Specimen(e.SigmoidWhoseGradientOverflows, e.Sigmoid, rows, "overflow", ("finite",), "x"),
    Specimen(
        e.SigmoidThatOverflowsOnTheWay, e.Sigmoid, rows, "overflow", ("overflow",), remark=True
    ),
    Specimen(e.TanhWithSquareForgotten, e.Tanh, rows, "wrong-derivative", VALUES, "x"),
    Specimen(
        e.TanhWithSquaredUpstream,
        e.Tanh,
        rows,
        "upstream-squared",
        ("gradient", "upstream-homogeneous", "upstream-additive"),
        "x",
    ),
    Specimen(
        e.TanhWithClippedUpstream,
        e.Tanh,
        rows,
        "upstream-clipped",
        ("upstream-homogeneous",),
        "x",
    ),
    Specimen(e.TanhWithUpstreamOfFirstRow, e.Tanh, rows, "upstream-partly", VALUES, "x"),
    Specimen(
        e.TanhThatTakesOnesForNothing, e.Tanh, rows, "upstream-partly", ("upstream-ones",), "x"
    ),
    Specimen(
        e.TanhThatDropsSparseUpstream,
        e.Tanh,
        rows,
        "upstream-partly",
        ("upstream-one-hot",),
        "x",
    ),
    Specimen(e.ExpWithoutItsDerivative, e.Exp, rows, "wrong-derivative", VALUES, "x"),
    Specimen(e.SoftplusWhoseGradientOverflows, e.Softplus, rows, "overflow", ("finite",), "x"),
    Specimen(e.SquareInHalfPrecision, e.Square, rows, "downcast", VALUES, "x"),
    Specimen(
        e.SquareInSinglePrecision,
        e.Square,
        rows,
        "downcast",
        ("no-downcast",),
        "x",
        remark=True,
    ),
    Specimen(
        e.SquareThatSeedsTheGenerator,
        e.Square,
        rows,
        "mutation",
        ("surroundings",),
        remark=True,
    ),
    Specimen(e.SquareOfNarrowDtype, e.Square, rows, "downcast", ("dtype",), "x", remark=True),
    Specimen(e.SquareOfWideDtype, e.Square, rows, "downcast", ("dtype",), "x", remark=True),
    Specimen(e.SquareOfSinglePrecisionInHalf, e.Square, rows, "downcast", ("precision",), "x"),
    Specimen(e.SquareTruncated, e.Square, rows, "integer-truncation", VALUES, "x"),
    Specimen(e.TanhSqueezed, e.Tanh, single_rows, "shape-corner", ("shape",), "x", remark=True),
    Specimen(e.SquareForgetful, e.Square, rows, "severed-path", ("answer",), "x"),
    Specimen(e.AbsDividedByZero, e.Abs, rows, "singular", ("finite",), "x"),
    Specimen(e.AbsWithWrongSign, e.Abs, rows, "sign", VALUES, "x"),
    Specimen(e.GELUOfTwoFormulas, e.GELU, rows, "different-formulas", VALUES, "x"),
    Specimen(
        e.SiLUWithoutProductRule,
        e.SiLU,
        rows,
        "missing-term",
        VALUES,
        "x",
        also=("wrong-derivative",),
    ),
    Specimen(
        e.SineWithForwardModeOfCosine, e.Sine, rows, "second-order", ("forward-mode",), None
    ),
    Specimen(
        e.SineWithForwardModeThatForgetsSigns,
        e.Sine,
        rows,
        "second-order",
        ("forward-mode",),
        None,
    ),
    Specimen(
        e.SineWithoutUpstreamInSecondOrder, e.Sine, rows, "second-order", ("second-order",), "x"
    ),
    Specimen(
        e.SineOfTheEntryBeside,
        e.Sine,
        rows,
        "wrong-derivative",
        ("gradient", "second-order"),
        "x",
        also=("second-order",),
    ),
    Specimen(e.Step, e.ReLU, rows, "severed-path", ("teaches",), "x", remark=True),
    Specimen(e.ELUWithAlphaLeftOut, e.ELU, rows, "option-ignored", VALUES, "x"),
    Specimen(e.MaskedByMultiplication, e.Masked, rows, "singular", ("dead-branch",), "x"),
    Specimen(
        e.SinCosThatForgetsTheSecond,
        e.SinCos,
        rows,
        "upstream-partly",
        VALUES,
        "x",
        also=(
            "missing-term",
            "contribution-lost",
        ),
    ),
    Specimen(
        e.SinCosThatNeedsBoth, e.SinCos, rows, "upstream-partly", ("upstream-outputs",), "x"
    ),
)

DENSE = (
    Specimen(d.AffineWithTransposedWeight, d.Affine, square_affine, "transposed", VALUES, "x"),
    Specimen(d.AffineWithMeanOfBias, d.Affine, affine, "mean-for-sum", VALUES, "b"),
    Specimen(d.AffineDividedByBatch, d.Affine, affine, "scale", VALUES, "W"),
    Specimen(
        d.AffineWithDecayInWeight,
        d.Affine,
        affine,
        "term-coefficient",
        ("gradient", "upstream-zero"),
        "W",
    ),
    Specimen(d.AffineWithBiasNotSummed, d.Affine, affine, "broadcast-sum", ("shape",), "b"),
    Specimen(d.AffineWithSeveredBias, d.Affine, affine, "severed-path", VALUES, "b"),
    Specimen(d.AffineWithoutGradientOfBias, d.Affine, affine, "severed-path", ("answer",), "b"),
    Specimen(d.AffineThatForgetsEverything, d.Affine, affine, "severed-path", ("answer",), "x"),
    Specimen(d.AffineWithNegatedInput, d.Affine, affine, "sign", VALUES, "x"),
    Specimen(
        d.AffineOfLastExample,
        d.Affine,
        affine,
        "contribution-lost",
        ("gradient", "batch-permuted"),
        "W",
        also=("upstream-partly",),
    ),
    Specimen(
        d.AffineUpdatedBeforeUse,
        d.Affine,
        affine,
        "updated-before-use",
        ("gradient", "upstream-homogeneous"),
        "x",
    ),
    Specimen(
        d.AffineThatUpdatesItsWeight, d.Affine, affine, "mutation", ("inputs-untouched",), "W"
    ),
    Specimen(
        d.AffineThatCentresItsInput, d.Affine, affine, "mutation", ("inputs-untouched",), "x"
    ),
    Specimen(d.AffineThatPopsItsCache, d.Affine, affine, "popped-cache", ("backward-twice",)),
    Specimen(
        d.AffineWithFirstCacheForEver, d.Affine, affine, "stale-cache", ("latest-forward",), "W"
    ),
    Specimen(d.AffineWithCacheOnItsClass, d.Affine, affine, "stale-cache", ("instances",), "W"),
    Specimen(d.AffineWithCacheByIdentity, d.Affine, affine, "stale-cache", ("copies",)),
    Specimen(
        d.AffineThatAddsToItsInputGradient,
        d.Affine,
        affine,
        "stale-cache",
        ("backward-twice",),
        "x",
    ),
    Specimen(
        d.AffineThatAddsAndOverwrites, d.Affine, affine, "stale-cache", ("backward-twice",), "b"
    ),
    Specimen(
        d.AffineThatCountsItsForwards, d.Affine, affine, "stale-cache", ("forward-twice",)
    ),
    Specimen(
        d.AffineThatDriftsOverCalls, d.Affine, affine, "stale-cache", ("repeatable",), "x"
    ),
    Specimen(d.AffineWithStaticBuffer, d.Affine, affine, "stale-cache", ("results-kept",), "x"),
    Specimen(
        d.AffineThatClearsItsOutput,
        d.Affine,
        affine,
        "mutation",
        ("results-kept",),
        "output 0",
        also=("stale-cache",),
    ),
    Specimen(
        d.AffineThatKeepsGradientsOfEmptyBatches,
        d.Affine,
        affine,
        "stale-cache",
        ("empty-after-full",),
        "W",
    ),
    Specimen(
        d.AffineThatReadsTheMemoryOfUpstream,
        d.Affine,
        affine,
        "layout",
        ("layout-upstream",),
        "x",
    ),
    Specimen(
        d.AffineThatReadsTheMemoryOfItsInput,
        d.Affine,
        affine,
        "layout",
        ("layout-inputs",),
        "W",
    ),
    Specimen(
        d.AffineThatReadsTheFirstStrides, d.Affine, affine, "layout", ("layout-broadcast",), "x"
    ),
    Specimen(d.AffineThatSqueezes, d.Affine, affine, "shape-corner", ("shape",), "b"),
    Specimen(
        d.AffineOfCoupledGradients,
        d.Affine,
        affine,
        "mode",
        ("gradient", "batch-examples"),
        "x",
    ),
    Specimen(
        d.AffineThatRanksItsBatch,
        d.Affine,
        affine,
        "local-scale",
        ("gradient", "batch-permuted"),
        "x",
    ),
    Specimen(
        d.AffineWithUnreadScale,
        d.ScaledAffine,
        affine,
        "scale",
        VALUES,
        "x",
        also=("option-ignored",),
    ),
)

OPERANDS = (
    Specimen(o.MultiplySwapped, o.Multiply, pairs, "swapped-inputs", VALUES, "a"),
    Specimen(
        o.MultiplyByIdentity, o.Multiply, pairs, "contribution-lost", ("same-array",), "b"
    ),
    Specimen(o.DivideWithWrongSign, o.Divide, divisions, "sign", VALUES, "b"),
    Specimen(o.SubtractWithoutMinus, o.Subtract, pairs, "sign", VALUES, "b"),
    Specimen(o.AddNotSummed, o.Add, broadcast, "broadcast-sum", ("shape",), "b"),
    Specimen(o.AddAveraged, o.Add, broadcast, "mean-for-sum", VALUES, "b"),
    Specimen(o.MaximumThatPaysTiesTwice, o.Maximum, pairs, "ties-paid-in-full", VALUES),
    Specimen(o.MatMulTransposed, o.MatMul, products, "transposed", VALUES, "a"),
    Specimen(
        o.FanOutCountedTwice, o.FanOut, rows, "counted-twice", VALUES, "x", also=("scale",)
    ),
    Specimen(
        o.FanOutWithLostBranch,
        o.FanOut,
        rows,
        "contribution-lost",
        VALUES,
        "x",
        also=(
            "missing-term",
            "wrong-derivative",
        ),
    ),
    Specimen(o.RowMaxThatPaysTiesInFull, o.RowMax, rows, "ties-paid-in-full", VALUES, "x"),
    Specimen(o.RowMeanPaidAsSum, o.RowMean, rows, "scale", VALUES, "x"),
    Specimen(o.RowMeanOfWrongAxis, o.RowMean, rows, "scale", VALUES, "x"),
    Specimen(o.ReversedOnlyForward, o.Reversed, rows, "permuted", VALUES, "x"),
    Specimen(
        o.RolledTheSameWay, o.Rolled, rows, "shifted-index", VALUES, "x", also=("transposed",)
    ),
    Specimen(o.Flip2DByReshape, o.Flip2D, cubes, "permuted", VALUES, "x", also=("transposed",)),
    Specimen(
        o.CumulativeSumForwards,
        o.CumulativeSum,
        rows,
        "transposed",
        VALUES,
        "x",
        also=("permuted",),
    ),
    Specimen(
        o.GatherThatOverwrites,
        o.Gather,
        rows,
        "overwritten-not-added",
        VALUES,
        "x",
        lambda i: i[1] == 0,
    ),
    Specimen(
        o.EmbeddingThatOverwrites, o.Embedding, indices, "overwritten-not-added", VALUES, "W"
    ),
    Specimen(o.EmbeddingOffByOne, o.Embedding, indices, "shifted-index", VALUES, "W"),
    Specimen(
        o.WindowSumWithoutItsTail,
        o.WindowSum,
        odd_rows,
        "contribution-lost",
        VALUES,
        "x",
        lambda i: i[1] in (6, 10),
        also=("upstream-partly",),
    ),
    Specimen(
        o.WindowMeanOfFullWindows,
        o.WindowMean,
        odd_rows,
        "local-scale",
        VALUES,
        "x",
        lambda i: i[1] in (6, 10),
    ),
    Specimen(o.Conv1DWithKernelReversed, o.Conv1D, odd_rows, "permuted", VALUES, "x"),
    Specimen(o.Conv1DThatOverwrites, o.Conv1D, odd_rows, "overwritten-not-added", VALUES, "x"),
)

COUPLED = (
    Specimen(c.SoftmaxOfItsDiagonal, c.Softmax, rows, "missing-term", VALUES, "x"),
    Specimen(
        c.BatchNormWithoutVariancePath, c.BatchNorm, features, "missing-term", VALUES, "x"
    ),
    Specimen(c.BatchNormWithoutMeanPath, c.BatchNorm, features, "missing-term", VALUES, "x"),
    Specimen(c.BatchNormWithoutGamma, c.BatchNorm, features, "local-scale", VALUES, "x"),
    Specimen(
        c.BatchNormInEvalThatTrains,
        c.BatchNormInEval,
        features,
        "mode",
        ("gradient", "batch-examples"),
        "x",
    ),
    Specimen(c.LayerNormWithoutItsPaths, c.LayerNorm, features, "missing-term", VALUES, "x"),
    Specimen(
        c.RowNormDividedByZero,
        c.RowNorm,
        rows,
        "singular",
        ("finite",),
        "x",
        lambda i: i[0] == 0,
    ),
    Specimen(c.DropoutUnscaled, c.Dropout, rows, "scale", VALUES, "x"),
    Specimen(c.DropoutWithoutItsMask, c.Dropout, rows, "wrong-derivative", VALUES, "x"),
    Specimen(c.DropoutWithInvertedMask, c.Dropout, rows, "mask-inverted", VALUES, "x"),
    Specimen(
        c.MeanSquaredErrorWithoutTwo, c.MeanSquaredError, regressions, "scale", VALUES, "x"
    ),
    Specimen(
        c.MeanSquaredErrorWithoutDivisor, c.MeanSquaredError, regressions, "scale", VALUES, "x"
    ),
    Specimen(c.SoftmaxCrossEntropySummed, c.SoftmaxCrossEntropy, classes, "scale", VALUES, "x"),
    Specimen(
        c.SoftmaxCrossEntropyDeafToUpstream,
        c.SoftmaxCrossEntropy,
        classes,
        "upstream-ignored",
        ("gradient", "upstream-zero"),
        "x",
    ),
    Specimen(
        c.SoftmaxCrossEntropyThatEatsLabels,
        c.SoftmaxCrossEntropy,
        classes,
        "mutation",
        ("inputs-untouched",),
        "t",
    ),
    Specimen(
        c.CrossEntropyWithGradientOfLogits,
        c.CrossEntropy,
        probabilities,
        "logits-gradient",
        VALUES,
        "p",
    ),
    Specimen(
        c.RNNWithoutTime, c.RNN, cubes, "missing-term", VALUES, "x", also=("contribution-lost",)
    ),
    Specimen(c.RNNWithTransposedWeight, c.RNN, cubes, "transposed", VALUES, "x"),
    Specimen(
        c.AttentionUnscaled,
        c.Attention,
        sequences,
        "scale",
        VALUES,
        "q",
        also=("option-ignored",),
    ),
    Specimen(c.AttentionWithSeveredKeys, c.Attention, sequences, "severed-path", VALUES, "k"),
    Specimen(
        c.AttentionWithOneGradient, c.Attention, sequences, "severed-path", ("answer",), "k"
    ),
)

SHARED = (
    Specimen(s.TwinsOfWhichOneCounts, s.Twins, twin_features, "contribution-lost", VALUES, "W"),
    Specimen(
        s.TwinsOfWhichOneCountsTwice, s.Twins, twin_features, "counted-twice", VALUES, "W"
    ),
    Specimen(s.TwinsAtOdds, s.Twins, twin_features, "sign", VALUES, "W"),
    Specimen(
        s.FeedforwardWithBranchTwice, s.Feedforward, features, "counted-twice", VALUES, "x"
    ),
    Specimen(
        s.FeedforwardWithoutSkip,
        s.Feedforward,
        features,
        "contribution-lost",
        VALUES,
        "x",
        also=("missing-term",),
    ),
    Specimen(
        s.FeedforwardWithSquareForgotten,
        s.Feedforward,
        features,
        "wrong-derivative",
        VALUES,
        "A",
    ),
    Specimen(s.RectifiedWithoutItsMask, s.Rectified, features, "wrong-derivative", VALUES, "x"),
    Specimen(s.RectifiedWithMaskInverted, s.Rectified, features, "mask-inverted", VALUES, "x"),
    Specimen(s.RectifiedWithRowsReversed, s.Rectified, features, "permuted", VALUES, "W"),
    Specimen(
        s.InstanceNormOverOtherAxes, s.InstanceNorm, tall_cubes, "broadcast-sum", VALUES, "x"
    ),
    Specimen(s.LabelledLossOffByOne, s.LabelledLoss, classes, "shifted-index", VALUES, "x"),
    Specimen(
        s.ExpertsWithoutTheirGate,
        s.Experts,
        features,
        "contribution-lost",
        VALUES,
        "x",
        also=("missing-term",),
    ),
    Specimen(s.ExpertsWithGateTwice, s.Experts, features, "counted-twice", VALUES, "x"),
    Specimen(s.ExpertsAgainstTheirGate, s.Experts, features, "sign", VALUES, "x"),
    Specimen(s.NeighboursOfTheirs, s.Neighbours, cubes, "transposed", VALUES, "x"),
    Specimen(s.NeighboursHeardOnAverage, s.Neighbours, cubes, "upstream-partly", VALUES, "x"),
    Specimen(
        s.EarlierNeighboursWithoutTheirMask,
        s.EarlierNeighbours,
        cubes,
        "wrong-derivative",
        VALUES,
        "x",
    ),
)

#: Every specimen of the half.
FIRST_HALF = (*ELEMENTWISE, *DENSE, *OPERANDS, *COUPLED, *SHARED)
