"""A request whose form may be anything at all."""

from typing import Any

from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.enums import RequestEncodingType

from portal.web.errors import BadRequest

# Far more than a form of ours has; splitting a body of a million fields holds a worker up for a quarter of a minute.
MOST_FIELDS = 1000


class PortalRequest(Request[Any, Any, Any]):
    """Litestar's request; a form that cannot be read, or that is no form of ours, is the sender's error."""

    async def form(self) -> FormMultiDict:
        """What was sent. Raises BadRequest."""
        if self.content_type[0] == RequestEncodingType.URL_ENCODED and (await self.body()).count(b"&") >= MOST_FIELDS:
            raise BadRequest
        try:
            return await super().form()
        except (UnicodeDecodeError, LookupError):  # bytes that are no text, an encoding that nobody knows
            raise BadRequest from None
