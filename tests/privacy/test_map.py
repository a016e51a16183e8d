"""Every table with a person in it is on the map, and every clock is a row."""

from __future__ import annotations

from django.apps import apps

from faceproof.privacy import data_map, retention

# Tables without anybody in them.
IMPERSONAL = {
    "contenttypes.ContentType",
    "auth.Permission",
    "auth.Group",
    "organisations.SetupLink",
    "procrastinate.ProcrastinateEvent",
    "procrastinate.ProcrastinatePeriodicDefer",
    "procrastinate.ProcrastinateWorker",
}


def test_every_model_is_on_the_map_or_holds_nobody() -> None:
    models = {model._meta.label for model in apps.get_models()}
    mapped = {entry.model for entry in data_map.MAP}
    assert models - mapped - IMPERSONAL == set(), "say in privacy/data_map.py what this table holds"
    assert mapped - models == set(), "the map names a table that does not exist"


def test_every_kind_of_kept_picture_has_a_clock() -> None:
    assert {"selfie", "draft", "headshot"} <= {rule.name for rule in retention.RULES}
