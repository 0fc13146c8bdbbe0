"""Write the README's key table from the bindings: `make keys`.

    python tools/key_table.py [FILE]     rewrite what stands between the two markers in FILE (default: README.md)

The rows are those of the help (`?`). Bindings that have the same keys, words and last part of the id in several
places, such as `table.down` and `picker.down`, share a row.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from canaryscope.render.texts import KeyRow, key_rows
from canaryscope.scopes import scopes

README = Path(__file__).resolve().parents[1] / "README.md"
BEGIN = "<!-- keys: made from the bindings by `make keys` -->"
END = "<!-- end of keys -->"


def main() -> None:
    """Rewrite the table in the file that is named, or in the README."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else README
    file.write_text(with_table(file.read_text(encoding="utf-8")), encoding="utf-8")


def with_table(text: str) -> str:
    """The text with today's table between its markers. Raises ValueError where they are missing or not two."""
    parts = text.split(BEGIN)
    if len(parts) != 2 or parts[1].count(END) != 1:
        raise ValueError(f"one line {BEGIN} and, below it, one line {END} are expected")
    return f"{parts[0]}{BEGIN}\n\n{table()}\n\n{END}{parts[1].partition(END)[2]}"


def table() -> str:
    """The table in Markdown."""
    return markdown({place: key_rows(bindings, {}) for place, bindings in scopes().items()})


def markdown(places: Mapping[str, Sequence[KeyRow]]) -> str:
    """A row for each thing that a key does, in the order of the places."""
    merged: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for place, rows in places.items():
        for keys, binding_id, text in rows:
            merged.setdefault((keys, text, binding_id.rpartition(".")[2]), []).append((place, binding_id))
    lines = ["| Keys | What they do | Where | Id |", "|---|---|---|---|"]
    for (keys, text, _), found in merged.items():
        where, ids = zip(*found, strict=True)
        cells = (" ".join(map(code, keys.split(" "))), plain(text), plain(" · ".join(where)), " ".join(map(code, ids)))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def code(text: str) -> str:
    """A key or an id as code; a backtick needs longer quotes, a bar an escape even there."""
    quotes, blank = ("``", " ") if "`" in text else ("`", "")
    return f"{quotes}{blank}{text}{blank}{quotes}".replace("|", r"\|")


def plain(text: str) -> str:
    """Words as they are."""
    return text.replace("\\", r"\\").replace("|", r"\|")


if __name__ == "__main__":
    main()
