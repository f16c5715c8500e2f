"""What there is to choose for a place while its form is being filled in; nothing is written."""

from typing import Any

from litestar import Request, Response

from portal.enrollments.places import PlaceForm
from portal.web.pages import page


def choices(request: Request[Any, Any, Any], form: PlaceForm, choose_at: str) -> Response[str]:
    """The groups of the year and grade that were chosen, and the papers of the grade; ``papers`` asks for these alone.

    ``choose_at`` is the address that this answers, for the next choice.
    """
    only_papers = "papers" in request.query_params
    if not only_papers:
        form.narrow()
    return page(request, "enrollments/choices.html", form=form, choose_at=choose_at, only_papers=only_papers)
