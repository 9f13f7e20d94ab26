"""What can be wrong with a log's texts: one family of errors, so that a reader catches one name."""


class LedgerError(ValueError):
    """The transparency log's text or proof cannot be accepted."""


class MalformedError(LedgerError):
    """The text is not written as its specification prescribes."""


class SignatureError(LedgerError):
    """A signature in the name of an accepted key is false; `name` is that key's."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the signature by {name} is false")
        self.name = name
