"""The columns of an Anexo 6A, found by name: they drift by year and office, so a position means nothing."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from portal.interchange.files import Row, Table
from portal.interchange.problems import FileRefused
from portal.web.i18n import N_, format_list

# Without one of these a row cannot become an enrolled student.
NEEDED = (
    "ANO_INF",
    "CODIGO_DANE",
    "CONS_SEDE",
    "TIPO_DOCUMENTO",
    "NRO_DOCUMENTO",
    "APELLIDO1",
    "NOMBRE1",
    "FECHA_NACIMIENTO",
    "GENERO",
    "TIPO_JORNADA",
    "GRADO",
    "GRUPO",
)

# Columns of the recent file (54) …
RECENT = (
    *("ANO_INF", "MUN_CODIGO", "CODIGO_DANE", "DANE_ANTERIOR", "CONS_SEDE"),
    *("TIPO_DOCUMENTO", "NRO_DOCUMENTO", "EXP_DEPTO", "EXP_MUN", "APELLIDO1", "APELLIDO2", "NOMBRE1", "NOMBRE2"),
    *("DIRECCION_RESIDENCIA", "TEL", "RES_DEPTO", "RES_MUN", "ESTRATO", "SISBEN IV"),
    *("FECHA_NACIMIENTO", "NAC_DEPTO", "NAC_MUN", "GENERO"),
    *("POB_VICT_CONF_RUV", "PROVIENE_SECTOR_PRIV", "PROVIENE_OTR_MUN"),
    *("TIPO_DISCAPACIDAD", "CAP_EXC", "ETNIA", "RES"),
    *("TIPO_JORNADA", "CARACTER", "ESPECIALIDAD", "GRADO", "GRUPO", "METODOLOGIA"),
    *("MATRICULA_CONTRATADA", "REPITENTE", "NUEVO", "FUE_RECU", "ZON_ALU"),
    *("CAB_FAMILIA", "BEN_MAD_FLIA", "BEN_VET_FP", "BEN_HER_NAC", "CODIGO_INTERNADO"),
    *("CODIGO_VALORACION_1", "CODIGO_VALORACION_2", "NUM_CONVENIO", "PER_ID"),
    *("APOYO_ACADEMICO_ESPECIAL", "SRPA", "PAIS_ORIGEN", "TRASTORNOS_ESPECIFICOS"),
)
# … of older ones: DPTO_EXP is the department that a displaced family left, not where the document was issued …
OLDER = ("DPTO_EXP", "MUN_EXP", "INS_FAMILIAR", "SIT_ACAD_ANO_ANT", "CON_ALUM_ANO_ANT", "NOM_GRADO", "EDAD")
# … and the one that the portal adds to a download of wrong rows, which comes back corrected.
REASONS = "PORTAL_ERRORES"

# Other names of the same column, in older files or other offices.
ALIASES = {
    "ANNO_INF": "ANO_INF",
    "SISBEN": "SISBEN IV",
    "POB_VICT_CONF": "POB_VICT_CONF_RUV",
    "PROVIENE_OTRO_MUN": "PROVIENE_OTR_MUN",
    "SUBSIDIADO": "MATRICULA_CONTRATADA",
    "INTERNADO": "CODIGO_INTERNADO",
    "CODIGO_PAIS_ORIGEN": "PAIS_ORIGEN",
}

# "Detallado de alumnos" is SIMAT's other report: labels instead of codes. These columns are its own.
DETAILED_REPORT = ("ESTADO", "JERARQUIA", "INSTITUCION", "TIPODOC", "GRADO_COD")

# Some offices write a title above the table; further down than this nobody would look for its header.
LINES_BEFORE_HEADER = 10

_NO_HEADER = N_(
    "The file does not begin with the names of SIMAT's columns (ANO_INF, CODIGO_DANE, NRO_DOCUMENTO …). "
    "In SIMAT download the report Anexo 6A, and upload it as it comes."
)
_DETAILED = N_(
    "This is SIMAT's detailed report (Detallado de alumnos), which has labels instead of codes. "
    "In SIMAT download the report Anexo 6A, and upload that."
)
_MISSING = N_(
    "The file lacks the columns %(columns)s. In SIMAT download the report Anexo 6A again with all its columns."
)
_TWICE = N_("The file has the columns %(columns)s more than once. Leave one of each, and upload it again.")


@dataclass(frozen=True)
class Header:
    """Which column stands where; ``names`` are as the file has them."""

    line: int
    names: tuple[str, ...]
    positions: dict[str, int]
    unrecognized: tuple[str, ...]
    width: int

    def named(self, row: Row) -> dict[str, str]:
        """The row's recognised cells by their column."""
        there = len(row.cells)
        return {column: row.cells[place] for column, place in self.positions.items() if place < there}

    def cell(self, row: Row, column: str) -> str:
        """What the row says in that column; empty when the file or the row has no such cell."""
        position = self.positions.get(column)
        return row.cells[position] if position is not None and position < len(row.cells) else ""


def find_header(table: Table) -> tuple[Header, list[Row]]:
    """The header and the rows below it. Raises FileRefused when a needed column is missing or stands twice."""
    for index, row in enumerate(table.rows[:LINES_BEFORE_HEADER]):
        recognized = [_KNOWN[key] for key in map(_key, row.cells) if key in _KNOWN]
        if len(set(recognized) & set(NEEDED)) >= len(NEEDED) // 2:
            return _header(row), table.rows[index + 1 :]
        if len({*DETAILED_REPORT} & {_key(cell) for cell in row.cells}) >= 3:
            raise FileRefused(_DETAILED)
    raise FileRefused(_NO_HEADER)


def _header(row: Row) -> Header:
    positions: dict[str, int] = {}
    unrecognized: list[str] = []
    keys = [_key(cell) for cell in row.cells]
    known = Counter(_KNOWN[key] for key in keys if key in _KNOWN)
    for position, (key, name) in enumerate(zip(keys, row.cells, strict=True)):
        column = _KNOWN.get(key)
        # A file with both SISBEN and SISBEN IV means what it says: the old column is another one there.
        stands_in = column is not None and known[column] > 1 and key != _key(column) and _key(column) in keys
        if column and not stands_in:
            positions.setdefault(column, position)
        elif key:
            unrecognized.append(name)
    twice = [name for name, times in Counter(key for key in keys if key in _KNOWN).items() if times > 1]
    if twice:
        raise FileRefused(_TWICE, columns=format_list(_KNOWN[key] for key in twice))
    missing = [column for column in NEEDED if column not in positions]
    if missing:
        raise FileRefused(_MISSING, columns=format_list(missing))
    width = max(position for position, key in enumerate(keys, start=1) if key)
    return Header(row.line, tuple(row.cells), positions, tuple(unrecognized), width)


def _key(name: str) -> str:
    """A header without accents, case, blanks and punctuation: `` Sisben_IV`` is ``SISBENIV``."""
    plain = unicodedata.normalize("NFKD", name.upper())
    return re.sub(r"[^A-Z0-9]+", "", plain)


_KNOWN = {_key(name): name for name in (*RECENT, *OLDER, REASONS)} | {_key(old): new for old, new in ALIASES.items()}
