"""Where personal data lies: every table with a person in it, what for, how long, and what erasure does to it.

A test compares this map with the models: a new table without an entry fails it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """``model`` is Django's label; ``kept`` and ``erasure`` are sentences for the privacy notice."""

    model: str
    holds: str
    purpose: str
    kept: str
    erasure: str


MAP = (
    Entry(
        "organisations.User",
        "e-mail address, bcrypt hash of the password, language, wish for reminders",
        "signing in",
        "until the account is erased",
        "deleted",
    ),
    Entry(
        "account.EmailAddress",
        "the same e-mail address, for sign-in",
        "signing in",
        "until the account is erased",
        "deleted with the account",
    ),
    Entry(
        "account.EmailConfirmation",
        "a mail confirmation token",
        "signing in",
        "3 days",
        "deleted with the account",
    ),
    Entry(
        "organisations.Member",
        "which account belongs to which organisation, role",
        "access",
        "until the account is erased",
        "deleted",
    ),
    Entry(
        "organisations.PhoneLink",
        "that a person asked to hand in a photo from their phone; hashes of the link and of its"
        " browser's cookie",
        "handing in a photo",
        "10 minutes, 20 once it was opened; removed within a day",
        "deleted with the account",
    ),
    Entry("sessions.Session", "signed-in browser sessions", "access", "12 hours", "deleted with the account"),
    Entry(
        "consent.Consent",
        "which text was agreed to, when",
        "proof of consent",
        "until the account is erased",
        "deleted",
    ),
    Entry(
        "sittings.Sitting",
        "that photos were handed in, its state, codes of the checks, which of several was used and why, wish"
        " for its perspective",
        "making headshots",
        "90 days after its last picture is gone",
        "deleted",
    ),
    Entry(
        "sittings.Selfie",
        "id of a sealed photo, its date",
        "making headshots",
        "as the person chose, 30 days at most",
        "deleted; the sealed photo and its key are destroyed",
    ),
    Entry(
        "sittings.Proof",
        "id of a sealed draft (picture, what was measured and changed of it, and where), its look, sizes",
        "making headshots",
        "30 days",
        "deleted; the sealed draft and its key are destroyed",
    ),
    Entry(
        "sittings.Headshot",
        "id of a sealed headshot (picture, what was measured and changed of it, and where), sizes",
        "handing out headshots",
        "90 days",
        "deleted; the sealed headshot and its key are destroyed",
    ),
    Entry(
        "sittings.Publication",
        "which headshot a person shows to their colleagues, and the name they typed for it",
        "showing a headshot to colleagues, where the person asked for it",
        "until it is taken back, 90 days at most",
        "deleted",
    ),
    Entry(
        "archive.StoredObject",
        "where a sealed object lies, its size and dates",
        "storage",
        "as the object; the empty row proves the erasure",
        "object destroyed and verified; ids and times stay",
    ),
    Entry(
        "archive.SubjectKey",
        "id of a key (never the key)",
        "storage",
        "as the objects under it",
        "key destroyed and verified; ids and times stay",
    ),
    Entry(
        "archive.AuditEntry",
        "what was done when, by which id; details sealed under the person's audit key",
        "accountability",
        "as long as the installation",
        "the audit key is destroyed: details are unreadable for ever",
    ),
    Entry(
        "procrastinate.ProcrastinateJob",
        "ids of a queued job; a mail on its way, sealed",
        "making headshots, sending mail",
        "7 days after it ended; a mail minutes after it was sent",
        "ids only, and the last mail that says so; pruned",
    ),
    Entry(
        "organisations.Organisation",
        "name of the organisation, contact address of its privacy officer",
        "policy",
        "until the organisation is closed",
        "not about a subject",
    ),
)
