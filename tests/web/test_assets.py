"""Front-end files are built under names that never change their meaning, and served for ever under them."""

import gzip
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from portal.web.assets import ROOT, Asset, Assets, AssetsError, build
from portal.web.static import preferred_encoding, static_files

SOURCES = [
    "package-lock.json",
    *(f"static/{name}" for name in ("app.css", "app.js", "favicon.svg", "icons.txt", "owl.svg")),
    *(f"static/styles/{path.name}" for path in (ROOT / "static/styles").glob("*.css")),
    *(f"static/scripts/{path.name}" for path in (ROOT / "static/scripts").glob("*.js")),
]


@pytest.fixture(scope="module")
def assets() -> Assets:
    """The files that set-up has built."""
    return Assets()


@pytest.fixture(scope="module")
def browser(assets: Assets) -> TestClient[Litestar]:
    """A client of an application that serves nothing else."""
    return TestClient(Litestar([static_files(assets)], openapi_config=None))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with what goes into the build, and the packages of this one."""
    for name in SOURCES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    return tmp_path


def test_a_name_changes_with_the_content_and_only_then(checkout: Path) -> None:
    assert build(checkout)
    before = Assets(checkout / "static/build")
    (checkout / "static/app.js").write_text("// other")
    assert build(checkout)
    after = Assets(checkout / "static/build")

    assert re.fullmatch(r"/static/app\.[0-9a-f]{12}\.js", after.url("app.js"))
    assert before.url("app.js") != after.url("app.js")
    assert before.url("app.css") == after.url("app.css")


def test_a_second_build_finds_nothing_to_do(checkout: Path) -> None:
    assert build(checkout)
    (checkout / "node_modules").unlink()
    assert not build(checkout)


def test_a_new_part_of_the_script_is_picked_up(checkout: Path) -> None:
    assert build(checkout)
    (checkout / "static/scripts/telescopes.js").write_text("// Looks far.")
    assert build(checkout)
    assets = Assets(checkout / "static/build")

    script = assets.file(assets.url("app.js").rpartition("/")[2])
    assert script
    assert script.bodies["identity"].startswith(b"// What HTML and htmx cannot do.")
    assert b"// Looks far." in script.bodies["identity"]


def test_missing_packages_say_what_to_run(checkout: Path) -> None:
    (checkout / "node_modules").unlink()
    with pytest.raises(AssetsError, match="npm ci"):
        build(checkout)


def test_an_unknown_icon_is_named(checkout: Path) -> None:
    (checkout / "static/icons.txt").write_text("home\nno-such-icon\n")
    with pytest.raises(AssetsError, match="no-such-icon"):
        build(checkout)


def test_an_unbuilt_checkout_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(AssetsError, match=r"run `python -m portal\.web\.assets`"):
        Assets(tmp_path)


def test_the_style_puts_tabler_in_the_lowest_layer(assets: Assets) -> None:
    style = body_of(assets, "app.css")
    assert style.startswith("@layer tabler {")
    assert "sourceMappingURL" not in style
    assert "@charset" not in style
    assert style.index("@layer tabler, tokens, base") > style.index(".btn")


def test_every_icon_of_the_templates_is_in_the_sprite(assets: Assets) -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', body_of(assets, "icons.svg")))
    listed = {line for line in (ROOT / "static/icons.txt").read_text().splitlines() if not line.startswith("#")}
    named = set()
    for template in (ROOT / "templates").rglob("*.html"):
        named |= set(re.findall(r'(?:icon\(|icon=)"([a-z0-9-]+)"', template.read_text()))
    assert sprite == listed | {"owl"}
    assert named <= sprite, f"add to static/icons.txt: {sorted(named - sprite)}"


def test_the_first_load_is_small(assets: Assets) -> None:
    names = ("app.css", "htmx.js", "app.js", "icons.svg", "favicon.svg")
    assert sum(len(file_of(assets, name).bodies["br"]) for name in names) < 120_000


@pytest.mark.parametrize(("accepted", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_it_sends_what_the_browser_takes(
    assets: Assets, browser: TestClient[Litestar], accepted: str, unpack: Callable[[bytes], bytes]
) -> None:
    with browser.stream("GET", assets.url("app.css"), headers={"Accept-Encoding": accepted}) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == accepted
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert int(answer.headers["content-length"]) == len(packed)
    assert unpack(packed).decode() == body_of(assets, "app.css")


def test_it_sends_a_file_plain_to_who_takes_nothing_else(assets: Assets, browser: TestClient[Litestar]) -> None:
    answer = browser.get(assets.url("favicon.svg"), headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.text.startswith("<svg")


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("*;q=0", "identity"),
        ("", "identity"),
        ("br;q=nonsense", "br"),
        ("deflate", "identity"),
    ],
)
def test_which_encoding_is_chosen(accept: str, encoding: str) -> None:
    assert preferred_encoding(accept) == encoding


def test_a_file_may_be_kept_for_ever(assets: Assets, browser: TestClient[Litestar]) -> None:
    answer = browser.get(assets.url("app.js"))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_file_that_the_browser_has_is_not_sent_again(assets: Assets, browser: TestClient[Litestar]) -> None:
    tag = browser.get(assets.url("app.js")).headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = browser.get(assets.url("app.js"), headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
    assert browser.get(assets.url("app.js"), headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_sends_no_body(assets: Assets, browser: TestClient[Litestar]) -> None:
    answer = browser.head(assets.url("app.js"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 0


@pytest.mark.parametrize(
    "path", ["app.css", "manifest.json", "../app.css", "%2e%2e/package.json", "", "app.000000000000.js"]
)
def test_other_names_are_not_found(browser: TestClient[Litestar], path: str) -> None:
    answer = browser.get(f"/static/{path}")
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("cache-control", "")


def test_only_reading_is_allowed(assets: Assets, browser: TestClient[Litestar]) -> None:
    answer = browser.post(assets.url("app.js"))
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def file_of(assets: Assets, name: str) -> Asset:
    """The built file of a plain name."""
    file = assets.file(assets.url(name).removeprefix("/static/"))
    assert file is not None
    return file


def body_of(assets: Assets, name: str) -> str:
    """Its text."""
    return file_of(assets, name).bodies["identity"].decode()
