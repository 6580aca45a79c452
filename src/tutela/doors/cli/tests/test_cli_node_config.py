"""What a node's configuration refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutela.config import keys, node


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"organisaton": "x"}, "unknown setting 'organisaton'"),
        ({"retention_days": "365"}, "retention_days must be int, not str"),
        ({"https": 1}, "https must be bool"),
        ({"mail": {"hosts": "x"}}, "[mail]: unknown setting 'hosts'"),
        ({"trusted_proxies": ["localhost"]}, "'localhost' in trusted_proxies is not an address"),
        (
            {"checks": {"egress_allow": ["127.0.0.1/33"]}},
            "[checks] egress_allow is not an address or network",
        ),
        ({"checks": {"mode": "on"}}, "mode must be off, head or hash"),
        ({"mail": {"security": "ssl"}}, "security must be none, starttls or tls"),
        ({"desk": 5}, "[desk] must be a table"),
    ],
)
def test_a_slip_in_node_toml_is_named(raw: dict[str, object], said: str) -> None:
    with pytest.raises(node.BadConfiguration) as refused:
        node.parse(raw)
    assert said in str(refused.value)


def test_each_door_keeps_its_own_port_when_only_the_url_is_given() -> None:
    config = node.parse({"desk_listen": {"url": "https://desk.example.org"}})
    assert (config.site.port, config.desk_listen.port, config.provider.port) == (8000, 8001, 8002)


def test_every_setting_says_what_it_decides() -> None:
    import dataclasses

    names = {
        f"{section}.{field.name}" if section else field.name
        for section, kind in [("", node.NodeConfig), *node._SECTIONS.items()]
        for field in dataclasses.fields(kind)
        if section or field.name not in node._SECTIONS
    }
    assert names == set(node.MEANINGS)


@pytest.mark.parametrize(
    ("listen", "more", "allowed"),
    [
        ({"host": "127.0.0.1"}, {}, True),
        ({"host": "::1"}, {}, True),
        ({"host": "localhost"}, {}, True),
        ({"host": "0.0.0.0"}, {}, False),
        ({"host": "203.0.113.5"}, {}, False),
        ({"host": "0.0.0.0"}, {"https": True}, False),
        ({"host": "0.0.0.0"}, {"trusted_proxies": ["203.0.113.9"]}, False),
        ({"host": "0.0.0.0"}, {"https": True, "trusted_proxies": ["203.0.113.9"]}, True),
        ({"host": "0.0.0.0", "certificate": "a.pem", "certificate_key": "a.key"}, {}, False),
        ({"host": "0.0.0.0", "certificate": "a.pem", "certificate_key": "a.key"}, {"https": True}, True),
    ],
)
def test_no_door_opens_to_the_world_without_https(
    listen: dict[str, object], more: dict[str, object], allowed: bool
) -> None:
    config = node.parse({"site": listen, **more})
    if allowed:
        node.check_listen("site", config.site, config)
    else:
        with pytest.raises(node.BadConfiguration, match="without HTTPS"):
            node.check_listen("site", config.site, config)


def test_a_known_example_secret_refuses_to_start(tmp_path: Path) -> None:
    path = tmp_path / "web.key"
    for text in ("00112233445566778899aabbccddeeff" * 2, "changeme", "ab" * 32):
        path.write_text(text)
        path.chmod(0o600)
        with pytest.raises(node.BadConfiguration, match="example"):
            keys.read_secret(path)


def test_a_key_that_others_can_read_refuses_to_start(tmp_path: Path) -> None:
    path = tmp_path / "web.key"
    keys.write_key(path, bytes(range(32)))
    assert keys.read_secret(path) == bytes(range(32))
    path.chmod(0o640)
    with pytest.raises(node.BadConfiguration, match="chmod 600"):
        keys.read_secret(path)


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    keys.write_key(tmp_path / "a.key", bytes(range(32)))
    with pytest.raises(FileExistsError):
        keys.write_key(tmp_path / "a.key", bytes(32))


def test_two_nodes_share_no_secret(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        keys.make_all(tmp_path / name)
    first, second = (
        {
            path.relative_to(tmp_path / name): path.read_text()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("first", "second")
    )
    assert first.keys() == second.keys()
    assert all(first[name] != second[name] for name in first)
