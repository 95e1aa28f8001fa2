"""A request -> a finished run: what is known is kept, the rest is worked off by an engine, then everything is written."""

from __future__ import annotations

import base64
import errno
import hashlib
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from alignment import frameworks
from alignment.errors import AlignmentError, InputError
from alignment.screening import copies, discovery, outputs
from alignment.screening.engines import Engine, Filings, LocalEngine, RayEngine
from alignment.screening.jobs import Options, write
from alignment.screening.ledger import Ledger
from alignment.screening.records import Copy, ElementRow, Failure, Filing, Portfolio, Screened
from alignment.screening.workers import Bounds
from alignment.types import Framework, Status

ENGINES = ("local", "ray")
_UNSAFE = re.compile(r"[^\w.-]+")
_GROUP, _GROUP_BYTES = 8, 2_000_000
"""Filings that are encoded together: small ones fill a batch, a large one is a group of its own."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    total: int
    """Distinct filings."""
    done: int
    failed: int
    pages: int
    """Pages read in this run."""
    latest: str = ""
    """Path of the filing that this is about."""
    reason: str = ""
    """Why it failed, if it did."""
    memory: int = 0
    """Resident memory of the workers, in bytes."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a user asks for."""

    target: Path
    out: Path
    options: Options
    workers: int = 2
    engine: str = "local"
    address: str | None = None
    resume: bool = False
    retry_failed: bool = False
    bounds: Bounds = field(default_factory=Bounds)


def screen(request: Request, *, report: Callable[[Progress], None] | None = None) -> Portfolio:
    """Screen filings. Killed at any moment and run again with `resume`, it gives the bytes of an undisturbed run.

    Raises:
        InputError: the request makes no sense, or the output folder is in use or holds another run.
        AlignmentError: the framework or encoder cannot be loaded, or the disk is full; what is done is kept.
    """
    if request.engine not in ENGINES:
        raise InputError(f"no engine is called {request.engine!r}", hint=f"one of {', '.join(ENGINES)}")
    framework = frameworks.load(request.options.framework)
    root, filings = discovery.find(request.target, framework, out=request.out)
    with _full_disk(request.out), _sole_user(request):
        ledger = Ledger(request.out / "state" / "ledger.sqlite")
        try:
            if request.retry_failed:
                ledger.forget_failures()
            keys, unread = _keys(root, filings)
            todo = {key: filing for filing in reversed(filings) if (key := keys.get(filing.path))}
            _work(request, ledger, root, dict(reversed(todo.items())), len(unread), report or (lambda _: None))
            portfolio = _portfolio(ledger, framework, filings, keys, unread)
            _write(request, portfolio, framework)
            return portfolio
        finally:
            ledger.close()


@contextmanager
def _full_disk(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise AlignmentError(
                f"there is no space left for {out}",
                hint="free some and run it again with --resume; nothing done is lost",
            ) from error
        raise InputError(f"{out} cannot be written ({error.strerror})", hint="choose another --out") from error


@contextmanager
def _sole_user(request: Request) -> Iterator[None]:
    """One run at a time in a folder, and none on top of an older one unless that is meant."""
    from filelock import FileLock, Timeout

    out = request.out
    state = out / "state"
    if state.is_dir() and not request.resume:
        raise InputError(f"{out} holds a run already", hint="go on with it by --resume, or choose another --out")
    if out.is_dir() and not state.is_dir() and any(out.iterdir()):
        raise InputError(f"{out} is not empty and holds no run", hint="choose another --out")
    state.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(state / "lock", timeout=0):
            yield
    except Timeout as error:
        raise InputError(f"another run is writing to {out}", hint="wait for it, or choose another --out") from error


def _keys(root: Path, filings: Sequence[Filing]) -> tuple[dict[str, str], dict[str, Failure]]:
    """Path to the key of its content and industry; and the paths that cannot be opened."""
    keys, unread = {}, {}
    for filing in filings:
        digest = hashlib.sha256()
        try:
            with Path(root, filing.path).open("rb") as file:
                while part := file.read(1 << 20):
                    digest.update(part)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            failure = Failure(
                filing, "reading", f"it cannot be opened ({reason})", "check the path and its permissions"
            )
            unread[filing.path] = failure
            continue
        linked = "link" if Path(root, filing.path).is_symlink() else ""
        what = " ".join((digest.hexdigest(), filing.industry, filing.language, linked))
        keys[filing.path] = hashlib.sha256(what.encode()).hexdigest()
    return keys, unread


def _work(
    request: Request,
    ledger: Ledger,
    root: Path,
    todo: dict[str, Filing],
    unread: int,
    report: Callable[[Progress], None],
) -> None:
    """Let the engine work off what the ledger does not know; `todo` holds the first filing of each key."""
    engine = _engine(request)
    try:
        fingerprint = engine.fingerprint()
        known = ledger.done(fingerprint)
        waiting = {
            key: {**asdict(filing), "key": key, "name": _name(filing.path, key)}
            for key, filing in todo.items()
            if key not in known
        }
        state = Progress(total=len(todo) + unread, done=len(todo) - len(waiting), failed=unread, pages=0)
        report(state)
        logger.info("%d filings, %d to do, options %s", len(todo), len(waiting), fingerprint[:12])
        for event in engine.run(_groups(root, list(waiting.values()))):
            state = _keep(ledger, fingerprint, waiting, event, state, engine)
            report(state)
    finally:
        engine.stop()


def _engine(request: Request) -> Engine:
    if request.engine == "ray":
        return RayEngine(request.options, workers=request.workers, bounds=request.bounds, address=request.address)
    return LocalEngine(
        request.options, workers=request.workers, bounds=request.bounds, log=request.out / "state" / "workers.log"
    )


def _groups(root: Path, filings: Filings) -> list[Filings]:
    """Neighbours in size together, the largest first, so that no worker is left with a long one at the end."""
    sized = sorted(
        ((Path(root, filing["path"]).stat().st_size, filing) for filing in filings),
        key=lambda pair: (-pair[0], pair[1]["path"]),
    )
    groups: list[Filings] = []
    room = 0
    for size, filing in sized:
        if groups and len(groups[-1]) < _GROUP and size <= room:
            groups[-1].append(filing)
            room -= size
        else:
            groups.append([filing])
            room = _GROUP_BYTES - size
    return groups


def _name(path: str, key: str) -> str:
    """The name of a filing's report: readable, safe on every system, and different for different content."""
    return f"{_UNSAFE.sub('_', Path(path).stem)[:60].strip('._') or 'report'}-{key[:12]}"


def _keep(
    ledger: Ledger,
    fingerprint: str,
    waiting: dict[str, dict[str, Any]],
    event: dict[str, Any],
    state: Progress,
    engine: Engine,
) -> Progress:
    """Write an event to the ledger, and count it."""
    if "full" in event:
        raise OSError(errno.ENOSPC, "no space left")
    memory = max(state.memory, engine.memory())
    if not event:
        return Progress(state.total, state.done, state.failed, state.pages, memory=memory)
    key = event["key"]
    path = waiting[key]["path"]
    if "failure" in event:
        stage, reason, hint = event["failure"]
        ledger.fail(key, fingerprint, stage=stage, reason=reason, hint=hint)
        logger.warning("%s: %s: %s", path, stage, reason)
        return Progress(state.total, state.done, state.failed + 1, state.pages, path, reason, memory)
    quotes = [(element, page, text, base64.b64decode(vector)) for element, page, text, vector in event["quotes"]]
    ledger.succeed(key, fingerprint, event["record"], quotes)
    logger.info("%s: done, %d pages", path, event["record"]["pages"])
    pages = state.pages + event["record"]["pages"]
    return Progress(state.total, state.done + 1, state.failed, pages, path, "", memory)


def _portfolio(
    ledger: Ledger, framework: Framework, filings: Sequence[Filing], keys: dict[str, str], unread: dict[str, Failure]
) -> Portfolio:
    """All that the ledger knows of the filings, in their order."""
    screened, failures, first = [], [], dict[str, str]()
    for filing in filings:
        if filing.path in unread:
            failures.append(unread[filing.path])
            continue
        key = keys[filing.path]
        record = ledger.result(key)
        if record is None:
            failures.append(Failure(filing, *(ledger.failure(key) or ("reading", "it was not reached", "run again"))))
            continue
        screened.append(_screened(filing, record, first.get(key, "")))
        first.setdefault(key, filing.path)
    found = _copies(ledger, screened, keys)
    shared = {
        (copy_.path, copy_.page, copy_.quote)
        for each in found
        if each.boilerplate
        for copy_ in (each.first, each.second)
    }
    lowered = tuple(_without_boilerplate(each, ledger, keys[each.filing.path], shared) for each in screened)
    return Portfolio(framework.id, lowered, tuple(failures), found)


def _screened(filing: Filing, record: dict[str, Any], duplicate_of: str) -> Screened:
    elements = tuple(
        ElementRow(
            code=row["code"],
            status=Status(row["status"]),
            score=row["score"],
            substance=row["substance"],
            evidence=row["evidence"],
            pages=tuple(row["pages"]),
            near_pages=tuple(row["near_pages"]),
        )
        for row in record["elements"]
    )
    return Screened(
        filing=filing,
        sha256=record["sha256"],
        title=record["title"],
        pages=record["pages"],
        languages=tuple(record["languages"]),
        readable_share=record["readable_share"],
        elements=elements,
        report=record["report"],
        duplicate_of=duplicate_of,
    )


def _copies(ledger: Ledger, screened: Sequence[Screened], keys: dict[str, str]) -> tuple[Copy, ...]:
    quotes, vectors = [], []
    for each in screened:
        if each.duplicate_of:
            continue
        company = each.filing.company or each.filing.code or each.filing.path
        for element, page, text, vector in ledger.quotes(keys[each.filing.path]):
            quotes.append(copies.Quote(company, each.filing.path, element, page, text))
            vectors.append(np.frombuffer(vector, np.float16))
    if not quotes:
        return ()
    return copies.find(quotes, np.stack(vectors).astype(np.float32))


def _without_boilerplate(screened: Screened, ledger: Ledger, key: str, shared: set[tuple[str, int, str]]) -> Screened:
    """An element whose every quote is boilerplate is only mentioned: a text that all companies have says nothing of one."""
    path = screened.duplicate_of or screened.filing.path
    own: dict[str, list[bool]] = {}
    for element, page, text, _ in ledger.quotes(key):
        own.setdefault(element, []).append((path, page, text) in shared)
    rows = []
    for row in screened.elements:
        found = own.get(row.code, [])
        empty = bool(found) and all(found) and len(found) == row.evidence
        strong = row.status in (Status.COVERED, Status.PARTIAL)
        rows.append(_only_mentioned(row) if empty and strong else row)
    return replace(screened, elements=tuple(rows))


def _only_mentioned(row: ElementRow) -> ElementRow:
    return replace(row, status=Status.MENTIONED, substance="mention", boilerplate=True)


def _write(request: Request, portfolio: Portfolio, framework: Framework) -> None:
    """Write the tables and the page, and remove reports of filings that are no longer there."""
    from alignment.screening.portfolio import to_html
    from alignment.screening.workbook import to_xlsx

    out, codes = request.out, framework.codes
    write(out / "results.jsonl", outputs.results_jsonl(portfolio))
    write(out / "summary.csv", outputs.summary_csv(portfolio, codes))
    write(out / "summary.parquet", outputs.summary_parquet(portfolio, codes))
    write(out / "summary.xlsx", to_xlsx(portfolio, framework))
    write(out / "failures.csv", outputs.failures_csv(portfolio))
    write(
        out / "index.html", to_html(portfolio, framework, lang="en" if request.options.lang == "en" else "zh").encode()
    )
    wanted = {Path(each.report).stem for each in portfolio.screened}
    for path in (out / "reports").glob("*"):
        if path.stem not in wanted and path.suffix in (".html", ".json", ".part"):
            path.unlink()
