"""The history of any record, on one page for all kinds of them."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.audit.providers import provide_events, provide_reader, provide_record_id, provide_told
from portal.audit.reading import Reader
from portal.audit.telling import Told
from portal.lists.pages import choices_answer, list_answer
from portal.schools.providers import provide_access, provide_school
from portal.web.pages import url_for


class RecordHistoryController(Controller):
    """One record: whoever may read it may read what became of it."""

    path = "/schools/{slug:str}/history/{told_entity:str}/{told_id:uuid}"
    guards = [may(Permission.STUDENTS_READ)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "reader": Provide(provide_reader),
        "events": Provide(provide_events),
        "told": Provide(provide_told),
        "record": Provide(provide_record_id),
    }

    @get("/", name="history.show")
    async def show(
        self,
        request: Request[Any, Any, Any],
        reader: NamedDependency[Reader],
        told: NamedDependency[Told],
        record: NamedDependency[UUID],
    ) -> Response[str]:
        """The newest first."""
        question = reader.question(told.about, request.query_params)
        here = url_for(request, "history.show", told_entity=told.table, told_id=record)
        log, wording = await reader.log(question, here, [record], beside=[(told.table, str(record))])
        name = wording.names.of(told.table, record)
        return list_answer(request, "audit/record.html", log, told=told, record=record, name=name, reader=reader)

    @get("/choices/{history_filter:str}", name="history.choices")
    async def choices(
        self,
        request: Request[Any, Any, Any],
        reader: NamedDependency[Reader],
        told: NamedDependency[Told],
        record: NamedDependency[UUID],
        history_filter: FromPath[str],
    ) -> Response[str]:
        """What a filter offers, counted when its menu is opened."""
        question = reader.question(told.about, request.query_params)
        return await choices_answer(request, reader.desk([record]), question, history_filter)
