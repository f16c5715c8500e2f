"""What a person sends: papers of a student, a photo, a logo."""

import hashlib
import re
from typing import Any, Self

import wtforms
from litestar.datastructures import UploadFile
from wtforms import validators as base

from portal.attachments.content import Refused
from portal.attachments.intake import Brought, Look, Upload
from portal.catalogs.codes import AttachmentKind
from portal.web.fields import CodeField, TextField
from portal.web.forms import Form
from portal.web.i18n import _, lazy
from portal.web.reading import CONTROL, clean
from portal.web.validators import at_most, optional, required

MEGABYTE = 1024 * 1024
MOST_FILES = 10
PAPERS = tuple(kind for kind in AttachmentKind if not kind.is_picture)
# What stands in file names for something else on one system or another.
_UNSAFE = re.compile(r'[<>:"/\\|?*]')
_LONGEST_NAME = 120


class UploadForm(Form):
    """A form with files. They are looked at together, so that all that is wrong is said at once."""

    takes_files = True
    file: Any
    #: what was brought, once it was looked at
    brought: tuple[Brought, ...] = ()

    async def look(self, look: Look, limit_mb: int) -> None:
        """Look at each file; what is refused is said beside the field."""
        sent = [each for each in self.file.raw_data or () if isinstance(each, UploadFile) and each.filename]
        found, wrong = [], []
        for each in sent[:MOST_FILES]:
            name = file_name(each.filename)
            content = await each.read(limit_mb * MEGABYTE + 1)
            said = f"{name}: " if len(sent) > 1 else ""
            if len(content) > limit_mb * MEGABYTE:
                words = _("The file has more than %(limit)d MB. Make it smaller.")
                wrong.append(said + words % {"limit": limit_mb})
                continue
            try:
                found.append(await look(Upload(name, content)))
            except Refused as refused:
                wrong.append(f"{said}{refused}")
        if not sent:
            wrong.append(_("Choose the file first."))
        if len(sent) > MOST_FILES:
            wrong.append(_("Bring at most %(most)d files at once.") % {"most": MOST_FILES})
        self.brought = tuple(found)
        self.file.errors = [*self.file.errors, *wrong]

    @property
    def digest(self) -> bytes:
        """Of what was written and of what the files hold."""
        told = "\x1f".join(f"{field.name}={field.data!s}" for field in self if field is not self.file)
        return hashlib.sha256(told.encode() + b"".join(each.sha256 for each in self.brought)).digest()


class DocumentForm(UploadForm):
    """Papers of one kind, in one or more files."""

    kind = CodeField(lazy("What is it?"), AttachmentKind, [required()], blank=lazy("Choose"), only=PAPERS)
    file = wtforms.MultipleFileField(
        lazy("Files"),
        description=lazy("PDF or picture (JPEG, PNG, WebP); several pages at once are welcome."),
        render_kw={"accept": ".pdf,.jpg,.jpeg,.png,.webp", "multiple": True},
    )
    note = TextField(lazy("Note"), [optional(), at_most(300)])

    @classmethod
    def show_for(cls, kind: str) -> Self:
        """The empty form; the kind that an address names is chosen already."""
        form = cls.show()
        form.kind.data = next((paper for paper in PAPERS if paper.value == kind), None)
        return form

    def validate_kind(self, field: wtforms.Field) -> None:
        """A photo and a logo have their own pages."""
        if field.data is not None and field.data not in PAPERS:
            raise base.ValidationError(_("Choose one of the list."))


class PhotoForm(UploadForm):
    """A student's photo."""

    file = wtforms.FileField(
        lazy("Photo"),
        description=lazy("JPEG, PNG or WebP. The square in the middle is kept, without the place where it was taken."),
        render_kw={"accept": "image/jpeg,image/png,image/webp"},
    )


class LogoForm(UploadForm):
    """A school's logo."""

    file = wtforms.FileField(
        lazy("Logo"),
        description=lazy("JPEG, PNG or WebP, best square and with a transparent ground."),
        render_kw={"accept": "image/jpeg,image/png,image/webp"},
    )


def file_name(sent: str) -> str:
    """What a person called it, without folders, control characters and what some system cannot write."""
    name = clean(CONTROL.sub("", sent).replace("\\", "/").rsplit("/", 1)[-1])
    name = _UNSAFE.sub("", name).strip(". ")
    stem, dot, ending = name.rpartition(".")
    shortened = f"{stem[: _LONGEST_NAME - 1 - len(ending)]}.{ending}" if dot and len(ending) <= 5 else name
    return shortened[:_LONGEST_NAME] or _("file")
