"""Where the application is put together, and nowhere else."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request, Response
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from litestar.plugins.prometheus import PrometheusConfig, PrometheusController
from litestar.types import ControllerRouterHandler

from portal.accounts.controllers.invitations import InvitationController
from portal.accounts.controllers.member_list import MemberListController
from portal.accounts.controllers.members import MemberController
from portal.accounts.controllers.membership import HandoverController, MembershipController
from portal.accounts.controllers.sessions import PreferenceController, SessionController, sign_in_again
from portal.accounts.guards import SignInFirst
from portal.attachments.controllers.documents import DocumentController
from portal.attachments.controllers.files import FileController
from portal.attachments.controllers.pictures import LogoController, PhotoController
from portal.attachments.storage import finish_removals
from portal.attachments.stores import storage_of
from portal.audit.controllers.records import RecordHistoryController
from portal.audit.controllers.school import AuditController
from portal.audit.controllers.undos import ChangeUndoController
from portal.audit.reverting.offer import undo_address
from portal.bulk.controllers.deletions import ManyDeletionsController
from portal.bulk.controllers.field_changes import FieldChangeController
from portal.bulk.controllers.group_changes import ManyGroupChangesController
from portal.bulk.controllers.withdrawals import ManyWithdrawalsController
from portal.catalogs.words import FILTERS
from portal.db.plugin import database, engine_of, living_engine, transaction
from portal.db.retry import RetryDeadlocks
from portal.db.tables import metadata  # noqa: F401 - every model must be known before the first query
from portal.db.tenancy import why_bypassable
from portal.db.watch import watched_database
from portal.drafts.controllers.drafts import DraftController
from portal.drafts.offering import draft_here, drop_saved, look_for_draft
from portal.duplicates.controllers import DuplicateController, TwoPeopleController
from portal.enrollments.controllers.cancellations import CancellationController
from portal.enrollments.controllers.completions import CompletionController
from portal.enrollments.controllers.corrections import ChecklistController, CorrectionController
from portal.enrollments.controllers.enrollments import EnrollmentController
from portal.enrollments.controllers.exports import EnrollmentExportController
from portal.enrollments.controllers.group_changes import GroupChangeController
from portal.enrollments.controllers.listing import EnrollmentListController
from portal.enrollments.controllers.picked import PickedEnrollmentsController
from portal.enrollments.controllers.reenrollments import ReenrollmentController
from portal.enrollments.controllers.requests import RequestController
from portal.enrollments.controllers.reviews import DecisionController, ReviewController
from portal.enrollments.controllers.simat import SimatAttributesController
from portal.enrollments.controllers.transfers import TransferController
from portal.enrollments.controllers.undos import UndoController
from portal.enrollments.controllers.withdrawals import WithdrawalController
from portal.groups.controllers.board import BoardController
from portal.groups.controllers.groups import GroupController, GroupEditingController
from portal.groups.controllers.listing import GroupListController
from portal.groups.controllers.opening import NewGroupsController
from portal.guardians.controllers.exports import GuardianExportController
from portal.guardians.controllers.listing import GuardianListController
from portal.guardians.controllers.phones import PhonesController
from portal.guardians.controllers.record import GuardianController
from portal.guardians.controllers.sections import GuardianSectionController
from portal.guardians.controllers.ties import TieController, TieEditingController
from portal.interchange.controllers import ApplicationController, ImportController
from portal.menu import school_menu
from portal.merging.controllers.merges import MergeController
from portal.merging.controllers.merging import GuardianMergeController, StudentMergeController
from portal.merging.survivors import MergedInto, show_survivor
from portal.palette.controllers import SearchController
from portal.recycle_bin.controllers.bin import BinController, RestorationController
from portal.recycle_bin.controllers.deletions import (
    EnrollmentDeletionController,
    GroupDeletionController,
    GuardianDeletionController,
    StudentDeletionController,
)
from portal.rollovers.controllers import RolloverController
from portal.schools.controllers.campus_closing import CampusClosingController, CampusDeletionController
from portal.schools.controllers.campuses import CampusController, CampusListController
from portal.schools.controllers.closing import SchoolDeactivationController, SchoolDeletionController
from portal.schools.controllers.custom_fields import (
    FieldController,
    FieldListController,
    FieldMoveController,
    FieldRemovalController,
)
from portal.schools.controllers.dashboard import DashboardController
from portal.schools.controllers.rules import (
    ChecklistSettingsController,
    PeriodSettingsController,
    ReviewSettingsController,
    ScaleSettingsController,
)
from portal.schools.controllers.schools import OpeningController, SchoolController, home
from portal.schools.controllers.settings import SettingsController
from portal.settings import Settings, SettingsError
from portal.students.controllers.editing import EditingController
from portal.students.controllers.exports import StudentExportController
from portal.students.controllers.history import HistoryController
from portal.students.controllers.listing import StudentListController
from portal.students.controllers.places import municipalities
from portal.students.controllers.record import RecordController
from portal.students.controllers.registration import RegistrationController, create
from portal.students.controllers.sections import SectionController
from portal.told import TELLINGS
from portal.views.controllers.columns import ColumnsController
from portal.views.controllers.views import NewViewController, ViewController
from portal.web.assets import Assets
from portal.web.conflict import conflict_page
from portal.web.errors import error_page
from portal.web.health import live, ready
from portal.web.logs import configure_logs
from portal.web.meanwhile import Conflict
from portal.web.minting import mint_for, put_keys_into_forms
from portal.web.pages import make_pages
from portal.web.requests import PortalRequest
from portal.web.security import Gate, refuse_what_the_gate_marked
from portal.web.sent_forms import answered_before, keep_answer
from portal.web.static import static_files
from portal.years.controllers.changes import YearChangeController
from portal.years.controllers.periods import PeriodController
from portal.years.controllers.removal import YearRemovalController
from portal.years.controllers.years import YearController, YearEditingController

MEGABYTE = 1024 * 1024
CONTROLLERS: list[ControllerRouterHandler] = [
    home,
    live,
    ready,
    SessionController,
    PreferenceController,
    SearchController,
    DraftController,
    InvitationController,
    MemberListController,
    MemberController,
    MembershipController,
    HandoverController,
    SchoolController,
    OpeningController,
    DashboardController,
    SchoolDeactivationController,
    SchoolDeletionController,
    SettingsController,
    PeriodSettingsController,
    ScaleSettingsController,
    ChecklistSettingsController,
    ReviewSettingsController,
    FieldListController,
    FieldController,
    FieldMoveController,
    FieldRemovalController,
    CampusListController,
    CampusController,
    CampusClosingController,
    CampusDeletionController,
    ImportController,
    ApplicationController,
    ChangeUndoController,
    EnrollmentListController,
    EnrollmentExportController,
    PickedEnrollmentsController,
    EnrollmentController,
    SimatAttributesController,
    CorrectionController,
    ChecklistController,
    RequestController,
    ReviewController,
    DecisionController,
    UndoController,
    WithdrawalController,
    ReenrollmentController,
    CancellationController,
    GroupChangeController,
    CompletionController,
    NewViewController,
    ViewController,
    ColumnsController,
    StudentListController,
    StudentExportController,
    ManyGroupChangesController,
    ManyWithdrawalsController,
    ManyDeletionsController,
    FieldChangeController,
    RecordController,
    RegistrationController,
    create,
    EditingController,
    SectionController,
    GuardianListController,
    GuardianExportController,
    GuardianController,
    GuardianSectionController,
    TieController,
    TieEditingController,
    PhonesController,
    TransferController,
    RolloverController,
    municipalities,
    YearController,
    YearEditingController,
    PeriodController,
    YearChangeController,
    YearRemovalController,
    BoardController,
    NewGroupsController,
    GroupListController,
    GroupController,
    GroupEditingController,
    HistoryController,
    RecordHistoryController,
    AuditController,
    DocumentController,
    FileController,
    PhotoController,
    LogoController,
    DuplicateController,
    StudentMergeController,
    GuardianMergeController,
    MergeController,
    TwoPeopleController,
    StudentDeletionController,
    GuardianDeletionController,
    EnrollmentDeletionController,
    GroupDeletionController,
    BinController,
    RestorationController,
]


class Metrics(PrometheusController):
    """Counters for Prometheus. No personal data: paths are grouped by route."""

    opt = {"public": True}


def create_app(settings: Settings) -> Litestar:
    """The portal over the database that the settings name; whoever starts an embedded one fills its URLs in first."""
    configure_logs(pretty=settings.env == "development")
    assets = Assets()
    metrics = PrometheusConfig(app_name="portal", prefix="portal", group_path=True, exclude=["^/static", "^/metrics"])

    app = Litestar(
        route_handlers=[*CONTROLLERS, Metrics, static_files(assets)],
        plugins=[database(settings)],
        dependencies={"db_session": Provide(transaction)},
        guards=[refuse_what_the_gate_marked],
        before_request=before_handler,
        after_request=after_handler,
        middleware=[metrics.middleware],
        compression_config=CompressionConfig(
            backend="brotli", brotli_quality=4, minimum_size=600, exclude=["^/static"], exclude_opt_key="uncompressed"
        ),
        exception_handlers={
            SignInFirst: sign_in_again,
            MergedInto: show_survivor,
            Conflict: conflict_page,
            Exception: error_page,
        },
        lifespan=[living_engine, refuse_a_role_that_sees_everything, watched_database],
        on_shutdown=[finish_removals],
        openapi_config=None,
        logging_config=None,
        request_class=PortalRequest,
        request_max_body_size=settings.upload_limit_mb * MEGABYTE,
        debug=False,
    )
    app.state.settings = settings
    app.state.storage = storage_of(settings)
    app.state.tellings = TELLINGS
    app.state.pages = make_pages(settings, assets, school_menu, undo_address)
    app.state.pages.environment.filters.update(FILTERS)
    app.state.pages.environment.globals["draft_here"] = draft_here
    put_keys_into_forms(app.state.pages.environment)
    # Around everything, so that also an address without a route passes it; middleware is Litestar's word for a route's.
    app.asgi_handler = Gate(RetryDeadlocks(app.asgi_handler), settings)
    return app


def from_environment() -> Litestar:
    """For the server's workers: their supervisor has put the URLs of its database into the environment."""
    return create_app(Settings.from_env())


async def before_handler(request: Request[Any, Any, Any]) -> Response[Any] | None:
    """Behind the guards: what was typed before is looked for; a form that was answered before is answered the same."""
    access = request.scope["state"].get("access")
    mint_for(access.user_id if access else None, request.app.state.settings.secret_key)
    await look_for_draft(request)
    return await answered_before(request)


async def after_handler(response: Any) -> Any:
    """In the transaction of the handler: what belongs to its success."""
    await drop_saved(response)
    return await keep_answer(response)


@asynccontextmanager
async def refuse_a_role_that_sees_everything(app: Litestar) -> AsyncGenerator[None, None]:
    """In production, do not start over a role that row security does not bind."""
    if app.state.settings.production:
        async with engine_of(app).connect() as connection:
            why = await why_bypassable(connection)
        if why:
            raise SettingsError(f"DATABASE_URL: {why}, so row security would not bind it; see docs/deployment.md")
    yield
