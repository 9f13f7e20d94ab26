"""Foreign keys that the database itself acts on, so that destruction is one statement and forgets no child.

Django 5.2 has no database-level cascade: the field is declared with DO_NOTHING and without a constraint of
Django's, and this constraint writes the real one.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.constraints import BaseConstraint


class OnDelete(models.TextChoices):
    """What the database does with the row when the row that it points to goes."""

    CASCADE = "CASCADE"
    SET_NULL = "SET NULL"


def _present(
    model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
) -> tuple[Any, Callable[[str], str]]:
    """Return the table's options and the quoting; Django's signature allows None where it never gives it."""
    if model is None or schema_editor is None:
        raise TypeError("a foreign key is written for a model, by a schema editor")
    return model._meta, schema_editor.quote_name


class DatabaseForeignKey(BaseConstraint):
    """A foreign key on `field`, kept by the database with its own ON DELETE."""

    def __init__(self, *, field: str, name: str, on_delete: str = OnDelete.CASCADE) -> None:
        super().__init__(name=name)
        self.field = field
        self.on_delete = OnDelete(on_delete)

    def constraint_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        """Return the clause for CREATE TABLE."""
        table, quote = _present(model, schema_editor)
        field: Any = table.get_field(self.field)
        target, key = field.related_model._meta, field.target_field.column
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY ({quote(field.column)}) "
            f"REFERENCES {quote(target.db_table)} ({quote(key)}) ON DELETE {self.on_delete.value}"
        )

    def create_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        """Return the statement that adds it to a table."""
        table, quote = _present(model, schema_editor)
        return f"ALTER TABLE {quote(table.db_table)} ADD {self.constraint_sql(model, schema_editor)}"

    def remove_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        """Return the statement that takes it off a table."""
        table, quote = _present(model, schema_editor)
        return f"ALTER TABLE {quote(table.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(self, *args: Any, **options: Any) -> None:
        """Leave it to the database: the row pointed to can go between a check here and the insert."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DatabaseForeignKey):
            return NotImplemented
        return (self.name, self.field, self.on_delete) == (other.name, other.field, other.on_delete)

    def __hash__(self) -> int:
        return hash((self.name, self.field))

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """Write itself into a migration."""
        path, args, options = super().deconstruct()
        return path, tuple(args), {**options, "field": self.field, "on_delete": self.on_delete.value}


class DossierBound(models.Model):
    """A row that belongs to one dossier, carries a sealed part, and goes when the dossier goes."""

    id: "models.UUIDField[UUID, UUID]" = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    dossier = models.ForeignKey(
        "casefiles.Dossier", models.DO_NOTHING, db_constraint=False, related_name="%(class)s_set"
    )

    class Meta:
        abstract = True
        constraints = [DatabaseForeignKey(field="dossier", name="%(app_label)s_%(class)s_of_dossier")]
