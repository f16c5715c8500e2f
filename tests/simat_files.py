"""Invented Anexo 6A files of any size, the same ones each time: for tests and benchmarks."""

import io
from collections.abc import Mapping, Sequence
from random import Random

import xlsxwriter  # type: ignore[import-untyped]

SCHOOL = "105001001234"
CAMPUS = "10500100123401"
SECOND_CAMPUS = "10500100123402"

# As SIMAT writes them: two begin with a blank.
HEADER = (
    *("ANO_INF", "MUN_CODIGO", "CODIGO_DANE", "DANE_ANTERIOR", "CONS_SEDE", "TIPO_DOCUMENTO"),
    *("NRO_DOCUMENTO", "EXP_DEPTO", "EXP_MUN", "APELLIDO1", "APELLIDO2", " NOMBRE1"),
    *("NOMBRE2", "DIRECCION_RESIDENCIA", "TEL", "RES_DEPTO", "RES_MUN", "ESTRATO"),
    *("SISBEN IV", "FECHA_NACIMIENTO", "NAC_DEPTO", "NAC_MUN", "GENERO", "POB_VICT_CONF_RUV"),
    *(" PROVIENE_SECTOR_PRIV", "PROVIENE_OTR_MUN", "TIPO_DISCAPACIDAD", "CAP_EXC", "ETNIA", "RES"),
    *("TIPO_JORNADA", "CARACTER", "ESPECIALIDAD", "GRADO", "GRUPO", "METODOLOGIA"),
    *("MATRICULA_CONTRATADA", "REPITENTE", "NUEVO", "FUE_RECU", "ZON_ALU", "CAB_FAMILIA"),
    *("BEN_MAD_FLIA", "BEN_VET_FP", "BEN_HER_NAC", "CODIGO_INTERNADO", "CODIGO_VALORACION_1", "CODIGO_VALORACION_2"),
    *("NUM_CONVENIO", "PER_ID", "APOYO_ACADEMICO_ESPECIAL", "SRPA", "PAIS_ORIGEN", "TRASTORNOS_ESPECIFICOS"),
)
_COLUMNS = [name.strip() for name in HEADER]

_SURNAMES = ("NÚÑEZ", "DE LA HOZ", "D'ANDRÉIS", "MUÑOZ", "GARCÍA", "DEL RÍO", "O'NEILL", "ÁVILA", "ZAPATA", "ULCUÉ")
_FIRST_NAMES = ("ÁNGEL", "SOFÍA", "MARTÍN", "ÑUSTA", "DANIELA", "BRAYAN", "YULIETH", "ÓSCAR", "SALOMÉ", "ÍNGRID", "ZOÉ")


def pupil(number: int, **cells: str) -> dict[str, str]:
    """One row by column name: the pupil with that number, in a grade that fits their age. ``cells`` replaces any."""
    random = Random(number)
    grade = number % 12
    born = 2026 - 6 - grade
    row = {
        **dict.fromkeys(_COLUMNS, "N"),
        "ANO_INF": "2026",
        "MUN_CODIGO": "5001",
        "CODIGO_DANE": SCHOOL,
        "DANE_ANTERIOR": SCHOOL[:11],
        "CONS_SEDE": CAMPUS if number % 3 else SECOND_CAMPUS,
        "TIPO_DOCUMENTO": "2" if grade > 1 else "5",
        "NRO_DOCUMENTO": str(1_100_000_000 + number),
        "EXP_DEPTO": "5",
        "EXP_MUN": "1",
        "APELLIDO1": random.choice(_SURNAMES),
        "APELLIDO2": random.choice(_SURNAMES),
        "NOMBRE1": random.choice(_FIRST_NAMES),
        "NOMBRE2": random.choice(_FIRST_NAMES),
        "DIRECCION_RESIDENCIA": f"CR {random.randint(1, 99)} {random.randint(1, 99)} {random.randint(1, 99)}",
        "TEL": str(3_000_000_000 + random.randint(0, 299_999_999)),
        "RES_DEPTO": "5",
        "RES_MUN": "1",
        "ESTRATO": str(random.randint(0, 6)),
        "SISBEN IV": random.choice(["A1", "B7", "C18", "D21", "NO APLICA"]),
        "FECHA_NACIMIENTO": f"{random.randint(1, 28):02}/{random.randint(1, 12):02}/{born}",
        "NAC_DEPTO": "5",
        "NAC_MUN": "1",
        "GENERO": random.choice("FM"),
        "TIPO_DISCAPACIDAD": "99",
        "CAP_EXC": "9",
        "ETNIA": "0",
        "RES": "0",
        "TIPO_JORNADA": "2",
        "CARACTER": "0",
        "ESPECIALIDAD": "00",
        "GRADO": str(grade),
        "GRUPO": f"{grade:02}{number // 12 // 35 + 1:02}",
        "METODOLOGIA": "1",
        "FUE_RECU": "1",
        "ZON_ALU": "1",
        "CODIGO_INTERNADO": "3",
        "CODIGO_VALORACION_1": "",
        "CODIGO_VALORACION_2": "",
        "NUM_CONVENIO": "",
        "PER_ID": str(50_000_000 + number),
        "APOYO_ACADEMICO_ESPECIAL": "01",
        "SRPA": "01",
        "PAIS_ORIGEN": "170",
        "TRASTORNOS_ESPECIFICOS": "9",
    }
    return row | {_column(name): value for name, value in cells.items()}


def anexo_6a(
    rows: int | Sequence[Mapping[str, str]] = 12,
    *,
    errors: Mapping[int, Mapping[str, str]] | None = None,
    header: Sequence[str] = HEADER,
    separator: str = ";",
    encoding: str = "utf-8",
    newline: str = "\r\n",
) -> bytes:
    """The file of so many pupils (or of these). ``errors``: line of the file → the cells that are otherwise there."""
    table = _table(rows, errors or {}, header)
    return (newline.join(separator.join(line) for line in table) + newline).encode(encoding)


def anexo_6a_workbook(rows: int | Sequence[Mapping[str, str]] = 12, *, header: Sequence[str] = HEADER) -> bytes:
    """The same as an .xlsx, as Excel keeps it after opening the text: numbers are numbers."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        sheet = workbook.add_worksheet()
        for line, cells in enumerate(_table(rows, {}, header)):
            for position, cell in enumerate(cells):
                sheet.write(line, position, float(cell) if cell.isdigit() else cell)
    return buffer.getvalue()


def _table(
    rows: int | Sequence[Mapping[str, str]], errors: Mapping[int, Mapping[str, str]], header: Sequence[str]
) -> list[list[str]]:
    pupils = [pupil(number) for number in range(rows)] if isinstance(rows, int) else rows
    columns = [name.strip() for name in header]
    lines = [{**row, **errors.get(line, {})} for line, row in enumerate(pupils, start=2)]
    return [list(header), *([line.get(column, "") for column in columns] for line in lines)]


def _column(name: str) -> str:
    return "SISBEN IV" if name == "SISBEN_IV" else name
