"""What bad input gets: a clear sentence, the right status, nothing lost and nothing half-written."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tutela.apps.receipts import queries
from tutela.doors.site.forms import MOST_PLACES, ReportForm

pytestmark = pytest.mark.on_postgresql

GOOD = "https://files.example.org/a"


def test_an_empty_form_says_what_is_enough(visitor: Any, desk_reads: Any) -> None:
    visitor.report("")
    assert visitor.status == 422
    assert "One of the three ways is enough" in visitor.text
    assert desk_reads() == []


REFUSED = [
    ("javascript:alert(1)", "not the address of a page"),
    ("data:text/html,hello", "not the address of a page"),
    ("file:///home/somebody/x", "not the address of a page"),
    ("http://localhost/x", "your own device"),
    ("http://127.0.0.1:8000/x", "your own device"),
    ("http://[::1]/x", "your own device"),
    ("http://192.168.0.4/x", "home or office network"),
    ("http://10.1.2.3/x", "home or office network"),
    ("somebody@example.org", "e-mail address"),
    ("http://printer/x", "ending is missing"),
    ("http://tooshort.onion/x", "onion"),
    ("https://" + "a" * 9000 + ".example.org/", "too long"),
]


@pytest.mark.parametrize(("places", "sentence"), REFUSED, ids=[sentence for _, sentence in REFUSED])
def test_what_is_no_address_is_named_with_its_reason(
    visitor: Any, desk_reads: Any, places: str, sentence: str
) -> None:
    visitor.report(places)
    assert visitor.status == 422
    text = unescape(visitor.text)
    assert sentence in text
    assert places[:60] in text
    assert visitor.forms[0]["places"] == places
    assert desk_reads() == []


@pytest.mark.parametrize(("places", "sentence"), REFUSED[:-1], ids=[sentence for _, sentence in REFUSED[:-1]])
def test_one_good_address_carries_the_report_and_the_others_are_named(
    visitor: Any, desk_reads: Any, places: str, sentence: str
) -> None:
    visitor.report(f"{GOOD}\n{places}")
    assert visitor.status == 200
    text = unescape(visitor.text)
    assert "We took in 1 address." in text
    assert sentence in text
    assert places in desk_reads()[0]["places"]


@pytest.mark.parametrize(
    "places",
    [
        "hxxps://files[.]example[.]org/a",
        "HTTPS://FILES.EXAMPLE.ORG:443/a?utm_source=x",
        "files.example.org./a",
        "https://bücher.example.org/ä",
        "http://expyuzz4wqqyqhjn.onion.example.org/",
        "http://2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion/a",
        "Look: <https://files.example.org/a>, then tell me",
        "\u200fhttps://files.example.org/a\u200e",
        "https://files.example.org/\u202ea",
    ],
)
def test_addresses_in_every_disguise_are_taken(visitor: Any, desk_reads: Any, places: str) -> None:
    visitor.report(places)
    assert visitor.status == 200
    assert len(desk_reads()) == 1


def test_ten_thousand_addresses_are_taken_as_far_as_they_go_and_the_next_one_is_named(
    visitor: Any, desk_reads: Any
) -> None:
    places = "\n".join(f"https://e{n}.example.org/" for n in range(10_000))
    assert len(places) < MOST_PLACES
    visitor.report(places)
    assert visitor.status == 200
    assert "We took in 500 addresses." in visitor.text
    assert "https://e500.example.org/" in visitor.text
    assert desk_reads()[0]["places"] == places


def test_text_that_is_too_long_is_kept_and_asked_for_in_parts(visitor: Any, desk_reads: Any) -> None:
    places = "https://files.example.org/" + "a" * MOST_PLACES
    visitor.report(places)
    assert visitor.status == 422
    assert "too long" in visitor.text
    assert visitor.forms[0]["places"] == places
    assert desk_reads() == []


def test_ten_megabytes_get_413_and_a_plain_page(visitor: Any, desk_reads: Any) -> None:
    for page in (
        visitor.client.post("/en/", b"places=" + b"a" * 10_000_000, "application/x-www-form-urlencoded"),
        visitor.client.post("/en/", {"places": "a" * 10_000_000}),
    ):
        assert page.status_code == 413
        assert "too much at once" in page.content.decode()
    assert desk_reads() == []


def test_a_file_is_not_taken_whatever_it_is(visitor: Any, desk_reads: Any) -> None:
    fields = {**visitor.open().forms[0], "places": GOOD, "more": SimpleUploadedFile("notes.txt", b"ordinary")}
    page = visitor.client.post("/en/", fields)
    assert page.status_code == 400
    assert "no files" in page.content.decode()
    assert desk_reads() == []


def test_nul_and_signs_that_no_keyboard_makes_are_dropped(visitor: Any, desk_reads: Any) -> None:
    visitor.report("https://files.example.org/a\x00\x01\x1b", more="be\x00fore\x08")
    assert visitor.status == 200
    assert desk_reads()[0]["places"] == GOOD
    assert desk_reads()[0]["more"] == "before"


@pytest.mark.parametrize(
    "body",
    [
        b"\x00\x01\x02\xff\xfe" * 200,
        b"step=report&places=%ED%A0%80%00%FF",
        b"%ZZ=%",
        b"&&&&====",
        b"places[]=1&places=%C3%28",
    ],
)
def test_binary_nonsense_gets_an_ordinary_page(visitor: Any, desk_reads: Any, body: bytes) -> None:
    page = visitor.client.post("/en/", body, "application/x-www-form-urlencoded")
    assert page.status_code == 409
    assert "<h1>" in page.content.decode()
    assert desk_reads() == []


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("multipart/form-data; boundary=x", 409),
        ("multipart/form-data", 400),
        ("application/x-www-form-urlencoded; charset=utf-16", 400),
        ("application/json", 415),
        ("text/plain", 415),
        ("image/png", 415),
    ],
)
def test_a_body_in_a_foreign_form_gets_a_plain_page(visitor: Any, content_type: str, status: int) -> None:
    page = visitor.client.post("/en/", b"{}", content_type)
    assert page.status_code == status
    assert "<h1>" in page.content.decode()


def test_a_thousand_fields_get_400(visitor: Any) -> None:
    page = visitor.client.post("/en/", {f"field{n}": "x" for n in range(1000)})
    assert page.status_code == 400


def test_nothing_that_was_typed_is_ever_markup(visitor: Any) -> None:
    typed = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    visitor.report(typed, service=typed, account="", more=typed)
    assert "<script>alert" not in visitor.text
    assert "<img src=x" not in visitor.text


def test_made_up_values_of_choices_are_refused(visitor: Any, desk_reads: Any) -> None:
    visitor.report().send(0)
    visitor.send(worry="everything", danger_now="perhaps", go="next")
    assert visitor.status == 422
    assert len(desk_reads()) == 1


@pytest.mark.parametrize("step", ["nonsense", "done", "", "answer"])
def test_a_made_up_step_stores_nothing(visitor: Any, desk_reads: Any, step: str) -> None:
    visitor.report()
    page = visitor.client.post("/en/", {"step": step, "continue": visitor.forms[0]["continue"], "more": "x"})
    assert page.status_code == 409
    assert len(desk_reads()) == 1


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300), st.text(max_size=40), st.text(max_size=40), st.text(max_size=100))
def test_any_text_gets_an_answer_and_is_kept_or_stored(
    db: None, places: str, service: str, account: str, more: str
) -> None:
    form = ReportForm({"places": places, "service": service, "account": account, "more": more})
    if form.is_valid():
        payload = form.payload
        assert payload["places"] or payload["service"] or payload["account"] or payload["more"]
        "".join(value for value in payload.values() if isinstance(value, str)).encode("utf-8")
    else:
        assert form.errors


def test_two_of_the_same_form_at_the_same_moment_store_one_report(visitor: Any) -> None:
    form = {**visitor.open().forms[0], "places": GOOD}
    assert {Client().post("/en/", form).status_code for _ in range(3)} == {200}
    assert len(queries.submissions_waiting()) == 1
