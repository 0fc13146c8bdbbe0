"""`python -m canaryscope`."""

from canaryscope.start import main

if __name__ == "__main__":
    main()
