"""Loaded before Django's settings: each xdist worker has databases, keys, documents and a mirror of its own.

The PostgreSQL and Redis beneath are real and shared; a worker process started by a test inherits this environment.
"""

import os

from config import env

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw")
FOLDER = env.data_dir() / f"tests-{WORKER}"

os.environ["DATABASE_SUFFIX"] = f"_{WORKER}"
os.environ["KEYS_DIR"] = str(FOLDER / "keys")
os.environ["DOCUMENTS_DIR"] = str(FOLDER / "documents")
os.environ["ESCROW_DIR"] = str(FOLDER / "escrow")
os.environ["VAULT_BACKUP_DIR"] = str(FOLDER / "vault-backup")
os.environ["MIRROR_DIR"] = str(FOLDER / "mirror")
os.environ["COOLING_OFF_DAYS"] = "7"
os.environ["GUARD_SECONDS"] = "600"  # once a test, and anew where a test says so: pages are counted without it
os.environ["PROCESS_ROLE"] = "worker"
