"""Run coroutines in tests."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import Any, TypeVar

T = TypeVar("T")


def run_async(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return the result of a coroutine, run in its own thread: the event loop of Playwright may run in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


class _NoWait(selectors.DefaultSelector):
    """A selector that never waits. It adds up in `passed` how long it would have waited."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> Any:
        self.passed += timeout or 0.0
        return super().select(0)


class _FastLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._clock = _NoWait()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.passed


def run_in_no_time(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return the result of a coroutine that only waits for times. Its clock goes on without real waiting."""

    def run() -> T:
        with asyncio.Runner(loop_factory=_FastLoop) as runner:
            return runner.run(coroutine)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


def _run_by(run: Callable[[Coroutine[Any, Any, None]], None]) -> Callable[[Any], Any]:
    return lambda test: wraps(test)(lambda **fixtures: run(test(**fixtures)))


async_test, async_test_in_no_time = _run_by(run_async), _run_by(run_in_no_time)
"""Decorators for a test that is a coroutine."""
