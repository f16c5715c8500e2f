"""Numbers as people read them aloud: documents with dots, telephones in threes."""

import re


def dotted(number: str) -> str:
    """A document's number with dots: ``1023456789`` → ``1.023.456.789``. One with letters stays as it is."""
    return f"{int(number):,}".replace(",", ".") if number.isdecimal() and number[0] != "0" else number


def spaced_phone(phone: str | None) -> str:
    """A Colombian number of ten digits as ``310 555 0148``; any other as it was written."""
    digits = re.sub(r"[\s().\-]", "", phone or "")
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}" if re.fullmatch(r"[0-9]{10}", digits) else phone or ""
