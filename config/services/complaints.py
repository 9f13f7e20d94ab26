"""What a person can mend is said in one message, without a traceback."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.errors import DiskFull

from config import env
from config.services.messages import ServiceError, message


@contextmanager
def said_plainly() -> Iterator[None]:
    """End the process with a message and exit code 1 for what its user can mend; let the rest through."""
    try:
        yield
    except (ServiceError, env.InvalidSettingError) as error:
        raise SystemExit(str(error)) from None
    except Exception as error:
        if not is_disk_full(error):
            raise
        raise SystemExit(message("disk_full", path=env.data_dir())) from None


def is_disk_full(error: BaseException | None) -> bool:
    """Whether a full disk is behind this error, ours or PostgreSQL's, however often it was wrapped."""
    while error:
        if isinstance(error, DiskFull) or (isinstance(error, OSError) and error.errno == errno.ENOSPC):
            return True
        error = error.__cause__
    return False
