"""Panes above or beside each other."""

from __future__ import annotations

from textual.containers import Container

from canaryscope_widgets.still import Still

__all__ = ["Panes"]


class Panes(Still, Container):
    """The stylesheet says how they stand."""
