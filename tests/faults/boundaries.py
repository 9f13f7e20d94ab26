"""Every boundary of a destruction, read from the code: a step that is added is crossed with every fault by itself."""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

# Inside: done, but not committed (of the claim as a whole and of files: durable). After is before the next.
MOMENTS = ("before", "inside")
Strike = Callable[[str], None]


def names() -> list[str]:
    """Name every boundary, in the order of destruction."""
    from retention.destruction.steps import STEPS

    steps = [str(step.leaves) for step in STEPS]
    acts = ["claim", "claimed", *steps[:-1], "verified", steps[-1], "mirror file", "finish"]
    return [f"{moment} {act}" for act in acts for moment in MOMENTS]


@contextmanager
def watched(strike: Strike) -> Iterator[None]:
    """Call `strike` with the name of every boundary that this process passes."""
    from retention import mirror
    from retention.destruction import claim, run, verification

    def passing(act: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def acting(*args: Any, **options: Any) -> Any:
            strike(f"before {act}")
            result = function(*args, **options)
            strike(f"inside {act}")
            return result

        return acting

    steps = tuple(dataclasses.replace(s, act=passing(str(s.leaves), s.act)) for s in run.STEPS)
    with ExitStack() as stack:
        stack.enter_context(patch.object(run, "STEPS", steps))
        for module, name, act in (
            (run, "claim", "claim"),
            (claim, "_take", "claimed"),
            (verification, "_pass_on", "verified"),
            (mirror, "write", "mirror file"),
            (run, "_finish", "finish"),
        ):
            stack.enter_context(patch.object(module, name, passing(act, getattr(module, name))))
        yield
