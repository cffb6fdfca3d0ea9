"""What the plugins of all engines share: a mode, a guard for each model, hooks."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, ClassVar

from mmspan.runners import choose
from mmspan.runners.guard import Guard, guard_for
from mmspan.runners.hook import Hook, Once, install, missing

if TYPE_CHECKING:
    import logging


class Plugin:
    """What the hooks of one engine share in one process; each engine has its own kind.

    Attributes
    ----------
    engine : str
        Its name in counters.
    front_end : str
        The variable that asks for a front end in Rust, which reads prompts by itself.
    mode : str
        ``"log"``, ``"check"`` or ``"replace"``.
    """

    engine: ClassVar[str]
    front_end: ClassVar[str]

    def __init__(self, mode: str, log: logging.Logger) -> None:
        self.mode = mode
        self.log = log
        self.once = Once(log)
        self._guards: dict[str, Guard | None] = {}
        self._lock = threading.Lock()

    def hooks(self) -> list[Hook]:
        """The functions to wrap in this mode, by name and parameters."""
        raise NotImplementedError

    def guard_of(self, model: str, tokenizer: Any, off: str = "") -> Guard | None:
        """The guard of a model, made the first time; None when its prompts are not checked.

        Parameters
        ----------
        model : str
            What the engine was given.
        tokenizer : object or None
            It has ``get_vocab``.
        off : str
            Why such a model is not checked at all.
        """
        with self._lock:
            if model not in self._guards:
                self._guards[model] = None
                if off:
                    self.log.warning("mmspan: off for %s: %s", model, off)
                else:
                    self._guards[model] = guard_for(
                        model,
                        engine=self.engine,
                        mode=self.mode,
                        vocabulary=tokenizer.get_vocab if tokenizer else None,
                        log=self.log,
                    )
            return self._guards[model]

    def install(self) -> None:
        """Put the hooks in, those that fit; one line says what is on when not all do."""
        reasons = missing(self.hooks())
        lost = {hook.carries for hook in reasons}
        if "check" in lost:
            why = next(why for hook, why in reasons.items() if hook.carries == "check")
            self.log.warning("mmspan: off, this version is not known: %s", why)
            return
        if "replace" in lost and self.mode == "replace":
            self.mode = "check"
            reasons = {**missing(self.hooks()), **reasons}
        for hook, why in reasons.items():
            what = "check in place of replace" if hook.carries else "that hook is left out"
            self.log.warning("mmspan: %s, this version is not known: %s", what, why)
        install([hook for hook in self.hooks() if hook not in reasons])


def register(plugin: type[Plugin], log: logging.Logger) -> None:
    """Put a plugin's hooks in, unless ``MMSPAN`` is off."""
    mode, complaint = choose.mode()
    if complaint:
        log.warning("mmspan: %s", complaint)
    if mode == "off":
        log.info("mmspan: off, as MMSPAN says")
        return
    if os.environ.get(plugin.front_end, "").lower() not in ("", "0", "false", "no", "off"):
        log.warning("mmspan: off, %s asks for a front end that calls no hook", plugin.front_end)
        return
    plugin(mode, log).install()
