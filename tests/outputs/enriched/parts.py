"""Parts that no writing library makes, put into a workbook by hand as Excel writes them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping

RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET = "xl/worksheets/sheet1.xml"
SHEET_RELS = "xl/worksheets/_rels/sheet1.xml.rels"
BOOK = "xl/workbook.xml"
BOOK_RELS = "xl/_rels/workbook.xml.rels"
TYPES = "[Content_Types].xml"

Change = Callable[[str], str]


def parts(book: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(entries: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file.getvalue()


def changed(book: bytes, changes: Mapping[str, Change]) -> bytes:
    """Return the book with some parts rewritten as text."""
    entries = parts(book)
    for name, change in changes.items():
        entries[name] = change(entries[name].decode()).encode()
    return packed(entries)


def replaced(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, 1)

    return change


def added(
    book: bytes,
    owner: str,
    name: str,
    data: str | bytes,
    *,
    kind: str,
    content: str,
    inside: str = "",
) -> bytes:
    """Return the book with one more part, its relationship and its content type.

    ``inside`` goes to the end of the owner, with ``{id}`` for the relationship.
    """
    entries = parts(book)
    folder, _, file = owner.rpartition("/")
    rels = f"{folder}/_rels/{file}.rels"
    old = entries.get(rels, f'{HEAD}<Relationships xmlns="{PACKAGE}"></Relationships>'.encode())
    text = re.sub(r"<Relationships([^>]*)/>", r"<Relationships\1></Relationships>", old.decode())
    relation = f"rId{900 + text.count('<Relationship ')}"
    depth = "../" * (folder.count("/"))
    new = f'<Relationship Id="{relation}" Type="{kind}" Target="{depth}{name[3:]}"/>'
    entries[rels] = text.replace("</Relationships>", f"{new}</Relationships>").encode()
    override = f'<Override PartName="/{name}" ContentType="{content}"/>'
    entries[TYPES] = entries[TYPES].replace(b"</Types>", f"{override}</Types>".encode())
    entries[name] = data if isinstance(data, bytes) else (HEAD + data).encode()
    if inside:
        whole = entries[owner].decode()
        end = whole.rindex("</")
        entries[owner] = (whole[:end] + inside.format(id=relation) + whole[end:]).encode()
    return packed(entries)


def with_threaded_comment(book: bytes) -> bytes:
    space = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    person = "{11111111-2222-3333-4444-555555555555}"
    book = added(
        book,
        SHEET,
        "xl/threadedComments/threadedComment1.xml",
        f'<ThreadedComments xmlns="{space}"><threadedComment ref="B3" dT="2025-01-01T00:00:00.00" '
        f'personId="{person}" id="{{AAAAAAAA-2222-3333-4444-555555555555}}"><text>打过电话</text>'
        "</threadedComment></ThreadedComments>",
        kind="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment",
        content="application/vnd.ms-excel.threadedcomments+xml",
    )
    return added(
        book,
        BOOK,
        "xl/persons/person.xml",
        f'<personList xmlns="{space}"><person displayName="店长" id="{person}" userId="x" '
        'providerId="None"/></personList>',
        kind="http://schemas.microsoft.com/office/2017/10/relationships/person",
        content="application/vnd.ms-excel.person+xml",
    )


def with_slicer(book: bytes) -> bytes:
    space = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"
    x14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
    book = added(
        book,
        BOOK,
        "xl/slicerCaches/slicerCache1.xml",
        f'<slicerCacheDefinition xmlns="{x14}" name="切片器_等级" sourceName="等级"><extLst>'
        f'<x:ext xmlns:x="{MAIN}" uri="{{2F2917AC-EB37-4324-AD4E-5DD8C200BD13}}">'
        f'<x15:tableSlicerCache xmlns:x15="{space}" tableId="1" column="3"/></x:ext></extLst>'
        "</slicerCacheDefinition>",
        kind="http://schemas.microsoft.com/office/2007/relationships/slicerCache",
        content="application/vnd.ms-excel.slicerCache+xml",
        inside='<extLst><ext uri="{{46BE6895-7355-4a93-B00E-2C351335B9C9}}" '
        f'xmlns:x15="{space}"><x15:slicerCaches xmlns:x14="{x14}"><x14:slicerCache r:id="{{id}}"/>'
        "</x15:slicerCaches></ext></extLst>",
    )
    return added(
        book,
        SHEET,
        "xl/slicers/slicer1.xml",
        f'<slicers xmlns="{x14}"><slicer name="等级" cache="切片器_等级" caption="等级" '
        'rowHeight="241300"/></slicers>',
        kind="http://schemas.microsoft.com/office/2007/relationships/slicer",
        content="application/vnd.ms-excel.slicer+xml",
        inside='<extLst><ext uri="{{3A4CF648-6AED-40f4-86FF-DC5316D8AED3}}" '
        f'xmlns:x15="{space}">'
        f'<x14:slicerList xmlns:x14="{x14}"><x14:slicer r:id="{{id}}"/></x14:slicerList></ext>'
        "</extLst>",
    )


def with_x14_validation(book: bytes) -> bytes:
    x14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
    xm = "http://schemas.microsoft.com/office/excel/2006/main"
    rule = (
        f'<extLst><ext xmlns:x14="{x14}" uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}">'
        f'<x14:dataValidations xmlns:xm="{xm}" count="1"><x14:dataValidation type="list" '
        'allowBlank="1"><x14:formula1><xm:f>别的!$A$1:$A$3</xm:f></x14:formula1>'
        "<xm:sqref>C2:C9</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
    )
    return changed(book, {SHEET: replaced("</worksheet>", rule + "</worksheet>")})


def with_pivot(book: bytes) -> bytes:
    fields = "".join(f'<cacheField name="h{n}"><sharedItems/></cacheField>' for n in range(7))
    book = added(
        book,
        BOOK,
        "xl/pivotCache/pivotCacheDefinition1.xml",
        f'<pivotCacheDefinition xmlns="{MAIN}" xmlns:r="{RELS}" refreshedBy="店长" '
        'refreshOnLoad="1" recordCount="0" saveData="0"><cacheSource type="worksheet">'
        '<worksheetSource ref="A1:G9" sheet="客户 表"/></cacheSource>'
        f'<cacheFields count="7">{fields}</cacheFields></pivotCacheDefinition>',
        kind=f"{RELS}/pivotCacheDefinition",
        content="application/vnd.openxmlformats-officedocument.spreadsheetml."
        "pivotCacheDefinition+xml",
        inside='<pivotCaches><pivotCache cacheId="1" r:id="{id}"/></pivotCaches>',
    )
    items = "<pivotField showAll='0'/>" * 7
    book = added(
        book,
        "xl/worksheets/sheet2.xml",
        "xl/pivotTables/pivotTable1.xml",
        f'<pivotTableDefinition xmlns="{MAIN}" name="透视表1" cacheId="1" dataCaption="值">'
        '<location ref="E1:F3" firstHeaderRow="1" firstDataRow="1" firstDataCol="0"/>'
        f'<pivotFields count="7">{items}</pivotFields></pivotTableDefinition>',
        kind=f"{RELS}/pivotTable",
        content="application/vnd.openxmlformats-officedocument.spreadsheetml.pivotTable+xml",
    )
    entries = parts(book)
    entries["xl/pivotTables/_rels/pivotTable1.xml.rels"] = (
        f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{RELS}/pivotCacheDefinition" Target="../pivotCache/pivotCacheDefinition1.xml"/>'
        "</Relationships>"
    ).encode()
    return packed(entries)


def with_macro(book: bytes) -> bytes:
    book = added(
        book,
        BOOK,
        "xl/vbaProject.bin",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 9,
        kind="http://schemas.microsoft.com/office/2006/relationships/vbaProject",
        content="application/vnd.ms-office.vbaProject",
    )
    plain = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    macro = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    return changed(book, {TYPES: replaced(plain, macro)})


def with_external_link(book: bytes) -> bytes:
    book = added(
        book,
        BOOK,
        "xl/externalLinks/externalLink1.xml",
        f'<externalLink xmlns="{MAIN}"><externalBook xmlns:r="{RELS}" r:id="rId1"><sheetNames>'
        '<sheetName val="价目"/></sheetNames></externalBook></externalLink>',
        kind=f"{RELS}/externalLink",
        content="application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml",
    )
    entries = parts(book)
    found = re.search(rb'Id="(rId9\d+)"[^>]*externalLink1', entries[BOOK_RELS])
    assert found
    link = b'<externalReferences><externalReference r:id="%s"/></externalReferences>' % found[1]
    entries[BOOK] = entries[BOOK].replace(b"</sheets>", b"</sheets>" + link)
    entries["xl/externalLinks/_rels/externalLink1.xml.rels"] = (
        f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{RELS}/externalLinkPath" Target="price.xlsx" TargetMode="External"/>'
        "</Relationships>"
    ).encode()
    return packed(entries)


def with_connections(book: bytes) -> bytes:
    return added(
        book,
        BOOK,
        "xl/connections.xml",
        f'<connections xmlns="{MAIN}"><connection id="1" name="进销存" type="5" '
        'refreshedVersion="6"><dbPr connection="DSN=erp" command="select 1"/></connection>'
        "</connections>",
        kind=f"{RELS}/connections",
        content="application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml",
    )


def with_custom_xml(book: bytes) -> bytes:
    return added(
        book,
        BOOK,
        "xl/customXml/item1.xml",
        "<店 xmlns='urn:shop'><名>小店</名></店>",
        kind=f"{RELS}/customXml",
        content="application/xml",
    )


def with_printer_settings(book: bytes) -> bytes:
    return added(
        book,
        SHEET,
        "xl/printerSettings/printerSettings1.bin",
        b"\x00H\x00P\x00" * 99,
        kind=f"{RELS}/printerSettings",
        content="application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings",
    )


def with_form_control(book: bytes) -> bytes:
    space = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
    compatible = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    return added(
        book,
        SHEET,
        "xl/ctrlProps/ctrlProp1.xml",
        f'<formControlPr xmlns="{space}" objectType="CheckBox" checked="Checked" lockText="1"/>',
        kind=f"{RELS}/ctrlProp",
        content="application/vnd.ms-excel.controlproperties+xml",
        inside=f'<mc:AlternateContent xmlns:mc="{compatible}"><mc:Choice Requires="x14" '
        f'xmlns:x14="{space}"><controls><control shapeId="1025" r:id="{{id}}" name="复选框 1"/>'
        "</controls></mc:Choice></mc:AlternateContent>",
    )


def with_query_table(book: bytes) -> bytes:
    return added(
        book,
        "xl/tables/table1.xml",
        "xl/queryTables/queryTable1.xml",
        f'<queryTable xmlns="{MAIN}" name="q" connectionId="1"/>',
        kind=f"{RELS}/queryTable",
        content="application/vnd.openxmlformats-officedocument.spreadsheetml.queryTable+xml",
    )


def strict(book: bytes) -> bytes:
    """Return the book in the namespaces of strict OOXML."""
    entries = parts(book)
    for name, data in entries.items():
        if name.endswith((".xml", ".rels")):
            data = data.replace(MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main")  # noqa: PLW2901
            data = data.replace(  # noqa: PLW2901
                RELS.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships"
            )
            entries[name] = data
    return packed(entries)


def prefixed(book: bytes, names: tuple[str, ...] = (SHEET, BOOK, "xl/styles.xml")) -> bytes:
    """Return the book with ``x:`` before every tag of these parts, as some libraries write it."""

    def change(text: str) -> str:
        text = re.sub(r"<(/?)(?=[A-Za-z])", r"<\1x:", text)
        return text.replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')

    return changed(book, dict.fromkeys(names, change))
