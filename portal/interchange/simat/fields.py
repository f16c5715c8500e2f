"""Which column fills which field, and how its text is read."""

from dataclasses import dataclass
from typing import Any

from portal.catalogs import simat
from portal.interchange.simat import cells
from portal.web.i18n import N_


@dataclass(frozen=True)
class Field:
    """A column that fills one field; ``missing`` says what to do about an empty cell that may not be empty."""

    name: str
    column: str
    read: cells.Reader
    missing: str | None = None


def student_fields(year: int) -> list[Field]:
    """The columns that are fields of a SimatStudent, with the code lists of a year."""

    def listed(name: str, **options: Any) -> cells.Reader:
        return cells.coded(name, year, **options)

    return [
        Field(
            "document_type",
            "TIPO_DOCUMENTO",
            listed("document_type", into=simat.DOCUMENT_TYPES.__getitem__),
            N_("The document type is missing. Write SIMAT's code, such as 2 for TI or 5 for RC."),
        ),
        Field(
            "document_number",
            "NRO_DOCUMENTO",
            cells.document_number,
            N_("The document number is missing. Write it as the document has it."),
        ),
        Field("first_surname", "APELLIDO1", cells.name(60), N_("The first surname is missing.")),
        Field("second_surname", "APELLIDO2", cells.name(60)),
        Field("first_name", "NOMBRE1", cells.name(60), N_("The first name is missing.")),
        Field("middle_names", "NOMBRE2", cells.name(120)),
        Field("birth_date", "FECHA_NACIMIENTO", cells.day),
        Field("gender", "GENERO", cells.gender, N_("The gender is missing. Write F or M.")),
        Field("country_code", "PAIS_ORIGEN", cells.country),
        Field("per_id", "PER_ID", cells.person_id),
        Field("address", "DIRECCION_RESIDENCIA", cells.text_of(200)),
        Field("phone", "TEL", cells.phone),
        Field("zone", "ZON_ALU", listed("zone", into=simat.ZONES.__getitem__)),
        Field("stratum", "ESTRATO", cells.stratum),
        Field("sisben", "SISBEN IV", cells.sisben),
        Field("disability_code", "TIPO_DISCAPACIDAD", listed("disability")),
        Field("talent_code", "CAP_EXC", listed("exceptional_capacity")),
        Field("ethnicity_code", "ETNIA", listed("ethnicity")),
        Field("victim_code", "POB_VICT_CONF_RUV", listed("victim")),
        Field(
            "campus_code",
            "CONS_SEDE",
            cells.campus_code,
            N_("The campus code (CONS_SEDE) is missing. Write its 14 digits."),
        ),
        Field("grade", "GRADO", cells.grade, N_("The grade is missing. Write SIMAT's code, such as 0 for Transición.")),
        Field(
            "shift",
            "TIPO_JORNADA",
            listed("shift", into=simat.SHIFTS.__getitem__),
            N_("The shift is missing. Write SIMAT's code, such as 2 for morning."),
        ),
        Field("group_code", "GRUPO", cells.group_code, N_("The group is missing. Write its code, such as 0101.")),
    ]


def person_attributes(year: int) -> dict[str, cells.Reader]:
    """SIMAT's other columns about the person."""
    return {
        "RES": cells.text_of(20),
        "INS_FAMILIAR": cells.text_of(20),
        "DPTO_EXP": cells.text_of(5),
        "MUN_EXP": cells.text_of(5),
        "PROVIENE_SECTOR_PRIV": cells.yes_or_no,
        "PROVIENE_OTR_MUN": cells.yes_or_no,
        "CAB_FAMILIA": cells.yes_or_no,
        "BEN_MAD_FLIA": cells.yes_or_no,
        "BEN_VET_FP": cells.yes_or_no,
        "BEN_HER_NAC": cells.yes_or_no,
        "TRASTORNOS_ESPECIFICOS": cells.coded("learning_disorder", year),
    }


def enrollment_attributes(year: int) -> dict[str, cells.Reader]:
    """SIMAT's other columns about this year's enrollment."""
    return {
        "CARACTER": cells.coded("character", year),
        "ESPECIALIDAD": cells.coded("speciality", year),
        # No complete list of these two was found: an unknown code must not keep a pupil out.
        "METODOLOGIA": cells.coded("methodology", year, doubtful=True),
        "FUE_RECU": cells.coded("funding", year, doubtful=True),
        "MATRICULA_CONTRATADA": cells.yes_or_no,
        "REPITENTE": cells.yes_or_no,
        "NUEVO": cells.yes_or_no,
        "CODIGO_INTERNADO": cells.coded("boarding", year),
        "CODIGO_VALORACION_1": cells.coded("assessment", year),
        "CODIGO_VALORACION_2": cells.coded("assessment", year),
        "NUM_CONVENIO": cells.text_of(60),
        "APOYO_ACADEMICO_ESPECIAL": cells.coded("academic_support", year),
        "SRPA": cells.coded("justice_system", year),
        "SIT_ACAD_ANO_ANT": cells.coded("last_year_result", year, doubtful=True),
        "CON_ALUM_ANO_ANT": cells.coded("last_year_condition", year, doubtful=True),
    }
