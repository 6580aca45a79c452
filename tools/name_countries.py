"""Write the names of all countries in English and Georgian, from Unicode's CLDR through Babel.

Usage: python tools/name_countries.py

The codes are those of ISO 3166-1; CLDR knows more (groups, reservations), which are no countries in law.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from babel import Locale

TARGET = Path(__file__).resolve().parent.parent / "src/tutela/core/law/data/names.csv"
NO_COUNTRY = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
"""Two letters of CLDR that are not assigned in ISO 3166-1."""


def main() -> int:
    english, georgian = Locale("en").territories, Locale("ka").territories
    codes = sorted(code for code in english if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY)
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("code", "en", "ka"))
        rows.writerows((code, english[code], georgian[code]) for code in codes)
    print(f"{len(codes)} countries")
    return 0


if __name__ == "__main__":
    sys.exit(main())
