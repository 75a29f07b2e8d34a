"""Every suspicion is seen to fire for a layer of the zoo, and to stay silent on its right twin.

A new suspicion is red here until a layer that shows it is named.
"""

import pytest

from gradcheck.cases import build_case, quiet
from gradcheck.diagnosis import Clues, Suspicion, all_suspicions
from gradcheck.errors import TargetError
from gradcheck.evidence import Exam
from gradcheck.model import Finding, Severity, Target
from gradcheck.pipeline import check_target
from gradcheck.policy import Policy
from tests.zoo.development.collection import DEVELOPMENT
from tests.zoo.development.declaring import target_of
from tests.zoo.first_half import FIRST_HALF

WRONG: dict[str, Target] = {
    **{s.name: s.target(s.wrong) for s in FIRST_HALF},
    **{s.name: target_of(s.wrong, s.feeding) for s in DEVELOPMENT},
}
RIGHT: dict[str, Target] = {
    **{s.name: s.target(s.right) for s in FIRST_HALF},
    **{s.name: target_of(s.wrong.__mro__[1], s.feeding) for s in DEVELOPMENT},
}

#: Suspicions of values by the name of their function, each with a layer that shows it.
VALUES = {
    "reduced_along_another_axis": "SoftmaxSumsOverBatch",
    "missing_broadcast_sum": "AffineWithBiasNotSummed",
    "use_with_some_data_lost": "TwinsOfWhichOneCounts",
    "use_with_some_data_counted_twice": "ExpertsWithGateTwice",
    "use_with_some_data_reversed": "ExpertsAgainstTheirGate",
    "half_at_every_shape": "SquareHearsOneFactor",
    "only_one_contribution": "SinCosThatForgetsTheSecond",
    "use_of_a_parameter_lost": "AutoencoderHearsDecoderOnly",
    "use_of_a_parameter_counted_twice": "AutoencoderCountsEncoderTwice",
    "path_around_lost": "ResidualSkipLost",
    "path_around_counted_twice": "ResidualSkipAddedTwice",
    "path_through_weights_counted_twice": "FeedforwardWithBranchTwice",
    "factor_at_every_shape": "FanOutCountedTwice",
    "derivative_at_the_output": "SigmoidOfSigmoid",
    "forward_and_backward_of_different_formulas": "GELUOfTwoFormulas",
    "downcast": "SquareInHalfPrecision",
    "integer_truncation": "SquareTruncated",
    "factor_at_some_outputs": "AvgPoolCountsThreeEverywhere",
    "factor_in_some_places": "LeakyReLUWithFixedSlope",
    "factor_along_an_axis": "BatchNormWithoutGamma",
    "gradient_for_logits": "BinaryLogLossAsOfLogits",
    "inverted_mask": "RectifiedWithMaskInverted",
    "mask_from_the_wrong_variable": "AffineReluMaskBeforeBias",
    "mean_instead_of_sum": "AddAveraged",
    "missing_path_of_the_chain_rule": "SoftmaxOfItsDiagonal",
    "path_left_out": "LayerNormVarianceTakenAsConstant",
    "term_left_out": "KlForgetsTheOne",
    "formula_of_the_other_mode": "BatchNormInEvalThatTrains",
    "option_in_the_ratio": "LeakyReluMaskOfOutput",
    "constant_of_a_branch": "ELUWithAlphaLeftOut",
    "overwritten_at_repeats": "GatherThatOverwrites",
    "reversed_window": "Conv1DWithKernelReversed",
    "permuted_entries": "ReversedOnlyForward",
    "rows_of_other_examples": "RectifiedWithRowsReversed",
    "constant_factor": "AffineDividedByBatch",
    "severed_path": "AffineWithSeveredBias",
    "shifted_index": "RolledTheSameWay",
    "label_beside": "LabelledLossOffByOne",
    "flipped_sign": "SubtractWithoutMinus",
    "swapped_inputs": "MultiplySwapped",
    "path_with_another_coefficient": "RmsNormSumsWhereItAverages",
    "regulariser_coefficient": "AffineWithDecayInWeight",
    "term_with_another_coefficient": "LatentKlHalvesOneTermOnly",
    "parameter_for_its_transpose": "RNNWithTransposedWeight",
    "transposed_axes": "NeighboursOfTheirs",
    "updated_before_use": "AffineUpdatedBeforeUse",
    "upstream_clipped_or_rectified": "GateRescalesLongGradients",
    "upstream_ignored": "SigmoidThatIgnoresUpstream",
    "upstream_averaged_along_an_axis": "NeighboursHeardOnAverage",
    "term_without_upstream": "LogSoftmaxTakesUpstreamForOneHot",
    "upstream_used_in_part": "TanhWithUpstreamOfFirstRow",
    "upstream_used_twice": "TanhWithSquaredUpstream",
    "claimed_where_nothing_is": "EarlierNeighboursWithoutTheirMask",
    "wrong_somewhere_inside": "FeedforwardWithSquareForgotten",
    "factor_of_each_output": "LayerNormEpsilonOutsideTheRoot",
    "mask_not_applied": "RectifiedWithoutItsMask",
    "wrong_local_derivative": "ExpWithoutItsDerivative",
    "factor_within_a_parameter": "LstmCellForgetGateHalfDerived",
    "use_on_the_way_lost": "GruStateNotKept",
    "use_of_a_value_lost": "TiedHearsTheCoder",
    "use_on_the_way_counted_twice": "CosinesProjectedTwice",
    "use_on_the_way_reversed": "ExciteGateReversed",
    "use_on_the_way_weighted": "ExciteMeanPaidInFull",
    "transposed_on_the_way": "ContrastUnturned",
    "shifted_on_the_way": "GruGateOfTheNextState",
    "summed_over_other_axes": "AddRowSumsOverFeatures",
    "overwritten_on_the_way": "DilatedLaterTapWins",
    "rounded_on_the_way": "CrossedHalfKept",
    "entries_taken_apart": "AdditiveScoreByScore",
    "slope_at_the_output_of_a_span": "AdditiveTanhAgain",
    "mask_on_the_way_from_another_value": "GatedMaskOfUpstream",
    "mask_on_the_way_inverted": "GatedMaskExchanged",
    "other_branch_near_the_threshold": "HalfLinearByItsOutput",
    "right_for_another_value": "ScaledEvenly",
    "right_in_the_other_mode": "DropoutStillDropsInEvaluation",
    "every_path_a_little_off": "NormOfASample",
}
#: Suspicions that need a whole run: of how the cases fared, or of another kind of finding.
RUNS = {
    "right_in_one_mode": "DropoutStillDropsInEvaluation",
    "option_ignored": "Conv1dWeightsForgetStride",
    "option_unread": "EluForgetsAlpha",
    "overflow": "SoftplusExpOverExp",
    "corner_of_shapes": "AffineSqueezesUpstream",
    "empty_slice": "PadOfNothingCropsAll",
    "axis_of_one_dropped": "TanhSqueezed",
    "second_derivative": "SineWithForwardModeOfCosine",
    "ties_paid_in_full": "MaxPaysEveryWinner",
    "singular_formula": "AbsDividedByZero",
    "one_array_for_two": "MultiplyByIdentity",
    "writes_into_an_argument": "AffineThatCentresItsInput",
    "writes_into_its_cache": "CrossEntropySubtractsInTheCache",
    "shares_an_argument": "ReLUThatReturnsItsUpstream",
    "stale_cache": "SigmoidOneCacheForAll",
    "popped_cache": "AffinePopsItsInput",
    "depends_on_memory_layout": "FlattenReadsMemory",
    "ones_taken_for_nothing": "TanhThatTakesOnesForNothing",
}


def _named(name: str) -> Suspicion:
    return next(one for one in all_suspicions() if one.look.__name__ == name)


def test_every_suspicion_has_a_layer_that_shows_it() -> None:
    names = {one.look.__name__ for one in all_suspicions()}
    assert names == VALUES.keys() | RUNS.keys()


def _hits(one: Suspicion, target: Target) -> bool:
    settings = target.settings(0)
    for setting in settings:
        with quiet():
            exam = Exam(build_case(target, setting, "generic", 0), Policy())
            for leaf in exam.case.differentiable:
                blamed = Finding(
                    "gradient", "mismatch", Severity.FAIL, "", exam.case.id, leaf.name
                )
                try:
                    hit = one.look(Clues(target, exam, blamed, settings))
                except TargetError:
                    continue  # it refuses to be asked
                if hit is not None:
                    return True
    return False


@pytest.mark.parametrize(("name", "layer"), VALUES.items(), ids=list(VALUES))
def test_a_suspicion_fires_for_its_layer_and_not_for_the_right_one(
    name: str, layer: str
) -> None:
    assert _hits(_named(name), WRONG[layer])
    assert not _hits(_named(name), RIGHT[layer])


@pytest.mark.parametrize(("name", "layer"), RUNS.items(), ids=list(RUNS))
def test_a_suspicion_fires_in_a_run(name: str, layer: str) -> None:
    one = _named(name)
    found = {
        (cause.cause, cause.title)
        for finding in check_target(WRONG[layer], Policy()).findings
        for cause in finding.causes
    }
    assert (one.cause, one.title) in found
