"""Forms: what a person may type, cleaned, checked all at once, and given back as typed when something is wrong.

A form is read from the request, validated, and either fills a row or goes back to the page with every error beside
its field. Parameters that have no field are ignored: nobody sets ``school_id`` by hand.
"""

import hashlib
import re
from contextvars import ContextVar
from typing import Any, ClassVar, Self
from uuid import UUID

import wtforms
from litestar import Request
from litestar.datastructures import UploadFile
from wtforms.i18n import get_translations

from portal.db.base import new_id
from portal.web.fields import CheckField
from portal.web.i18n import current_locale
from portal.web.reading import parse_id

_typed_before: ContextVar[Any] = ContextVar("typed_before", default=None)


def show_again(typed: Any) -> None:
    """Fill the forms of this answer with what was ``typed`` before, a multi-dict; None for forms as they begin."""
    _typed_before.set(typed)


def typed_before() -> Any:
    """What was typed before into the forms of this answer; an empty multi-dict where they begin anew."""
    return _typed_before.get() or {}


class Form(wtforms.Form):
    """The base of all forms.

    ``version`` and ``id`` are carried as hidden fields by the templates (``macros/forms.html``); they are read here.
    """

    class Meta:
        """WTForms' own messages in the reader's language, should one slip through."""

        def get_translations(self, form: wtforms.Form) -> Any:
            """WTForms' catalogue."""
            return get_translations([current_locale()])

    #: whether it asks for a file; a file that is sent in the place of a text is no answer
    takes_files: ClassVar[bool] = False
    #: what stands before the fields' names where a page has several forms
    prefix: str = ""
    #: the version of the row that the person saw, None where the form carries none
    seen_version: int | None = None
    #: the id that was minted with the form
    minted_id: UUID
    #: sets of fields that say one thing together: of two people who change some of a set, one has to choose
    together: ClassVar[tuple[frozenset[str], ...]] = ()
    #: what others have changed since the form was shown, in a sentence; it stands in the form now
    news: str = ""

    @classmethod
    async def read(cls, request: Request[Any, Any, Any], *, of: Any = None, prefix: str = "", **options: Any) -> Self:
        """The form as the person sent it; fields that were not sent stay as in ``of``."""
        form = cls(formdata=Sent(await request.form(), files=cls.takes_files), obj=of, prefix=prefix, **options)
        form.prefix = prefix
        form._read_hidden(await request.form())
        return form

    @classmethod
    def show(cls, *, of: Any = None, prefix: str = "", **options: Any) -> Self:
        """The form to begin with: empty, filled from ``of``, or with what was typed into it before (a draft)."""
        typed = _typed_before.get()
        if typed is not None:
            form = cls(formdata=Sent(typed), obj=of, prefix=prefix, **options)
            if any(field.name in typed for field in form):
                form.prefix = prefix
                form._read_hidden(typed)
                return form
        form = cls(obj=of, prefix=prefix, **options)
        form.prefix = prefix
        form.seen_version = getattr(of, "version", None)
        form.minted_id = new_id()
        return form

    def blame(self, name: str, message: str) -> None:
        """Say what is wrong with a field that only other records could tell."""
        errors: Any = self[name].errors
        errors.append(message)

    def within(self, scope: str) -> Self:
        """Put ``scope`` before the fields' ids: two forms of one page may have fields of the same name."""
        for field in self:
            field.id = field.label.field_id = f"{scope}-{field.id}"
        return self

    def _read_hidden(self, sent: Any) -> None:
        version = str(sent.get("version", ""))
        # What cannot be read counts as an old version, so that it is shown beside the new one and overwrites nothing.
        self.seen_version = int(version) if re.fullmatch(r"\d{1,9}", version) else 0 if version else None
        self.minted_id = parse_id(str(sent.get("id", ""))) or new_id()

    @property
    def seen_versions(self) -> tuple[int, ...]:
        """The versions that were seen of the rows which the form writes into: mostly it is one row."""
        return (self.seen_version or 0,)

    def is_older_than(self, row: Any) -> bool:
        """Whether the row was saved after the form was shown; a form that carries no version has seen nothing."""
        return self.seen_version not in (None, row.version)

    def telling(self, notice: str) -> str:
        """The notice, and what others have changed meanwhile."""
        return f"{notice} {self.news}".strip()

    def changes(self, row: Any) -> dict[str, tuple[Any, Any]]:
        """The fields whose value differs from the row's: name → (kept, typed)."""
        return {
            field.short_name: (getattr(row, field.short_name), field.data)
            for field in self
            if hasattr(row, field.short_name) and getattr(row, field.short_name) != field.data
        }

    @property
    def digest(self) -> bytes:
        """A fingerprint of what was typed, by which a form sent twice is known from another with the same id."""
        content = "\x1f".join(f"{field.name}={field.data!s}" for field in self)
        return hashlib.sha256(content.encode()).digest()

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """``(field id, message)`` of every error, in the order of the fields: for the summary."""
        return [(field.id, f"{field.label.text}: {message}") for field in self for message in field.errors]

    @property
    def is_blank(self) -> bool:
        """Whether the person typed nothing: for parts of a page that may be left out."""
        return not any(field.raw_data and any(field.raw_data) for field in self if not isinstance(field, CheckField))


class Sent:
    """Litestar's form data with the ``getlist`` that WTForms asks for."""

    def __init__(self, data: Any, *, files: bool = False) -> None:
        """Wrap the multi-dict of a request, with its ``files`` or without them."""
        self.data = data
        self.files = files

    def __contains__(self, name: str) -> bool:
        """Whether the field was sent."""
        return name in self.data

    def __iter__(self) -> Any:
        """The names that were sent."""
        return iter(self.data)

    def __len__(self) -> int:
        """How many were."""
        return len(self.data)

    def getlist(self, name: str) -> list[Any]:
        """All values of a name."""
        return [value for value in self.data.getall(name, []) if self.files or not isinstance(value, UploadFile)]
