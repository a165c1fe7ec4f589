package forms_test

import (
	"testing"

	"declara/forms"
	"declara/forms/formstest"
)

// long is a declaration far longer than any real one, and its document.
func long(b *testing.B) (*forms.Form, *forms.Draft, forms.Document) {
	f := forms.Lookup(forms.Modificacion, forms.Full)
	d := formstest.Huge(f)
	doc, err := forms.Compile(f, d)
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for i := range f.Sections {
		for _, l := range forms.Lines(f, d.Answers, f.Sections[i].Key) {
			if l.Kind == forms.Answer {
				n++
			}
		}
	}
	b.ReportAllocs()
	b.Cleanup(func() { b.ReportMetric(float64(n), "answers") })
	return f, d, doc
}

func BenchmarkDerive(b *testing.B) {
	f, d, _ := long(b)
	for b.Loop() {
		forms.Derive(f, d)
	}
}

func BenchmarkReady(b *testing.B) {
	f, d, _ := long(b)
	for b.Loop() {
		if len(forms.Ready(f, d)) > 0 {
			b.Fatal("not ready")
		}
	}
}

func BenchmarkCheckSection(b *testing.B) {
	f, d, _ := long(b)
	for b.Loop() {
		forms.CheckSection(f, d, "bienesInmuebles")
	}
}

func BenchmarkCompile(b *testing.B) {
	f, d, doc := long(b)
	b.SetBytes(int64(len(doc.JSON)))
	for b.Loop() {
		if _, err := forms.Compile(f, d); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	f, _, doc := long(b)
	b.SetBytes(int64(len(doc.JSON)))
	for b.Loop() {
		if _, err := forms.Parse(f, doc.JSON); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPublic(b *testing.B) {
	_, _, doc := long(b)
	b.SetBytes(int64(len(doc.JSON)))
	for b.Loop() {
		if _, err := doc.Public(forms.PublicOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLines(b *testing.B) {
	f, d, _ := long(b)
	for b.Loop() {
		for i := range f.Sections {
			forms.Lines(f, d.Answers, f.Sections[i].Key)
		}
	}
}

func BenchmarkWarnings(b *testing.B) {
	f, d, _ := long(b)
	for b.Loop() {
		for i := range f.Sections {
			forms.Warnings(f, d, f.Sections[i].Key)
		}
	}
}
