"""What workers are made of: lines, excerpts, limits, and what is said of the dead."""

import json
import os
import signal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.model import Judged, LeftOut, Severity, Verdict
from gradcheck.policy import Policy
from gradcheck.running import Fate, Limits, Request, Work, collected
from gradcheck.running.channel import Channel, Lines
from gradcheck.running.excerpt import Excerpt
from gradcheck.running.obituary import Death, fault_of, obituary, status_in_words
from gradcheck.running.place import serve
from gradcheck.running.process import started
from gradcheck.running.work import dumps, loads
from tests.unit.reporters.sample import failing, passing

TRACE = """Fatal Python error: Segmentation fault

Current thread 0x00007f (most recent call first):
  File "/usr/lib/python3/dist-packages/gradcheck/running/place.py", line 9 in _judge
  File "/home/me/layers.py", line 12 in forward
  File "<string>", line 1 in <module>
"""


@given(st.lists(st.dictionaries(st.text(), st.text())), st.integers(1, 50))
def test_messages_survive_however_they_are_cut(messages: list, size: int) -> None:  # type: ignore[type-arg]
    data = "".join(json.dumps(m) + "\n" for m in messages).encode()
    lines = Lines()
    pieces = (data[i : i + size] for i in range(0, len(data), size))
    assert [m for piece in pieces for m in lines.feed(piece)] == messages


@given(st.binary())
def test_what_foreign_code_writes_among_them_is_passed_over(noise: bytes) -> None:
    lines = Lines()
    found = list(lines.feed(noise.replace(b"\n", b"") + b'\n{"a": 1}\n'))
    assert found[-1] == {"a": 1}


@given(st.lists(st.binary(max_size=3000)))
def test_an_excerpt_keeps_both_ends_and_counts_the_rest(pieces: list[bytes]) -> None:
    excerpt, whole = Excerpt(), b"".join(pieces)
    for piece in pieces:
        excerpt.feed(piece)
    text = str(excerpt)
    if len(whole) <= 4000:
        assert text == whole[:2000].decode(errors="replace") + whole[2000:].decode(
            errors="replace"
        )
    else:
        assert text.startswith(whole[:2000].decode(errors="replace"))
        assert text.endswith(whole[-2000:].decode(errors="replace"))
        assert f"[{len(whole) - 4000} bytes left out]" in text


def test_work_travels_as_one_line() -> None:
    work = Work(("a.py",), "/tmp", ("a.py::X",), Policy(seed=3, cases=2), Limits(None, 7))
    assert "\n" not in dumps(work)
    assert loads(dumps(work)) == work


@pytest.mark.parametrize(
    ("status", "words"),
    [(0, "code 0"), (3, "code 3"), (-signal.SIGSEGV, "SIGSEGV"), (-99, "signal 99")],
)
def test_an_end_is_told_in_words(status: int, words: str) -> None:
    assert words in status_in_words(status)


@pytest.mark.parametrize("fate", Fate)
def test_every_way_to_end_is_one_finding(fate: Fate) -> None:
    judged = obituary("a.py::X", Death(fate, "detail", TRACE), Policy(), Limits())
    ((finding,),) = (result.findings for result in judged.targets)
    assert finding.kind == fate
    assert judged.targets[0].verdict is not Verdict.PASS
    assert finding.message
    assert finding.advice


def test_the_place_of_a_crash_is_the_layer_s_and_not_ours() -> None:
    judged = obituary("a.py::X", Death(Fate.ENDED, "died", TRACE), Policy(), Limits())
    (result,) = judged.targets
    assert result.source is not None
    assert (result.source.file, result.source.line) == ("/home/me/layers.py", 12)
    assert "in forward" in result.findings[0].message
    assert "gradcheck" not in result.output
    assert "0x" not in result.output  # addresses differ from run to run


def test_our_own_fault_is_no_verdict_on_the_target() -> None:
    judged = obituary("a.py::X", fault_of("trace\nKeyError: 'k'"), Policy(), Limits())
    (finding,) = judged.targets[0].findings
    assert finding.severity is Severity.INCONCLUSIVE
    assert "KeyError: 'k'" in finding.message


def test_a_process_hands_on_all_that_it_sent_and_printed() -> None:
    def body(channel: Channel) -> None:
        for number in range(2000):
            channel.send(number=number)
        os.write(1, b"out")
        os.write(2, b"err")

    process = started(body)
    events = list(process.events())
    assert [e["number"] for e in events if isinstance(e, dict)] == list(range(2000))
    assert b"".join(e for e in events if isinstance(e, bytes)) == b"outerr"
    assert process.status == 0


def test_the_end_of_a_process_is_known_though_another_holds_its_pipes() -> None:
    def body(channel: Channel) -> None:
        if not os.fork():
            os.setsid()
            signal.alarm(30)
            signal.pause()
        channel.send(done=True)
        os._exit(5)

    process = started(body)
    assert [e for e in process.events() if isinstance(e, dict)] == [{"done": True}]
    assert process.status == 5


def test_an_interrupt_keeps_what_was_collected_in_the_order_of_names() -> None:
    first, second = passing(), failing()

    def stream():  # type: ignore[no-untyped-def]
        yield Judged("b", (second,))
        yield Judged("a", (first,), (LeftOut("c", "no layer"),))
        raise KeyboardInterrupt

    run = collected(stream(), Request(Policy(seed=4)))
    assert run.interrupted
    assert run.seed == 4
    assert [t.target for t in run.targets] == sorted([first.target, second.target])
    assert run.left_out == (LeftOut("c", "no layer"),)


def test_a_fault_of_ours_at_an_import_is_told_from_the_file_s(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*args: object, **options: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("gradcheck.running.place.search", broken)
    work = Work(("layers.py",), "/")
    said = [e for e in started(lambda channel: serve(work, channel)).events() if e]
    assert ["ZeroDivisionError: planted" in str(message["fault"]) for message in said] == [True]
