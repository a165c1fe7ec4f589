package sign_test

import (
	"bytes"
	"encoding/hex"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"declara/pdf"
	"declara/pdf/sign"
)

// tool runs a program of others and gives all that it says, or skips the test where
// it is absent.
func tool(t *testing.T, pkg, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed (Debian: %s)", name, pkg)
	}
	out, err := exec.Command(path, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

// put writes a file of a test and gives its path.
func put(t *testing.T, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func pemOf(a ...authority) []byte {
	var out []byte
	for _, a := range a {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})...)
	}
	return out
}

// part is what one signature of a file covers and its CMS, found without our reader.
type part struct{ signed, cms []byte }

var byteRange = regexp.MustCompile(`/ByteRange \[0 (\d+) (\d+) (\d+) *\]`)

func parts(t *testing.T, pdf []byte) []part {
	t.Helper()
	var out []part
	for _, m := range byteRange.FindAllSubmatch(pdf, -1) {
		var n [3]int
		for i := range n {
			n[i], _ = strconv.Atoi(string(m[i+1]))
		}
		raw, err := hex.DecodeString(string(pdf[n[0]+1 : n[1]-1]))
		if err != nil {
			t.Fatal(err)
		}
		size := 4 + int(raw[2])<<8 + int(raw[3]) // 30 82 hi lo
		out = append(out, part{append(bytes.Clone(pdf[:n[0]]), pdf[n[1]:n[1]+n[2]]...), raw[:size]})
	}
	return out
}

// TestPdfsig asks poppler, with roots in an NSS base. It calls a certificate trusted
// only when it names a list of revocations, which e.firmas do not.
func TestPdfsig(t *testing.T) {
	k := keys()
	person := k.person()
	person.Cert = k.efirmaCDP.cert
	pdf, err := sign.Seal(t.Context(), one(), signerRequest(), person, nil)
	if err != nil {
		t.Fatal(err)
	}
	if pdf, err = sign.Seal(t.Context(), pdf, sealRequest(), k.sealer(), nil); err != nil {
		t.Fatal(err)
	}
	nss := "sql:" + t.TempDir()
	tool(t, "libnss3-tools", "certutil", "-N", "-d", nss, "--empty-password")
	tool(t, "libnss3-tools", "certutil", "-A", "-d", nss, "-n", "arc", "-t", "CT,C,C", "-i", put(t, "arc.crt", pemOf(k.arc)))
	tool(t, "libnss3-tools", "certutil", "-A", "-d", nss, "-n", "ca", "-t", "CT,C,C", "-i", put(t, "ca.crt", pemOf(k.ca)))
	got := tool(t, "poppler-utils", "pdfsig", "-nssdir", nss, "-no-ocsp", put(t, "a.pdf", pdf))
	if strings.Count(got, "Signature is Valid.") != 2 || strings.Count(got, "Certificate is Trusted.") != 2 ||
		strings.Count(got, "Not total document signed") != 1 || strings.Count(got, "Total document signed") != 1 {
		t.Errorf("pdfsig says:\n%s", got)
	}
	shaped, _ := sealed(t, nil)
	if got := tool(t, "poppler-utils", "pdfsig", "-nssdir", nss, "-no-ocsp", put(t, "b.pdf", shaped)); strings.Count(got, "Signature is Valid.") != 2 {
		t.Errorf("pdfsig says:\n%s", got)
	}
}

// revisions are all the states of a file with every kind of revision.
func revisions(t *testing.T) map[string][]byte {
	t.Helper()
	k := keys()
	st := stampServer(t, k.stamps).stamper(k)
	two, first := sealed(t, st)
	kept, err := sign.AddRevocation(two, [][]byte{k.ac.cert.Raw, k.ca.cert.Raw}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	last, err := sign.AddDocumentStamp(t.Context(), kept, st, filedAt.In(mexico))
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{"finished": one(), "signed": two[:first], "sealed": two, "evidence": kept, "stamped": last}
}

// TestQpdf: every revision is sound to a strict reader, boxes and fields too.
func TestQpdf(t *testing.T) {
	for name, pdf := range revisions(t) {
		path := put(t, name+".pdf", pdf)
		if got := tool(t, "qpdf", "qpdf", "--check", path); strings.Contains(got, "WARNING") || !strings.Contains(got, "No syntax or stream encoding errors found") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestMutool asks MuPDF, which also looks at what came after a signature, and reads
// the boxes.
func TestMutool(t *testing.T) {
	pdf, first := sealed(t, nil)
	path := put(t, "a.pdf", pdf)
	if text := tool(t, "mupdf-tools", "mutool", "draw", "-q", "-F", "text", "-o", "-", path, "1"); !strings.Contains(text, "Firmó con e.firma") || !strings.Contains(text, "Folio VE-2026-000123") {
		t.Errorf("the boxes have no text:\n%s", text)
	}
	got := tool(t, "mupdf-tools", "mutool", "sign", "-v", path)
	if strings.Count(got, "The document is unchanged since signing.") != 1 {
		t.Errorf("mutool says:\n%s", got)
	}
	got = tool(t, "mupdf-tools", "mutool", "sign", "-v", put(t, "b.pdf", pdf[:first]))
	if !strings.Contains(got, "The document is unchanged since signing.") {
		t.Errorf("mutool says of the first revision:\n%s", got)
	}
}

// TestBoxLetters: a box with letters that its faces lack, and with more than fits,
// brings the faces that it borrows.
func TestBoxLetters(t *testing.T) {
	file := one()
	for _, c := range []struct {
		field string
		place pdf.Place
	}{{signerField, signerPlace}, {sealField, sealPlace}} {
		r := sealRequest()
		r.Field = c.field
		r.Box = box(t, c.place, "VE", "Municipio de Tlajcuilo\uA78C x\u0331unax y de sus alrededores más lejanos", "Folio VE-2026-000123", "14 de mayo de 2026, 10:42:07 h (UTC\u221206:00)", "Asiento 4182 de la bitácora")
		var err error
		if file, err = sign.Seal(t.Context(), file, r, keys().sealer(), nil); err != nil {
			t.Fatal(err)
		}
	}
	path := put(t, "letters.pdf", file)
	if *look != "" {
		if err := os.WriteFile(filepath.Join(*look, "letters.pdf"), file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range strings.Split(strings.TrimSpace(tool(t, "poppler-utils", "pdffonts", path)), "\n")[2:] {
		if f := strings.Fields(line); len(f) < 8 || f[4] != "yes" || f[6] != "yes" {
			t.Errorf("a font is not embedded, or has no way back to text: %s", line)
		}
	}
	if text := tool(t, "mupdf-tools", "mutool", "draw", "-q", "-F", "text", "-o", "-", path, "1"); strings.Count(text, "Municipio de Tlajcuilo\uA78C x\u0331unax") != 2 || strings.Count(text, "(UTC\u221206:00)") != 2 {
		t.Errorf("the boxes lack text:\n%s", text)
	}
}

// TestOpenSSL verifies each CMS, with its CAdES attributes, over what it covers.
func TestOpenSSL(t *testing.T) {
	pdf, _ := sealed(t, nil)
	roots := put(t, "roots.pem", pemOf(keys().arc, keys().ca))
	all := parts(t, pdf)
	if len(all) != 2 {
		t.Fatal(len(all), "signatures")
	}
	for _, p := range all {
		openssl(t, p, roots)
	}
	data := []byte(`{"situacionPatrimonial":{}}`)
	cms, err := sign.Detached(t.Context(), data, keys().person(), nil)
	if err != nil {
		t.Fatal(err)
	}
	openssl(t, part{data, cms}, roots)
}

func openssl(t *testing.T, p part, roots string) {
	t.Helper()
	got := tool(t, "openssl", "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", put(t, "cms.der", p.cms), "-content", put(t, "data.bin", p.signed),
		"-CAfile", roots, "-purpose", "any", "-cades", "-attime", strconv.FormatInt(filedAt.Unix(), 10), "-out", os.DevNull)
	if !strings.Contains(got, "CAdES Verification successful") {
		t.Error(got)
	}
}

// TestPoppler: text, fonts, metadata and the attachment as strangers read them.
func TestPoppler(t *testing.T) {
	d := declaration(t)
	for name, pdf := range revisions(t) {
		path := put(t, name+".pdf", pdf)
		text := tool(t, "poppler-utils", "pdftotext", path, "-")
		for _, want := range []string{official, "Tlajcuilo\uA78C", "x\u0331unax"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in the text", name, want)
			}
		}
		for _, line := range strings.Split(strings.TrimSpace(tool(t, "poppler-utils", "pdffonts", path)), "\n")[2:] {
			if f := strings.Fields(line); len(f) < 8 || f[4] != "yes" || f[6] != "yes" {
				t.Errorf("%s: a font is not embedded, or has no way back to text: %s", name, line)
			}
		}
		info := tool(t, "poppler-utils", "pdfinfo", path)
		for _, want := range []string{`Metadata Stream:\s+yes`, `Title:\s+Declaración de modificación 2026, versión completa. ` + official, `PDF version:\s+1\.7`} {
			if !regexp.MustCompile(want).MatchString(info) {
				t.Errorf("%s: pdfinfo lacks %q:\n%s", name, want, info)
			}
		}
		dir := t.TempDir()
		tool(t, "poppler-utils", "pdfdetach", "-saveall", "-o", dir, path)
		got, err := os.ReadFile(filepath.Join(dir, "declaración.json"))
		if err != nil || !bytes.Equal(got, d.Document.JSON) {
			t.Errorf("%s: the attachment is not what was attached: %v", name, err)
		}
	}
}

// TestPreflight asks PDFBox, which knows PDF/A-1b alone: the same file without
// attachment that says to be of part 1 is valid, signed, sealed and with evidence too.
func TestPreflight(t *testing.T) {
	if testing.Short() {
		t.Skip("starts Java three times")
	}
	const jars = "/usr/share/java/"
	var path []string
	for _, j := range []string{"preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "commons-io", "jaxb-api", "javax.activation"} {
		if _, err := os.Stat(jars + j + ".jar"); err != nil {
			t.Skip("PDFBox preflight is not installed (Debian: default-jre-headless libpdfbox2-java and the packages that it recommends)")
		}
		path = append(path, jars+j+".jar")
	}
	pdf, err := sign.Finish(drawn(t, declaration(t)), sign.Info{Fields: paper(declaration(t)).Fields})
	if err != nil {
		t.Fatal(err)
	}
	pdf = bytes.Replace(pdf, []byte("<pdfaid:part>3"), []byte("<pdfaid:part>1"), 1)
	states := map[string][]byte{"finished": pdf}
	if pdf, err = sign.Seal(t.Context(), pdf, signerRequest(), keys().person(), nil); err != nil {
		t.Fatal(err)
	}
	if pdf, err = sign.Seal(t.Context(), pdf, sealRequest(), keys().sealer(), nil); err != nil {
		t.Fatal(err)
	}
	states["sealed"] = pdf
	if states["evidence"], err = sign.AddRevocation(pdf, [][]byte{keys().ca.cert.Raw}, nil, nil); err != nil {
		t.Fatal(err)
	}
	for name, b := range states {
		if got := tool(t, "default-jre-headless", "java", "-cp", strings.Join(path, ":"), "org.apache.pdfbox.preflight.Validator_A1b", put(t, name+".pdf", b)); !strings.Contains(got, "is a valid PDF/A-1b file") {
			t.Errorf("%s: %s", name, got)
		}
	}
}
