"""`python -m byalag` is the command `byalag`."""

from byalag.cli import main

main()
