"""What the services say to a person, in Dutch and English: they start before Django and its translations."""

from config import env

MESSAGES: dict[str, dict[env.Language, str]] = {
    "unwritable": {
        "nl": "De gegevensmap {path} is niet te beschrijven ({reason}). Kies een andere met DATA_DIR.",
        "en": "The data folder {path} cannot be written ({reason}). Choose another with DATA_DIR.",
    },
    "secrets_damaged": {
        "nl": "{path} is beschadigd. Zet het terug uit een back-up: zonder dit gaat de database niet open.",
        "en": "{path} is damaged. Restore it from a backup; without this file the database will not open.",
    },
    "binary_missing": {
        "nl": "{name} ontbreekt in de omgeving. Verwijder de map .venv en begin opnieuw, of gebruik een eigen"
        " dienst met {variable}.",
        "en": "{name} is missing from the environment. Remove the folder .venv and start again, or use a"
        " service of your own with {variable}.",
    },
    "unreachable": {
        "nl": "PostgreSQL mag niet als root draaien, en gebruiker {user} kan niet bij {path}. Zet het"
        " project in een map die iedereen mag binnengaan (zoals onder /srv of /opt), of start als gewone"
        " gebruiker.",
        "en": "PostgreSQL refuses to run as root, and user {user} cannot reach {path}. Put the project in a"
        " folder that everyone may enter (for example under /srv or /opt), or start as an ordinary user.",
    },
    "setpriv": {
        "nl": "PostgreSQL mag geen root zijn; daarvoor is setpriv nodig (Debian: apt install util-linux).",
        "en": "PostgreSQL may not be root; that takes setpriv (Debian: apt install util-linux).",
    },
    "version": {
        "nl": "{path} is van PostgreSQL {found}; dit programma brengt PostgreSQL {expected} mee. Er is niets"
        " gewijzigd. Zet de gegevens over met pg_upgrade of pg_dump/pg_restore, of kies een andere map met"
        " DATA_DIR.",
        "en": "{path} belongs to PostgreSQL {found}; this program brings PostgreSQL {expected}. Nothing was"
        " touched. Move the data with pg_upgrade or pg_dump/pg_restore, or choose another folder with"
        " DATA_DIR.",
    },
    "disk_full": {
        "nl": "De schijf van {path} is vol. Maak ruimte en begin opnieuw; er is niets verloren.",
        "en": "The disk of {path} is full. Free some space and start again; nothing is lost.",
    },
    "not_started": {
        "nl": "{name} start niet. De laatste regels van {path}:\n{tail}",
        "en": "{name} does not start. The last lines of {path}:\n{tail}",
    },
    "refused": {
        "nl": "De eigen PostgreSQL draait, maar laat ons niet toe: {reason}",
        "en": "The embedded PostgreSQL runs but does not let us in: {reason}",
    },
    "fsync_off": {
        "nl": "Let op: EMBEDDED_FSYNC staat uit. Bij stroomuitval zijn gegevens weg; alleen voor tests.",
        "en": "Beware: EMBEDDED_FSYNC is off. A power failure loses data; for tests only.",
    },
    "operator": {
        "nl": "De gebruiker van {variable} mag dit zelf niet. Laat de beheerder van de database dit"
        " uitvoeren, en begin opnieuw:\n{sql}",
        "en": "The user of {variable} may not do this. Have the administrator of the database run this,"
        " and start again:\n{sql}",
    },
    "owner_unknown": {
        "nl": "{variable} (de eigenaar van de database) is nodig om de database in te richten.",
        "en": "{variable} (the database's owner) is needed to prepare the database.",
    },
    "child_ended": {
        "nl": "is gestopt ({code}); start opnieuw over {pause:.0f} s",
        "en": "ended ({code}); starts again in {pause:.0f} s",
    },
    "service_restarted": {
        "nl": "De database of Redis was weggevallen en draait weer.",
        "en": "The database or Redis had gone and runs again.",
    },
    "migration_failed": {
        "nl": "De database kon niet worden bijgewerkt; zie de regels hierboven.",
        "en": "The database could not be migrated; see the lines above.",
    },
}


class ServiceError(RuntimeError):
    """A service cannot do its work; the text says in the user's language what to do about it."""


def message(key: str, **values: object) -> str:
    """Give the text of `key` in the user's language with its values filled in."""
    return MESSAGES[key][env.language()].format(**values)


def failure(key: str, **values: object) -> ServiceError:
    """Give the error, ready to raise, that says `key` in the user's language."""
    return ServiceError(message(key, **values))
