"""An embedded AWS: answers the API from stories, for `--demo` and for the tests."""
