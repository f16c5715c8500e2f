"""What a browser fetches for its first page, as it comes over the wire."""

import http.client
import re
from dataclasses import dataclass

from benchmarks.cases import HEADERS
from benchmarks.servers import HOST

# What a page makes a browser fetch at once; pictures of pupils are fetched when they come into view.
FETCHED = re.compile(r'(?:<link rel="(?:stylesheet|icon)" href|<script src|<use href)="(/static/[^"#]+)')


@dataclass(frozen=True)
class FirstLoad:
    """How many requests, and how many bytes of compressed bodies."""

    requests: int
    sent: int


def first_load(port: int, path: str, cookies: str) -> FirstLoad:
    """The page and each file that it names, once."""
    page, _ = _sent(port, path, cookies, "identity")
    _, packed = _sent(port, path, cookies, "br")
    files = sorted(set(FETCHED.findall(page.decode())))
    style = next(file for file in files if file.endswith(".css"))
    text, _ = _sent(port, style, cookies, "identity")
    files += sorted(set(re.findall(r"url\([\"']?(/static/[^)\"']+)", text.decode())))
    return FirstLoad(1 + len(files), packed + sum(_sent(port, file, cookies, "br")[1] for file in files))


def _sent(port: int, path: str, cookies: str, encoding: str) -> tuple[bytes, int]:
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    connection.request("GET", path, headers=HEADERS | {"Cookie": cookies, "Accept-Encoding": encoding})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status != 200:
        raise RuntimeError(f"{path}: {response.status}")
    return body, len(body)
