"""`python -m canaryscope`."""

from canaryscope.cli import main

if __name__ == "__main__":
    main()
