"""Accounts, organisations and who belongs to them.

`User` is an account (outside row-level security: signing in happens before anything is known about the
caller). `Member` is that person in one organisation: its id is the ``subject_id`` of every picture.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

SUBJECT, ORGANISER = "subject", "organiser"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An account: an e-mail address and a bcrypt password."""

    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)
    language = models.TextField(default="")  # empty: never chosen, follow the browser
    reminders = models.BooleanField(default=True)  # a mail a week before headshots are deleted

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return f"account {self.pk}"  # never the address: this text ends up in logs


class Organisation(models.Model):
    """One organisation and its policy. A row of plain settings; who may change them is in `roles`."""

    name = models.TextField()
    signup = models.TextField(default="open")  # "open" | "closed"
    signup_domains = models.JSONField(default=list)  # allowed e-mail domains; empty: any
    custody = models.JSONField(default=list)  # allowed custody modes; empty: both, transit first
    accent = models.TextField(default="#24526e")  # brand colour, #rrggbb
    styles = models.JSONField(default=list)  # approved styles; empty: the usual ones
    selfie_days = models.IntegerField(default=30)  # at most, when the person keeps the photo
    draft_days = models.IntegerField(default=30)
    headshot_days = models.IntegerField(default=90)
    contact = models.TextField(default="")  # data-protection contact shown to people
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"organisation {self.pk}"


class Member(models.Model):
    """A person in an organisation. ``Member.id`` is the subject id."""

    org = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.TextField(default=SUBJECT)  # plain text: a new role needs no migration
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "user"], name="member_once")]

    def __str__(self) -> str:
        return f"member {self.pk}"


class SetupLink(models.Model):
    """The one-time link that makes the first organiser. Only a hash of its token is kept."""

    token_sha256 = models.TextField(unique=True)
    org_id = models.BigIntegerField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"setup link {self.pk}"


class PhoneLink(models.Model):
    """A short-lived link that lets a person's phone hand in one photo for them. Only hashes are kept."""

    token_sha256 = models.TextField(unique=True)
    browser_sha256 = models.TextField(default="")  # of the cookie of the one browser that opened it
    org_id = models.BigIntegerField()
    member_id = models.BigIntegerField()
    user_id = models.BigIntegerField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    sitting_id = models.UUIDField(null=True)  # once a photo was handed in

    def __str__(self) -> str:
        return f"phone link {self.pk}"
