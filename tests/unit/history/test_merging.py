"""Parts of a run become the run; what does not belong together is refused."""

from dataclasses import replace

import pytest

from gradcheck.errors import UsageError
from gradcheck.history import Shard, merged, of_members
from gradcheck.model import UNCHANGED, Cost, LeftOut, Run
from gradcheck.reporters import json_report
from tests.unit.reporters.sample import a_run, failing, passing, undecided

ALL = (failing("m:A"), passing("m:B"), undecided("m:C"), passing("m:D"))


def test_parts_are_the_whole_in_any_order() -> None:
    whole = a_run(*ALL)
    parts = [replace(a_run(*part), seconds=0.65) for part in (ALL[1::2], ALL[::2])]
    for one, other in (parts, parts[::-1]):
        assert json_report.dumps(merged({"a": one, "b": other})) == json_report.dumps(whole)


def test_one_run_is_itself() -> None:
    assert merged({"a": a_run()}) == a_run()


def test_a_target_that_both_have_counts_once_whatever_the_time() -> None:
    slower = replace(ALL[0], cost=replace(ALL[0].cost, seconds=9.0, target_seconds=8.0))
    run = merged({"a": a_run(*ALL[:2]), "b": a_run(slower, ALL[3])})
    assert list(run.targets) == [ALL[0], ALL[1], ALL[3]]


def test_values_that_are_no_numbers_agree_with_themselves() -> None:
    one, other = (json_report.loads(json_report.dumps(a_run(failing()))) for _ in range(2))
    assert len(merged({"a": one, "b": other}).targets) == 1


def test_parts_that_disagree_about_a_target_are_refused() -> None:
    other = replace(ALL[1], cost=Cost(1, 2))
    with pytest.raises(UsageError, match=r"a\.json and c\.json: they disagree about m:B"):
        merged({"a.json": a_run(ALL[1]), "b.json": a_run(ALL[0]), "c.json": a_run(other)})


REFUSED = {
    "seed is 7 in the first and 8": replace(a_run(), seed=8),
    "option 'strict' is False": replace(a_run(), policy={**a_run().policy, "strict": True}),
    "gradcheck's version is '0'": replace(a_run(), environment={"gradcheck": "1"}),
}


@pytest.mark.parametrize(("said", "other"), REFUSED.items())
def test_what_was_asked_for_differently_is_refused(said: str, other: Run) -> None:
    with pytest.raises(UsageError, match=said):
        merged({"a": a_run(), "b": other})


def test_versions_that_differ_stand_side_by_side() -> None:
    other = replace(a_run(), environment={"gradcheck": "0", "python": "4"})
    assert merged({"a": a_run(), "b": other}).environment["python"] == "3, 4"


def test_what_is_left_out_by_all_is_listed_once() -> None:
    unknown = LeftOut("a:Gone", "expected to fail (issue 7), but not found")
    runs = {name: replace(a_run(), left_out=(unknown, *a_run().left_out)) for name in "ab"}
    assert merged(runs).left_out == (unknown, *a_run().left_out)


def test_what_another_part_has_judged_is_not_left_out() -> None:
    names = ("m:A", "m:make", "m:never")
    first = replace(a_run(passing("x")), left_out=tuple(LeftOut(n, UNCHANGED) for n in names))
    second = replace(a_run(passing("m:A"), passing("m:make[1]")), left_out=())
    assert merged({"a": first, "b": second}).left_out == (LeftOut("m:never", UNCHANGED),)


def test_an_interrupted_part_makes_an_interrupted_run() -> None:
    assert merged({"a": a_run(), "b": replace(a_run(), interrupted=True)}).interrupted


@pytest.mark.parametrize("count", [1, 2, 5])
def test_every_member_belongs_to_one_part(count: int) -> None:
    parts = [Shard(i + 1, count) for i in range(count)]
    names = [f"pkg.module:Layer{i}" for i in range(500)]
    owners = [[part.index for part in parts if part.holds(name)] for name in names]
    assert all(len(each) == 1 for each in owners)
    sizes = [owners.count([i + 1]) for i in range(count)]
    # Binomial with n = 500 and p = 1/5: five standard deviations are 45.
    assert min(sizes) > 500 / count - 56


def test_parts_are_the_same_on_every_machine() -> None:
    # By the last digits that sha256sum prints: f, 8, 1.
    assert [n for n in ("a:A", "a:B", "a:C") if Shard(1, 2).holds(n)] == EVEN


EVEN = ["a:B"]


@pytest.mark.parametrize(
    ("name", "member"),
    [("m:A", "m:A"), ("m:A[10]", "m:A"), ("m:B[0]", None), ("m:[0]", "m:[0]"), ("", None)],
)
def test_a_target_belongs_to_the_member_of_its_name(name: str, member: str | None) -> None:
    assert of_members(name, {"m:A", "m:[0]", "m:"}) == member
