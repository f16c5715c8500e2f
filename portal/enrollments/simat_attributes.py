"""What SIMAT asks of an enrollment besides its place, kept in ``enrollments.simat_status`` by its column names."""

from functools import cache
from typing import Any

from portal.catalogs.fields import SimatCodeField, YesNoField
from portal.catalogs.simat import code_list
from portal.enrollments.models import Enrollment
from portal.web.fields import TextField
from portal.web.forms import Form
from portal.web.i18n import _, lazy, today
from portal.web.validators import at_most, optional

_UNKNOWN = lazy("Not recorded")
# Tell of health, of justice and of where a child lives: only for those whose task needs them (Ley 1581 of 2012).
SENSITIVE = frozenset(("APOYO_ACADEMICO_ESPECIAL", "SRPA", "CODIGO_INTERNADO", "SIT_ACAD_ANO_ANT", "CON_ALUM_ANO_ANT"))


def _coded(label: Any, codes: str) -> Any:
    return SimatCodeField(label, [optional()], codes=codes, blank=_UNKNOWN)


class SimatAttributesForm(Form):
    """All of them, by SIMAT's names."""

    CARACTER = _coded(lazy("Character"), "character")
    ESPECIALIDAD = _coded(lazy("Speciality"), "speciality")
    METODOLOGIA = _coded(lazy("Teaching model"), "methodology")
    FUE_RECU = _coded(lazy("Source of funds"), "funding")
    MATRICULA_CONTRATADA = YesNoField(lazy("Subsidised"), [optional()], blank=_UNKNOWN)
    NUM_CONVENIO = TextField(lazy("Number of the agreement"), [optional(), at_most(60)])
    NUEVO = YesNoField(lazy("New at the school"), [optional()], blank=_UNKNOWN)
    REPITENTE = YesNoField(lazy("Repeats the grade"), [optional()], blank=_UNKNOWN)
    SIT_ACAD_ANO_ANT = _coded(lazy("How last year ended"), "last_year_result")
    CON_ALUM_ANO_ANT = _coded(lazy("How the student left last year"), "last_year_condition")
    CODIGO_INTERNADO = _coded(lazy("Boarding"), "boarding")
    APOYO_ACADEMICO_ESPECIAL = _coded(lazy("Special academic support"), "academic_support")
    SRPA = _coded(lazy("Adolescent criminal responsibility (SRPA)"), "justice_system")


class SimatSheet:
    """An enrollment whose SIMAT attributes are asked for and filled in like columns."""

    def __init__(self, enrollment: Enrollment) -> None:
        """Of this enrollment."""
        self.enrollment = enrollment

    def __getattr__(self, name: str) -> Any:
        """SIMAT's column, which is in capitals; else the enrollment's own."""
        return self.enrollment.simat_status.get(name) if name.isupper() else getattr(self.enrollment, name)

    def fill(self, form: Form) -> None:
        """Write what differs; what SIMAT said in columns that no form shows stays."""
        typed = {name: new for name, (_kept, new) in form.changes(self).items()}
        whole = {**self.enrollment.simat_status, **typed}
        self.enrollment.simat_status = {name: value for name, value in whole.items() if value is not None}


def simat_facts(enrollment: Enrollment | None, *, all_of_them: bool) -> list[tuple[str, str]]:
    """Label and value of each, in SIMAT's words; without ``all_of_them`` those that are not sensitive."""
    if enrollment is None:
        return []
    return [
        (str(field.label.text), _in_words(field, enrollment.simat_status.get(field.short_name)))
        for field in _empty_form()
        if all_of_them or field.short_name not in SENSITIVE
    ]


@cache
def _empty_form() -> SimatAttributesForm:
    """For its labels and codes; kept, since making a form costs a record more than a query."""
    return SimatAttributesForm()


def _in_words(field: Any, code: str | None) -> str:
    if code and isinstance(field, SimatCodeField):
        return code_list(field.codes, today().year).label(code)
    if code and isinstance(field, YesNoField):
        return {"S": _("Yes"), "N": _("No")}.get(code, code)
    return code or ""
