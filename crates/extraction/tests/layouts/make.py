"""Makes the PDFs of this folder from its texts: with Typst (PyPI `typst`) and LibreOffice (`soffice`).

Run it in this folder: python3 make.py. The tests read the PDFs that are committed and need neither.
"""
import html, pathlib, subprocess
import typst

FONT = "Noto Naskh Arabic"

def lines(name):
    return pathlib.Path(f"{name}.txt").read_text(encoding="utf-8").splitlines()

def is_french(line):
    return sum(letter < "\u0250" for letter in line) * 2 > len(line)

def typst_text(line):
    text = "".join("\\" + letter if letter in "#*_$@<>[]\\`~'\"" else letter for letter in line)
    return f'#text(lang: "fr", dir: ltr)[{text}]' if is_french(line) else text

def make_typst(name):
    head = f'#set page(paper: "a4", margin: 2.5cm{", columns: 2" if name == "two-columns" else ""})\n'
    head += f'#set text(font: ("{FONT}", "Noto Sans"), size: 11pt, lang: "ar", dir: rtl)\n#set par(justify: true)\n'
    if name == "table":
        rows = [row.split(" | ") for row in lines(name)]
        cells = ", ".join(f"[{typst_text(cell)}]" for row in rows for cell in row)
        body = f"#table(columns: 4, {cells})"
    else:
        body = "\n\n".join(("= " if line.startswith("المادة") else "") + typst_text(line) for line in lines(name))
    source = pathlib.Path("typst-source.typ")
    source.write_text(head + body, encoding="utf-8")
    typst.compile(str(source), output=f"typst-{name}.pdf")
    source.unlink()

FLAT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:styles>{styles}</office:styles>
<office:automatic-styles><style:page-layout style:name="page"><style:page-layout-properties fo:page-width="21cm"
 fo:page-height="29.7cm" fo:margin="2cm" style:writing-mode="rl-tb"><style:columns fo:column-count="{columns}" fo:column-gap="1cm"/>
</style:page-layout-properties></style:page-layout>
<style:style style:name="cell" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #000000"
 fo:padding="0.1cm"/></style:style>
<style:style style:name="table" style:family="table"><style:table-properties style:writing-mode="rl-tb"/></style:style>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="page"/></office:master-styles>
<office:body><office:text>{body}</office:text></office:body></office:document>"""

def flat_style(name, direction, size, weight):
    return (f'<style:style style:name="{name}" style:family="paragraph"><style:paragraph-properties'
            f' style:writing-mode="{direction}" fo:margin-bottom="0.3cm"/><style:text-properties'
            f' style:font-name="{FONT}" fo:font-family="\'{FONT}\'" style:font-family-complex="\'{FONT}\'"'
            f' fo:font-size="{size}" style:font-size-complex="{size}" fo:font-weight="{weight}"'
            f' style:font-weight-complex="{weight}"/></style:style>')

def make_libreoffice(name):
    styles = (flat_style("right", "rl-tb", "11pt", "normal") + flat_style("left", "lr-tb", "11pt", "normal")
              + flat_style("head", "rl-tb", "15pt", "bold"))
    paragraph = lambda line: f'<text:p text:style-name="{"left" if is_french(line) else "right"}">{html.escape(line)}</text:p>'
    if name == "table":
        rows = [row.split(" | ") for row in lines(name)]
        body = '<table:table table:style-name="table"><table:table-column table:number-columns-repeated="4"/>' + "".join(
            "<table:table-row>" + "".join(
                f'<table:table-cell table:style-name="cell" office:value-type="string">{paragraph(cell)}</table:table-cell>'
                for cell in row) + "</table:table-row>" for row in rows) + "</table:table>"
    else:
        body = "".join(
            f'<text:h text:style-name="head" text:outline-level="1">{line}</text:h>' if line.startswith("المادة")
            else paragraph(line) for line in lines(name))
    source = pathlib.Path(f"libreoffice-{name}.fodt")
    columns = 2 if name == "two-columns" else 1
    source.write_text(FLAT.format(styles=styles, columns=columns, body=body), encoding="utf-8")
    subprocess.run(["soffice", "--headless", "--convert-to", "pdf", str(source)], check=True, timeout=120)
    if name == "one-column":
        subprocess.run(["soffice", "--headless", "--convert-to", "docx", str(source)], check=True, timeout=120)
    source.unlink()

for name in ("one-column", "two-columns", "table"):
    make_typst(name)
    make_libreoffice(name)
