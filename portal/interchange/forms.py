"""What a person sends to the imports: a file, and the word to apply it."""

from typing import Any

import wtforms
from litestar.datastructures import UploadFile

from portal.interchange.simat.importing import Upload
from portal.web.forms import Form
from portal.web.i18n import _, lazy

# WTForms' types know plain strings only.
_LABEL: Any = lazy("SIMAT's file (Anexo 6A)")
_HINT: Any = lazy("Text (CSV) or Excel (.xlsx), as SIMAT gives it. You see what would change before it is saved.")


class UploadForm(Form):
    """The file that SIMAT gave."""

    takes_files = True
    file = wtforms.FileField(_LABEL, description=_HINT, render_kw={"accept": ".csv,.txt,.xlsx"})

    async def upload(self, max_bytes: int) -> Upload | None:
        """The file with its bytes; None, and an error beside the field, when none was chosen."""
        sent: Any = self.file.data
        if not isinstance(sent, UploadFile) or not sent.filename:
            self.file.errors = [_("Choose the file first.")]
            return None
        return Upload(_file_name(sent.filename), await sent.read(), max_bytes)


class ApplyForm(Form):
    """Whether the wrong rows are left out, and which preview was looked at."""

    wrong = wtforms.StringField(default="")
    seen = wtforms.StringField(default="")

    @property
    def corrects_first(self) -> bool:
        """The person wants to correct the file and bring it again."""
        return bool(self.wrong.data == "stop")

    @property
    def leaves_out_wrong(self) -> bool:
        """The person chose to apply the other rows."""
        return bool(self.wrong.data == "skip")


def _file_name(sent: str) -> str:
    """Only the name, whatever folders a browser or an attacker put before it."""
    name = sent.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in name if sign.isprintable())[:200] or "simat.csv"
