"""A visitor without a browser: opens pages over HTTP, reads their forms, fills them in and sends them."""

from __future__ import annotations

import html.parser
import re
import ssl
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urljoin

import httpx

PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Believes no certificate. All doors here are plain HTTP on this machine, and reading every authority of the
world takes longer than a page.
"""


class StoryBroken(Exception):  # noqa: N818
    """A page did not answer as it should; the message says which and how."""


@dataclass
class Form:
    """A form as the page offers it: where it goes, and every field with its present value."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    offered: dict[str, list[str]] = field(default_factory=dict)


class _Reader(html.parser.HTMLParser):
    """Collects forms and visible text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._hidden = 0
        self._select = ""
        self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("script", "style", "head"):
            self._hidden += 1
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif self.forms and tag in ("input", "button", "select", "textarea"):
            self._field(tag, given)
        elif tag == "option" and self._select and self.forms:
            form = self.forms[-1]
            form.offered.setdefault(self._select, []).append(given.get("value", ""))
            if "selected" in given or self._select not in form.values:
                form.values[self._select] = given.get("value", "")

    def _field(self, tag: str, given: dict[str, str]) -> None:
        form, name = self.forms[-1], given.get("name", "")
        if tag == "select":
            self._select = name
            return
        if not name or "disabled" in given:
            return
        value, kind = given.get("value", ""), given.get("type", "")
        form.offered.setdefault(name, []).append(value)
        if tag == "textarea":
            self._textarea = name
            form.values[name] = ""
        elif tag == "button" or kind in ("submit", "button"):
            return
        elif kind not in ("radio", "checkbox") or "checked" in given:
            form.values[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "head"):
            self._hidden -= 1
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea and self.forms:
            self.forms[-1].values[self._textarea] += data
        elif not self._hidden:
            self.words.append(data)


class Visitor:
    """One person at one door, with that person's cookies and the page last seen."""

    def __init__(self, name: str, base_url: str) -> None:
        self.name = name
        self._client = httpx.Client(
            base_url=base_url, timeout=20, follow_redirects=True, trust_env=False, verify=PLAIN
        )
        self.page: httpx.Response | None = None
        self._read = _Reader()

    def open(self, path: str) -> Self:
        """Open a page."""
        return self._seen(self._client.get(path))

    def _seen(self, response: httpx.Response) -> Self:
        self.page = response
        self._read = _Reader()
        self._read.feed(response.text)
        if response.status_code >= 400:
            raise StoryBroken(
                f"{self.name}: {response.request.url.path} answered {response.status_code}: {self.text[:600]}"
            )
        return self

    @property
    def text(self) -> str:
        """What a person reads on the page, white space folded."""
        return " ".join(" ".join(self._read.words).split())

    def form(self, *names: str) -> Form:
        """Return the first form on the page that has all these fields."""
        for form in self._read.forms:
            if all(name in form.offered for name in names):
                return form
        raise StoryBroken(f"{self.name}: no form with {', '.join(names)} on {self.path}: {self.text[:600]}")

    def _form_to(self, path: str) -> Form:
        for form in self._read.forms:
            if form.action == path:
                return form
        raise StoryBroken(f"{self.name}: no form leads to {path} on {self.path}: {self.text[:600]}")

    def send(self, *names: str, to: str = "", **values: str | list[str]) -> Self:
        """Fill in and send the form that has these fields (those of ``values`` when none is named)."""
        form = self._form_to(to) if to and not names else self.form(*(names or tuple(values)))
        if self.page is None:
            raise StoryBroken(f"{self.name}: no page is open")
        target = urljoin(str(self.page.url), to or form.action or str(self.page.url))
        filled = {**form.values, **values}
        headers = {"Referer": str(self.page.url), "Origin": str(self._client.base_url).rstrip("/")}
        return self._seen(self._client.post(target, data=filled, headers=headers))

    @property
    def path(self) -> str:
        """The path of the page last seen."""
        return self.page.url.path if self.page is not None else ""

    def expect(self, *parts: str) -> Self:
        """Check that the page says each of ``parts``.

        Raises:
            StoryBroken: one is not there; the message quotes the page.
        """
        for part in parts:
            if part not in self.text:
                raise StoryBroken(f"{self.name}: {part!r} is not on {self.path}: {self.text[:900]}")
        return self

    def find(self, pattern: str) -> str:
        """Return the first group of ``pattern`` in the page's source, or else in what a person reads."""
        source = self.page.text if self.page is not None else ""
        if found := re.search(pattern, source) or re.search(pattern, self.text):
            return found.group(1)
        raise StoryBroken(f"{self.name}: {pattern!r} matches nothing on {self.path}: {self.text[:600]}")

    def close(self) -> None:
        self._client.close()
