"""`python -m derivations` is the command `derive`."""

from derivations.cli import main

if __name__ == "__main__":
    main()
