"""OpenDocument spreadsheets made on the spot, with what LibreOffice writes into them; and LibreOffice itself."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from html import escape
from pathlib import Path
from typing import Any

import pytest

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
        "xlink": "http://www.w3.org/1999/xlink",
        "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    }.items()
)
_STYLES = (
    '<style:style style:name="shown" style:family="table"><style:table-properties table:display="true"/></style:style>'
    '<style:style style:name="gone" style:family="table"><style:table-properties table:display="false"/></style:style>'
)


def cell(value: Any = None, **attributes: Any) -> str:
    """One cell; attributes are named with `_` for `-`, as `number_columns_repeated=3`."""
    more = "".join(f' table:{name.replace("_", "-")}="{escape(str(said))}"' for name, said in attributes.items())
    if value is None:
        return f"<table:table-cell{more}/>"
    if isinstance(value, bool):
        kind = f'"boolean" office:boolean-value="{str(value).lower()}"'
    elif isinstance(value, int | float):
        kind = f'"float" office:value="{value}"'
    elif isinstance(value, date):
        day = value.isoformat() if type(value) is date or value.time() != datetime.min.time() else f"{value:%Y-%m-%d}"
        kind = f'"date" office:date-value="{day}"'
    else:
        kind = '"string"'
    text = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
    return f"<table:table-cell{more} office:value-type={kind}>{text}</table:table-cell>"


def row(*cells: Any, **attributes: Any) -> str:
    """A row of values, or of cells made with `cell`."""
    more = "".join(f' table:{name.replace("_", "-")}="{said}"' for name, said in attributes.items())
    made = "".join(each if isinstance(each, str) and each.startswith("<table:") else cell(each) for each in cells)
    return f"<table:table-row{more}>{made}</table:table-row>"


def ods(sheets: dict[str, Sequence[str]], *, hidden: Sequence[str] = (), manifest: str = "<manifest/>") -> bytes:
    """A file of sheets, each of rows made with `row`."""
    tables = "".join(
        f'<table:table table:name="{escape(name)}" table:style-name="{"gone" if name in hidden else "shown"}">'
        f"{''.join(rows)}</table:table>"
        for name, rows in sheets.items()
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES}>'
        f"<office:automatic-styles>{_STYLES}</office:automatic-styles><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return packed(content, manifest)


def packed(content: str, manifest: str = "<manifest/>") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def as_ods(xlsx: bytes) -> bytes:
    """What is in a workbook, as an .ods: values, formulas, errors, hidden and merged."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(xlsx))
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    return ods({sheet.title: _rows(sheet) for sheet in book.worksheets}, hidden=hidden)


def _rows(sheet: Any) -> list[str]:
    spans = {
        (found.min_row, found.min_col): {
            "number_rows_spanned": found.size["rows"],
            "number_columns_spanned": found.size["columns"],
        }
        for found in sheet.merged_cells.ranges
    }
    return [
        row(*(_cell(each, spans.get((each.row, each.column), {})) for each in cells)) for cells in sheet.iter_rows()
    ]


def _cell(each: Any, spans: dict[str, int]) -> str:
    if each.data_type == "f":
        return cell("2", formula=f"of:{each.value}", **spans)
    if each.hyperlink is not None and each.value:
        link = f'<text:a xlink:href="{escape(each.hyperlink.target)}">{escape(str(each.value))}</text:a>'
        return f'<table:table-cell office:value-type="string"><text:p>{link}</text:p></table:table-cell>'
    return cell(each.value, **spans)


def by_libreoffice(path: Path, form: str, folder: Path) -> Path:
    """The same file, saved by LibreOffice in another form; skips the test where it is not installed."""
    office = _office()
    folder.mkdir(exist_ok=True)
    out = folder / form.partition(":")[0]
    subprocess.run(
        [
            office,
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            form,
            "--outdir",
            out,
            path,
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return out / f"{path.stem}.{form.partition(':')[0]}"


def _office() -> str:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed here")
    return office


_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub Protect(source, target, password)
Dim loading(0) As New com.sun.star.beans.PropertyValue
loading(0).Name = &quot;Hidden&quot;
loading(0).Value = True
document = StarDesktop.loadComponentFromURL(source, &quot;_blank&quot;, 0, loading())
Dim saving(1) As New com.sun.star.beans.PropertyValue
saving(0).Name = &quot;FilterName&quot;
saving(0).Value = &quot;calc8&quot;
saving(1).Name = &quot;Password&quot;
saving(1).Value = password
document.storeToURL(target, saving())
document.close(True)
End Sub
</script:module>
"""
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Module1"/></library:library>
"""


def locked_by_libreoffice(path: Path, folder: Path) -> Path:
    """An .ods that LibreOffice has locked with a password: only a macro of its own can ask it to."""
    by_libreoffice(path, "ods", folder)  # makes the profile
    basic = folder / "profile" / "user" / "basic" / "Standard"
    basic.mkdir(parents=True, exist_ok=True)
    (basic / "Module1.xba").write_text(_MODULE, encoding="utf-8")
    (basic / "script.xlb").write_text(_LIBRARY, encoding="utf-8")
    target = folder / "locked.ods"
    call = f'macro:///Standard.Module1.Protect("{path.as_uri()}","{target.as_uri()}","secret")'
    subprocess.run(
        [_office(), f"-env:UserInstallation=file://{folder}/profile", "--headless", "--invisible", call],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return target
