"""One model's checks."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mmspan.runners import choose
from mmspan.runners.agree import (
    NoPlacesError,
    Places,
    Problem,
    Verdict,
    compare,
    left_over,
)
from mmspan.runners.config import Facts, facts
from mmspan.runners.counters import Counters
from mmspan.runners.hook import Once

if TYPE_CHECKING:
    from mmspan import Matcher, Result


class Refusal(Exception):  # noqa: N818 - the caller's fault, not the program's
    """A request that must not reach the engine."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"mmspan: {problem.text}")
        self.problem = problem


class Guard:
    """What is done with the prompts of one model.

    Any number of threads may use it.

    Attributes
    ----------
    matcher : Matcher
    mode : str
        ``"log"``, ``"check"`` or ``"replace"``.
    """

    def __init__(
        self, matcher: Matcher, knowledge: Facts, mode: str, engine: str, log: logging.Logger
    ) -> None:
        self.matcher = matcher
        self.facts = knowledge
        self.mode = mode
        self.counters = Counters(engine, matcher.model, mode)
        self.once = Once(log)

    def check(self, ids: Any, places: Places | Callable[[Result], Places]) -> Result | None:
        """Check one prompt, as the engine is going to use it.

        Parameters
        ----------
        ids : sequence of int
        places : mapping, or function of the scan that makes it
            Where the engine puts embeddings; a NoPlacesError when that is not known.

        Raises
        ------
        Refusal
            In the modes check and replace, when it must not go on.
        """
        begin = time.thread_time()
        problem = None
        result = None
        try:
            result = self.matcher.scan(ids)
            where = places(result) if callable(places) else places
            problem = self._judge(compare(result, where, self.facts))
        except NoPlacesError as error:
            self.once.warn(("places", str(error)), "not checked: %s", error)
        except Exception as error:
            self.once.failed("a check", error)
        self._count(time.thread_time() - begin, problem, 1)
        if problem and self.mode != "log":
            raise Refusal(problem)
        return result

    def refuse(self, problem: Problem, result: Result) -> None:
        """Refuse a prompt that cannot be expanded, with what explains it best."""
        problem = min([problem, *left_over(result, self.facts)], key=lambda one: one.start)
        self._count(0.0, problem, 1)
        if self.mode != "log":
            raise Refusal(problem)
        self._say_refusal(problem)

    @contextlib.contextmanager
    def timed(self) -> Iterator[None]:
        """What is done in it for a prompt, besides its check, counts as time of the plugin."""
        begin = time.thread_time()
        try:
            yield
        finally:
            self._count(time.thread_time() - begin, None, 0)

    def _count(self, seconds: float, problem: Problem | None, n_requests: int) -> None:
        try:
            self.counters.add(seconds, problem.kind if problem else None, n_requests)
        except Exception as error:
            self.once.failed("a counter", error)

    def _judge(self, verdict: Verdict) -> Problem | None:
        for remark in verdict.remarks:
            self.once.warn(("remark", remark.kind), "%s (logged once of its kind)", remark.text)
        if not verdict.refusals:
            return None
        problem = verdict.refusals[0]
        if self.mode == "log":
            self._say_refusal(problem)
        return problem

    def _say_refusal(self, problem: Problem) -> None:
        self.once.warn(
            ("refusal", problem.kind),
            "%s (would be refused; logged once of its kind)",
            problem.text,
        )


def guard_for(
    model: str,
    *,
    engine: str,
    mode: str,
    vocabulary: Callable[[], Mapping[str, int]] | None,
    log: logging.Logger,
) -> Guard | None:
    """The guard of the model that an engine serves; a line in the log says which, or why none.

    Parameters
    ----------
    vocabulary : callable, optional
        Gives the tokenizer's vocabulary; what it has otherwise than the config turns a mode
        that refuses into ``"log"``.
    """
    vocab: Mapping[str, int] | None = None
    unread = "there is no tokenizer"
    if vocabulary:
        try:
            vocab = vocabulary()
        except Exception as error:
            unread = f"the tokenizer's vocabulary cannot be read ({error!r})"
    choice = choose.matcher_for(model, vocab)
    if not choice.matcher:
        log.warning("mmspan: off for %s: %s", model, choice.reason)
        return None
    knowledge = facts(choice.matcher, vocab)
    note = "" if vocab else f"; {unread}, its pieces are not compared"
    different = knowledge.differences(vocab) if vocab else []
    if different and mode != "log":
        mode = "log"
        note = f"; log only, as the tokenizer differs: {'; '.join(different[:3])}"
    say = log.warning if different else log.info
    say("mmspan: %s for %s with config %s%s", mode, model, choice.matcher.model, note)
    return Guard(choice.matcher, knowledge, mode, engine, log)
