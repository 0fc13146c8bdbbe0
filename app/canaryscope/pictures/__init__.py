"""Screenshots as a terminal can show them: decoded, scaled down and encoded in the process that has no terminal.

Pillow and textual-image are imported here and nowhere else, and not before the first picture.
"""
