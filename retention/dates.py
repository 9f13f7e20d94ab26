"""What the form with a dossier's dates asks for retention: the events and flags that its rule in force names."""

from casefiles import questions
from casefiles.models import Dossier
from retention import timing, wording
from retention.schedule import Named


def asked(dossier: Dossier) -> questions.Questions:
    """Return the named events and flags of the rules in force for a dossier, of lines that are applied."""
    rules = [timing.rule_in_force(category).rule for category in (dossier.kind, *dossier.also)]
    events = [line.event for rule in rules for line in rule.applied if line.event]
    flags = [condition.flag for rule in rules for condition in rule.conditions if condition.flag]
    return questions.Questions(events=_words(events), flags=_words(flags))


def _words(named: list[Named]) -> questions.Asked:
    return tuple((each.code, str(getattr(each, wording.language()))) for each in named)


def connect() -> None:
    """Ask; call it from AppConfig.ready()."""
    questions.register(asked)
