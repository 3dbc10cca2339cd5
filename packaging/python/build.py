#!/usr/bin/env python3
"""Builds a wheel for each program in dist/bin, into dist/python: a zip by the wheel format, the same bytes for the same input.

    packaging/python/build.py VERSION
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "packaging" / "python"
# Go's name of a platform, and the tags under which pip knows it. The program is linked without libc.
TAGS = {
    "linux-amd64": ["manylinux_2_17_x86_64", "musllinux_1_1_x86_64"],
    "linux-arm64": ["manylinux_2_17_aarch64", "musllinux_1_1_aarch64"],
    "darwin-amd64": ["macosx_12_0_x86_64"],
    "darwin-arm64": ["macosx_12_0_arm64"],
    "windows-amd64": ["win_amd64"],
    "windows-arm64": ["win_arm64"],
}
METADATA = """Metadata-Version: 2.4
Name: understudy-mock
Version: {version}
Summary: A stateful mock of Make's Hooks > Incomings and CRM.COM's webhook_requests, for tests
License-Expression: Apache-2.0
License-File: LICENSE
Requires-Python: >=3.9
Classifier: Framework :: Pytest
Classifier: Typing :: Typed
Description-Content-Type: text/markdown

{readme}"""
ENTRY_POINTS = """[console_scripts]
understudy = understudy_mock._program:main

[pytest11]
understudy_mock = understudy_mock.pytest_plugin
"""


def pep440(version: str) -> str:
    """The version as Python writes it: 0.1.0-dev is 0.1.0.dev0, 0.1.0-rc.1 is 0.1.0rc1."""
    number, _, pre = version.partition("-")
    if not pre:
        return number
    word, _, count = pre.partition(".")
    form = {"dev": ".dev{}", "alpha": "a{}", "beta": "b{}", "rc": "rc{}"}.get(word)
    if form is None or not (count or "0").isdigit():
        sys.exit(f"{version!r}: Python knows no such version; take one such as 0.1.0, 0.1.0-rc.1 or 0.1.0-dev")
    return number + form.format(count or "0")


def contents(platform: str, version: str) -> dict[str, tuple[bytes, int]]:
    """Path in the wheel to bytes and mode."""
    info = f"understudy_mock-{version}.dist-info"
    tags = TAGS[platform]
    files = {
        f"understudy_mock/{p.relative_to(HERE / 'understudy_mock').as_posix()}": (p.read_bytes(), 0o644)
        for p in sorted((HERE / "understudy_mock").rglob("*"))
        if p.is_file() and p.suffix in (".py", ".typed")
    }
    for program in (ROOT / "dist" / "bin" / platform).iterdir():
        files[f"understudy_mock/bin/{program.name}"] = (program.read_bytes(), 0o755)
    wheel = "Wheel-Version: 1.0\nGenerator: understudy packaging\nRoot-Is-Purelib: false\n"
    wheel += "".join(f"Tag: py3-none-{tag}\n" for tag in tags)
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    files[f"{info}/METADATA"] = (METADATA.format(version=version, readme=readme).encode(), 0o644)
    files[f"{info}/WHEEL"] = (wheel.encode(), 0o644)
    files[f"{info}/entry_points.txt"] = (ENTRY_POINTS.encode(), 0o644)
    files[f"{info}/licenses/LICENSE"] = ((ROOT / "LICENSE").read_bytes(), 0o644)
    return files


def record(files: dict[str, tuple[bytes, int]], path: str) -> bytes:
    lines = []
    for name, (data, _) in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(data)}")
    return ("\n".join([*lines, f"{path},,"]) + "\n").encode()


def build(platform: str, version: str) -> Path:
    files = contents(platform, version)
    path = f"understudy_mock-{version}.dist-info/RECORD"
    files[path] = (record(files, path), 0o644)
    out = ROOT / "dist" / "python" / f"understudy_mock-{version}-py3-none-{'.'.join(TAGS[platform])}.whl"
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:
        for name, (data, mode) in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            wheel.writestr(entry, data)
    return out


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: packaging/python/build.py VERSION")
    version = pep440(sys.argv[1])
    built = [p.name for p in sorted((ROOT / "dist" / "bin").glob("*")) if p.name in TAGS]
    if not built:
        sys.exit("dist/bin has no program; run packaging/binaries first")
    for old in (ROOT / "dist" / "python").glob("*.whl"):
        old.unlink()
    with ThreadPoolExecutor() as pool:  # to compress needs no lock of the interpreter
        for wheel in pool.map(build, built, itertools.repeat(version)):
            print(wheel.relative_to(ROOT))


main()
