"""python -m understudy_mock is the command ``understudy``."""

from ._program import main

main()
