"""Pieces of a Word template that python-docx does not offer, or only in several steps. Lengths: points unless said."""

from collections.abc import Collection, Sequence
from typing import Any

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

LATIN_FONT = "Times New Roman"
ALIGNMENTS = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}


def drop_parts(word: Document, *, keep: Collection[str]) -> None:
    """Cut the relations to all parts but those kept, so that they are not saved: pictures, themes, effects."""
    for relations in (word.part.rels, word.part.package.rels):
        for identifier, relation in list(relations.items()):
            kind = relation.reltype.rsplit("/", 1)[1]
            if kind not in keep and kind not in {"officeDocument", "core-properties"}:
                del relations[identifier]


def modernize(word: Document) -> None:
    """Have Word open the file in its own format, not in that of 2010, and expect Chinese rather than Japanese text."""
    settings = word.settings.element
    for name in ("w:themeFontLang", "w:clrSchemeMapping", "w:rsids", "w:savePreviewPicture"):
        for element in settings.findall(qn(name)):
            settings.remove(element)
    for element in settings.iter(qn("w:compatSetting")):
        if element.get(qn("w:name")) == "compatibilityMode":
            element.set(qn("w:val"), "15")
    for link in list(word.styles.element.iter(qn("w:link"))):
        link.getparent().remove(link)  # to character styles that have been dropped


def set_default_language(word: Document, *, chinese_quotes: bool) -> None:
    """Set the fonts and the language that every style starts from.

    “ and ” belong to both scripts: Word draws them as wide as Chinese if the fonts' hint says so.
    """
    hint = ' w:hint="eastAsia"' if chinese_quotes else ""
    defaults = word.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for child in list(defaults):
        defaults.remove(child)
    fonts = f'w:ascii="{LATIN_FONT}" w:hAnsi="{LATIN_FONT}" w:eastAsia="宋体" w:cs="{LATIN_FONT}"'
    defaults.append(parse_xml(f"<w:rFonts {nsdecls('w')}{hint} {fonts}/>"))
    defaults.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="en-GB" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'))


def set_fonts(style: Any, *, east_asian: str, size: float, bold: bool = False) -> None:
    """Give a style its Latin and its Chinese font (w:eastAsia), black, and no theme font that would override them."""
    style.font.name, style.font.size, style.font.bold = LATIN_FONT, Pt(size), bold
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        if attribute.lower().endswith("theme"):
            del fonts.attrib[attribute]
    fonts.set(qn("w:eastAsia"), east_asian)
    fonts.set(qn("w:cs"), LATIN_FONT)


def add_paragraph(
    parent: Any,
    *,
    style: str | None = None,
    align: str | None = None,
    justify: bool = False,
    indent: bool = False,
    before: float = 0,
    after: float = 0,
    size: float | None = None,
    keep_next: bool = False,
    rule_to: float | None = None,
) -> Paragraph:
    """Append a paragraph to a document, cell or header.

    `indent`: by two characters, as Chinese text is. `size`: of an empty paragraph that only holds a place.
    `rule_to`: a tab in it draws a line to so many cm.
    """
    paragraph: Paragraph = parent.add_paragraph(style=style)
    layout = paragraph.paragraph_format
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    if align:
        layout.alignment = ALIGNMENTS[align]
    elif justify:
        layout.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    if keep_next:
        layout.keep_with_next = True
    if rule_to is not None:
        layout.tab_stops.add_tab_stop(Cm(rule_to), WD_TAB_ALIGNMENT.LEFT, WD_TAB_LEADER.LINES)
    if size is not None:
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(size)
    elif style is None:
        layout.line_spacing = 1.35
    if indent:
        layout.first_line_indent = Pt(24)
        paragraph._p.get_or_add_pPr().find(qn("w:ind")).set(qn("w:firstLineChars"), "200")
    return paragraph


def add_run(
    paragraph: Paragraph, text: str, *, size: float | None = None, bold: bool = False, tab_after: bool = False
) -> None:
    """Append text to a paragraph, and a tab behind it if asked for."""
    run = paragraph.add_run(text)
    if bold:
        run.bold = True
    if size is not None:
        run.font.size = Pt(size)
    if tab_after:
        paragraph.add_run().add_tab()


def tag_paragraph(parent: Any, tag: str) -> None:
    """Append a paragraph that docxtpl replaces by its tag."""
    parent.add_paragraph(tag)


def tag_row(table: Any, tag: str) -> None:
    """Append a row that docxtpl replaces by its tag."""
    table.add_row().cells[0].paragraphs[0].add_run(tag)


def cell_paragraph(
    cell: Any, text: str, *, size: float | None = 10.5, bold: bool = False, align: str = "left", before: float = 2
) -> Paragraph:
    """Write the first paragraph of a cell and return it."""
    paragraph: Paragraph = cell.paragraphs[0]
    layout = paragraph.paragraph_format
    layout.alignment = ALIGNMENTS[align]
    layout.space_before, layout.space_after = Pt(before), Pt(2)
    add_run(paragraph, text, size=size, bold=bold)
    return paragraph


ALL_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
BELOW = ("bottom", "insideH")


def make_table(parent: Any, widths: Sequence[float], *, rows: int, borders: Sequence[str] = ALL_SIDES) -> Any:
    """Append a table of fixed column widths (cm) to a document or header, ruled on the sides given; return it."""
    table = (
        parent.add_table(rows, len(widths))
        if hasattr(parent, "sections")
        else parent.add_table(rows, len(widths), Cm(sum(widths)))
    )
    table.autofit = False
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        if side in borders
        else f'<w:{side} w:val="nil"/>'
        for side in ALL_SIDES
    )
    # The schema wants the borders before the layout.
    layout = table._tbl.tblPr.find(qn("w:tblLayout"))
    layout.addprevious(parse_xml(f"<w:tblBorders {nsdecls('w')}>{lines}</w:tblBorders>"))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)
    return table


def page_field(paragraph: Paragraph, instruction: str) -> None:
    """Append a field that Word fills in: PAGE or NUMPAGES."""
    paragraph._p.append(
        parse_xml(
            f'<w:fldSimple {nsdecls("w")} w:instr=" {instruction} "><w:r><w:rPr><w:sz w:val="18"/></w:rPr>'
            f"<w:t>1</w:t></w:r></w:fldSimple>"
        )
    )


def watermark_xml(words: str, width: int) -> str:
    """Return a run with pale slanting words behind the text, in the form that Word itself writes (VML text path).

    The words are stretched to the width.
    """
    formulas = "".join(f'<v:f eqn="{formula}"/>' for formula in _TEXT_PATH_FORMULAS)
    return (
        f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:o="urn:schemas-microsoft-com:office:office">'
        "<w:rPr><w:noProof/></w:rPr><w:pict>"
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e">'
        f"<v:formulas>{formulas}</v:formulas>"
        '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/>'
        '<o:lock v:ext="edit" text="t" shapetype="t"/></v:shapetype>'
        '<v:shape id="watermark" o:spid="_x0000_s2049" type="#_x0000_t136" o:allowincell="f" '
        f'style="position:absolute;margin-left:0;margin-top:0;width:{width}pt;height:130pt;rotation:315;'
        "z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        'mso-position-vertical:center;mso-position-vertical-relative:margin" fillcolor="#e2e2e2" stroked="f">'
        f'<v:textpath style="font-family:&quot;SimHei&quot;;font-size:1pt" string="{words}"/>'
        "</v:shape></w:pict></w:r>"
    )


# The shape type 136 (plain text on a path) as the file format's description of preset shapes defines it.
_TEXT_PATH_FORMULAS = (
    "sum #0 0 10800",
    "prod #0 2 1",
    "sum 21600 0 @1",
    "sum 0 0 @2",
    "sum 21600 0 @3",
    "if @0 @3 0",
    "if @0 21600 @1",
    "if @0 0 @2",
    "if @0 @4 21600",
    "mid @5 @6",
    "mid @8 @5",
    "mid @7 @8",
    "mid @6 @7",
    "sum @6 0 @5",
)
