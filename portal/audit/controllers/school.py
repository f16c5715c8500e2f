"""The history of the whole school, for its principal: found, narrowed, and taken along as a file."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.audit.exporting import file_of
from portal.audit.providers import provide_reader
from portal.audit.reading import Reader
from portal.lists.pages import choices_answer, list_answer
from portal.schools.providers import provide_access
from portal.web.pages import url_for


class AuditController(Controller):
    """What happened at the school."""

    path = "/schools/{slug:str}/audit"
    guards = [may(Permission.AUDIT_READ)]
    dependencies = {"access": Provide(provide_access), "reader": Provide(provide_reader)}

    @get("/", name="audit.index")
    async def index(self, request: Request[Any, Any, Any], reader: NamedDependency[Reader]) -> Response[str]:
        """The newest first; only its results while somebody types."""
        question = reader.question("school", request.query_params)
        log, _wording = await reader.log(question, url_for(request, "audit.index"))
        return list_answer(request, "audit/index.html", log, reader=reader)

    @get("/choices/{history_filter:str}", name="audit.choices")
    async def choices(
        self, request: Request[Any, Any, Any], reader: NamedDependency[Reader], history_filter: FromPath[str]
    ) -> Response[str]:
        """What a filter offers, counted when its menu is opened."""
        question = reader.question("school", request.query_params)
        return await choices_answer(request, reader.desk(), question, history_filter)

    @get("/export", name="audit.export")
    async def export(self, request: Request[Any, Any, Any], reader: NamedDependency[Reader]) -> Response[bytes]:
        """All that the filters leave, as a file."""
        return await file_of(request, reader, reader.question("school", request.query_params))
