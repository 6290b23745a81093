"""Who counts as the caller: the connection's own address, or what a configured proxy says of it."""

from ipaddress import ip_network

import pytest
from sqlalchemy import func, select

from tracker.accounts import throttle
from tracker.accounts.models import Attempt
from tracker.config import BadSetting, from_environment
from tracker.db import db
from tracker.web.proxies import client as caller

PROXIES = (ip_network("10.0.0.0/28"), ip_network("::1/128"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.7", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.7", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.7", "198.51.100.1, 10.0.0.8", "198.51.100.1"),
        ("10.0.0.7", "198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.7", '"[2001:db8::1]:443"', "2001:db8::1"),
        ("::ffff:10.0.0.7", "198.51.100.1", "198.51.100.1"),
        ("::1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.7", "unknown", "10.0.0.7"),
        ("10.0.0.7", "nonsense, 10.0.0.8", "10.0.0.8"),
        ("10.0.0.7", "", "10.0.0.7"),
        ("10.0.0.99", "198.51.100.1", "10.0.0.99"),
        ("", "198.51.100.1", ""),
    ],
)
def test_the_caller_behind_proxies(peer, forwarded, found):
    assert caller(peer, forwarded, PROXIES) == found


def tries(address):
    key = throttle.network_key("sign-in", address)
    return db.session.scalar(select(func.count()).select_from(Attempt).where(Attempt.key == key))


@pytest.mark.parametrize(
    ("trusted", "counted"), [("", "127.0.0.1"), ("127.0.0.1", "198.51.100.1"), ("10.0.0.7", "127.0.0.1")]
)
def test_the_sign_in_limit_counts_the_true_caller_and_believes_nobody_else(make_app, trusted, counted):
    proxies = from_environment({"TRACKER_TRUSTED_PROXIES": trusted}, dotenv=None).trusted_proxies
    behind = make_app(trusted_proxies=proxies)
    behind.config["WTF_CSRF_ENABLED"] = False
    browser = behind.test_client()
    typed = {"email": "nobody@example.test", "password": "wrong"}
    said = {"X-Forwarded-For": "198.51.100.1", "X-Real-IP": "192.0.2.7", "Forwarded": "for=192.0.2.8"}
    browser.post("/login", data=typed, headers=said)
    assert {
        one: tries(one) for one in ("127.0.0.1", "198.51.100.1", "192.0.2.7", "192.0.2.8") if tries(one)
    } == {counted: 1}


@pytest.mark.parametrize("given", ["0.0.0.0/0", "::/0", "proxy.example", "10.0.0.7/8"])
def test_a_proxy_that_cannot_be_is_refused_at_the_start(given):
    with pytest.raises(BadSetting, match="TRACKER_TRUSTED_PROXIES"):
        from_environment({"TRACKER_TRUSTED_PROXIES": given}, dotenv=None)
