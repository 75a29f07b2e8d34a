"""What is wrong with the pointwise layers, the losses and what is built on softmax."""

from tests.zoo.third_set import feedings as feed
from tests.zoo.third_set.declaring import ALONE, FINITE, LINEAR, RANDOM, SHAPE, Kind
from tests.zoo.third_set.layers import logits as s
from tests.zoo.third_set.layers import losses as e
from tests.zoo.third_set.layers import pointwise as a

isru = Kind(a.Isru, feed.alphas)
bell = Kind(a.Bell, feed.rows)
lecun = Kind(a.LecunTanh, feed.rows)
swish = Kind(a.NarrowSwish, feed.rows)
logit = Kind(a.Logit, feed.chances)
lisht = Kind(a.Lisht, feed.rows)
ceiling = Kind(a.Ceiling, feed.capped)
swiglu = Kind(a.SwiGlu, feed.pairs)
prelu = Kind(a.ChannelPRelu, feed.channels)
clamp = Kind(a.Clamp, feed.rows)

POINTWISE = (
    isru(a.IsruRootNotCubed, "wrong-derivative", "x"),
    isru(a.IsruAlphaOfOne, "option-ignored", "x"),
    isru(a.IsruSlopeOfSoftsign, "different-formulas", "x", also=("wrong-derivative",)),
    bell(a.BellWithoutMinus, "sign", "x"),
    bell(a.BellSlopeOfItsOutput, "derivative-at-output", "x"),
    Kind(a.TanhShrink, feed.rows)(a.TanhShrinkOfTheShrunk, "derivative-at-output", "x"),
    lecun(a.LecunTanhSpeedLeftOut, "scale", "x"),
    lecun(a.LecunTanhOneLessItsSquare, "wrong-derivative", "x"),
    swish(a.NarrowSwishSlopesEverywhere, "wrong-derivative", "x"),
    swish(
        a.NarrowSwishInsideOfItsOutput,
        "mask-wrong-variable",
        "x",
        also=("derivative-at-output",),
    ),
    logit(a.LogitSlopeUpsideDown, "wrong-derivative", "x"),
    logit(a.LogitChainsTwice, "upstream-squared", "x"),
    Kind(a.SquaredRelu, feed.rows)(a.SquaredReluWithoutItsTwo, "scale", "x"),
    lisht(a.LishtThroughHalf, "downcast", "x"),
    lisht(a.LishtHoldsGradientsBelowOne, "upstream-clipped", "x", LINEAR),
    Kind(a.Sech, feed.rows)(a.SechBySineOverCosine, "overflow", "x", FINITE),
    Kind(a.Gumbel, feed.rows)(a.GumbelProductOfExponentials, "overflow", "x", FINITE),
    Kind(a.SmoothAbs, feed.rows)(
        a.SmoothAbsSlopeOfAbs, "different-formulas", "x", also=("wrong-derivative",)
    ),
    Kind(a.RandomRelu, feed.modes, RANDOM)(a.RandomReluMeanSlopeInTraining, "mode", "x"),
    ceiling(a.CeilingNeverMoves, "severed-path", "hi"),
    ceiling(a.CeilingMovedByTheLow, "mask-inverted", "hi"),
    ceiling(a.CeilingKeepsItsRows, "broadcast-sum", "hi", SHAPE),
    swiglu(a.SwiGluSidesExchanged, "swapped-inputs", "a"),
    swiglu(a.SwiGluWorksInItsInput, "mutation", "b", ("inputs-untouched",)),
    swiglu(a.SwiGluSigmoidAgain, "derivative-at-output", "a", also=("wrong-derivative",)),
    prelu(a.ChannelPReluSlopesAveraged, "mean-for-sum", "slope"),
    prelu(a.ChannelPReluLooksAtItsOutput, "mask-wrong-variable", "x"),
    clamp(a.ClampMovesTheHeld, "mask-inverted", "x"),
    clamp(a.ClampLooksAtUpstream, "mask-wrong-variable", "x"),
    Kind(a.ScaleOfEach, feed.features)(
        a.ScaleOfEachWithoutTheFactor, "wrong-derivative", "log"
    ),
)

huber = Kind(e.Huber, feed.deltas)
mse = Kind(e.RowMse, feed.fits)
contrastive = Kind(e.Contrastive, feed.kinds)
cosine = Kind(e.CosineGap, feed.pairs)
svm = Kind(e.Svm, feed.machines)
centre = Kind(e.CentreLoss, feed.members)

LOSSES = (
    huber(e.HuberTailOfDeltaOne, "option-ignored", "y"),
    huber(e.HuberNearByTheLoss, "mask-wrong-variable", "y"),
    huber(e.HuberOverItsRows, "scale", "y"),
    mse(e.RowMseOverItsOutputs, "scale", "y"),
    mse(e.RowMseTargetLikePrediction, "sign", "t"),
    Kind(e.SquaredDifference, feed.pairs)(
        e.SquaredDifferenceWithoutUpstream, "upstream-ignored", "a"
    ),
    contrastive(e.ContrastiveSecondFollowsFirst, "sign", "b"),
    contrastive(e.ContrastivePushesTheFar, "mask-inverted", "a"),
    contrastive(e.ContrastiveOverNoLength, "singular", "a", FINITE),
    cosine(e.CosineGapDividesByLengths, "singular", "a", FINITE),
    cosine(e.CosineGapExchangesRows, "swapped-inputs", "a"),
    Kind(e.Hinge, feed.judged, ALONE)(e.HingePullsTheSettled, "mask-inverted", "y"),
    Kind(e.SquaredHinge, feed.judged, ALONE)(e.SquaredHingeWithoutItsTwo, "scale", "y"),
    svm(e.SvmPenaltyWithoutItsTwo, "term-coefficient", "W"),
    svm(e.SvmPenaltyTurned, "term-coefficient", "W"),
    centre(e.CentreLossCentresStandStill, "severed-path", "centres"),
    centre(e.CentreLossHearsOneMember, "overwritten-not-added", "centres"),
    centre(e.CentreLossMovesByItsOwnRule, "upstream-ignored", "centres"),
    Kind(e.RankGap, feed.scores)(
        e.RankGapFirstRoleOnly, "contribution-lost", "y", also=("scale",)
    ),
    Kind(e.SoftTargets, feed.targets, ALONE)(
        e.SoftTargetsSlopeOfLogits, "logits-gradient", "p"
    ),
)

softmax = Kind(s.Softmax, feed.temperatures)
log_softmax = Kind(s.LogSoftmax, feed.logits)
soft_maximum = Kind(s.SoftMaximum, feed.logits)
log_add = Kind(s.LogAdd, feed.pairs)
class_loss = Kind(s.ClassLoss, feed.classes)
one_hot = Kind(s.OneHotLoss, feed.one_hot)
logit_loss = Kind(s.LogitLoss, feed.binary)
focal = Kind(s.FocalLogits, feed.gammas)
reverse_kl = Kind(s.ReverseKl, feed.references)

LOGITS = (
    softmax(s.SoftmaxOwnClassOnly, "missing-term", "z"),
    softmax(s.SoftmaxTemperatureLeftOut, "option-ignored", "z", also=("scale",)),
    softmax(
        s.SoftmaxAnswersInUpstream,
        "mutation",
        None,
        ("upstream-untouched", "read-only"),
        remark=True,
    ),
    Kind(s.Softmax, feed.tall_logits)(s.SoftmaxRowsOfOneMaximum, "overflow", "z", FINITE),
    Kind(s.MaskedSoftmax, feed.masked_logits)(
        s.MaskedSoftmaxFillsItsInput, "mutation", "z", ("inputs-untouched",)
    ),
    log_softmax(s.LogSoftmaxBareExponentials, "overflow", "z", FINITE),
    log_softmax(s.LogSoftmaxNormaliserHeldFixed, "missing-term", "z"),
    soft_maximum(s.SoftMaximumStartsTheChain, "upstream-ignored", "z"),
    soft_maximum(s.SoftMaximumExponentialsFirst, "overflow", "z", FINITE),
    log_add(s.LogAddRatio, "overflow", "a", FINITE),
    log_add(s.LogAddSharesOfTheOther, "swapped-inputs", "a"),
    class_loss(s.ClassLossIgnoredStillPull, "option-ignored", "z"),
    class_loss(s.ClassLossCountsTheIgnored, "scale", "z", also=("option-ignored",)),
    class_loss(s.ClassLossNumbersFromOne, "shifted-index", "z"),
    one_hot(s.OneHotLossShiftsItsInput, "mutation", "z", ("inputs-untouched",)),
    one_hot(s.OneHotLossMeanOfAll, "scale", "z"),
    logit_loss(s.LogitLossRatioOfExponentials, "overflow", "z", FINITE),
    logit_loss(
        s.LogitLossHearsFirstExample, "upstream-partly", "z", entries=lambda i: i[0] > 0
    ),
    focal(s.FocalLogitsGammaOfTwo, "option-ignored", "z"),
    focal(s.FocalLogitsModulatorHeldFixed, "missing-term", "z", also=("wrong-derivative",)),
    reverse_kl(s.ReverseKlMeanLeftOut, "missing-term", "z"),
    reverse_kl(s.ReverseKlUpstreamInBoth, "upstream-squared", "z"),
    Kind(s.OneHotLikelihood, feed.chosen)(s.OneHotLikelihoodAsOfLogits, "logits-gradient", "p"),
)
