"""Every check, one line each; what a failing one says follows it. `python -m tests.lint types` runs one alone."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent

CHECKS: dict[str, list[list[str]]] = {
    "formatting": [["ruff", "format", "--check", "."]],
    "lint": [["ruff", "check", "."]],
    "types": [["mypy"]],
    "imports": [["lint-imports"]],
    "templates": [
        # Its formatter is not used: it tears apart what stands together in one line for the eye or for the browser.
        ["djlint", "--lint", "--quiet", "templates"],
        ["python", "-m", "tests.lint.templates"],
    ],
    "translations": [["python", "-m", "tests.lint.translations"]],
    "migrations": [["python", "-m", "tests.lint.migrations"]],
}


def main(wanted: list[str]) -> int:
    """Run the wanted checks, all of them by default, and say how many failed."""
    failed = 0
    for name in wanted or CHECKS:
        began = time.monotonic()
        output = "".join(_complaints(command) for command in CHECKS[name])
        failed += bool(output)
        print(f"{'WRONG' if output else 'ok   '} {name} ({time.monotonic() - began:.1f} s)", flush=True)
        if output:
            print(output, flush=True)
    return failed


def _complaints(command: list[str]) -> str:
    result = subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    return "" if result.returncode == 0 else f"$ {' '.join(command)}\n{result.stdout}{result.stderr}"


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
