"""`python -m euthymia` is the command."""

from euthymia.cli.main import main

main()
