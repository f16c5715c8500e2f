"""What a person and their school keep of a list, read along with the school: no list page asks one question more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from portal.views.models import ListPreference, SavedView

LIST: BindParameter[Any] = bindparam("list")
USER: BindParameter[Any] = bindparam("user")


@dataclass(frozen=True)
class KeptView:
    """A saved view, as its tab needs it."""

    id: UUID
    name: str
    query: str
    is_mine: bool


@dataclass(frozen=True)
class Kept:
    """The views of a list, the school's first, the columns that the person chose, and the view that it opens with."""

    views: Sequence[KeptView] = ()
    columns: Sequence[str] = ()
    start: KeptView | None = None

    @classmethod
    def of(cls, views: Sequence[Mapping[str, Any]] | None, preferences: Sequence[Mapping[str, Any]] | None) -> "Kept":
        """From the JSON of ``kept_of``. A person's own start goes before the school's."""
        known = [KeptView(UUID(each["id"]), each["name"], each["query"], each["is_mine"]) for each in views or ()]
        mine: Mapping[str, Any] = next((each for each in preferences or () if each["is_mine"]), {})
        school: Mapping[str, Any] = next((each for each in preferences or () if not each["is_mine"]), {})
        starts = [view for chosen in (mine, school) for view in known if chosen.get("start_view_id") == str(view.id)]
        return cls(
            views=sorted(known, key=lambda view: (view.is_mine, view.name.lower())),
            columns=mine.get("columns") or (),
            start=starts[0] if starts else None,
        )


def kept_of(school_id: Any) -> list[ColumnElement[Any]]:
    """Two columns for another query, with the parameters ``list`` and ``user``."""
    is_mine = SavedView.owner_id.is_not(None)
    view = func.jsonb_build_object(
        "id", SavedView.id, "name", SavedView.name, "query", SavedView.query, "is_mine", is_mine
    )
    preference = func.jsonb_build_object(
        "is_mine",
        ListPreference.user_id.is_not(None),
        "columns",
        ListPreference.columns,
        "start_view_id",
        ListPreference.start_view_id,
    )
    return [
        select(func.jsonb_agg(aggregate_order_by(view, SavedView.id)))
        .where(
            SavedView.school_id == school_id,
            SavedView.list_name == LIST,
            or_(SavedView.owner_id.is_(None), SavedView.owner_id == USER),
        )
        .scalar_subquery()
        .label("views"),
        select(func.jsonb_agg(preference))
        .where(
            ListPreference.school_id == school_id,
            ListPreference.list_name == LIST,
            or_(ListPreference.user_id.is_(None), ListPreference.user_id == USER),
        )
        .scalar_subquery()
        .label("preferences"),
    ]
