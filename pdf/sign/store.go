package sign

import ()

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
