"""Origins as people write them and as browsers send them."""

import pytest

from tracker.widgets import rules


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://chat.example.org", "https://chat.example.org"),
        (" HTTPS://Chat.Example.org/ ", "https://chat.example.org"),
        ("https://chat.example.org:443", "https://chat.example.org"),
        ("http://intranet:80/", "http://intranet"),
        ("http://intranet:8080", "http://intranet:8080"),
        ("http://10.0.0.5:3000", "http://10.0.0.5:3000"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("https://社大.tw", "https://xn--pssr06e.tw"),
    ],
)
def test_an_origin_is_written_as_browsers_send_it(typed, origin):
    assert rules.origin(typed) == origin


@pytest.mark.parametrize(
    "typed",
    ["", "null", "*", "https://*.example.org", "chat.example.org", "ftp://example.org", "https://", "https://a b",
     "https://example.org/chat", "https://example.org?x", "https://example.org#x", "https://me@example.org",
     "https://example.org:0", "https://example.org:99999", "javascript:alert(1)", "https://exa'mple.org",
     "https://" + "a" * 300, "http://[::1"],
)  # fmt: skip
def test_what_is_no_origin_is_refused(typed):
    with pytest.raises(rules.NoOrigin):
        rules.origin(typed)


@pytest.mark.parametrize(
    ("sent", "allowed"),
    [
        ("https://a.test", True),
        ("https://a.test.evil.test", False),
        ("https://A.test", False),
        ("http://a.test", False),
        ("https://a.test:8443", False),
        ("https://sub.a.test", False),
        ("null", False),
        ("", False),
        (None, False),
    ],
)
def test_an_origin_is_on_the_list_sign_by_sign_or_not_at_all(sent, allowed):
    assert rules.allows(["https://a.test"], sent) is allowed


def test_the_lines_of_a_list_are_read_once_each():
    assert rules.origins("https://b.test\n\n https://a.test/ \nhttps://B.test") == [
        "https://b.test",
        "https://a.test",
    ]


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        ("https://chat.test/room/7?token=abc#name", "https://chat.test/room/7"),
        ("https://me:secret@chat.test:8443/x", "https://chat.test:8443/x"),
        ("javascript:alert(1)", ""),
        ("nonsense", ""),
        ("https://chat.test:bad/", ""),
        ("https://chat.test/" + "x" * 500, ("https://chat.test/" + "x" * 500)[:300]),
    ],
)
def test_of_a_page_only_its_place_is_kept(page, kept):
    assert rules.page_address(page) == kept
