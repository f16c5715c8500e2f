"""Sending a list as a file: the rows that are meant, the columns that are shown, in the order of the list."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from litestar import Request, Response

from portal.lists.answering import Desk
from portal.lists.files import CSV, MEDIA_TYPES, XLSX, as_csv, as_xlsx
from portal.lists.selecting import ALL, Selection
from portal.lists.showing import exported
from portal.web.i18n import today


async def export_answer(
    request: Request[Any, Any, Any], desk: Desk, selection: Selection, *, name: str
) -> Response[bytes]:
    """The file of what is selected."""
    columns, rows = selection.question.columns, await _rows(desk, selection)
    heads = [str(column.label) for column in columns]
    return await file_answer(request, heads, (exported(columns, row) for row in rows), name=name)


async def file_answer(
    request: Request[Any, Any, Any], heads: Sequence[str], rows: Iterable[Sequence[Any]], *, name: str
) -> Response[bytes]:
    """These rows under these heads: an .xlsx, or with ``format=csv`` a .csv.

    Put together in a thread, which has the reader's language from here, also where ``rows`` are made only there: ten
    thousand take a second, in which others want their pages.
    """
    kind = CSV if request.query_params.get("format") == CSV else XLSX
    content = await asyncio.to_thread(as_csv if kind == CSV else as_xlsx, heads, rows)
    return Response(
        content,
        media_type=MEDIA_TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{name}-{today():%Y-%m-%d}.{kind}"',
            "Cache-Control": "no-store",
        },
    )


async def _rows(desk: Desk, selection: Selection) -> Sequence[Any]:
    if selection.which == ALL:
        return await desk.all_rows(selection.question)
    # What is ticked is wanted also where it would not match any more.
    everybody = replace(selection.question, q="", values={})
    return await desk.all_rows(everybody, await selection.chosen(desk))
