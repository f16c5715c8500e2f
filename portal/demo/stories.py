"""What may have happened to a demo pupil's enrollment, and who answers for them."""

from enum import Enum, auto


class Story(Enum):
    """Where a pupil stands in this year and the next."""

    ATTENDS = auto()
    ATTENDS_AND_ASKS_FOR_NEXT_YEAR = auto()
    ASKS_FOR_THIS_YEAR = auto()
    ASKS_FOR_NEXT_YEAR = auto()
    SENT_BACK = auto()
    BEGUN = auto()
    LEFT = auto()
    MOVED_AWAY = auto()
    NOT_ENROLLED = auto()


class Care(Enum):
    """Who answers for a pupil: usually their family, which may have more children here."""

    FAMILY = auto()
    # Nobody on record yet, and somebody who is not the legal representative: what a review must remark on.
    NOBODY = auto()
    AUNT = auto()
