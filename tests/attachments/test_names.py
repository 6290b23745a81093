"""Names of files: readable, harmless, and ending in what the file is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.attachments.names import LENGTH, extension, safe


@pytest.mark.parametrize(
    ("given_name", "ending", "shown"),
    [
        ("報告 v1.2 最終版.pdf", "pdf", "報告 v1.2 最終版.pdf"),
        ("../../etc/passwd.txt", "txt", "passwd.txt"),
        ("C:\\Users\\wang\\a.PNG", "png", "a.png"),
        ("invoice.pdf.exe.png", "png", "invoice.pdf_exe.png"),
        ("page.html", "txt", "page_html.txt"),
        ("evil\u202egnp.exe", "png", "evilgnp_exe.png"),
        ("a\r\nSet-Cookie: x.txt", "txt", "aSet-Cookie_ x.txt"),
        ("\u200b.htaccess", "txt", "htaccess.txt"),
        ("CON.txt", "txt", "_CON.txt"),
        ("", "pdf", "file.pdf"),
        ("...", "pdf", "file.pdf"),
        ('a"b<c>|?*.txt', "txt", "a_b_c____.txt"),
    ],
)
def test_how_a_name_is_shown(given_name, ending, shown):
    assert safe(given_name, ending) == shown


# Any signs at all, without the table of them that Hypothesis would make first.
@given(st.binary(max_size=600).map(lambda signs: signs.decode("utf-16-le", "ignore")))
def test_any_name_becomes_a_short_one_without_paths_or_signs_nobody_sees(name):
    shown = safe(name, "txt")
    assert shown.endswith(".txt")
    assert len(shown) <= LENGTH
    assert not set(shown) & set('/\\\r\n\0<>:"|?*')
    assert extension(shown) == "txt"
