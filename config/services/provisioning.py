"""Making the two databases and the four logins; done again, it changes nothing."""

from psycopg import Connection, connect, sql
from psycopg.rows import TupleRow

from config import databases, env
from config.databases import Address, Store
from config.services import postgres
from config.services.messages import failure

LOCK = 0x67_76_70_72  # "gvpr": one provisioning at a time in a cluster
READERS_AND_WRITERS: tuple[env.Role, ...] = ("web", "worker")
EVERYBODY: tuple[env.Role, ...] = (*READERS_AND_WRITERS, "sweep")

WRITE = "SELECT, INSERT, UPDATE, DELETE"
PRIVILEGES: dict[str, dict[env.Role, str]] = {
    "tables": {"web": WRITE, "worker": WRITE, "sweep": "SELECT"},
    "sequences": {"web": "USAGE, SELECT", "worker": "USAGE, SELECT", "sweep": "SELECT"},
}

Server = Connection[TupleRow]


def provision(suffix: str | None = None) -> None:
    """Make the logins, the databases `casefiles<suffix>` and `vault<suffix>`, and their privileges.

    The default suffix is DATABASE_SUFFIX. Raises ServiceError, with the SQL for the operator, when an
    external owner may not do it.
    """
    for store in databases.STORES:
        owner = databases.address("owner", store, suffix)
        roles = {role: databases.address(role, store, suffix) for role in EVERYBODY}
        if owner.embedded and not all(role.embedded for role in roles.values()):
            raise failure("owner_unknown", variable=databases.owner_variable(store))
        with _administrator(owner) as server:
            server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            _create(server, store, owner, roles)
            with _administrator(owner, owner.database) as database:
                _grant(database, store, owner, roles)


def _create(server: Server, store: Store, owner: Address, roles: dict[env.Role, Address]) -> None:
    logins = [address for address in roles.values() if not address.own_url]
    if owner.embedded:
        logins.append(owner)
    missing = [login for login in logins if not _role_exists(server, login.user)]
    if missing and not _may(server, "rolcreaterole"):
        _ask_operator(store, [_create_role(server, login).as_string(server) for login in missing])
    for login in missing:
        server.execute(_create_role(server, login))
    if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [owner.database]).fetchone():
        _create_database(server, store, owner)


def _create_database(server: Server, store: Store, owner: Address) -> None:
    statement = sql.SQL("CREATE DATABASE {} OWNER {}").format(*map(sql.Identifier, (owner.database, owner.user)))
    if not _may(server, "rolcreatedb"):
        _ask_operator(store, [statement.as_string(server)])
    server.execute(statement)


def _create_role(server: Server, login: Address) -> sql.Composed:
    """The password travels as its scram verifier: the password itself stays out of statements and logs."""
    verifier = server.pgconn.encrypt_password(login.password.encode(), login.user.encode(), b"scram-sha-256")
    return sql.SQL(
        "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {}"
    ).format(sql.Identifier(login.user), sql.Literal(verifier.decode()))


def _grant(database: Server, store: Store, owner: Address, roles: dict[env.Role, Address]) -> None:
    users = _listed([address.user for address in roles.values()])
    names = {"database": sql.Identifier(owner.database), "owner": sql.Identifier(owner.user), "users": users}
    for words in (
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {database} TO {users}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {users}",
    ):
        database.execute(sql.SQL(words).format(**names))
    for kind, privileges in PRIVILEGES.items():
        for role, words in privileges.items():
            statement = sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} GRANT {} ON {} TO {}")
            user = sql.Identifier(roles[role].user)
            database.execute(statement.format(names["owner"], sql.SQL(words), sql.SQL(kind), user))
    if store == "casefiles":
        worker = sql.Identifier(roles["worker"].user)  # COPY goes through a temporary table where policies apply
        database.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(names["database"], worker))
        _grant_control_system(database, [roles[role].user for role in READERS_AND_WRITERS])


def _grant_control_system(database: Server, users: list[str]) -> None:
    """The ledger records which cluster it lives in (pg_control_system): a restored copy is noticed."""
    statement = sql.SQL("GRANT EXECUTE ON FUNCTION pg_control_system() TO {}").format(_listed(users))
    refused = """
        SELECT 1 FROM unnest(%s::text[]) AS name
        WHERE NOT has_function_privilege(name, 'pg_control_system()', 'EXECUTE')
    """
    if not database.execute(refused, [users]).fetchone():
        return
    if not _may(database, "rolsuper"):
        _ask_operator("casefiles", [statement.as_string(database)])
    database.execute(statement)


def _administrator(owner: Address, database: str | None = None) -> Server:
    """Connect as who may provision: the embedded cluster's superuser, or the external owner."""
    if owner.embedded:
        return postgres.connect(database or "postgres")
    return connect(**owner.libpq(database or ""), autocommit=True)


def _listed(users: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, users))


def _role_exists(server: Server, name: str) -> bool:
    return server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone() is not None


def _may(server: Server, attribute: str) -> bool:
    row = server.execute(
        sql.SQL("SELECT {} OR rolsuper FROM pg_roles WHERE rolname = current_user").format(sql.Identifier(attribute))
    ).fetchone()
    return bool(row and row[0])


def _ask_operator(store: Store, statements: list[str]) -> None:
    raise failure("operator", variable=databases.owner_variable(store), sql=";\n".join(statements) + ";")
