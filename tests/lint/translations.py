"""Every string of code and templates is there in every language: none missing, fuzzy, empty or left over.

`--update` brings the new strings into the catalogues and takes the left-over ones out: `make messages`.
"""

import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = ROOT / "portal" / "locales"
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy": None}
DATES = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By):.*\n', re.MULTILINE
)


def extracted() -> Catalog:
    """What the sources say, in English, with the first place where they say it."""
    catalogue = Catalog()
    for folder, method, options in (
        ("portal", "python", {}),
        ("templates", "jinja2", {"trimmed": "true", "silent": "false"}),
    ):
        for path in sorted((ROOT / folder).rglob("*.py" if method == "python" else "*.html")):
            for line, message, _, context in extract_from_file(method, path, keywords=KEYWORDS, options=options):
                catalogue.add(message, locations=[(str(path.relative_to(ROOT)), line)], context=context)
    return catalogue


def complaints(said: Catalog, translated: Catalog) -> list[str]:
    """Everything that is wrong with one language."""
    wanted = [message for message in said if message.id]  # the first one, without an id, is the header
    problems = [f"not there: {_place(message)} {message.id!r}" for message in wanted if message.id not in translated]
    for message in translated:
        if not message.id:
            continue
        if message.id not in said:
            problems.append(f"left over: {message.id!r}")
        elif message.fuzzy:
            problems.append(f"fuzzy: {message.id!r}")
        elif not (all(message.string) if isinstance(message.string, tuple) else message.string):
            problems.append(f"empty: {_place(said[message.id])} {message.id!r}")
        else:
            problems += [f"{error}: {message.id!r}" for error in message.check(translated)]
    return problems


def update(path: Path, said: Catalog) -> None:
    """Bring one catalogue up to date, in an order and without dates, so that its changes read well."""
    translated = _read(path)
    translated.update(said, no_fuzzy_matching=True)
    translated.obsolete.clear()
    written = io.BytesIO()
    write_po(written, translated, sort_output=True, width=120, no_location=True)
    path.write_text(DATES.sub("", written.getvalue().decode()))


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name, domain="portal")


def _place(message) -> str:
    return ":".join(str(part) for part in message.locations[0])


def main(arguments: list[str]) -> int:
    """Print every complaint; 1 if there is any."""
    said = extracted()
    paths = sorted(CATALOGUES.glob("*/LC_MESSAGES/portal.po"))
    problems = [] if paths else [f"no catalogue in {CATALOGUES}"]
    for path in paths:
        if "--update" in arguments:
            update(path, said)
        problems += [f"{path.parent.parent.name}: {problem}" for problem in complaints(said, _read(path))]
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
