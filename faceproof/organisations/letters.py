"""Letters to people: in their language, with the organisation's name and colour, sealed on their way.

`write` costs a row in the queue, never a wait for the mail server. What the server cannot take now is tried
again for a day and a half (`jobs.tasks.send_mail`); neither queue nor log holds an address in the clear.
"""

from __future__ import annotations

import logging
from datetime import date

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language, override

from faceproof import mail, queue
from faceproof.mail import sealed
from faceproof.organisations import policy
from faceproof.organisations.models import Organisation, User

log = logging.getLogger(__name__)


def write(org: Organisation, user: User, name: str, /, **values: str | int | date) -> bool:
    """Queue the letter ``name`` to ``user``, inside the caller's transaction.

    Args:
        values: the letter's own; a date is written as the person's language writes it.

    Returns:
        whether anything is going to be sent: without a mail server nothing is.
    """
    if not mail.configured():
        return False
    language = language_of(user)
    with override(language):
        own = {key: day(each) if isinstance(each, date) else each for key, each in values.items()}
    around = {
        "studio": org.name,
        "address": settings.FACEPROOF_ADDRESS,
        "accent": f"#{bytes(policy.brand_colour(org)).hex()}",
    }
    letter = {"to": user.email, "name": name, "context": around | own, "language": language}
    queue.defer("send_mail", letter=sealed.close(letter))
    return True


def deliver(letter: str) -> str:
    """Send what `write` queued. Returns ``sent``, ``refused`` or ``unreadable``.

    Raises:
        mail.NotSent: not now; the queue calls again.
    """
    try:
        mail.send(**sealed.opened(letter))
    except mail.Refused as error:
        log.warning("a letter is given up: %s", error)
        return "refused"
    except sealed.Unreadable as error:
        log.error("a letter is given up: %s", error)
        return "unreadable"
    return "sent"


def language_of(user: User) -> str:
    """The language this person chose; else that of the page that is being answered, or of the house."""
    wanted = user.language or (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return wanted if wanted in dict(settings.LANGUAGES) else str(settings.LANGUAGE_CODE)


def address(path: str) -> str:
    """The full address of a page. Never from the request: whoever asks could name another host in it."""
    return f"{settings.FACEPROOF_ADDRESS}{path}"


def day(value: date) -> str:
    """“18 December”, “1er décembre”: a day of this or the next months, as the active language writes it."""
    written = str(date_format(value, "j\\\u00a0F"))
    first = get_language() == "fr" and value.day == 1
    return f"1er{written[1:]}" if first else written
