"""Triggers of the database that refuse to change or remove a row of the audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CREATE: Mapping[str, Sequence[str]] = {
    "sqlite": [
        f"CREATE TRIGGER audit_no_{what.lower()} BEFORE {what} ON audit_row "
        "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
        for what in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = '23514'; END $$",
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit_row "
        "FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
    ],
}
DROP: Mapping[str, Sequence[str]] = {
    "sqlite": [
        "DROP TRIGGER IF EXISTS audit_no_update",
        "DROP TRIGGER IF EXISTS audit_no_delete",
    ],
    "postgresql": [
        "DROP TRIGGER IF EXISTS audit_no_change ON audit_row",
        "DROP FUNCTION IF EXISTS audit_append_only()",
    ],
}


def create(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, CREATE)


def drop(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, DROP)


def _run(editor: BaseDatabaseSchemaEditor, by_vendor: Mapping[str, Sequence[str]]) -> None:
    for statement in by_vendor[editor.connection.vendor]:
        editor.execute(statement)
