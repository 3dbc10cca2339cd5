"""The program in the wheel."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from ._errors import UnderstudyError


def program() -> str:
    """The path of the program; the variable UNDERSTUDY_BINARY wins."""
    own = os.environ.get("UNDERSTUDY_BINARY")
    if own:
        path, source = Path(own), f"UNDERSTUDY_BINARY={own!r}"
    else:
        path = Path(__file__).parent / "bin" / ("understudy.exe" if os.name == "nt" else "understudy")
        source = "this wheel"
    if not os.access(path, os.X_OK):
        raise UnderstudyError(f"{source}: {path} cannot be executed; install the wheel of this platform, or name a program in UNDERSTUDY_BINARY")
    return str(path)


def main() -> None:
    """The command ``understudy``."""
    try:
        path = program()
    except UnderstudyError as error:
        sys.exit(f"understudy: {error}")
    if os.name == "nt":
        sys.exit(subprocess.call([path, *sys.argv[1:]]))
    os.execv(path, ["understudy", *sys.argv[1:]])
