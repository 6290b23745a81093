"""Settings that cannot be used are refused at start, by name."""

import pytest

from tracker.config import BadSetting, from_environment


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRACKER_SMTP_URL", "smtp://mail:port"),
        ("TRACKER_SMTP_URL", "smtp://"),
        ("TRACKER_SMTP_URL", "mail.example.test:25"),
        ("TRACKER_MAIL_FROM", "nobody"),
        ("TRACKER_MAIL_FROM", "a@b.test\nBcc: c@d.test"),
        ("TRACKER_TIMEZONE", "Taipei"),
        ("TRACKER_LOCALE", "fr"),
        ("TRACKER_BASE_URL", "tracker.example.test"),
        ("TRACKER_LOG_FORMAT", "xml"),
        ("TRACKER_DATABASE_URL", "mysql://x"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name, value):
    with pytest.raises(BadSetting, match=name):
        from_environment({name: value}, dotenv=None)


def test_a_mail_server_with_a_password_is_taken():
    config = from_environment(
        {"TRACKER_SMTP_URL": "smtp://u:p%40@mail.example.test:587?verify=no"}, dotenv=None
    )
    assert config.smtp_url == "smtp://u:p%40@mail.example.test:587?verify=no"
