"""What is wrong with the recurrences, with what is kept, and at special points."""

from tests.zoo.third_set import feedings as feed
from tests.zoo.third_set.declaring import FINITE, LINEAR, SHAPE, Kind
from tests.zoo.third_set.layers import keeping as k
from tests.zoo.third_set.layers import recurrent as r

lstm = Kind(r.LstmCell, feed.cells)
gru = Kind(r.GruCell, feed.gates)
rnn = Kind(r.Rnn, feed.steps)
additive = Kind(r.AdditiveAttention, feed.queries)
linear = Kind(r.LinearAttention, feed.attended)
chain = Kind(r.Chain, feed.steps)

SEQUENCES = (
    lstm(r.LstmCellSecondOutputUnheard, "upstream-partly", "c"),
    lstm(
        r.LstmCellStateHearsItselfOnly,
        "contribution-lost",
        "c",
        also=("upstream-partly", "missing-term"),
    ),
    lstm(
        r.LstmCellForgetSigmoidAgain,
        "derivative-at-output",
        "W",
        also=("wrong-derivative",),
    ),
    lstm(r.LstmCellCandidateWithoutTanh, "wrong-derivative", "W"),
    lstm(r.LstmCellJoinsInAnotherOrder, "permuted", "b"),
    gru(r.GruCellUpdateTurned, "sign", "Wz"),
    gru(r.GruCellHeldStateForgotten, "contribution-lost", "h", also=("missing-term",)),
    rnn(r.RnnBiasOfFirstStep, "overwritten-not-added", "b"),
    rnn(r.RnnCarriesNothing, "missing-term", "x", also=("contribution-lost",)),
    rnn(r.RnnShortensWhatItCarries, "upstream-clipped", "x", LINEAR),
    rnn(r.RnnStepsOnItsWay, "updated-before-use", "x"),
    rnn(r.RnnAddsToTheLastAnswer, "stale-cache", "x", ("backward-twice",)),
    rnn(r.RnnPopsItsStates, "popped-cache", None, ("backward-twice",)),
    rnn(r.RnnStatesOneBehind, "shifted-index", "U"),
    additive(r.AdditiveAttentionQueryForEachKey, "broadcast-sum", "q", SHAPE),
    additive(r.AdditiveAttentionQueryOfLastKey, "overwritten-not-added", "q"),
    additive(r.AdditiveAttentionDotLeftOut, "missing-term", "w"),
    linear(r.LinearAttentionKeysForValues, "swapped-inputs", "k"),
    linear(r.LinearAttentionMemoryUnturned, "transposed", "q"),
    chain(r.ChainStepsTurned, "transposed", "T", entries=lambda i: i[0] != i[1]),
    chain(r.ChainLabelsWithoutTheirFuture, "missing-term", "x"),
    chain(r.ChainStepsOneBehind, "shifted-index", "T"),
)

waves = Kind(k.WaveFeatures, feed.rows)
affinity = Kind(k.Affinity, feed.features)
squash = Kind(k.Squash, feed.rows)

KEEPING = (
    waves(k.WaveFeaturesCachedByShape, "stale-cache", "x", ("latest-forward",)),
    waves(k.WaveFeaturesPopTheirPhase, "popped-cache", None, ("backward-twice",)),
    affinity(k.AffinityOneContextForAll, "stale-cache", "gain", ("instances",)),
    affinity(k.AffinityOneGradientBuffer, "stale-cache", "x", ("results-kept",)),
    affinity(k.AffinityStepsBeforeTheInput, "updated-before-use", "x"),
    affinity(k.AffinityEmptyKeepsTheLast, "stale-cache", "gain", ("empty-after-full",)),
    affinity(k.AffinityInSingle, "downcast", "x", ("no-downcast",), remark=True),
)

SPECIAL = (
    Kind(k.CubicNorm, feed.rows)(k.CubicNormOverNothing, "singular", "x", FINITE),
    Kind(k.Energy, feed.rows)(k.EnergyThroughTheLength, "singular", "x", FINITE),
    Kind(k.RowProduct, feed.rows)(k.RowProductOverEachFactor, "singular", "x", FINITE),
    Kind(k.AbsPower, feed.powers)(k.AbsPowerOverItsBase, "singular", "x", FINITE),
    Kind(k.ThinPlate, feed.rows)(k.ThinPlateLogarithmOfNothing, "singular", "x", FINITE),
    Kind(k.CappedExp, feed.rows)(
        k.CappedExpMasksByMultiplying, "singular", "x", FINITE, also=("overflow",)
    ),
    Kind(k.Hump, feed.rows)(k.HumpOverNothing, "singular", "x", FINITE),
    squash(k.SquashUnitOfNothing, "singular", "x", FINITE),
    squash(k.SquashFactorHeldFixed, "missing-term", "x"),
)
