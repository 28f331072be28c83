"""Write the tables of `stormcone verify advisories` into docs/scores.md.

Run: `python design/scores.py`, whenever what the centre issues in the packaged storm changes.
The words between the tables are ours to mend by hand.
"""

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs/scores.md"
COMMAND = ("-c", "from stormcone.cli import main; main()", "verify", "advisories")


def pasted(page: str, printed: str) -> str:
    """Return the page with each table replaced by the printed one of the same title."""
    blocks = printed.strip().split("\n\n")
    for title, table in zip(blocks[::2], blocks[1::2], strict=True):
        place = re.compile(rf"^{re.escape(title)}\n\n(?:\|.*\n|nothing\n)+", re.MULTILINE)
        page = place.sub(f"{title}\n\n{table}\n".replace("\\", r"\\"), page)
    return page


def main() -> None:
    """Replay the storm and mend the page."""
    ran = subprocess.run([sys.executable, *COMMAND], capture_output=True, text=True, check=True)
    PAGE.write_text(pasted(PAGE.read_text(), ran.stdout))


if __name__ == "__main__":
    main()
