"""Front-end files: built once, at set-up, by ``python -m portal.web.assets``; found by their plain names afterwards.

Building takes what the npm packages bring (Tabler's style, its icons in use, htmx) into ``static/vendor/``, and writes
each file of a page, compressed beforehand, to ``static/build/`` under a name that holds the hash of its content.
``portal/web/static.py`` serves them: a browser may keep such a file for ever.

Imports nothing large, so that finding nothing to do costs a start no time.
"""

import gzip
import hashlib
import json
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[2]
# The order in which the parts of the style stand; a file that is not named (a feature's own) comes behind, by name.
STYLES = (
    "tokens",
    "base",
    "layout",
    "buttons",
    "fields",
    "notices",
    "states",
    "tables",
    "tabs",
    "menus",
    "records",
    "bars",
)
# The encodings that a file is kept in, best first; the value ends the file's name.
ENCODINGS = {"br": ".br", "gzip": ".gz", "identity": ""}


class AssetsError(Exception):
    """The front-end files cannot be built or read; the message says what to run."""


@dataclass(frozen=True)
class Asset:
    """One built file: its kind, the hash in its name, and its bytes in each encoding."""

    suffix: str
    hash: str
    bodies: dict[str, bytes]


class Assets:
    """The built files by their plain names: ``assets.url("app.css")`` is ``/static/app.1f2e3d4c5b6a.css``."""

    def __init__(self, folder: Path = ROOT / "static" / "build") -> None:
        """Read them all into memory; AssetsError when they have not been built."""
        names = _manifest(folder).get("files")
        if names is None:
            raise AssetsError("The front-end files are not built: run `python -m portal.web.assets`.")
        self._urls = {name: f"/static/{hashed}" for name, hashed in names.items()}
        self._files = {hashed: _read(folder / hashed) for hashed in names.values()}

    def url(self, name: str) -> str:
        """Where this file is served; KeyError for a name that was not built."""
        return self._urls[name]

    def file(self, hashed: str) -> Asset | None:
        """The file of this hashed name, if it is one of ours."""
        return self._files.get(hashed)


def _read(path: Path) -> Asset:
    return Asset(
        suffix=path.suffix,
        hash=path.suffixes[0].removeprefix("."),
        bodies={encoding: path.with_name(path.name + end).read_bytes() for encoding, end in ENCODINGS.items()},
    )


# --- Building --------------------------------------------------------------------------------------------------------


def build(root: Path = ROOT) -> bool:
    """Bring ``static/vendor`` and ``static/build`` up to date; False when they already were.

    Raises AssetsError when the npm packages are needed and absent, or when an icon of the list does not exist.
    """
    static, target = root / "static", root / "static" / "build"
    made_from = _fingerprint(root)
    if _manifest(target).get("made_from") == made_from:
        return False
    else:
        take_vendor_files(root / "node_modules", static)
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        files = {name: _write(target, name, content) for name, content in bundle(static).items()}
        # Last, so that a build which was cut short is done again.
        (target / "manifest.json").write_text(json.dumps({"made_from": made_from, "files": files}, indent=2))
        return True


def take_vendor_files(packages: Path, static: Path) -> None:
    """Copy what the npm packages bring into ``static/vendor/``: Tabler's style, htmx, and one sprite of our icons."""
    if not (packages / "@tabler").is_dir():
        raise AssetsError("The npm packages are missing: run `npm ci --ignore-scripts` (or `make setup`, which does).")
    vendor = static / "vendor"
    vendor.mkdir(parents=True, exist_ok=True)
    shutil.copy(packages / "@tabler/core/dist/css/tabler.min.css", vendor)
    shutil.copy(packages / "htmx.org/dist/htmx.min.js", vendor)
    names = [line for line in (static / "icons.txt").read_text().splitlines() if line and not line.startswith("#")]
    symbols = [_symbol("owl", static / "owl.svg")]
    symbols += [_symbol(name, packages / f"@tabler/icons/icons/outline/{name}.svg") for name in names]
    sprite = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    (vendor / "icons.svg").write_text(sprite)


def bundle(static: Path) -> dict[str, bytes]:
    """The files of a page, by plain name."""
    vendor = static / "vendor"
    # @charset may only stand first in a file, and the source map is not shipped.
    tabler = re.sub(r'@charset "[^"]*";|/\*# sourceMappingURL=.*?\*/', "", (vendor / "tabler.min.css").read_text())
    htmx = re.sub(r"//# sourceMappingURL=.*", "", (vendor / "htmx.min.js").read_text())
    return {
        "app.css": "\n".join(
            [f"@layer tabler {{{tabler.strip()}}}", *(path.read_text() for path in _styles(static))]
        ).encode(),
        "htmx.js": htmx.encode(),
        "app.js": "\n".join(path.read_text() for path in _scripts(static)).encode(),
        "icons.svg": (vendor / "icons.svg").read_bytes(),
        "favicon.svg": (static / "favicon.svg").read_bytes(),
    }


def _styles(static: Path) -> list[Path]:
    """``app.css``, which says the order of the layers, and the parts of the style."""
    places = {name: place for place, name in enumerate(STYLES)}
    parts = (static / "styles").glob("*.css")
    return [static / "app.css", *sorted(parts, key=lambda path: (places.get(path.stem, len(places)), path.stem))]


def _scripts(static: Path) -> list[Path]:
    """``app.js``, which says what the parts share, and the parts of the script by name, a feature's own among them."""
    return [static / "app.js", *sorted((static / "scripts").glob("*.js"))]


def _symbol(name: str, path: Path) -> str:
    """One drawing as a symbol of the sprite; its size, colour and stroke are said by app.css."""
    try:
        drawing = path.read_text()
    except FileNotFoundError:
        raise AssetsError(f"There is no icon called {name}: mend static/icons.txt.") from None
    shapes = drawing[drawing.index(">") + 1 : drawing.rindex("</svg>")]
    shapes = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>', "", shapes)  # Tabler's empty frame
    shapes = re.sub(r"\s*\n\s*", "", shapes)
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def _write(target: Path, name: str, content: bytes) -> str:
    """Write a file under its hashed name, plain and compressed, and say that name."""
    plain = Path(name)
    hashed = f"{plain.stem}.{hashlib.sha256(content).hexdigest()[:12]}{plain.suffix}"
    (target / hashed).write_bytes(content)
    (target / f"{hashed}.br").write_bytes(brotli.compress(content, quality=11))
    (target / f"{hashed}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
    return hashed


def _fingerprint(root: Path) -> str:
    """One hash over all that goes in. The packages are named by their lock, so that they need not be read."""
    static = root / "static"
    sources = [root / "package-lock.json", Path(__file__)]
    sources += [static / name for name in ("favicon.svg", "icons.txt", "owl.svg")]
    sources += [*_styles(static), *_scripts(static)]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in sources)).hexdigest()


def _manifest(target: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((target / "manifest.json").read_text()))
    except (FileNotFoundError, ValueError):
        return {}


if __name__ == "__main__":
    try:
        print("Front-end files built." if build() else "Front-end files are up to date.")
    except AssetsError as error:
        sys.exit(str(error))
