"""Functions of an engine, wrapped by name.

A hook goes in only where its function is there and takes the parameters that it was written
for, or anything, as the wrappers of other plugins do. Whatever goes wrong in our code is logged
once and the engine's own function runs as if nothing had been wrapped; what is raised on
purpose goes through.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

_MARK = "__mmspan__"


class Hook(NamedTuple):
    """One function to wrap.

    Attributes
    ----------
    module, name : str
        Where it is: ``"Class.method"`` or ``"function"``.
    parameters : tuple of str
        The names of its parameters, in order, in the versions that were read.
    wrap : callable
        Given the original, returns the function to put in its place.
    carries : str
        The mode that is nothing without this hook; "" for none.
    """

    module: str
    name: str
    parameters: tuple[str, ...]
    wrap: Callable[[Callable[..., Any]], Callable[..., Any]]
    carries: str = ""


class NoHookError(Exception):
    """A function is missing, or not the one that was known."""


def resolve(hook: Hook) -> tuple[Any, str, Any]:
    """What holds the function, its name there, and the function.

    Raises
    ------
    NoHookError
        It says what is missing or different.
    """
    *path, name = hook.name.split(".")
    try:
        owner: Any = importlib.import_module(hook.module)
        for part in path:
            owner = getattr(owner, part)
        function = getattr(owner, name)
    except (ImportError, AttributeError) as error:
        raise NoHookError(f"{hook.module} has no {hook.name} ({error})") from error
    try:
        parameters = tuple(inspect.signature(function).parameters)
    except (TypeError, ValueError) as error:
        raise NoHookError(f"{hook.name} cannot be inspected ({error})") from error
    if parameters != hook.parameters and not _takes_anything(function):
        raise NoHookError(
            f"{hook.name} takes ({', '.join(parameters)}), not ({', '.join(hook.parameters)})"
        )
    return owner, name, function


def _takes_anything(function: Any) -> bool:
    """Is this another plugin's wrapper, which hands on what it is given?"""
    kinds = [p.kind for p in inspect.signature(function).parameters.values()]
    return kinds[-2:] == [inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD]


def missing(hooks: list[Hook]) -> dict[Hook, str]:
    """Those that do not fit, with the reason."""
    reasons = {}
    for hook in hooks:
        try:
            resolve(hook)
        except NoHookError as error:
            reasons[hook] = str(error)
    return reasons


def install(hooks: list[Hook]) -> None:
    """Wrap functions that fit; one that is wrapped already stays as it is."""
    for hook in hooks:
        owner, name, function = resolve(hook)
        if hasattr(function, _MARK):
            continue
        wrapper = functools.wraps(function)(hook.wrap(function))
        setattr(wrapper, _MARK, True)
        static = isinstance(inspect.getattr_static(owner, name), staticmethod)
        setattr(owner, name, staticmethod(wrapper) if static else wrapper)


class Once:
    """Lines that are logged the first time only.

    Attributes
    ----------
    seen : set
        The keys of those that were.
    """

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self.seen: set[Any] = set()

    def warn(self, key: object, text: str, *args: object) -> None:
        """Log a warning unless one with this key has been."""
        if key not in self.seen:
            self.seen.add(key)
            self._log.warning("mmspan: " + text, *args)

    def failed(self, where: str, error: Exception) -> None:
        """Log a fault of our own, with its traceback, once for each place and kind."""
        key = (where, type(error))
        if key not in self.seen:
            self.seen.add(key)
            self._log.warning(
                "mmspan: %s failed, the engine goes on without it: %r",
                where,
                error,
                exc_info=error,
            )
