"""What is wrong with the normalisations, the modes, the attentions and the recurrences."""

from tests.zoo.fourth_set import feedings as feed
from tests.zoo.fourth_set.layers import sequences as s
from tests.zoo.third_set import feedings as known
from tests.zoo.third_set.declaring import LINEAR, RANDOM, SHAPE, Kind

norm = Kind(s.InstanceNorm, feed.normed)
film = Kind(s.Film, feed.films)
shared = Kind(s.SharedKeys, feed.many_queries)
relative = Kind(s.RelativeBias, feed.biased)
gru = Kind(s.MinimalGru, known.steps)
average = Kind(s.TwoWayAverage, feed.steps)

SEQUENCES = (
    norm(s.InstanceNormSpreadHeldFixed, "missing-term", "x"),
    norm(s.InstanceNormMeansOverTheBatch, "different-formulas", "x"),
    norm(s.InstanceNormSpreadOfOneLess, "term-coefficient", "x"),
    Kind(s.StandardWeights, known.features)(
        s.StandardWeightsStatisticsHeldFixed, "missing-term", "W"
    ),
    Kind(s.Centre, known.modes)(s.CentreAlwaysOfTheBatch, "mode", "x"),
    Kind(s.DropPath, known.modes, RANDOM)(s.DropPathOfEvaluation, "mode", "x"),
    film(s.FilmShiftForEachPlace, "broadcast-sum", "b", SHAPE),
    film(s.FilmGainAndShiftExchanged, "swapped-inputs", "g"),
    film(s.FilmOneBufferForAll, "stale-cache", "x", ("results-kept",)),
    film(s.FilmScalesItsInput, "mutation", "x", ("inputs-untouched",)),
    shared(s.SharedKeysForEachHead, "broadcast-sum", "k", SHAPE),
    shared(s.SharedKeysOfTheLastHead, "overwritten-not-added", "k"),
    shared(s.SharedKeysSharesEachAlone, "missing-term", "q"),
    shared(s.SharedKeysForValues, "swapped-inputs", "k"),
    relative(s.RelativeBiasAssigns, "overwritten-not-added", "bias"),
    relative(s.RelativeBiasOneStepOff, "shifted-index", "bias"),
    gru(s.MinimalGruGateOfTheGate, "derivative-at-output", "G"),
    gru(s.MinimalGruWeightsOfOneStep, "overwritten-not-added", "W"),
    gru(s.MinimalGruGateCarriesNothing, "missing-term", "x", also=("contribution-lost",)),
    gru(s.MinimalGruPopsItsStates, "popped-cache", None, ("backward-twice",)),
    gru(s.MinimalGruShortensDeltas, "upstream-clipped", "x", LINEAR),
    average(s.TwoWayAverageHearsOneWay, "upstream-partly", "x"),
    average(s.TwoWayAverageInSingle, "downcast", "x", ("no-downcast",), remark=True),
    Kind(s.TwoWayAverage, feed.one_step)(
        s.TwoWayAverageSingleStepForgotten,
        "shape-corner",
        "x",
        entries=lambda i: i[1] == 0,
    ),
)
