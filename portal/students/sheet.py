"""A student as forms see them: what JSON holds stands beside the columns, and is filled in like them."""

from typing import Any

from portal.catalogs.divipola import code_of
from portal.schools.rules import CustomField
from portal.students.models import Student
from portal.students.own_fields import as_json, name_of, own_value
from portal.web.forms import Form

# SIMAT's columns about the person which ``students.simat`` keeps, and forms ask for by these names.
SIMAT_COLUMNS = (
    "RES",
    "INS_FAMILIAR",
    "TRASTORNOS_ESPECIFICOS",
    "PROVIENE_SECTOR_PRIV",
    "PROVIENE_OTR_MUN",
    "CAB_FAMILIA",
    "BEN_MAD_FLIA",
    "BEN_VET_FP",
    "BEN_HER_NAC",
)
# The municipality that a displaced family left: SIMAT has its department and the rest in two columns.
LEFT_PLACE = "left_municipality_code"
LEFT_DEPARTMENT, LEFT_MUNICIPALITY = "DPTO_EXP", "MUN_EXP"
# Tell of health, of a people, of violence or of being in care (Ley 1581 of 2012, art. 5): ``SupportForm`` has them.
SENSITIVE_COLUMNS = frozenset(("RES", "INS_FAMILIAR", "TRASTORNOS_ESPECIFICOS", LEFT_DEPARTMENT, LEFT_MUNICIPALITY))


class Sheet:
    """A student and the school's own fields, to fill a form from and to be filled by it as one row."""

    def __init__(self, student: Student, fields: tuple[CustomField, ...] = ()) -> None:
        """``fields`` are the school's own; what was kept for others is left alone."""
        self.student = student
        self.own = {name_of(field): field for field in fields}

    def __getattr__(self, name: str) -> Any:
        """The value of a field: of SIMAT, of the school's own, else the column."""
        if name in SIMAT_COLUMNS:
            return (self.student.simat or {}).get(name)
        if name == LEFT_PLACE:
            return _left_place(self.student.simat or {})
        if name in self.own:
            return own_value(self.own[name], self.student.extra_data or {})
        return getattr(self.student, name)

    def over(self, student: Student) -> "Sheet":
        """The same fields of the student as they once were."""
        return Sheet(student, tuple(self.own.values()))

    def fill(self, form: Form) -> None:
        """Write what differs from what is kept; what is as it was is not touched, even where a form cannot show it."""
        for name, (_kept, typed) in form.changes(self).items():
            if name in SIMAT_COLUMNS:
                self._put("simat", {name: typed})
            elif name == LEFT_PLACE:
                department, municipality = (typed[:2], typed[2:]) if typed else (None, None)
                self._put("simat", {LEFT_DEPARTMENT: department, LEFT_MUNICIPALITY: municipality})
            elif name in self.own:
                self._put("extra_data", {self.own[name].key: as_json(typed)})
            else:
                setattr(self.student, name, typed)

    def _put(self, column: str, values: dict[str, Any]) -> None:
        """A new object, since a change inside of one is not seen; what is empty is left out."""
        whole = {**(getattr(self.student, column) or {}), **values}
        setattr(self.student, column, {key: value for key, value in whole.items() if value is not None})


def _left_place(simat: dict[str, Any]) -> str | None:
    department, municipality = simat.get(LEFT_DEPARTMENT), simat.get(LEFT_MUNICIPALITY)
    return code_of(department or "", municipality) if municipality else None
