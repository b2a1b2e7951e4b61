"""Compile what browsers load: two style sheets, the font, the icon sprite, and the scripts of others; and the languages.

    .venv/bin/python frontend/build.py            does nothing when no input has changed
    .venv/bin/python frontend/build.py --force

Everything lands in aftercare/foundation/web/static/web/built/, catalogues beside their source; git ignores what is
compiled, and the wheel contains it.
"""

import hashlib
import shutil
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

from catalogues import compile_catalogues
from sprite import sprite
from toolchain import NODE_MODULES, ROOT, Toolchain, find_toolchain

FRONTEND = ROOT / "frontend"
PACKAGE = ROOT / "aftercare"
BUILT = PACKAGE / "foundation/web/static/web/built"
STAMP = BUILT / ".inputs"
FACES = ("portal", "console")


def main() -> None:
    compile_catalogues()
    started = time.monotonic()
    inputs = fingerprint()
    if "--force" not in sys.argv and STAMP.is_file() and STAMP.read_text() == inputs:
        print("Assets are up to date")
        return
    toolchain = find_toolchain()
    toolchain.install()
    BUILT.mkdir(parents=True, exist_ok=True)
    # Built beside their place and moved in one by one, so that a running server never serves half a file.
    with tempfile.TemporaryDirectory(dir=BUILT) as folder:
        build(toolchain, Path(folder))
        for made in sorted(Path(folder).iterdir()):
            made.replace(BUILT / made.name)
    STAMP.write_text(inputs)
    report(time.monotonic() - started)


def build(toolchain: Toolchain, folder: Path) -> None:
    for face in FACES:
        compile_styles(toolchain, face, folder)
    toolchain.run(FRONTEND / "font.mjs", str(folder))
    (folder / "icons.svg").write_text(sprite(sources()))
    for original, name in scripts_of_others().items():
        shutil.copyfile(original, folder / name)
    toolchain.run(FRONTEND / "compress.mjs", str(folder))


def compile_styles(toolchain: Toolchain, face: str, folder: Path) -> None:
    toolchain.run(
        NODE_MODULES / "@tailwindcss/cli/dist/index.mjs",
        "--input",
        str(FRONTEND / f"styles/{face}.css"),
        "--output",
        str(folder / f"{face}.css"),
        "--minify",
    )


def scripts_of_others() -> dict[Path, str]:
    htmx = find_spec("django_htmx")
    if htmx is None or htmx.origin is None:
        raise SystemExit("django-htmx is not installed: run this with the project's own Python")
    htmx_scripts = Path(htmx.origin).parent / "static/django_htmx"
    return {
        htmx_scripts / "htmx-2.min.js": "htmx.js",
        htmx_scripts / "ext/hx-sse-2.min.js": "htmx-sse.js",
        NODE_MODULES / "uplot/dist/uPlot.iife.min.js": "uplot.js",
        NODE_MODULES / "uplot/dist/uPlot.min.css": "uplot.css",
    }


def sources() -> list[Path]:
    """Templates and code: what names icons and classes."""
    return sorted(path for kind in ("html", "py") for path in PACKAGE.rglob(f"*.{kind}"))


def fingerprint() -> str:
    """Changes with any input, so that equal fingerprints mean there is nothing to do."""
    own = sorted(path for path in FRONTEND.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    digest = hashlib.sha256()
    for path in [ROOT / "package-lock.json", *own, *sources()]:
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def report(seconds: float) -> None:
    """What a browser that speaks Brotli downloads."""
    travelling = [*BUILT.glob("*.br"), *BUILT.glob("*.woff2")]
    sizes = ", ".join(f"{made.name} {made.stat().st_size / 1024:.1f} KB" for made in sorted(travelling))
    print(f"Built in {seconds:.1f} s: {sizes}")


if __name__ == "__main__":
    main()
