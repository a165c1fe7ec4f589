package sign

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"
)

// This file makes what others make and the verifier has to understand.

// Detached is a CMS over data that lies elsewhere, with the attributes of Attributes.
// In two phases the same comes of Attributes(sha256(data), cert) and CMS.
func Detached(ctx context.Context, data []byte, k Key, st Stamper) ([]byte, error) {
	return k.cms(ctx, sha256.Sum256(data), st)
}

// AddDocumentStamp appends a time stamp over the whole file: late for what was sealed
// while the authority was away, or B-LTA. It brings its own field, of no size, on the
// first page.
func AddDocumentStamp(ctx context.Context, pdf []byte, st Stamper, at time.Time) ([]byte, error) {
	d, err := open(pdf)
	if err != nil {
		return nil, err
	}
	u, err := d.update()
	if err != nil {
		return nil, err
	}
	hole := newHole(dict{"Type": name("DocTimeStamp"), "Filter": name("Adobe.PPKLite"), "SubFilter": name("ETSI.RFC3161"), "M": date(at)})
	sig := u.raw(hole.body)
	if err := u.stampField(sig); err != nil {
		return nil, err
	}
	p := hole.prepare(u, sig)
	token, err := st.Stamp(ctx, p.Digest)
	if err != nil {
		return nil, err
	}
	out, err := p.Embed(token)
	if errors.Is(err, fail(TooLong)) {
		return nil, fail(StampFormat)
	}
	return out, err
}

// stampField adds the field of a document time stamp to the form and to the first
// page.
func (u *update) stampField(sig ref) error {
	d := u.from
	rootRef, root, err := d.root()
	if err != nil {
		return err
	}
	pages, err := d.pages(root)
	if err != nil {
		return err
	}
	if len(pages) == 0 {
		return fail(NoRoom)
	}
	page, err := d.dict(pages[0])
	if err != nil {
		return err
	}
	annotations, err := d.array(page["Annots"])
	if err != nil {
		return err
	}
	form, err := d.dict(root["AcroForm"])
	if err != nil {
		return err
	}
	fields, err := d.array(form["Fields"])
	if err != nil {
		return err
	}
	field := u.add(dict{
		"Type": name("Annot"), "Subtype": name("Widget"), "FT": name("Sig"), "T": ascii(fmt.Sprintf("SelloTiempo%d", len(fields)+1)),
		"F": 132, "P": pages[0], "Rect": array{0, 0, 0, 0}, "V": sig,
	})
	page["Annots"] = append(annotations, field)
	u.set(pages[0], page)
	form["Fields"], form["SigFlags"] = append(fields, field), 3
	if at, ok := root["AcroForm"].(ref); ok {
		u.set(at, form)
		return nil
	}
	root["AcroForm"] = u.add(form)
	u.set(rootRef, root)
	return nil
}
