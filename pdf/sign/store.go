package sign

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Evidence is the document security store of a file, as DER: what is needed to judge
// its signatures when nobody answers any more.
type Evidence struct{ Certs, OCSPs, CRLs [][]byte }

// storeKeys are the keys of the store, in the order of Evidence.
var storeKeys = []name{"Certs", "OCSPs", "CRLs"}

func (e *Evidence) lists() []*[][]byte { return []*[][]byte{&e.Certs, &e.OCSPs, &e.CRLs} }

// AddRevocation appends a revision with a document security store (B-LT); what the
// file already keeps stays.
func AddRevocation(pdf []byte, certs, ocsps, crls [][]byte) ([]byte, error) {
	d, err := open(pdf)
	if err != nil {
		return nil, err
	}
	r, root, err := d.root()
	if err != nil {
		return nil, err
	}
	u, err := d.update()
	if err != nil {
		return nil, err
	}
	store, err := d.dict(root["DSS"])
	if err != nil {
		return nil, err
	}
	store["Type"] = name("DSS")
	for i, list := range [][][]byte{certs, ocsps, crls} {
		have, err := d.array(store[storeKeys[i]])
		if err != nil {
			return nil, err
		}
		for _, der := range list {
			have = append(have, u.add(pack(dict{}, der)))
		}
		if len(have) > 0 {
			store[storeKeys[i]] = have
		}
	}
	if at, ok := root["DSS"].(ref); ok {
		u.set(at, store)
	} else {
		root["DSS"] = u.add(store)
		extend(root)
		u.set(r, root)
	}
	out, _ := u.bytes()
	return out, nil
}

// extend says that the file has what PDF 1.7 did not know.
func extend(root dict) {
	root["Extensions"] = dict{"ESIC": dict{"BaseVersion": name("1.7"), "ExtensionLevel": 5}}
}

// evidence reads the store.
func (d *document) evidence(root dict) (Evidence, error) {
	const most = 24 // of each kind: a chain has three, an answer is one
	room := 4 << 20 // for all of them, unpacked
	var e Evidence
	store, err := d.dict(root["DSS"])
	if err != nil {
		return e, err
	}
	for i, into := range e.lists() {
		list, err := d.array(store[storeKeys[i]])
		if err != nil {
			return e, err
		}
		if len(list) > most {
			return e, fail(TooLarge)
		}
		for _, v := range list {
			v, err := d.get(v)
			if err != nil {
				return e, err
			}
			s, ok := v.(stream)
			if !ok {
				return e, fail(Damaged)
			}
			der, err := unpack(s, room)
			if err != nil {
				return e, err
			}
			room -= len(der)
			*into = append(*into, der)
		}
	}
	return e, nil
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
