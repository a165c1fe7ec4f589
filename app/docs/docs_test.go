package docs_test

import (
	"bytes"
	"image/png"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"declara/app/docs"
)

func TestDocuments(t *testing.T) {
	for _, folder := range []string{"manual", "decisions"} {
		for _, name := range docs.List(folder) {
			if text, ok := docs.Text(folder, name); !ok || len(text) < 100 || text[0] != '#' {
				t.Errorf("%s/%s: %d bytes, %v", folder, name, len(text), ok)
			}
		}
	}
	for _, name := range []string{"../docs", "..", "", "nada", "/etc/passwd"} {
		if _, ok := docs.Text("manual", name); ok {
			t.Errorf("%q is a document", name)
		}
		if _, ok := docs.Image(name); ok {
			t.Errorf("%q is a picture", name)
		}
	}
}

// read is a page of the manual.
func read(t *testing.T, name string) docs.Doc {
	t.Helper()
	text, ok := docs.Text("manual", name)
	if !ok {
		t.Fatalf("there is no page %s", name)
	}
	return docs.Parse(text)
}

// TestManual: every file is a page; both languages of a page have the same headings with
// the same anchors, and the same pictures; every link leads to a page, an anchor, a
// record or a picture that is there.
func TestManual(t *testing.T) {
	of := map[string]docs.Doc{}
	for _, p := range docs.Pages {
		of[p.Spanish], of[p.English] = read(t, p.Spanish), read(t, p.English)
	}
	for _, name := range docs.List("manual") {
		if _, _, ok := docs.Find(name); !ok {
			t.Errorf("%s is in no table of contents", name)
		}
	}
	anchors := func(d docs.Doc) (ids []string) {
		for _, h := range d.Heads {
			ids = append(ids, strings.Repeat("#", h.Level)+h.ID)
		}
		return ids
	}
	for _, p := range docs.Pages {
		es, en := of[p.Spanish], of[p.English]
		if a, b := anchors(es), anchors(en); !slices.Equal(a, b) {
			t.Errorf("%s has %v, and %s has %v", p.Spanish, a, p.English, b)
		}
		if !slices.Equal(es.Images, en.Images) {
			t.Errorf("%s shows %v, and %s shows %v", p.Spanish, es.Images, p.English, en.Images)
		}
		if p.Spanish != "accesos" && len(es.Bold) != len(en.Bold) {
			t.Errorf("%s names %d words of the screen, and %s %d", p.Spanish, len(es.Bold), p.English, len(en.Bold))
		}
	}
	for name, d := range of {
		seen := map[string]bool{}
		for _, h := range d.Heads {
			if h.ID == "" && name != "accesos" && name != "access" || h.ID != "" && seen[h.ID] {
				t.Errorf("%s: the heading %q has no anchor of its own", name, h.Words)
			}
			seen[h.ID] = true
		}
		for _, link := range d.Links {
			file, anchor, _ := strings.Cut(link, "#")
			target := strings.TrimSuffix(file, ".md")
			to, ok := of[target]
			if _, lang, _ := docs.Find(name); ok {
				if _, other, _ := docs.Find(target); lang != other {
					t.Errorf("%s leads to %s, of another language", name, link)
				}
			}
			if !ok || anchor != "" && !slices.ContainsFunc(to.Heads, func(h docs.Head) bool { return h.ID == anchor }) {
				t.Errorf("%s leads to %s, which is not there", name, link)
			}
		}
	}
}

// TestPictures: what the manual shows is there, small, and what is there is shown.
func TestPictures(t *testing.T) {
	const all, each = 3 << 20, 200 << 10
	shown, total := map[string]bool{}, 0
	for _, p := range docs.Pages {
		for _, at := range read(t, p.Spanish).Images {
			shown[strings.TrimSuffix(path.Base(at), ".png")] = true
			if _, ok := docs.Image(path.Base(at)); !ok {
				t.Errorf("%s shows %s, which is not there", p.Spanish, at)
			}
		}
	}
	shown["publico"] = true // in the README
	for _, name := range docs.List("img") {
		raw, _ := docs.Image(name + ".png")
		total += len(raw)
		if c, err := png.DecodeConfig(bytes.NewReader(raw)); err != nil || len(raw) > each || c.Width > 1280 || !shown[name] {
			t.Errorf("%s: %d bytes, %d wide, shown %v, %v", name, len(raw), c.Width, shown[name], err)
		}
	}
	if total > all {
		t.Errorf("the pictures have %d bytes", total)
	}
}

// TestReadme: what the first page of the project links to is there.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	d := docs.Parse(text)
	for _, link := range append(d.Links, d.Images...) {
		file, anchor, _ := strings.Cut(link, "#")
		raw, err := os.ReadFile("../../" + file)
		if err != nil && file != "app/docs/decisions" || anchor != "" && !bytes.Contains(raw, []byte(`<a id="`+anchor+`"></a>`)) {
			t.Errorf("README leads to %s, which is not there", link)
		}
	}
}

// TestParse: what our documents use becomes HTML, and what is no mark is text.
func TestParse(t *testing.T) {
	for in, want := range map[string]string{
		"# T\n\n<a id=\"x\"></a>\n## A & B": "<h2 id=\"x\">A &amp; B</h2>\n",
		"one\ntwo":                          "<p>one two</p>\n",
		"- a\n- b <i>\n\nc":                 "<ul>\n<li>a</li>\n<li>b &lt;i&gt;</li>\n</ul>\n<p>c</p>\n",
		"1. a:\n\n   ```\n   x  <y>\n     z\n   ```\n\n2. b":           "<ol>\n<li>a:<pre tabindex=\"0\"><code>x  &lt;y&gt;\n  z</code></pre>\n</li>\n<li>b</li>\n</ol>\n",
		"**b** `c*` [d](e.md#f) ![g](../img/h.png)":                    "<p><b>b</b> <code>c*</code> <a href=\"/ayuda/manual/e#f\">d</a> <img src=\"/ayuda/imagenes/h.png\" alt=\"g\" loading=\"lazy\"></p>\n",
		"| a | |\n| --- | --- |\n| `b` | |":                            "<div class=\"rueda\" tabindex=\"0\"><table class=\"tabla\">\n<thead><tr><th>a</th><td></td></tr></thead>\n<tbody>\n<tr><td><code>b</code></td><td></td></tr>\n</tbody></table></div>\n",
		"[a](#b) [c](https://d.example/e) [f](../decisions/0001-x.md)": "<p><a href=\"#b\">a</a> <a href=\"https://d.example/e\">c</a> <a href=\"/ayuda/decisiones/0001-x\">f</a></p>\n",
	} {
		if got := docs.Parse([]byte(in)).HTML; got != want {
			t.Errorf("%q\n got %q\nwant %q", in, got, want)
		}
	}
}

// FuzzParse: whatever stands in a document, reading it ends, and no tag gets through.
func FuzzParse(f *testing.F) {
	for _, name := range docs.List("manual") {
		text, _ := docs.Text("manual", name)
		f.Add(text)
	}
	f.Add([]byte("```\n| a\n1. `"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if strings.Contains(docs.Parse(text).HTML, "<script") {
			t.Error("a tag got through")
		}
	})
}
