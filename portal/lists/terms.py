"""A part of a statement, and the joins without which it means nothing."""

from typing import Any, NamedTuple


class Term(NamedTuple):
    """An expression over the model and over joined tables, named by ``needs``.

    Made once, where a list is declared: statements are kept by the identity of their parts.
    """

    expression: Any
    needs: tuple[str, ...] = ()
