"""What may stand in an address of the site: two capitals for a country, the ending of a file."""

from __future__ import annotations


class CountryCode:
    """ISO 3166-1 alpha-2, in capitals only, so that each page has one address."""

    regex = "[A-Z]{2}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class FileKind(CountryCode):
    """How a download ends."""

    regex = "csv|json"
