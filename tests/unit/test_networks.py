from __future__ import annotations

import pytest

from feedapp.networks import UNKNOWN, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:51234", "203.0.113.7"),
        (" 203.0.113.7\t", "203.0.113.7"),
        ("[203.0.113.7]:80", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::FFFF:CB00:7107", "203.0.113.7"),
        ("[::ffff:203.0.113.7]:443", "203.0.113.7"),
        ("64:ff9b::203.0.113.7", "203.0.113.7"),
        ("2002:cb00:7107:5::1", "203.0.113.7"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("2001:0DB8:0000:0001:ffff:1:2:3", "2001:db8:0:1::/64"),
        ("[2001:db8:0:1::9]", "2001:db8:0:1::/64"),
        ("[2001:db8:0:1::9]:51234", "2001:db8:0:1::/64"),
        ('"[2001:db8:0:1::9]:51234"', "2001:db8:0:1::/64"),
        ("2001:db8:0:1::9%eth0", "2001:db8:0:1::/64"),
        ("[fe80::1%25eth0]:80", "fe80::/64"),
        ("2001:db8:0:2::1", "2001:db8:0:2::/64"),
        ("::1", "::/64"),
        ("127.0.0.1", "127.0.0.1"),
    ],
)
def test_one_network_is_one_however_its_addresses_are_written(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    "address",
    [
        "",
        "unknown",
        "_hidden",
        "unix:",
        "1.2.3",
        "1.2.3.4.5",
        "999.1.1.1",
        "[::1",
        "::g",
        "1.2.3.4:port",
        "\u0661.2.3.4",
    ],
)
def test_what_cannot_be_read_is_one_network(address: str) -> None:
    assert network_of(address) == UNKNOWN
