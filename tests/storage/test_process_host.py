"""A module of ours runs in a process of its own: it gets everything that was sent, and is ended when asked."""

import sys
import threading

import pytest

from tests.support.waiting import wait_until
from tracker.sandbox import host
from tracker.sandbox.host import JobLimits, ProcessBusy, ProcessCancelled, ProcessStopped, ProcessTurns, run_job


@pytest.fixture
def endless(monkeypatch):
    monkeypatch.setattr(host, "COMMAND", (sys.executable, "-c", "while True: pass"))


def test_a_process_that_takes_too_long_is_ended(endless):
    with pytest.raises(host.ProcessTooSlow):
        run_job("", {}, limits=JobLimits(0.05))


def test_a_process_is_ended_when_a_person_cancels(endless):
    asked = []
    with pytest.raises(ProcessCancelled):
        run_job("", {}, limits=JobLimits(20), is_cancelled=lambda: asked.append(1) or True)
    assert asked == [1]


@pytest.mark.parametrize("printed", ["", "5", "[]", "{}", '{"size": 2, "values": {}}\n.'])
def test_what_is_no_answer_is_a_sentence(monkeypatch, printed):
    monkeypatch.setattr(host, "COMMAND", (sys.executable, "-c", f"print({printed!r}, end='')"))
    with pytest.raises(ProcessStopped, match="could not be cleaned"):
        run_job("", {}, limits=JobLimits(10))


def not_cancelled() -> bool:
    return False


def waiting(turns: ProcessTurns, count: int) -> None:
    """Wait until so many threads wait for a turn."""
    wait_until(lambda: len(turns._waiting) == count)


def test_turns_are_given_in_the_order_in_which_they_were_asked_for_and_never_more_than_allowed():
    turns, order, running, most = ProcessTurns(2, 20), [], [], []
    for _n in range(2):
        turns.take(not_cancelled, 0)

    def work(number: int) -> None:
        turns.take(not_cancelled, 20)
        order.append(number)
        running.append(number)
        most.append(len(running))
        running.remove(number)
        turns.give_back()

    threads = []
    for number in range(10):
        threads.append(threading.Thread(target=work, args=(number,)))
        threads[-1].start()
        waiting(turns, number + 1)
    turns.give_back()  # the second one keeps its turn, so that the others come one by one
    for thread in threads:
        thread.join(20)
    assert order == list(range(10))
    assert max(most) == 1


def test_who_waits_too_long_or_finds_too_many_waiting_is_refused_and_takes_no_turn():
    turns = ProcessTurns(1, 1)
    turns.take(not_cancelled, 0)
    with pytest.raises(ProcessBusy):
        turns.take(not_cancelled, 0)
    with pytest.raises(ProcessCancelled):
        turns.take(lambda: True, 20)
    other = threading.Thread(target=turns.take, args=(not_cancelled, 20))
    other.start()
    waiting(turns, 1)
    with pytest.raises(ProcessBusy):
        turns.take(not_cancelled, 20)  # at once: one waits already
    turns.give_back()
    other.join(20)
    turns.give_back()
    turns.take(not_cancelled, 0)


def test_a_turn_that_comes_while_a_person_cancels_is_passed_on():
    turns = ProcessTurns(1, 2)
    turns.take(not_cancelled, 0)

    def cancel() -> bool:
        turns.give_back()
        return True

    with pytest.raises(ProcessCancelled):
        turns.take(cancel, 20)
    turns.take(not_cancelled, 0)
