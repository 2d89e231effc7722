"""`python -m derive`, which is `derive`."""

from derive.cli import main

if __name__ == "__main__":
    main(prog_name="derive")
