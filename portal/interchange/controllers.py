"""The pages of the imports: bring a file, look at what it would do, apply it."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, SchoolLink
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.db.repository import one_at_a_time
from portal.interchange.forms import ApplyForm, UploadForm
from portal.interchange.models import ImportRun, ImportStatus
from portal.interchange.problems import FileRefused
from portal.interchange.providers import provide_imports, provide_run
from portal.interchange.repository import FILTERS, ImportRepository
from portal.interchange.simat import importing
from portal.interchange.simat.apply import RecordsChanged
from portal.interchange.simat.wording import first_filter, shown_rows
from portal.schools.providers import provide_access, provide_school
from portal.web.errors import Conflict
from portal.web.i18n import _
from portal.web.pages import go_to, page

ROWS_A_PAGE = 50
MEGABYTE = 1024 * 1024


class ImportController(Controller):
    """The files that were brought to a school."""

    path = "/schools/{slug:str}/imports"
    guards = [may(Permission.STUDENTS_IMPORT)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "imports": Provide(provide_imports),
        "run": Provide(provide_run),
    }

    @get("/", name="imports.index")
    async def index(self, request: Request[Any, Any, Any], imports: NamedDependency[ImportRepository]) -> Response[str]:
        """Where a file is dropped, and the earlier ones."""
        return page(request, "imports/index.html", form=UploadForm.show(), runs=await imports.latest())

    @post("/", name="imports.create", status_code=200)
    async def create(
        self,
        request: Request[Any, Any, Any],
        db_session: NamedDependency[AsyncSession],
        access: NamedDependency[Access],
        school: NamedDependency[SchoolLink],
        imports: NamedDependency[ImportRepository],
    ) -> Response[Any]:
        """Keep the file and what it would do. The same form sent twice makes one run."""
        form = await UploadForm.read(request)
        upload = await form.upload(request.app.state.settings.upload_limit_mb * MEGABYTE)
        if upload is not None:
            await one_at_a_time(db_session, form.minted_id)
            run = await imports.find(form.minted_id)
            if run is not None and run.file_sha256 != upload.sha256:
                raise Conflict(_("This form has already brought another file. Open the imports anew and try again."))
            try:
                run = run or await importing.preview(
                    db_session, school, upload, run_id=form.minted_id, by=access.user_id
                )
            except FileRefused as refused:
                form.file.errors = [str(refused)]
            else:
                return go_to(request, "imports.show", run_id=run.id)
        return page(request, "imports/index.html", status_code=422, form=form, runs=await imports.latest())

    @get("/{run_id:uuid}", name="imports.show")
    async def show(
        self,
        request: Request[Any, Any, Any],
        imports: NamedDependency[ImportRepository],
        run: NamedDependency[ImportRun],
        rows: FromQuery[str] = "",
        after: FromQuery[str] = "",
    ) -> Response[str]:
        """What the file would do, or did; ``rows`` is one of FILTERS."""
        return await preview_page(request, imports, run, only=rows, after=after)

    @get("/{run_id:uuid}/wrong-rows", name="imports.wrong_rows")
    async def wrong_rows(
        self, imports: NamedDependency[ImportRepository], run: NamedDependency[ImportRun]
    ) -> Response[bytes]:
        """Only the wrong rows, each with its reasons, to be corrected in a spreadsheet."""
        content = await importing.wrong_rows_csv(imports, run)
        headers = {"Content-Disposition": f'attachment; filename="simat-{run.year_name}-wrong-rows.csv"'}
        return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


class ApplicationController(Controller):
    """Applying a file is a resource of its own."""

    path = "/schools/{slug:str}/imports/{run_id:uuid}/application"
    guards = [may(Permission.STUDENTS_IMPORT)]
    dependencies = ImportController.dependencies

    @post("/", name="applications.create", status_code=200)
    async def create(
        self,
        request: Request[Any, Any, Any],
        db_session: NamedDependency[AsyncSession],
        access: NamedDependency[Access],
        school: NamedDependency[SchoolLink],
        imports: NamedDependency[ImportRepository],
        run: NamedDependency[ImportRun],
    ) -> Response[Any]:
        """Look again, and write everything or nothing. 409 with the new preview when the records changed meanwhile."""
        form = await ApplyForm.read(request)
        if form.corrects_first:
            return go_to(request, "imports.index")

        await one_at_a_time(db_session, school.id)
        run = await imports.with_content(run.id) or run
        if run.status is ImportStatus.APPLIED:
            return go_to(request, "imports.show", run_id=run.id)

        try:
            plan = await importing.plan_again(db_session, run, school.dane_code)
        except FileRefused as refused:
            return await preview_page(request, imports, run, status_code=422, error=str(refused))

        if plan.fingerprint != run.fingerprint:
            await importing.renew_preview(db_session, run, plan)
        if form.seen.data != plan.fingerprint.hex():
            return await preview_page(request, imports, run, status_code=409, changed=True)
        if plan.counts["wrong"] and not form.leaves_out_wrong:
            error = _("Choose what to do with the rows that are wrong.")
            return await preview_page(request, imports, run, status_code=422, error=error)

        try:
            await importing.apply_run(db_session, run, plan, by=access.user_id)
        except RecordsChanged:
            raise Conflict(_("Somebody saved one of these records just now. Open the import again and look.")) from None
        return go_to(request, "imports.show", run_id=run.id)


async def preview_page(
    request: Request[Any, Any, Any],
    imports: ImportRepository,
    run: ImportRun,
    *,
    only: str = "",
    after: str = "",
    status_code: int = 200,
    error: str = "",
    changed: bool = False,
) -> Response[str]:
    """The run with one kind of its rows; an unknown kind or line is ignored."""
    only = only if only in FILTERS else first_filter(run.counts)
    line = int(after) if after.isascii() and after.isdigit() and len(after) < 7 else 0
    rows = await imports.rows(run.id, only, after=line, limit=ROWS_A_PAGE + 1)
    return page(
        request,
        "imports/show.html",
        block="rows",
        status_code=status_code,
        run=run,
        only=only,
        rows=shown_rows(rows[:ROWS_A_PAGE]),
        next_line=rows[ROWS_A_PAGE - 1].line if len(rows) > ROWS_A_PAGE else None,
        error=error,
        changed=changed,
    )
