"""Whether mail would leave: the server is asked, as a letter would ask it, and nothing is sent."""

from __future__ import annotations

import smtplib

from faceproof.launcher import config
from faceproof.launcher.checks.verdict import Here, Verdict, bad, good, note


def server(here: Here) -> Verdict:
    from faceproof import mail  # Django: not for the checks that do without

    try:
        found = config.mail(here.env)
    except config.SettingError as error:
        return bad(str(error), "see Mail in docs/operations.md")
    if found is None:
        return note(
            "no mail is sent: who forgets a password asks you, and nobody is reminded of a date",
            "set FACEPROOF_MAIL_URL and FACEPROOF_MAIL_FROM",
        )
    try:
        with mail.greet(found) as session:
            code, _words = session.noop()
    except (OSError, smtplib.SMTPException) as error:
        return bad(
            f"the mail server {found.host}:{found.port} cannot be used ({_why(error)})",
            "look at FACEPROOF_MAIL_URL; letters wait in the queue and are tried for a day and more",
        )
    if code != 250:
        return bad(f"the mail server {found.host}:{found.port} answers {code}", "ask whoever runs it")
    return good(f"{found.host}:{found.port} takes mail over {found.security}")


def _why(error: Exception) -> str:
    """Never the server's own words: they may quote the user name."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "it refuses the user name or the password"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "it does not offer STARTTLS, or no sign-in"
    return getattr(error, "strerror", None) or type(error).__name__
