"""Results are read back as they were, in the order of their names, and need little memory."""

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

import pytest
from rich.console import Console

from gradcheck.expected import with_expected
from gradcheck.history import Folder, Header, Journal, Records
from gradcheck.model import Agreement, Judged, LeftOut, Run, TargetResult, Verdict
from gradcheck.reporters import json_report, reporter_for, terminal
from gradcheck.reporters.terminal import Look
from tests.unit.reporters.hostile import hostile_run
from tests.unit.reporters.sample import a_run, failing, passing, undecided
from tests.unit.reporters.test_beside import large_run

NAMES = ("m:C", "m:A", "m:D", "m:B")


@pytest.fixture
def journal() -> Iterator[Journal]:
    """A journal that holds nothing in memory that can be read back."""
    made = Journal.begin(None, Header({}), held=0)
    yield made
    made.close()


def add(journal: Journal, *results: TargetResult) -> None:
    for result in results:
        journal.add(Judged(result.target, (result,)))


def test_results_come_by_name_whatever_the_order(journal: Journal) -> None:
    add(journal, *map(passing, NAMES))
    records = journal.records
    assert [result.target for result in records] == sorted(NAMES)
    assert records[0] == passing("m:A")
    assert records[-1] == passing("m:D")
    assert list(records[1:3]) == [passing("m:B"), passing("m:C")]
    assert len(records) == 4
    with pytest.raises(IndexError):
        records[4]


def test_a_member_of_several_targets_gives_each(journal: Journal) -> None:
    several = (undecided("m:make[1]"), passing("m:make[0]"))
    journal.add(Judged("m:make", several, (LeftOut("m:make", "odd"),)))
    add(journal, undecided("m:other"))
    assert list(journal.records) == [*reversed(several), undecided("m:other")]
    assert journal.records.left_out == (LeftOut("m:make", "odd"),)


def test_what_is_judged_anew_takes_the_place_of_the_old(journal: Journal) -> None:
    add(journal, passing("m:A"), undecided("m:A"))
    assert list(journal.records) == [undecided("m:A")]
    journal.drop(["m:A"])
    assert list(journal.records) == []


def test_nothing_is_lost_on_the_way_to_disk_and_back(journal: Journal) -> None:
    for run in (hostile_run(), large_run(), a_run()):
        add(journal, *run.targets)
        read = {result.target: result for result in journal.records}
        kept = replace(run, targets=tuple(read[r.target] for r in run.targets))
        assert json_report.dumps(kept) == json_report.dumps(run)


def test_a_damaged_record_keeps_its_verdict_and_says_so(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    journal = Journal.begin(folder, Header({}), held=0)
    add(journal, failing("m:A"), passing("m:B"))
    (file,) = folder.path.glob("run-*")
    file.write_bytes(b"")
    broken, right = journal.records
    assert (broken.verdict, right.verdict) == (Verdict.FAIL, Verdict.PASS)
    assert "damaged" in broken.notes[0]
    journal.close()


def page(run: Run, *, ascii_only: bool) -> str:
    console = Console(width=100, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    with console.file:
        terminal.show(run, console, Look(1, ascii_only, 100))
        return console.export_text()


#: What reads a run, by what it makes.
READERS: dict[str, Callable[[Run], object]] = {
    "page": lambda run: page(run, ascii_only=False),
    "page in ASCII": lambda run: page(run, ascii_only=True),
    "files": lambda run: json_report.files(run, Path("run.json")),
    "counts": lambda run: (run.counts, run.cost),
    "known failures": lambda run: [
        *map(str, with_expected(run, {"layers:Affine": "y"}).targets)
    ],
    **{
        suffix: lambda run, suffix=suffix: reporter_for(Path(f"a.{suffix}")).dumps(run)  # type: ignore[misc]
        for suffix in ("json", "html", "xml", "md", "sarif", "svg", "github")
    },
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_a_report_of_results_on_disk_is_that_of_results_in_memory(
    journal: Journal, read: Callable[[Run], object]
) -> None:
    targets = (*a_run().targets, *large_run().targets)
    targets = tuple(sorted({r.target: r for r in targets}.values(), key=lambda r: r.target))
    add(journal, *targets)
    on_disk, in_memory = replace(a_run(), targets=journal.records), a_run(*targets)
    assert read(on_disk) == read(in_memory)


def test_a_page_reads_each_result_once_and_what_is_wrong_twice(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, seen = Records._read, []
    monkeypatch.setattr(Records, "_read", lambda self, m: (seen.append(m), read(self, m))[1])
    add(journal, *map(passing, NAMES), failing("m:E"))
    add(journal, passing("m:F"))
    terminal.render(replace(a_run(), targets=journal.records), Look())
    assert seen == [*sorted(NAMES), "m:E", "m:F", "m:E"]


def test_counting_reads_nothing(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    add(journal, passing("m:A"), failing("m:B"))
    monkeypatch.delattr(Records, "_read")
    run = replace(a_run(), targets=journal.records)
    assert run.counts[Verdict.FAIL] == run.counts[Verdict.PASS] == 1
    assert run.cost == passing().cost + failing().cost


def synthetic(i: int) -> TargetResult:
    """A result of an everyday size: eleven cases of three tensors, each with a ladder."""
    numbers = (i + k / 7 for k in count())  # no two of them are one object
    agreements = tuple(
        Agreement(
            f"case{case}", name, (4, 4), Verdict.PASS, 9.5, 1e-9, "dense",
            claimed=(*islice(numbers, 16),), reference=(*islice(numbers, 16),),
            error=(*islice(numbers, 16),), rungs=((next(numbers), 0.5, 1e-9),) * 8,
        )
        for case in range(11)
        for name in "xWb"
    )  # fmt: skip
    return TargetResult(f"m:T{i:05d}", Verdict.PASS, agreements=agreements)


def held_by(build: Callable[[], object]) -> int:
    """Return the bytes that what is built keeps in memory."""
    gc.collect()
    tracemalloc.start()
    built = build()
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del built
    return size


def test_results_on_disk_take_a_small_part_of_their_memory() -> None:
    journals = []

    def on_disk() -> Journal:
        journals.append(Journal.begin(None, Header({}), held=0))
        for i in range(60):
            add(journals[-1], synthetic(i))
        assert sum(1 for _ in journals[-1].records) == 60
        return journals[-1]

    try:
        # A name and a place for each (under 1 KiB) against 33 agreements (over 50 KiB).
        assert held_by(on_disk) * 20 < held_by(lambda: tuple(map(synthetic, range(60))))
    finally:
        for journal in journals:
            journal.close()


def test_what_is_held_is_bounded() -> None:
    journal = Journal.begin(None, Header({}), held=10_000)
    add(journal, *(passing(f"m:{i}") for i in range(100)))
    held = [journal.records[i] is journal.records[i] for i in range(100)]
    journal.close()
    assert any(held)
    assert not all(journal.records._held.get(f"m:{i}") for i in range(100))
