package evidence

import (
	"bytes"
	"path"
	"strings"
)

// Inspect tells what a file is by its bytes, or refuses it with a *Refusal. The name
// decides nothing but which instructions a text may be for: a text called .bat is a
// program. Inspect reads heads and directories only, so that a bomb costs nothing.
func Inspect(name string, b []byte) (Kind, error) {
	switch {
	case len(b) == 0:
		return "", refuse(Empty)
	case len(b) > MaxBytes:
		return "", refuse(TooLarge)
	}
	k, err := inspect(name, b)
	if err != nil {
		return "", err
	}
	if k != Text && twofold(k, b) {
		return "", refuse(Polyglot)
	}
	return k, nil
}

func inspect(name string, b []byte) (Kind, error) {
	switch {
	case has(b, 0, "\xff\xd8\xff"):
		_, err := readJPEG(b)
		return JPEG, err
	case has(b, 0, pngMagic):
		return PNG, pngHead(b)
	case has(b, 0, "RIFF") && has(b, 8, "WEBP"):
		return WebP, webpHead(b)
	case has(b, 0, "RIFF") && has(b, 8, "WAVE"):
		return WAV, nil
	case has(b, 0, "PK\x03\x04") || has(b, 0, "PK\x05\x06"):
		d, err := openOffice(b)
		if err != nil {
			return "", err
		}
		return d.kind, nil
	case has(b, 0, "OggS"):
		return OGG, nil
	case has(b, 0, amrNarrow) || has(b, 0, amrWide):
		return AMR, nil
	case has(b, 4, "ftyp"), has(b, 4, "moov"), has(b, 4, "mdat"), has(b, 4, "wide"):
		return movieKind(b)
	case has(pdfStart(b), 0, "%PDF-"):
		_, err := openPDF(b)
		return PDF, err
	}
	if t, ok := plain(b); ok {
		if bytes.Contains(t[:min(len(t), 1024)], []byte("%PDF-")) {
			return "", refuse(Polyglot) // viewers would open it as a PDF
		}
		return Text, textReason(name, t)
	}
	if fs, first := frames(b); len(fs) >= 2 {
		if first.aac {
			return AAC, nil
		}
		return MP3, nil
	}
	return "", refuse(stranger(b))
}

// pdfStart skips the little that some writers put before a PDF.
func pdfStart(b []byte) []byte {
	return bytes.TrimLeft(bytes.TrimPrefix(b[:min(len(b), 64)], []byte("\ufeff")), " \t\r\n")
}

// strangers are known, and refused, by how they begin. Each tells its sender more than
// "unknown" would.
var strangers = []struct {
	off   int
	magic string
	why   Reason
}{
	{0, "MZ", Executable}, {0, "\x7fELF", Executable}, {0, "\xca\xfe\xba\xbe", Executable},
	{0, "\xfe\xed\xfa", Executable}, {0, "\xcf\xfa\xed\xfe", Executable}, {0, "\xce\xfa\xed\xfe", Executable},
	{0, "dex\n", Executable}, {0, "L\x00\x00\x00\x01\x14\x02\x00", Executable}, {0, "\x00asm", Executable},
	{0, "Rar!\x1a\x07", Archive}, {0, "7z\xbc\xaf\x27\x1c", Archive}, {0, "\x1f\x8b", Archive}, {0, "BZh", Archive},
	{0, "\xfd7zXZ\x00", Archive}, {0, "\x28\xb5\x2f\xfd", Archive}, {257, "ustar", Archive}, {0, "MSCF", Archive},
	{0, "PK", Archive}, {0x8001, "CD001", Archive},
	{0, "GIF8", Image}, {0, "II*\x00", Image}, {0, "MM\x00*", Image}, {0, "BM", Image}, {0, "\x00\x00\x01\x00", Image},
	{0, "8BPS", Image}, {0, "\xd7\xcd\xc6\x9a", Image},
}

func stranger(b []byte) Reason {
	if has(b, 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
		return oleReason(b)
	}
	for _, s := range strangers {
		if has(b, s.off, s.magic) {
			return s.why
		}
	}
	return Unknown
}

// oleReason tells the three things that begin as old Office does, by the names in the
// directory, which are UTF-16.
func oleReason(b []byte) Reason {
	narrow := func(s string) []byte {
		var out []byte
		for _, c := range []byte(s) {
			out = append(out, c, 0)
		}
		return out
	}
	if bytes.Contains(b, narrow("EncryptedPackage")) {
		return Encrypted
	}
	if bytes.Contains(b, narrow("_VBA_PROJECT")) || bytes.Contains(b, narrow("Macros")) {
		return Macros
	}
	return OldOffice
}

var scriptNames = map[string]bool{
	".bat": true, ".cmd": true, ".ps1": true, ".psm1": true, ".vbs": true, ".vbe": true, ".js": true, ".jse": true, ".mjs": true,
	".wsf": true, ".wsh": true, ".hta": true, ".sh": true, ".py": true, ".pl": true, ".rb": true, ".php": true, ".reg": true,
	".url": true, ".desktop": true, ".scpt": true, ".command": true, ".lua": true, ".inf": true, ".application": true,
}

// textReason refuses texts that a program would obey. XML is a text like any other
// (an electronic invoice is evidence, and comes as XML), unless it is drawn or run.
func textReason(name string, t []byte) error {
	head := bytes.ToLower(bytes.TrimLeft(t[:min(len(t), 4096)], " \t\r\n\f"))
	starts := func(s string) bool { return bytes.HasPrefix(head, []byte(s)) }
	switch {
	case scriptNames[strings.ToLower(path.Ext(name))], starts("#!"), starts("<?php"), starts("%!ps"), starts("@echo off"), bytes.HasPrefix(head, []byte("<job")):
		return refuse(Script)
	case starts("{\\rtf"):
		return refuse(Office)
	case starts("<"):
		for _, tag := range []string{"<!doctype", "<html", "<head", "<body", "<script", "<svg", "<iframe", "<img", "<?xml-stylesheet", "<xsl:stylesheet", "<hta:application", "<?mso-application"} {
			if hasTag(head, tag) {
				return refuse(Markup)
			}
		}
	case starts("mime-version:") && bytes.Contains(head, []byte("multipart/related")):
		return refuse(Markup) // MHTML
	}
	return nil
}

// hasTag reports whether a tag is there, and not only the beginning of a longer one.
func hasTag(b []byte, tag string) bool {
	for {
		i := bytes.Index(b, []byte(tag))
		if i < 0 {
			return false
		}
		b = b[i+len(tag):]
		if len(b) == 0 || bytes.IndexByte([]byte(" \t\r\n/>"), b[0]) >= 0 {
			return true
		}
	}
}

func webpHead(b []byte) error {
	var w, h int
	switch {
	case has(b, 12, "VP8X") && len(b) >= 30:
		w, h = 1+le24(b, 24), 1+le24(b, 27)
	case has(b, 12, "VP8L"), has(b, 12, "VP8 "):
		w, h = webpSize(string(b[12:16]), b[min(20, len(b)):])
	}
	if w == 0 || h == 0 {
		return refuse(Damaged)
	}
	if w*h > MaxPixels {
		return refuse(Pixels)
	}
	return nil
}

// heic are the brands of still pictures in the container of movies.
var heic = map[string]bool{"heic": true, "heix": true, "mif1": true, "msf1": true, "heim": true, "heis": true, "hevc": true, "avif": true, "avis": true}

// movieKind tells the children of one container apart: by brand, and by what plays.
func movieKind(b []byte) (Kind, error) {
	brand := ""
	if has(b, 4, "ftyp") {
		brand = string(at(b, 8, 4))
	}
	if heic[brand] {
		return "", refuse(HEIC)
	}
	moov := false
	for i := 0; i < len(b)-7; {
		size := be32(b, i)
		if has(b, i+4, "moov") {
			moov = true
		}
		if size == 1 && be32(b, i+8) == 0 {
			size = be32(b, i+12)
		}
		if size == 0 {
			break
		}
		if size < 8 || size > int64(len(b)-i) {
			return "", refuse(Damaged)
		}
		i += int(size)
	}
	if !moov {
		return "", refuse(Damaged)
	}
	switch {
	case brand == "M4A " || brand == "M4B ":
		return M4A, nil
	case strings.HasPrefix(brand, "3gp") || strings.HasPrefix(brand, "3g2"):
		return GP3, nil
	case brand == "qt  " || brand == "":
		return MOV, nil
	}
	return MP4, nil
}

// twofold looks for a second file within one of kind k: where its own format would let
// it begin, or be found by what reads it from behind.
func twofold(k Kind, b []byte) bool {
	office := k == DOCX || k == XLSX
	if !office {
		if end := packEnd(b); end >= 0 {
			size := le32(b, end+12)
			if size == 0 && le16(b, end+10) == 0 || size <= int64(end) && has(b, end-int(size), "PK\x01\x02") {
				return true
			}
		}
	}
	head := b[:min(len(b), 1024)]
	if k != PDF && !office && bytes.Contains(head, []byte("%PDF-")) {
		return true
	}
	low := bytes.ToLower(head)
	if k != PDF {
		for _, s := range []string{"<html", "<script", "<!doctype", "<?php", "<svg"} {
			if bytes.Contains(low, []byte(s)) {
				return true
			}
		}
	}
	if has(b, 0x8001, "CD001") || has(b, 257, "ustar") || bytes.Contains(b, []byte("__HALT_COMPILER();")) {
		return true
	}
	return tailTwofold(k, b)
}

// tailTwofold looks at what begins right behind the end of a picture.
func tailTwofold(k Kind, b []byte) bool {
	var tail []byte
	switch k {
	case JPEG:
		if j, err := readJPEG(b); err == nil {
			tail = j.trailer
		}
	case PNG:
		if i := bytes.LastIndex(b, []byte("IEND\xae\x42\x60\x82")); i >= 0 {
			tail = b[i+8:]
		}
	case WebP, WAV:
		if size := le32(b, 4); size >= 0 && size+8 < int64(len(b)) {
			tail = b[size+8:]
		}
	default:
		return false
	}
	for _, s := range strangers {
		if s.off == 0 && len(s.magic) >= 4 && (s.why == Executable || s.why == Archive) && has(tail, 0, s.magic) {
			return true
		}
	}
	low := bytes.ToLower(bytes.TrimSpace(tail[:min(len(tail), 256)]))
	for _, s := range []string{"%pdf-", "pk\x03\x04", "mz\x90", "<html", "<script", "<!doctype", "<?php", "<svg"} {
		if bytes.HasPrefix(low, []byte(s)) {
			return true
		}
	}
	return false
}
