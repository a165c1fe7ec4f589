package sign

import (
	"bytes"
	"encoding/xml"
	"time"
)

// meta is what the information dictionary and XMP both say.
type meta struct {
	title, author, subject, keywords, creator, producer, lang string
	at                                                        time.Time
}

// xmp is the metadata as RDF, which PDF/A wants and catalogues read.
func (m meta) xmp() []byte {
	var b bytes.Buffer
	put := func(before, value, after string) {
		if value == "" {
			return
		}
		b.WriteString(before)
		if err := xml.EscapeText(&b, []byte(value)); err != nil {
			panic(err) // a buffer takes everything
		}
		b.WriteString(after + "\n")
	}
	b.WriteString("<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n" +
		`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` + "\n" +
		`<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"` +
		` xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">` + "\n" +
		"<pdfaid:part>3</pdfaid:part>\n<pdfaid:conformance>B</pdfaid:conformance>\n<dc:format>application/pdf</dc:format>\n")
	put(`<dc:title><rdf:Alt><rdf:li xml:lang="x-default">`, m.title, "</rdf:li></rdf:Alt></dc:title>")
	put("<dc:creator><rdf:Seq><rdf:li>", m.author, "</rdf:li></rdf:Seq></dc:creator>")
	put(`<dc:description><rdf:Alt><rdf:li xml:lang="x-default">`, m.subject, "</rdf:li></rdf:Alt></dc:description>")
	put("<dc:language><rdf:Bag><rdf:li>", m.lang, "</rdf:li></rdf:Bag></dc:language>")
	put("<pdf:Keywords>", m.keywords, "</pdf:Keywords>")
	put("<pdf:Producer>", m.producer, "</pdf:Producer>")
	put("<xmp:CreatorTool>", m.creator, "</xmp:CreatorTool>")
	at := m.at.Format(time.RFC3339)
	put("<xmp:CreateDate>", at, "</xmp:CreateDate>")
	put("<xmp:ModifyDate>", at, "</xmp:ModifyDate>")
	put("<xmp:MetadataDate>", at, "</xmp:MetadataDate>")
	b.WriteString("</rdf:Description>\n</rdf:RDF></x:xmpmeta>\n<?xpacket end=\"w\"?>")
	return b.Bytes()
}
