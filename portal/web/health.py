"""Is the portal alive, and can it serve? Asked by load balancers, answered without a page."""

from typing import Any

from litestar import MediaType, Request, Response, get
from sqlalchemy import text

from portal.db.plugin import engine_of


@get("/health/live", name="health.live", opt={"public": True}, media_type=MediaType.TEXT, sync_to_thread=False)
def live() -> str:
    """The process answers; nothing else is asked."""
    return "ok"


@get("/health/ready", name="health.ready", opt={"public": True}, media_type=MediaType.TEXT)
async def ready(request: Request[Any, Any, Any]) -> Response[str]:
    """The database answers too."""
    try:
        async with engine_of(request.app).connect() as connection:
            await connection.execute(text("SELECT 1"))
    except Exception:
        return Response("the database does not answer", status_code=503, headers={"Retry-After": "5"})
    return Response("ok")
