"""What a file is, read from its content and never from its name: a PDF or a picture, and nothing hidden in one."""

import re

from portal.web.i18n import _

PDF, JPEG, PNG, WEBP = "application/pdf", "image/jpeg", "image/png", "image/webp"
PICTURES = (JPEG, PNG, WEBP)

_ZIP_END, _LONGEST_ZIP_END = b"PK\x05\x06", 22 + 65535
_MARKUP = re.compile(rb"<\s*(!doctype|html|svg|script|body|iframe|\?php)", re.IGNORECASE)
# Where browsers and viewers look to find out what a file is.
_HEAD = 1024
# PDF viewers look for the end of the document in the last kilobyte; some scanners write a little behind it.
_PDF_TAIL = 2048


class Refused(Exception):
    """A file cannot be kept; the message says to people why, and what to do."""


def type_of(content: bytes) -> str:
    """One of the four content types. Raises Refused for everything else, and for a file that is two at once."""
    found = _by_its_head(content)
    if found is None:
        raise Refused(_why_not(content))
    if _is_also_something_else(content):
        raise Refused(_("There is something else hidden in this file. Scan or photograph the paper again."))
    if found == PDF and b"%%EOF" not in content[-_PDF_TAIL:]:
        raise Refused(_("The PDF is not whole; the end is missing. Scan or download it again."))
    return found


def _by_its_head(content: bytes) -> str | None:
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return WEBP
    return None


def _is_also_something_else(content: bytes) -> bool:
    """An archive behind it, which archivers read from the end; or markup within what is looked at to guess a type."""
    return _ZIP_END in content[-_LONGEST_ZIP_END:] or _MARKUP.search(content[:_HEAD]) is not None


def _why_not(content: bytes) -> str:
    if not content.strip():
        return _("The file is empty.")
    if content[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypheif"):
        return _("This is a HEIC picture, as some telephones take them. Save it as JPEG and upload that.")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        return _("This is a compressed file or an Office document. Save it as PDF and upload that.")
    if _MARKUP.search(content[:_HEAD]):
        return _("This is a web page or a drawing. Save it as PDF and upload that.")
    return _("This is neither a PDF nor a picture (JPEG, PNG, WebP).")
