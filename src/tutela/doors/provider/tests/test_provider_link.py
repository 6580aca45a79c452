"""Promises to an abuse desk that opens the link of a letter, and to whoever is in the letter."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tutela.apps.ledger import queries as ledger_queries
from tutela.apps.notices import queries as notice_queries
from tutela.apps.notices import rules
from tutela.testing.notifying import Story

A, B = "https://files.example.org/item/1?x=<b>", "https://files.example.org/item/2"
UNKNOWN = "/n/" + "x" * 43 + "/"


@pytest.fixture
def notice(story: Story, provider_door: None) -> rules.NoticeToSend:
    made: rules.NoticeToSend = story.sent_to_provider(A, B)
    return made


@pytest.fixture
def page(notice: rules.NoticeToSend) -> str:
    return f"/n/{notice.token}/"


def _answers(notice: rules.NoticeToSend) -> list[tuple[str, int]]:
    return [(seen.kind, len(seen.item_ids)) for seen in notice_queries.answers_of(notice.notice_id)]


def _words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("&lt;", "<").replace("&gt;", ">")


def test_everything_needed_to_act_stands_on_one_page(client: Client, page: str, notice: Any) -> None:
    response = client.get(page)
    assert response.status_code == 200
    words = _words(response.content.decode())
    for text in (
        notice.reference,
        "TLP:AMBER+STRICT",
        "illegal under the criminal law that we work under (Georgia)",
        "Do not pass the addresses on to your customer",
        "What to do",
        "hxxps://files[.]example[.]org/item/2",
        "192.0.2.20",
        "AS64500 192.0.2.0/24 Example Hosting",
        "4 March 2026, 10:00 UTC",
        "Country Netherlands",
        "Baseline (illegal everywhere)",
        "Answer for all 2 addresses",
        "We object",
        "desk@hotline.example.org",
        "This link works until 3 April 2026",
    ):
        assert text in words, text


def test_no_address_on_the_page_can_be_opened_or_read_as_markup(client: Client, page: str) -> None:
    html = client.get(page).content.decode()
    assert "https://files" not in html
    assert "files.example.org" not in html
    assert "<b>" not in html
    hrefs = set(re.findall(r'(?:href|src|action)="([^"]+)"', html))
    assert all(href.startswith(("/static/", "#", "?language=", "/n/")) for href in hrefs), hrefs


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing(client: Client, page: str, notice: Any, method: str) -> None:
    before = ledger_queries.head()
    for _ in range(3):
        assert getattr(client, method)(page).status_code == 200
        assert getattr(client, method)(page + "?kind=removed&thanks=1").status_code == 200
    assert ledger_queries.head() == before
    assert _answers(notice) == []


@pytest.mark.parametrize("kind", ["removed", "already_gone", "not_ours"])
def test_one_click_answers_for_all(client: Client, page: str, notice: Any, kind: str) -> None:
    response = client.post(page, {"kind": kind})
    assert (response.status_code, response.headers["Location"]) == (303, f"{page}?thanks=1")
    assert _answers(notice) == [(kind, 2)]
    assert "Your answer has arrived" in client.get(f"{page}?thanks=1").content.decode()


def test_one_address_can_be_answered_by_itself(client: Client, page: str, notice: Any) -> None:
    first = notice.items[0].item_id
    client.post(page, {"kind": "removed", "items": [str(first)]})
    assert _answers(notice) == [("removed", 1)]
    words = _words(client.get(page).content.decode())
    assert "Removed , for one address" in words


def test_a_correction_is_taken_and_both_are_shown(
    client: Client, page: str, notice: Any, story: Story
) -> None:
    client.post(page, {"kind": "not_ours"})
    story.clock.shift(timedelta(minutes=1))
    client.post(page, {"kind": "removed"})
    assert _answers(notice) == [("not_ours", 2), ("removed", 2)]
    words = _words(client.get(page).content.decode())
    assert "correction" in words
    assert words.index("Removed", words.index("Your answers so far")) < words.rindex("Not ours")


@pytest.mark.parametrize("kind", ["need_more", "objection"])
def test_an_answer_that_needs_words_asks_for_them_and_keeps_the_choice(
    client: Client, page: str, notice: Any, kind: str
) -> None:
    response = client.post(page, {"kind": kind, "text": "  "})
    assert response.status_code == 422
    html = response.content.decode()
    assert "Please tell us in a few words" in html
    assert re.search(rf'value="{kind}"[^>]*checked', html)
    assert _answers(notice) == []
    assert client.post(page, {"kind": kind, "text": "Which account?"}).status_code == 303
    assert "with a text" in client.get(page).content.decode()


def test_what_a_provider_wrote_is_not_shown_again(client: Client, page: str) -> None:
    client.post(page, {"kind": "objection", "text": "Words for the desk alone"})
    assert "Words for the desk alone" not in client.get(page).content.decode()


@pytest.mark.on_postgresql
@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, 422),
        ({"kind": ""}, 422),
        ({"kind": "perhaps"}, 422),
        ({"kind": "removed", "items": [str(uuid.UUID(int=7))]}, 422),
        ({"kind": "removed", "items": ["' OR 1=1"]}, 422),
        ({"kind": "objection", "text": "x" * 2001}, 422),
        ({"kind": "objection", "text": "\x00\x01"}, 422),
        ({"kind": "removed", "text": "a\x00b\u202e"}, 303),
    ],
)
def test_bad_input_gets_a_sentence_and_changes_nothing(
    client: Client, page: str, notice: Any, data: dict[str, Any], status: int
) -> None:
    response = client.post(page, data)
    assert response.status_code == status
    assert len(_answers(notice)) == (status == 303)


def test_binary_and_lone_surrogates_are_survived(client: Client, page: str, notice: Any) -> None:
    form = "application/x-www-form-urlencoded"
    for body in (b"\xff\xfe\x00kind=removed", b"kind=%ED%A0%80", b"kind=removed&text=%00%ED%A0%80"):
        assert client.post(page, body, content_type=form).status_code in (303, 422)
    assert client.post(page, b"{}", content_type="application/json").status_code == 422


def test_a_file_is_refused_whatever_it_is_called(client: Client, page: str, notice: Any) -> None:
    response = client.post(page, {"kind": "removed", "text": SimpleUploadedFile("a.txt", b"x")})
    assert response.status_code == 400
    assert "no files" in response.content.decode()
    assert _answers(notice) == []


def test_ten_megabytes_are_refused(client: Client, page: str, notice: Any) -> None:
    response = client.post(page, {"kind": "objection", "text": "x" * 10_000_000})
    assert response.status_code == 413
    assert "too much at once" in response.content.decode()
    assert _answers(notice) == []


def test_other_methods_are_refused(client: Client, page: str) -> None:
    assert client.put(page).status_code == 405
    assert client.delete(page).status_code == 405


def test_an_unknown_link_and_an_expired_one_get_the_same_page(
    client: Client, page: str, notice: Any, story: Story
) -> None:
    unknown = client.get(UNKNOWN)
    story.clock.shift(timedelta(days=31))
    expired = client.get(page)
    assert (unknown.status_code, expired.status_code) == (404, 410)
    assert unknown.content == expired.content
    text = expired.content.decode()
    assert notice.reference not in text
    assert "example" not in text.replace("hotline.example.org", "").replace("Example Hotline", "")
    answered = client.post(page, {"kind": "removed"})
    assert (answered.status_code, answered.content) == (410, expired.content)
    assert client.post(UNKNOWN, {"kind": "removed"}).status_code == 404
    assert _answers(notice) == []


@pytest.mark.parametrize("path", ["/n/", "/n/a/b/", "/admin/", "/n/%00/", "/n/../", "/items/"])
def test_there_is_nothing_to_find_without_a_link(client: Client, notice: Any, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "This link does not work" in response.content.decode()


def test_a_link_used_too_often_says_so(
    client: Client, page: str, notice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_ANSWERS", 1)
    assert client.post(page, {"kind": "removed"}).status_code == 303
    response = client.post(page, {"kind": "removed"})
    assert response.status_code == 429
    assert "write to us by mail" in response.content.decode()


@pytest.mark.parametrize("path", ["page", UNKNOWN, "/"])
def test_no_page_is_kept_indexed_or_told_on(client: Client, page: str, path: str) -> None:
    response = client.get(page if path == "page" else path)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert response.cookies == {}
    assert "Set-Cookie" not in response.headers
    html = response.content.decode()
    assert not re.search(r"<script|<style|\son[a-z]+=|style=", html)
    assert re.search(r"<title>Answer to a notice</title>", html)


def test_the_page_speaks_georgian(client: Client, page: str, notice: Any) -> None:
    by_browser = client.get(page, headers={"accept-language": "ka-GE,ka;q=0.9"})
    assert by_browser.headers["Content-Language"] == "ka"
    html = by_browser.content.decode()
    assert 'lang="ka"' in html
    assert "რა უნდა გააკეთოთ" in html
    assert "საბაზისო (ყველგან უკანონო)" in html
    chosen = client.get(page + "?language=ka")
    assert "რა უნდა გააკეთოთ" in chosen.content.decode()
    assert f'action="{page}?language=ka"' in chosen.content.decode()
    answered = client.post(page + "?language=ka", {"kind": "removed"})
    assert answered.headers["Location"] == f"{page}?thanks=1&language=ka"
    assert client.get(page + "?language=tlh").headers["Content-Language"] == "en"


def test_no_english_is_left_on_the_georgian_page(client: Client, page: str, notice: Any) -> None:
    client.post(page, {"kind": "objection"}, headers={"accept-language": "ka"})
    html = client.post(page + "?language=ka", {"kind": "objection"}).content.decode()
    main = html[html.index("<main") :]
    words = re.sub(r"hxxps\S+", "", _words(main))
    known = ["Example Hosting", "Example Hotline", "TLP:AMBER+STRICT", "files[.]example[.]org"]
    for text in (*known, notice.reference, "desk@hotline.example.org"):
        words = words.replace(text, "")
    assert set(re.findall(r"[A-Za-z]{3,}", words)) <= {"UTC", "hxxp"}


def test_a_notice_about_one_address_does_not_ask_which(
    client: Client, story: Story, provider_door: None
) -> None:
    story.provider()
    made = story.sent("https://files.example.org/item/7")
    html = client.get(f"/n/{made.token}/").content.decode()
    assert 'name="items"' not in html
    assert "Answer with one click" in html


def test_a_right_to_left_reader_gets_a_page_that_runs_so(client: Client, page: str, settings: Any) -> None:
    settings.LANGUAGES = [*settings.LANGUAGES, ("ar", "العربية")]
    html = client.get(page + "?language=ar").content.decode()
    assert 'dir="rtl"' in html
    assert 'class="address" dir="ltr"' in html


def test_the_door_is_alive_and_says_nothing(client: Client, provider_door: None) -> None:
    assert client.get("/health").content == b"ok\n"
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"


def test_the_front_shows_nothing_without_a_link(client: Client, notice: Any) -> None:
    html = client.get("/").content.decode()
    assert "there is nothing to see without it" in html
    assert notice.reference not in html


def test_the_longest_notice_fits_into_one_form(client: Client, settings: Any) -> None:
    assert settings.DATA_UPLOAD_MAX_NUMBER_FIELDS >= rules.MOST_ITEMS + 2
