"""A ZIP of filings is screened like a folder of them; whatever is in it, its names are labels and nothing else."""

from __future__ import annotations

import csv
import io
import struct
import zipfile

import pytest
from screening_builders import outputs_of, text_filings

from alignment.documents import Limits, archives
from alignment.errors import DocumentError, InputError
from alignment.screening.options import Options
from alignment.screening.progress import Event
from alignment.screening.run import screen
from alignment.settings import Settings

SETTINGS = Settings(encoder="hashing")
WATER = "公司建设中水回用系统，回用水量八十万吨。"


def run(source, out, **options):
    return screen(source, SETTINGS, Options(out=out, workers=2, **options))[0]


def pack(path, members, **options):
    """Members are names, or `ZipInfo`s for what a name cannot say, and their texts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def link(name):
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


def failures(out):
    rows = csv.DictReader(io.StringIO((out / "failures.csv").read_text("utf-8-sig")))
    return {row["path"]: row for row in rows}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory, samples):
    """A folder with a file and archives of all kinds, screened."""
    home = tmp_path_factory.mktemp("archives")
    source = home / "in"
    text_filings(source, 1)
    steel = (samples / "qingyun-steel.pdf").read_bytes()
    pack(
        source / "filings.zip",
        [
            ("2023/青云.pdf", steel),
            ("../../outside.txt", WATER),
            ("/etc/absolute.txt", WATER + "绿色采购。"),
            ("C:\\reports\\windows.txt", WATER + "节能改造。"),
            ("bell\x07\x1b[31m.txt", WATER + "绿色电力。"),
            ("again.txt", (source / "filing-000.txt").read_bytes()),
            ("empty.pdf", b""),
            ("inner.zip", b"PK\x05\x06" + bytes(18)),
            (link("link.txt"), "/etc/passwd"),
            (".hidden.txt", WATER),
            ("__MACOSX/._青云.pdf", b"\0"),
            ("font.woff", b"wOFF" + bytes(9)),
        ],
    )
    whole = (source / "filings.zip").read_bytes()
    (source / "truncated.zip").write_bytes(whole[: len(whole) // 2])
    pack(source / "locked.zip", [("secret.txt", WATER)])
    data = bytearray((source / "locked.zip").read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    (source / "locked.zip").write_bytes(data)
    portfolio = run(source, home / "out")
    return source, portfolio, home / "out"


def test_reports_in_archives_are_assessed_under_the_archives_name(mixed):
    _, portfolio, _ = mixed
    paths = [item.filing.path for item in portfolio.screened]
    assert paths == [
        "filing-000.txt",
        "filings.zip/2023/青云.pdf",
        "filings.zip/C:/reports/windows.txt",
        "filings.zip/again.txt",
        "filings.zip/bell[31m.txt",
        "filings.zip/etc/absolute.txt",
        "filings.zip/outside.txt",
    ]
    assert {item.filing.path: item.duplicate_of for item in portfolio.screened}[
        "filings.zip/again.txt"
    ] == "filing-000.txt"


def test_what_cannot_be_read_is_one_row_with_a_reason_and_what_to_do(mixed):
    _, _, out = mixed
    rows = failures(out)
    assert set(rows) == {"filings.zip/empty.pdf", "filings.zip/inner.zip", "locked.zip/secret.txt", "truncated.zip"}
    assert "is empty" in rows["filings.zip/empty.pdf"]["reason"]
    assert rows["filings.zip/inner.zip"]["reason"] == "filings.zip/inner.zip is an archive inside an archive"
    assert "protected by a password" in rows["locked.zip/secret.txt"]["reason"]
    assert "damaged ZIP archive" in rows["truncated.zip"]["reason"]
    assert all(row["hint"] for row in rows.values())


def test_names_in_an_archive_never_become_paths(mixed):
    source, _, out = mixed
    assert not (source.parent / "outside.txt").exists() and not (source.parent.parent / "outside.txt").exists()
    written = {path.relative_to(out).parts[0] for path in out.rglob("*")}
    assert written <= {
        "reports", "cache", "index.html", "summary.csv", "summary.xlsx", "summary.parquet", "results.jsonl",
        "failures.csv", "state.sqlite", "state.sqlite-wal", "state.sqlite-shm", "screen.log",
    }  # fmt: skip
    assert all(path.suffix in (".html", ".json") for path in (out / "reports").iterdir())


def test_an_archive_gives_what_its_folder_gives(tmp_path):
    text_filings(tmp_path / "in", 3)
    pack(tmp_path / "in.zip", [(path.name, path.read_bytes()) for path in (tmp_path / "in").iterdir()])
    loose, packed = run(tmp_path / "in", tmp_path / "a"), run(tmp_path / "in.zip", tmp_path / "b")
    assert [item.filing.path for item in packed.screened] == [f"in.zip/{item.filing.path}" for item in loose.screened]
    assert [item.elements for item in packed.screened] == [item.elements for item in loose.screened]


def test_a_manifest_names_an_archive_or_one_report_in_it(tmp_path):
    pack(tmp_path / "a.zip", [("x/one.txt", WATER), ("x/two.txt", WATER + "绿色电力。"), ("three.txt", WATER)])
    pack(tmp_path / "b.zip", [("four.txt", WATER + "余热利用。"), ("five.txt", WATER + "绿色工厂。")])
    (tmp_path / "m.csv").write_text(
        "path,company,year\na.zip/x/two.txt,甲,2022\nb.zip,乙,2023\na.zip/none.txt,丙,2023\n", encoding="utf-8"
    )
    portfolio = run(tmp_path / "m.csv", tmp_path / "out")
    assert [(item.filing.path, item.filing.company) for item in portfolio.screened] == [
        ("a.zip/x/two.txt", "甲"),
        ("b.zip/five.txt", "乙"),
        ("b.zip/four.txt", "乙"),
    ]
    assert [failure.reason for failure in portfolio.failures] == ["there is no file none.txt in a.zip"]


def test_resuming_assesses_only_what_changed_in_an_archive(tmp_path):
    texts = [(f"{n}.txt", WATER + "节水" * n) for n in range(3)]
    pack(tmp_path / "a.zip", texts)
    run(tmp_path / "a.zip", tmp_path / "out")
    pack(tmp_path / "a.zip", [*texts[:2], ("2.txt", WATER + "绿色电力。")])
    events: list[Event] = []
    screen(tmp_path / "a.zip", SETTINGS, Options(tmp_path / "out", workers=2, resume=True), report=events.append)
    assert {event.path: event.outcome for event in events} == {
        "a.zip/0.txt": "known",
        "a.zip/1.txt": "known",
        "a.zip/2.txt": "assessed",
    }
    run(tmp_path / "a.zip", tmp_path / "fresh")
    assert outputs_of(tmp_path / "out") == outputs_of(tmp_path / "fresh")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_chinese_names_are_read_whether_or_not_the_archive_says_how_they_are_written(tmp_path, encoding):
    name = "年度报告/青云钢铁.txt".encode(encoding)
    place = "x" * len(name)
    data = pack(tmp_path / "a.zip", [(place, WATER)]).read_bytes().replace(place.encode(), name)
    (tmp_path / "a.zip").write_bytes(data)
    with archives.Archive(tmp_path / "a.zip", Limits()) as archive:
        assert [member.name for member in archive.members()] == ["年度报告/青云钢铁.txt"]


def test_members_of_one_name_are_told_apart(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        pack(tmp_path / "a.zip", [("r.txt", "first"), ("r.txt", "second")])
    with archives.Archive(tmp_path / "a.zip", Limits()) as archive:
        found = archive.members()
        assert [member.name for member in found] == ["r.txt", "r.txt (2)"]
        assert [b"".join(archive.chunks(member.number)) for member in found] == [b"first", b"second"]


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    pack(tmp_path / "bomb.zip", [("zeros.txt", bytes(5_000_000))])
    with pytest.raises(DocumentError, match="unpacks to 5 MB, more than the 1 MB allowed"):
        archives.Archive(tmp_path / "bomb.zip", Limits(bytes=1_000_000))
    # A member that holds more than the directory says is cut off there by its check sum.
    data = (tmp_path / "bomb.zip").read_bytes()
    (tmp_path / "liar.zip").write_bytes(data.replace(struct.pack("<I", 5_000_000), struct.pack("<I", 10)))
    with (
        archives.Archive(tmp_path / "liar.zip", Limits(bytes=1_000_000)) as archive,
        pytest.raises(DocumentError, match="cannot be unpacked"),
    ):
        b"".join(archive.chunks(0))


def test_a_large_member_costs_only_itself(tmp_path):
    pack(tmp_path / "a.zip", [("large.txt", bytes(range(256)) * 8000), ("small.txt", b"x" * 100)])
    with archives.Archive(tmp_path / "a.zip", Limits(bytes=2_000_000, expansion=1_000)) as archive:
        sizes: dict[str, int | str] = {}
        for member in archive.members():
            try:
                sizes[member.name] = len(b"".join(archive.chunks(member.number)))
            except DocumentError as error:
                sizes[member.name] = str(error)
    assert sizes == {"large.txt": "a.zip/large.txt has more than the 2 MB allowed", "small.txt": 100}


def test_an_archive_without_reports_is_refused(tmp_path):
    pack(tmp_path / "a.zip", [("font.woff", b"wOFF")])
    with pytest.raises(InputError, match="contains no report"):
        run(tmp_path / "a.zip", tmp_path / "out")
