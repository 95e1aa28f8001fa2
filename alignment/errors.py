"""The exception tree: every error a user can cause carries one plain sentence and one hint.

AlignmentError
├── DocumentError          a report that cannot be read
│   └── EncryptedError     ... because it needs a password
├── FrameworkError         a plan file that does not fit the schema; all problems at once
├── EncoderError           a model that cannot be found, prepared or loaded
├── StoreError             an index that is missing, incomplete, stale or foreign
│   └── DamagedError       ... a file of our own that is not as it was written
├── MissingExtraError      an optional dependency that is not installed
├── InputError             an argument or data file that makes no sense
├── WorkerError            a job that its worker process could not end
│   ├── WorkerDied         ... because the process crashed
│   ├── WorkerTimeout      ... because it took too long
│   └── WorkerMemory       ... because it took too much memory
└── VerificationError      a result that does not agree with its source
"""


class AlignmentError(Exception):
    """Base of all errors that a user can mend; `str(error)` is the sentence, `error.hint` what to do next."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class DocumentError(AlignmentError):
    """A report that cannot be read."""


class EncryptedError(DocumentError):
    """A report that needs a password."""


class FrameworkError(AlignmentError):
    """A plan file that does not fit the schema; the message lists every problem with its place."""


class EncoderError(AlignmentError):
    """A model that cannot be found, prepared or loaded."""


class StoreError(AlignmentError):
    """An index that is missing, incomplete, stale or foreign; the message names the differing field."""


class DamagedError(StoreError):
    """A file that was shipped or written by the program and is not as it was then; the message names it."""


class InputError(AlignmentError):
    """An argument or a data file that makes no sense."""


class WorkerError(AlignmentError):
    """A job that its worker process could not end; the process is gone, and the next job starts another."""


class WorkerDied(WorkerError):  # noqa: N818  # says what happened
    """The process crashed."""


class WorkerTimeout(WorkerError):  # noqa: N818  # says what happened
    """The job took longer than it was given, and was ended."""


class WorkerMemory(WorkerError):  # noqa: N818  # says what happened
    """The job took more memory than it was given, and was ended."""


class VerificationError(AlignmentError):
    """A result that does not agree with its source."""


class MissingExtraError(AlignmentError):
    """An optional dependency that is not installed."""

    def __init__(self, feature: str, *, extra: str) -> None:
        super().__init__(
            f"{feature} needs packages that are not installed",
            hint=f"install them with: pip install 'plan-alignment[{extra}]'",
        )
        self.extra = extra
