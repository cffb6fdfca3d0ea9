"""What the environment asks for, and which config belongs to a model."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

import mmspan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mmspan import Matcher

MODES = ("off", "log", "check", "replace")


class Mode(NamedTuple):
    """One of `MODES`, and what is wrong with the variable, if anything."""

    name: str
    complaint: str | None


def mode(environ: Mapping[str, str] = os.environ) -> Mode:
    """What ``MMSPAN`` says; check by default, and when it says nothing known."""
    given = environ.get("MMSPAN", "").strip().lower() or "check"
    if given in MODES:
        return Mode(given, None)
    return Mode("check", f"MMSPAN={given} is none of {', '.join(MODES)}; taken as check")


class Choice(NamedTuple):
    """A matcher, or the reason why there is none."""

    matcher: Matcher | None
    reason: str


def matcher_for(
    model: str,
    vocabulary: Mapping[str, int] | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Choice:
    """The matcher of the model that an engine serves.

    ``MMSPAN_MODEL`` decides when it is set: a built-in config, a Hugging Face name or the path
    of a YAML file. Else a config must list the model's own name: what the engine was given, or
    for a folder what it is called.

    Parameters
    ----------
    model : str
        A Hugging Face name or a folder.
    vocabulary : mapping, optional
        The tokenizer's, for configs that name tokens by piece alone.
    """
    wanted = environ.get("MMSPAN_MODEL", "").strip()
    name = wanted or _own_name(model)
    try:
        return Choice(mmspan.load(name, tokenizer=vocabulary), "")
    except mmspan.UnknownModelError as error:
        if wanted:
            return Choice(None, f"MMSPAN_MODEL: {error}")
        return Choice(None, f"{error}; MMSPAN_MODEL=NAME chooses a config")
    except (mmspan.Error, OSError) as error:
        return Choice(None, str(error))


def _own_name(model: str) -> str:
    """The Hugging Face name of what is served, as far as its place tells."""
    cached = re.search(r"models--([^/]+?)--([^/]+)", model)
    if cached:
        return "/".join(cached.groups())
    if not os.path.isdir(model):
        return model
    folder = os.path.basename(os.path.normpath(model))
    # Whose it is, a folder of that name does not say.
    return next((name for name in _listed() if name.endswith(f"/{folder}")), folder)


def _listed() -> Iterable[str]:
    """The Hugging Face names that the built-in configs list."""
    for model in mmspan.models():
        try:
            text = mmspan.load(model).yaml
        except mmspan.ConfigError:  # its tokens are named by piece alone
            continue
        head = text.partition("\nsources:")[0].partition("\nhuggingface:")[2]
        yield from re.findall(r"[\w.-]+/[\w.-]+", head)
