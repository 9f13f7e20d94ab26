"""Publishing rules: the shipped catalogue comes into the database once per version, and a version never changes."""

from typing import Any

from retention.models import Category, RuleVersion
from retention.schedule import CatalogueError, load


def publish_catalogue(sender: object = None, using: str = "default", **options: Any) -> None:
    """Add the shipped categories and rule versions that the database does not have yet (after every migrate).

    Raises CatalogueError when a shipped version differs from the one in the database: receipts cite its hash,
    so a change needs a new version number.
    """
    if using != "default":
        return
    for category in load():
        names = {"name_nl": category.name.nl, "name_en": category.name.en}
        Category.objects.update_or_create(code=category.code, defaults=names)
        for rule in category.rules:
            stored, _new = RuleVersion.objects.get_or_create(
                category_id=category.code,
                version=rule.version,
                defaults={
                    "valid_from": rule.valid_from,
                    "valid_to": rule.valid_to,
                    "spec": rule.to_json(),
                    "digest": rule.digest(),
                },
            )
            if stored.digest != rule.digest():
                raise CatalogueError(f"{category.code} v{rule.version} differs from what was published before")
