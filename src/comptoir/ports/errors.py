"""The one error that a port raises."""


class PortError(Exception):
    """A vendor refused or could not be reached.

    `permanent` says whether trying again can help: a mailbox that does not exist is permanent, a time-out is not.
    `unknown` says that the vendor may have acted all the same (the connection broke after the last byte was handed
    over): the caller must ask a person or read back, never try again blindly.
    `message` is a sentence that can be shown to a person. `retry_after` is the pause in seconds that the vendor asked
    for, 0 when it asked for none.
    """

    def __init__(
        self, message: str, *, permanent: bool = False, unknown: bool = False, code: str = "", retry_after: float = 0
    ) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent
        self.unknown = unknown
        self.code = code
        self.retry_after = retry_after
