"""Pure functions from model objects to what the widgets show."""
