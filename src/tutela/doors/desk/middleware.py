"""What holds for every page of the desk and of no other door: the clock of its people."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tutela.apps.cases.errors import ExposureStop

Answer = Callable[[HttpRequest], HttpResponse]


class ExposureClock:
    """Whoever looked enough for today is told so instead."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, _request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer what the room of cases refuses for a person's own sake."""
        return redirect("desk:stopped") if isinstance(error, ExposureStop) else None
