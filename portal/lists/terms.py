"""A part of a statement, and the joins without which it means nothing."""

from typing import Any, NamedTuple


class Term(NamedTuple):
    """An expression over the model and over joined tables, named by ``needs``.

    Made once, where a list is declared: statements are kept by the identity of their parts. ``falling`` is what sorts
    downwards where that is another expression: what is not recorded stands in for something else, to come last again.
    """

    expression: Any
    needs: tuple[str, ...] = ()
    falling: Any = None

    def key(self, falls: bool) -> Any:
        """What rows are sorted by, upwards or downwards."""
        return self.falling if falls and self.falling is not None else self.expression
