"""What a release ships is published once; beside versions of the organisation itself it is offered, not imposed."""

import msgspec
import pytest

from casefiles.models import AccessEvent
from retention import publication
from retention.lists import NotAllowed
from retention.models import Category, RuleChange, RuleVersion
from retention.schedule import Category as Shipped
from retention.schedule import Period, Text, load
from tests.organisation import Organisation
from tests.retention.test_rules import CODE, changed, published


@pytest.fixture
def released(monkeypatch: pytest.MonkeyPatch) -> None:
    """A later release: 30 years for youth care as version 2, and a category that is new."""
    [known] = next(each for each in load() if each.code == CODE).rules
    longer = msgspec.structs.replace(known.lines[0], term=Period("P30Y"))
    closed = msgspec.structs.replace(known, valid_to=known.valid_from)
    second = msgspec.structs.replace(known, version=2, valid_from=known.valid_from.replace(year=2026), lines=(longer,))
    new = msgspec.structs.replace(known, category="nieuw")
    ships = (
        Shipped(code=CODE, name=Text(nl="Jeugdhulpdossier", en="Youth-care file"), rules=(closed, second)),
        Shipped(code="nieuw", name=Text(nl="Nieuw dossier", en="New file"), rules=(new,)),
    )
    monkeypatch.setattr(publication, "load", lambda: ships)
    monkeypatch.setattr(publication, "_shipped", lambda: {each.code: each.rules[-1] for each in ships})


@pytest.mark.usefixtures("released")
def test_a_shipped_number_that_the_organisation_used_itself_is_offered_as_a_draft(organisation: Organisation) -> None:
    own = published(organisation, changed(term="P25Y"))
    publication.publish_catalogue()  # what migrate does: it must not stop
    publication.publish_catalogue()
    assert list(RuleVersion.objects.filter(category=CODE).order_by("version").values_list("digest", flat=True)) == [
        RuleVersion.objects.get(category=CODE, version=1).digest, own.digest]  # fmt: skip
    assert RuleVersion.objects.filter(category="nieuw").count() == 1
    category = Category.objects.get(pk=CODE)
    with pytest.raises(NotAllowed):
        publication.take_offer(category, by=organisation.tineke)
    assert AccessEvent.objects.filter(outcome="refused", actor_id=organisation.tineke.pk).count() == 1
    change = publication.take_offer(category, by=organisation.samira)
    assert (change.rule.version, change.rule.lines[0].term, change.state) == (3, Period("P30Y"), "draft")
    assert publication.offered(CODE) is None
    with pytest.raises(NotAllowed):
        publication.take_offer(category, by=organisation.koen)
    assert RuleChange.objects.filter(author=organisation.koen).count() == 0


@pytest.mark.usefixtures("released")
def test_a_shipped_version_comes_in_where_the_organisation_published_nothing(organisation: Organisation) -> None:
    publication.publish_catalogue()
    assert RuleVersion.objects.get(category=CODE, version=2).rule.lines[0].term == Period("P30Y")
    assert publication.offered(CODE) is None
