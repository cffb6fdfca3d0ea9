"""The exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mmspan._items import Finding


class Error(ValueError):
    r"""What mmspan raises when it is given something wrong.

    Attributes
    ----------
    message : str
        What is wrong, without the place.
    file : str or None
        The config that it is about, as it was named.
    line, column : int
        Where in it, from 1; 0 when there is no such place.
    path : str or None
        The key path in it, as ``modalities.image.rows``.

    Examples
    --------
    >>> import mmspan
    >>> try:
    ...     mmspan.loads("mmspan: 1\nmodel: m\nmodalities: {}\nnonsense: 2\n", name="my.yaml")
    ... except mmspan.Error as error:
    ...     error.file, error.line, error.path
    ('my.yaml', 4, 'nonsense')
    """

    __module__ = "mmspan"

    def __init__(
        self,
        message: str,
        file: str | None = None,
        line: int = 0,
        column: int = 0,
        path: str | None = None,
    ) -> None:
        super().__init__(message, file, line, column, path)
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.path = path

    def _parts(self) -> tuple[str, str]:
        """The place, which may be empty, and the sentence."""
        # A pattern error goes on below its first line.
        first, newline, rest = self.message.partition("\n")
        if self.path:
            first += f" (in {self.path})"
        numbers = (self.line, self.column) if self.line else ()
        place = ":".join([self.file or "", *(str(n) for n in numbers if n)])
        return place if self.file else "", first + newline + rest

    def __str__(self) -> str:
        return ": ".join(part for part in self._parts() if part)


class ConfigError(Error):
    """A config that is wrong, or that needs a tokenizer."""

    __module__ = "mmspan"


class UnknownModelError(Error, LookupError):
    """There is no config of that name."""

    __module__ = "mmspan"


class MismatchError(Error):
    """Things that do not belong together.

    Attributes
    ----------
    finding : Finding or None
        What `Result.check` has found.
    """

    __module__ = "mmspan"
    finding: Finding | None = None


class LimitError(Error):
    """A documented limit was passed."""

    __module__ = "mmspan"
