"""An answer is kept without a copy only where no trace of it is left in the target's hands."""

from collections.abc import Callable

import numpy as np
import pytest

from gradcheck.cases import Subject
from gradcheck.cases.ownership import answered
from gradcheck.model import Array, Case, Facts, Outputs, Setting

SIZE = 1000


class Keeper:
    """Places where an answer may be left."""

    kept: object = None
    buffer: Array = np.zeros(SIZE)


def _kept(keeper: Keeper, what: object, answer: Outputs) -> Outputs:
    keeper.kept = what
    return answer


def array_kept(keeper: Keeper) -> Outputs:
    y = np.ones(SIZE)
    return _kept(keeper, y, (y,))


def answer_kept(keeper: Keeper) -> Outputs:
    answer = (np.ones(SIZE),)
    return _kept(keeper, answer, answer)


def view_kept(keeper: Keeper) -> Outputs:
    y = np.ones(SIZE)
    return _kept(keeper, y[::2], (y,))


def base_kept(keeper: Keeper) -> Outputs:
    y = np.ones(SIZE)
    return _kept(keeper, y, (y.reshape(10, -1),))


def other_view_of_the_base_kept(keeper: Keeper) -> Outputs:
    y = np.ones(SIZE)
    return _kept(keeper, y[:5], (y.reshape(10, -1).T,))


def exported_buffer_kept(keeper: Keeper) -> Outputs:
    y = np.ones(SIZE)
    return _kept(keeper, memoryview(y), (y,))


def kept_in_a_closure(keeper: Keeper) -> Outputs:
    y = np.ones(SIZE)
    return _kept(keeper, lambda: y, (y,))


def the_same_buffer_each_time(keeper: Keeper) -> Outputs:
    keeper.buffer += 1.0
    return (keeper.buffer,)


def part_of_a_buffer(keeper: Keeper) -> Outputs:
    return (keeper.buffer[:],)


def part_of_a_larger_array(keeper: Keeper) -> Outputs:
    return (np.ones(3 * SIZE)[:SIZE],)


def memory_of_something_else(keeper: Keeper) -> Outputs:
    return (np.frombuffer(bytearray(8 * SIZE)),)


def twice_the_same(keeper: Keeper) -> Outputs:
    y = np.ones(SIZE)
    return (y, y)


def two_parts_of_one(keeper: Keeper) -> Outputs:
    y = np.ones((2, SIZE))
    return (y[0], y[1])


def a_constant(keeper: Keeper) -> Outputs:
    y = np.ones(SIZE)
    y.setflags(write=False)
    return (y,)


def repeated_without_memory(keeper: Keeper) -> Outputs:
    return (np.broadcast_to(np.ones(1), (SIZE,)),)


def a_number(keeper: Keeper) -> Outputs:
    return (1.0,)  # type: ignore[return-value]


def a_new_array(keeper: Keeper) -> Outputs:
    return (np.ones(SIZE),)


def a_new_matrix_turned(keeper: Keeper) -> Outputs:
    return (np.ones((10, SIZE // 10)).reshape(5, 2, -1).transpose(2, 0, 1),)


HELD = [
    array_kept,
    answer_kept,
    view_kept,
    base_kept,
    other_view_of_the_base_kept,
    exported_buffer_kept,
    kept_in_a_closure,
    the_same_buffer_each_time,
    part_of_a_buffer,
    part_of_a_larger_array,
    memory_of_something_else,
    twice_the_same,
    two_parts_of_one,
    a_constant,
    repeated_without_memory,
    a_number,
]
Answer = Callable[[Keeper], Outputs]


@pytest.mark.parametrize("answer", HELD)
def test_what_somebody_may_still_hold_is_not_ours(answer: Answer) -> None:
    keeper = Keeper()
    for _ in range(20):  # the interpreter specialises what it runs often
        _, ours = answered(lambda: answer(keeper))
        assert not any(ours)


@pytest.mark.parametrize("answer", [a_new_array, a_new_matrix_turned])
def test_what_was_let_go_is_ours(answer: Answer) -> None:
    for _ in range(20):
        _, ours = answered(lambda: answer(Keeper()))
        assert ours == [True]


def test_without_counts_everything_is_somebody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("sys.getrefcount")
    assert answered(lambda: a_new_array(Keeper()))[1] == [False]


class Session:
    """A layer whose answers go where the test says."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.keeper = answer, Keeper()

    def forward(self, inputs: dict[str, Array]) -> Outputs:
        return self.answer(self.keeper)

    def backward(self, upstream: Outputs) -> dict[str, Array]:
        return {}


def subject(session: Session) -> Subject:
    setting = Setting("fixed", lambda: session, ())
    return Subject(Case("t", "c", 0, "generic", setting, Facts(), {}, ()))


def test_values_survive_a_buffer_that_the_next_call_writes_into() -> None:
    layer = subject(Session(the_same_buffer_each_time))
    first = layer.value({})[0]
    before = first.copy()
    second = layer.value({})[0]
    assert np.array_equal(first, before)
    assert np.array_equal(second, before + 1.0)


def test_a_new_array_is_not_copied() -> None:
    places = []

    def fresh(keeper: Keeper) -> Outputs:
        y = np.ones(SIZE)
        places.append(y.ctypes.data)
        return (y,)

    assert subject(Session(fresh)).value({})[0].ctypes.data == places[0]
