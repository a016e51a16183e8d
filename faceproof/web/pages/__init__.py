"""Every page of the product. To add one: a ``.py``, an ``.html`` of the same name, and a line here."""

from __future__ import annotations

from faceproof.web.pages import (
    accent,
    another_way,
    before,
    delete,
    headshot,
    healthz,
    home,
    language,
    legal_text,
    organisation,
    photo,
    picture,
    record,
    settings,
    setup,
    sitting,
    story,
)
from faceproof.web.pages.page import Page

PAGES = (
    Page("home", "", home.show, "anyone"),
    Page("before", "before/", before.show),
    Page("another_way", "another-way/", another_way.show, "anyone"),
    Page("photo", "photo/", photo.show),
    Page("sitting", "sittings/<uuid:ident>/", sitting.show),
    Page("choose", "sittings/<uuid:ident>/choose/", sitting.choose),
    Page("again", "sittings/<uuid:ident>/again/", sitting.again),
    Page("story", "sittings/<uuid:ident>/story/", story.show),
    Page("receipt", "sittings/<uuid:ident>/receipt.json", story.as_json),
    Page("sitting_delete", "sittings/<uuid:ident>/delete/", delete.sitting),
    Page("selfie_delete", "sittings/<uuid:ident>/photo/delete/", delete.selfie),
    Page("proof_picture", "proofs/<uuid:ident>.jpg", picture.proof),
    Page("proof_delete", "proofs/<uuid:ident>/delete/", delete.proof),
    Page("headshot", "headshots/<uuid:ident>/", headshot.show),
    Page("headshot_picture", "headshots/<uuid:ident>.jpg", picture.headshot),
    Page("download", "headshots/<uuid:ident>/download/<slug:name>/", headshot.download),
    Page("headshot_delete", "headshots/<uuid:ident>/delete/", delete.headshot),
    Page("record", "record/", record.show),
    Page("settings", "settings/", settings.show),
    Page("everything_delete", "settings/delete-pictures/", delete.everything),
    Page("account_erase", "settings/erase-account/", delete.account),
    Page("organisation", "organisation/", organisation.show, "organiser"),
    Page("setup", "setup/<str:token>/", setup.show, "anyone"),
    Page("legal", "legal/<slug:slug>/", legal_text.show, "anyone"),
    Page("language", "language/", language.switch, "anyone"),
    Page("accent", "accent/<str:colour>.css", accent.stylesheet, "anyone"),
    Page("healthz", "healthz", healthz.show, "anyone"),
)
