"""What Textual writes to the terminal, written with the fewest bytes: only the cells that differ from what it shows.

- `look.py`: colours and attributes, and the shortest way from one to another.
- `text.py`: which characters every terminal gives the same number of cells.
- `strokes.py`: reads what Textual writes as strokes: text that begins at a place.
- `grid.py`: rows of cells; a cell may be unknown.
- `pen.py`: what brings the terminal's cursor and colours from one place to another.
- `difference.py`, `scrolling.py`: from rows as they are shown to rows as they are wanted.
- `screen.py`: all of it together; pure, the tests compare it with what Textual writes.
- `output.py`: the thread that writes, and leaves out frames that the line cannot take.

Nothing here knows Textual.
"""
