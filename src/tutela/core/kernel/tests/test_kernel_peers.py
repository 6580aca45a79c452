"""Promises about who is believed to say who a visitor is."""

from __future__ import annotations

import pytest

from tutela.core.kernel import peers

CASES = [
    ("192.0.2.9", "203.0.113.5", (), "192.0.2.9"),
    ("127.0.0.1", "203.0.113.5", ("127.0.0.1",), "203.0.113.5"),
    ("127.0.0.1", "198.51.100.1, 203.0.113.5", ("127.0.0.1",), "203.0.113.5"),
    ("127.0.0.1", "203.0.113.5, 10.0.0.2", ("127.0.0.1", "10.0.0.0/8"), "203.0.113.5"),
    ("127.0.0.1", "", ("127.0.0.1",), "127.0.0.1"),
    ("127.0.0.1", "nonsense", ("127.0.0.1",), "127.0.0.1"),
    ("2001:db8::1", "203.0.113.5", ("2001:db8::/32",), "203.0.113.5"),
    ("::ffff:192.0.2.9", "", (), "192.0.2.9"),
    ("", "203.0.113.5", (), "None"),
    ("", "203.0.113.5", ("127.0.0.1",), "203.0.113.5"),
]


@pytest.mark.parametrize(("peer", "forwarded", "trusted", "expected"), CASES)
def test_only_a_trusted_proxy_says_who_the_visitor_is(
    peer: str, forwarded: str, trusted: tuple[str, ...], expected: str
) -> None:
    assert str(peers.address_of(peer, forwarded, trusted)) == expected
