"""Phone numbers: how they are kept, said and dialled."""

import re

_SEPARATORS = re.compile(r"[\s().\-]")
_NATIONAL = re.compile(r"[0-9]{10}")
_COLOMBIA = re.compile(r"^\+57(?=[0-9]{10}$)")
_INTERNATIONAL = re.compile(r"\+[0-9]{8,15}")


def normalised_phone(text: str) -> str:
    """A number as it is kept: digits only, so that it is found however it is typed. ``310 555 01 48`` → ``3105550148``.

    A Colombian one is kept without +57, as it is said. What is no single number, such as two in one field, stays as it
    was written.
    """
    digits = bare(text)
    return digits if is_whole(digits) else text


def bare(text: str) -> str:
    """A number without what people write between its digits, nor the +57 of Colombia where ten digits follow."""
    return _COLOMBIA.sub("", _SEPARATORS.sub("", text))


def is_whole(digits: str) -> bool:
    """Whether it can be dialled: a Colombian number of 10 digits, or an international one with its +."""
    return bool(_NATIONAL.fullmatch(digits) or _INTERNATIONAL.fullmatch(digits))


def spaced_phone(phone: str | None) -> str:
    """A number as people say it: ``310 555 0148``."""
    if phone and _NATIONAL.fullmatch(phone):
        return f"{phone[:3]} {phone[3:6]} {phone[6:]}"
    return phone or ""


def dialled(phone: str) -> str:
    """A number as a telephone wants it: ``+573105550148``; what is not a whole number is dialled as it is."""
    digits = bare(phone)
    return f"+57{digits}" if _NATIONAL.fullmatch(digits) else digits
