"""Files that are made to break their reader."""

from __future__ import annotations

import io
import zipfile
import zlib

import docx
import openpyxl
from PIL import Image

CONTENT_TYPES = "[Content_Types].xml"


def raw_pdf(*objects: bytes, root: bytes = b"<</Type/Catalog/Pages 2 0 R>>") -> bytes:
    """A PDF of these objects, numbered from 2 on; the first is the page tree."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate((root, *objects), 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + table
    return bytes(out + b"trailer <</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, start))


def stream(entries: bytes, data: bytes) -> bytes:
    return b"<<%s /Length %d>>\nstream\n" % (entries, len(data)) + data + b"\nendstream"


def one_page(content: bytes, *more: bytes, size: bytes = b"0 0 595 842", resources: bytes = b"") -> bytes:
    """A PDF of one page with this content stream as object 4; the font F is object 5, `more` begins at 6."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>%s>>>>"
    return raw_pdf(
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page % (size, resources),
        content,
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *more,
    )


def packed(unit: bytes, times: int) -> bytes:
    """`unit` so many times over, deflated without ever standing in memory."""
    packer = zlib.compressobj(9)
    pieces = [packer.compress(unit * 1000) for _ in range(times // 1000)]
    return b"".join(pieces) + packer.flush()


def recursive_pages() -> bytes:
    return raw_pdf(
        b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 40>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Parent 2 0 R/Count 20>>"
    )


def many_pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (3 + number) for number in range(count))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    return raw_pdf(b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count), *[page] * count)


def exponential_forms() -> bytes:
    """Ten forms, each of which shows the next one thirty times: 30 to the tenth drawings."""
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"
    chain = [
        stream(form + b"/Resources<</XObject<</X %d 0 R>>>>" % (number + 1), b"/X Do " * 30) for number in range(6, 15)
    ]
    last = stream(form, b"0 0 m 9 9 l S")
    return one_page(stream(b"", b"/X Do"), *chain, last, resources=b"/XObject<</X 6 0 R>>")


def text_bomb() -> bytes:
    """A tenth of a megabyte that unpacks to thirty million letters on one page."""
    content = b"BT /F 9 Tf 9 9 Td " + b"(aaaaaaaaaa) Tj " * 3_000_000 + b" ET"
    return one_page(stream(b"/Filter/FlateDecode", zlib.compress(content)))


def blank_bomb() -> bytes:
    """Half a megabyte that unpacks to five hundred."""
    return one_page(stream(b"/Filter/FlateDecode", packed(b" " * 1000, 500_000)))


def rewritten(data: bytes, part: str, text: bytes) -> bytes:
    """An archive with one part replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        new.writestr(part, text)
    return out.getvalue()


def word(text: str = "Water is reused.") -> bytes:
    out, file = io.BytesIO(), docx.Document()
    file.add_paragraph(text)
    file.save(out)
    return out.getvalue()


def word_of(body: str) -> bytes:
    """A Word file with this body."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    document = f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
    return rewritten(word(), "word/document.xml", document.encode())


def workbook() -> bytes:
    out, book = io.BytesIO(), openpyxl.Workbook()
    book.active.append(["Water is reused", 1])
    book.save(out)
    return out.getvalue()


def with_entities(url: str) -> bytes:
    """A Word file whose text is what it tells the reader to fetch."""
    text = (
        f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e SYSTEM "{url}">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        "<w:t>&e; water</w:t></w:r></w:p></w:body></w:document>"
    )
    return rewritten(word(), "word/document.xml", text.encode())


def wide_workbook() -> bytes:
    """Rows whose one cell stands in the last column of all."""
    rows = "".join(f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in range(1, 20_000))
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{rows}</sheetData></worksheet>"
    )
    return rewritten(workbook(), "xl/worksheets/sheet1.xml", sheet.encode())


def overlapping() -> bytes:
    """An archive whose directory names one member a thousand times."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(1_000_000))
        archive.filelist *= 1000
    return out.getvalue()


def enormous_picture() -> bytes:
    """A gigapixel in a kilobyte or so."""
    out = io.BytesIO()
    Image.new("1", (8, 8)).save(out, "PNG")
    data = bytearray(out.getvalue())
    data[16:24] = (40_000).to_bytes(4, "big") + (25_000).to_bytes(4, "big")
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


def ole(stream_name: str) -> bytes:
    """The beginning of a legacy Office file with a stream of this name."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + stream_name.encode("utf-16-le") + bytes(100)
