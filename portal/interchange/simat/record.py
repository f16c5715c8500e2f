"""One row of an Anexo 6A as the portal understands it. Fields are named as the columns they are kept in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.catalogs.codes import DocumentType, Gender, Grade, Shift, Zone
from portal.catalogs.documents import same_document_key


@dataclass(slots=True, kw_only=True)
class SimatStudent:
    """A pupil and their place in a group. None is an empty cell, and an empty cell never erases."""

    line: int

    # Who it is
    document_type: DocumentType
    document_number: str
    first_surname: str
    first_name: str
    gender: Gender
    per_id: str | None = None
    document_municipality_code: str | None = None
    second_surname: str | None = None
    middle_names: str | None = None
    birth_date: date | None = None  # only a foreigner's card (CE) may come without
    birth_municipality_code: str | None = None
    country_code: str | None = None

    # Where they live
    address: str | None = None
    phone: str | None = None
    municipality_code: str | None = None
    zone: Zone | None = None
    stratum: int | None = None
    sisben: str | None = None

    # What only those may read whose task needs it
    disability_code: str | None = None
    talent_code: str | None = None
    ethnicity_code: str | None = None
    victim_code: str | None = None

    # Where they are enrolled
    campus_code: str
    grade: Grade
    shift: Shift
    group_code: str

    # SIMAT's other attributes by its column names: of the person, and of this year's enrollment
    simat: Mapping[str, str]
    simat_status: Mapping[str, str]

    @property
    def document_key(self) -> tuple[str, str]:
        """The same for the RC, the TI and the CC of one person."""
        return same_document_key(self.document_type, self.document_number)
