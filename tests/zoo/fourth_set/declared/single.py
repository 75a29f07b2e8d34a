"""What is wrong with the layers of single entries, and with the losses."""

from tests.zoo.fourth_set import feedings as feed
from tests.zoo.fourth_set.layers import activations as a
from tests.zoo.fourth_set.layers import criteria as c
from tests.zoo.third_set import feedings as known
from tests.zoo.third_set.declaring import ALONE, FINITE, LINEAR, SHAPE, Kind

mish = Kind(a.Mish, known.rows)
selu = Kind(a.Selu, known.rows)
log_sigmoid = Kind(a.LogSigmoid, known.rows)
softplus = Kind(a.SharpSoftplus, feed.betas)
shrink = Kind(a.SoftShrink, known.rows)
snake = Kind(a.Snake, known.features)
maxout = Kind(a.Maxout, known.pairs_in_rows)
glu = Kind(a.Glu, known.pairs_in_rows)
square = Kind(a.SquarePlus, known.rows)

ACTIVATIONS = (
    mish(a.MishInnerSlopeMissing, "wrong-derivative", "x"),
    mish(a.MishRatioOfExponentials, "overflow", "x", FINITE),
    mish(a.MishThroughHalfPrecision, "downcast", "x"),
    selu(a.SeluScaleLeftOut, "scale", "x"),
    selu(a.SeluAlphaLeftOut, "wrong-derivative", "x"),
    Kind(a.HardGate, known.rows)(a.HardGateLooksAtItsOutput, "mask-wrong-variable", "x"),
    log_sigmoid(a.LogSigmoidSlopeOfItsOutput, "derivative-at-output", "x"),
    log_sigmoid(a.LogSigmoidBareExponentials, "overflow", "x", FINITE),
    log_sigmoid(
        a.LogSigmoidSlopeOfSoftplus, "different-formulas", "x", also=("wrong-derivative",)
    ),
    softplus(a.SharpSoftplusBetaOfOne, "option-ignored", "x"),
    softplus(a.SharpSoftplusStillTimesBeta, "scale", "x"),
    shrink(a.SoftShrinkLooksAtItsOutput, "mask-wrong-variable", "x"),
    shrink(a.SoftShrinkMovesTheShrunk, "mask-inverted", "x"),
    snake(a.SnakeRateAveraged, "mean-for-sum", "a"),
    snake(a.SnakeRateKeepsItsRows, "broadcast-sum", "a", SHAPE),
    maxout(a.MaxoutSmallerLearns, "mask-inverted", "x"),
    maxout(a.MaxoutBothThatReachIt, "ties-paid-in-full", "x"),
    glu(a.GluJoinedBackwards, "permuted", "x"),
    glu(a.GluChainedTwice, "upstream-squared", "x"),
    square(a.SquarePlusHalfLeftOut, "scale", "x"),
    square(a.SquarePlusStartsTheChain, "upstream-ignored", "x"),
    Kind(a.Size, known.rows)(a.SizeByQuotient, "singular", "x", FINITE),
    Kind(a.Sinc, known.rows)(a.SincOverNothing, "singular", "x", FINITE),
)

log_cosh = Kind(c.LogCosh, known.fits)
dice = Kind(c.Dice, feed.members)
wing = Kind(c.Wing, feed.widths)
triplet = Kind(c.Triplet, feed.triples)
smooth = Kind(c.SmoothLabels, feed.smoothed)
nll = Kind(c.GaussianNll, feed.spreads)
kl = Kind(c.NormalKl, feed.laws)
mixture = Kind(c.Mixture, feed.mixtures)
distance = Kind(c.Distance, known.pairs)
ridge = Kind(c.Ridge, feed.fits)
prototypes = Kind(c.Prototypes, feed.classes)

CRITERIA = (
    log_cosh(c.LogCoshBySineOverCosine, "overflow", "y", FINITE),
    log_cosh(c.LogCoshChainsTwice, "upstream-squared", "y"),
    log_cosh(c.LogCoshTargetLikePrediction, "sign", "t"),
    dice(c.DiceSumHeldFixed, "missing-term", "p"),
    dice(c.DiceStartsTheChain, "upstream-ignored", "p"),
    Kind(c.Tversky, feed.overlaps)(c.TverskyWeighsAlike, "option-ignored", "p"),
    wing(c.WingNearByTheLoss, "mask-wrong-variable", "y"),
    wing(c.WingHeightOfOne, "option-ignored", "y"),
    triplet(c.TripletPullsTheSettled, "mask-inverted", "a"),
    triplet(c.TripletNegativeIsDrawnNear, "sign", "n"),
    triplet(c.TripletAnchorMissesTheNegative, "contribution-lost", "a", also=("missing-term",)),
    smooth(c.SmoothLabelsAreHardOnTheWayBack, "option-ignored", "z"),
    smooth(c.SmoothLabelsMeanLeftOut, "scale", "z"),
    nll(c.GaussianNllSpreadOfLogOnly, "missing-term", "v"),
    nll(c.GaussianNllSpreadNotSquared, "wrong-derivative", "v"),
    nll(c.GaussianNllMeanFlees, "sign", "m"),
    kl(c.NormalKlSpreadsExchanged, "swapped-inputs", "s"),
    kl(c.NormalKlPriorUnanswered, "severed-path", "b", ("answer",)),
    kl(c.NormalKlUpstreamHeld, "upstream-clipped", "a", LINEAR),
    Kind(c.BernoulliLoss, feed.coins, ALONE)(
        c.BernoulliLossAsIfOfLogits, "logits-gradient", "p"
    ),
    Kind(c.Picked, feed.picks, ALONE)(c.PickedLessOne, "logits-gradient", "p"),
    mixture(c.MixtureNormaliserHeldFixed, "missing-term", "z"),
    mixture(c.MixtureDensitiesFirst, "overflow", "m", FINITE),
    mixture(c.MixtureCentresByTheirWeights, "wrong-derivative", "m"),
    distance(c.DistanceOverNothing, "singular", "a", FINITE),
    distance(c.DistanceSecondMovesAlong, "sign", "b"),
    ridge(c.RidgePenaltyIsHalved, "term-coefficient", "W"),
    ridge(c.RidgePenaltyOverTheBatch, "term-coefficient", "W"),
    prototypes(c.PrototypesOfTheClassBefore, "shifted-index", "centres"),
    prototypes(c.PrototypesLaterRowWins, "overwritten-not-added", "centres"),
    prototypes(c.PrototypesNeverMove, "severed-path", "centres"),
)
