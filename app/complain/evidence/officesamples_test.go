package evidence

import (
	"fmt"
	"strings"
	"testing"
)

const (
	relNS  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	pkgNS  = "http://schemas.openxmlformats.org/package/2006/"
	wordNS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	xlNS   = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	xmlTop = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
)

func relsOf(rows ...string) string {
	out := xmlTop + `<Relationships xmlns="` + pkgNS + `relationships">`
	for _, r := range rows {
		f := strings.Split(r, "|")
		kind := f[1]
		if !strings.HasPrefix(kind, "http") {
			kind = relNS + "/" + kind
		}
		mode := ""
		if len(f) > 3 {
			mode = ` TargetMode="External"`
		}
		out += fmt.Sprintf(`<Relationship Id="%s" Type="%s" Target="%s"%s/>`, f[0], kind, f[2], mode)
	}
	return out + "</Relationships>"
}

func typesOf(rows ...string) string {
	out := xmlTop + `<Types xmlns="` + pkgNS + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="jpeg" ContentType="image/jpeg"/>`
	for i := 0; i < len(rows); i += 2 {
		out += `<Override PartName="` + rows[i] + `" ContentType="` + rows[i+1] + `"/>`
	}
	return out + "</Types>"
}

func flat() string { return strings.ReplaceAll(marked(), "\x00", " ") }

func properties() []string {
	return []string{
		"docProps/core.xml", xmlTop + `<cp:coreProperties xmlns:cp="a" xmlns:dc="b"><dc:creator>` + mAuthor + `</dc:creator><cp:lastModifiedBy>` + flat() + `</cp:lastModifiedBy></cp:coreProperties>`,
		"docProps/app.xml", xmlTop + `<Properties><Company>` + flat() + `</Company></Properties>`,
		"docProps/custom.xml", xmlTop + `<Properties><property><lpwstr>` + flat() + `</lpwstr></property></Properties>`,
		"docProps/thumbnail.jpeg", flat(),
	}
}

var propertyRels = []string{
	"rId2|" + pkgNS + "relationships/metadata/core-properties|docProps/core.xml", "rId3|extended-properties|docProps/app.xml",
	"rId4|" + pkgNS + "relationships/metadata/thumbnail|docProps/thumbnail.jpeg",
}

const docxBody = `<w:p w:rsidR="00AA11BB" w:rsidRDefault="00AA11BB"><w:r><w:t xml:space="preserve">Pidió dinero &amp; amenazó </w:t></w:r></w:p>`

func docxSample(t testing.TB) []byte {
	doc := xmlTop + `<!-- ` + flat() + ` --><w:document xmlns:w="` + wordNS + `" xmlns:r="` + relNS + `" xmlns:a="x" xmlns:w14="y" xmlns:wp="z" xmlns:pic="p"><w:body>` + docxBody +
		`<w:p w14:paraId="11223344"><w:ins w:id="1" w:author="` + mAuthor + `" w:date="2026-01-02T03:04:05Z"><w:r><w:t>nuevo</w:t></w:r></w:ins></w:p>` +
		`<w:p><w:r><w:drawing><wp:docPr id="1" name="` + mFile + `" descr="C:\Users\` + mAuthor + `\` + mFile + `"/><pic:cNvPr id="0" name="` + mFile + `"/><a:blip r:embed="rId5"/></w:drawing></w:r></w:p>` +
		`<w:p><w:r><w:drawing><a:blip r:link="rId6"/></w:drawing></w:r></w:p>` +
		`<w:p><w:hyperlink r:id="rId7"><w:r><w:t>la nota</w:t></w:r></w:hyperlink><w:hyperlink r:id="rId8"><w:r><w:t>mi carpeta</w:t></w:r></w:hyperlink></w:p>` +
		`<w:p><w:r><w:object><o:OLEObject xmlns:o="o" r:id="rId9" ProgID="` + mSerial + `"/></w:object></w:r></w:p>` +
		`<w:p><w:r><w:instrText>INCLUDEPICTURE "http://mal.example/` + mSerial + `"</w:instrText></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r></w:p>` +
		`<w:sdt><w:sdtPr><w:dataBinding w:xpath="` + flat() + `"/></w:sdtPr></w:sdt><w:altChunk r:id="rId10"/></w:body></w:document>`
	parts := []string{
		"[Content_Types].xml", typesOf("/word/document.xml", wordML+"document.main+xml", "/word/settings.xml", wordML+"settings+xml", "/word/comments.xml", wordML+"comments+xml"),
		"_rels/.rels", relsOf(append([]string{"rId1|officeDocument|word/document.xml"}, propertyRels...)...),
		"word/document.xml", doc,
		"word/_rels/document.xml.rels", relsOf("rId1|settings|settings.xml", "rId2|comments|comments.xml", "rId3|customXml|../customXml/item1.xml", "rId5|image|media/"+mFile,
			"rId6|image|http://rastreo.example/"+mSerial+".png|External", "rId7|hyperlink|https://ejemplo.mx/nota?a=1&amp;b=2|External", "rId8|hyperlink|file:///C:/Users/"+mAuthor+"|External",
			"rId9|oleObject|embeddings/ole.bin", "rId10|aFChunk|chunk.html", "rId11|"+"http://schemas.microsoft.com/office/2011/relationships/people|people.xml"),
		"word/settings.xml", xmlTop + `<w:settings xmlns:w="` + wordNS + `" xmlns:r="` + relNS + `"><w:zoom w:percent="100"/><w:attachedTemplate r:id="rId1"/><w:rsids><w:rsidRoot w:val="00AA11BB"/></w:rsids><w:docVars><w:docVar w:name="x" w:val="` + flat() + `"/></w:docVars></w:settings>`,
		"word/_rels/settings.xml.rels", relsOf("rId1|attachedTemplate|http://mal.example/" + mSerial + ".dotm|External"),
		"word/comments.xml", xmlTop + `<w:comments xmlns:w="` + wordNS + `"><w:comment w:id="0" w:author="` + mAuthor + `" w:initials="XCR" w:date="2026-01-02T03:04:05Z"><w:p><w:r><w:t>Ojo aquí</w:t></w:r></w:p></w:comment></w:comments>`,
		"word/people.xml", xmlTop + `<p>` + flat() + `</p>`,
		"word/media/" + mFile, string(jpegSample(t, 16, 16, 8)),
		"word/embeddings/ole.bin", marked(), "word/chunk.html", flat(), "customXml/item1.xml", xmlTop + `<a>` + flat() + `</a>`,
	}
	return zipFile(t, append(parts, properties()...)...)
}

func xlsxSample(t testing.TB) []byte {
	parts := []string{
		"[Content_Types].xml", typesOf("/xl/workbook.xml", sheetML+"sheet.main+xml", "/xl/worksheets/sheet1.xml", sheetML+"worksheet+xml", "/xl/comments1.xml", sheetML+"comments+xml"),
		"_rels/.rels", relsOf(append([]string{"rId1|officeDocument|xl/workbook.xml"}, propertyRels...)...),
		"xl/workbook.xml", xmlTop + `<workbook xmlns="` + xlNS + `" xmlns:r="` + relNS + `"><fileVersion codeName="{` + mSerial + `}"/><fileSharing userName="` + mAuthor + `"/><x15ac:absPath xmlns:x15ac="q" url="C:\Users\` + mAuthor + `\"/><sheets><sheet name="Pagos" sheetId="1" r:id="rId1"/></sheets><externalReferences><externalReference r:id="rId9"/></externalReferences><pivotCaches><pivotCache cacheId="1" r:id="rId8"/></pivotCaches></workbook>`,
		"xl/_rels/workbook.xml.rels", relsOf("rId1|worksheet|worksheets/sheet1.xml", "rId8|pivotCacheDefinition|pivotCache/p.xml", "rId9|externalLink|externalLinks/e.xml"),
		"xl/worksheets/sheet1.xml", xmlTop + `<worksheet xmlns="` + xlNS + `" xmlns:r="` + relNS + `" xmlns:xr="u" xr:uid="{` + mSerial + `}"><sheetData><row r="1"><c r="A1"><v>1500</v></c><c r="B1"><f>[1]Hoja!A1</f><v>7</v></c></row></sheetData><pageSetup orientation="landscape" r:id="rId2"/><legacyDrawing r:id="rId3"/><oleObjects><oleObject r:id="rId5"/></oleObjects></worksheet>`,
		"xl/worksheets/_rels/sheet1.xml.rels", relsOf("rId2|printerSettings|../printerSettings/p1.bin", "rId3|vmlDrawing|../drawings/vmlDrawing1.vml", "rId4|comments|../comments1.xml", "rId5|oleObject|../embeddings/o.bin"),
		"xl/drawings/vmlDrawing1.vml", `<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><v:shape id="s1" alt="` + flat() + `"><v:imagedata o:relid="rId1" o:title="` + mFile + `"/></v:shape></xml>`,
		"xl/comments1.xml", xmlTop + `<comments xmlns="` + xlNS + `"><authors><author>` + mAuthor + `</author></authors><commentList><comment ref="A1" authorId="0"><text><r><t>` + mAuthor + `:</t></r><r><t xml:space="preserve"> falta factura</t></r></text></comment></commentList></comments>`,
		"xl/printerSettings/p1.bin", marked(), "xl/embeddings/o.bin", marked(), "xl/pivotCache/p.xml", xmlTop + `<p refreshedBy="` + mAuthor + `"/>`, "xl/externalLinks/e.xml", xmlTop + `<e>` + flat() + `</e>`,
	}
	return zipFile(t, append(parts, properties()...)...)
}
