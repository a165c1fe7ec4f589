package storage

// SetReserve keeps all filings of an official from the public, by an agreement of
// the transparency committee (Norma 20ª), or gives them back when r is nil. It
// writes Person.Reserve and a tombstone, or a new entry, for each filing in the
// publication log, in the one transaction. What is filed later says for itself
// whether it is reserved (Filing.Reserved); when an agreement runs out, nothing
// becomes public until somebody lifts it here.
func (x *Txn) SetReserve(person string, r *Reserve) error {
	p, err := x.Person(person)
	if err != nil {
		return err
	}
	p.Reserve = r
	return x.PutPerson(p)
}

// reserve applies a change of a person's reserve to her filings.
func (x *Txn) reserve(person string, old, now *Reserve) error {
	if now == nil && old == nil || now != nil && old != nil && *now == *old {
		return nil
	}
	filings, err := x.FilingsOf(person)
	if err != nil {
		return err
	}
	for _, f := range filings {
		if f.Reserved == (now != nil) {
			continue
		}
		if now != nil {
			err = x.withdraw(&f)
		} else {
			err = x.republish(&f)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// withdraw takes a filing from the public.
func (x *Txn) withdraw(f *Filing) error {
	doc, err := x.getBytes(kPublic, f.ID)
	if err != nil {
		return err
	}
	if err := x.putBytes(doc, kHidden, f.ID); err != nil {
		return err
	}
	if err := x.drop(kPublic, f.ID); err != nil {
		return err
	}
	// The old entry loses its row: nothing of a reserved declaration stays in clear.
	if err := x.putEntry(Published{Seq: f.Seq, ID: f.ID, Gone: true}); err != nil {
		return err
	}
	if err := x.reservePaper(f.ID, true); err != nil {
		return err
	}
	f.Reserved = true
	return x.publish(f, nil)
}

// republish gives a filing back to the public.
func (x *Txn) republish(f *Filing) error {
	doc, err := x.getBytes(kHidden, f.ID)
	if err != nil {
		return err
	}
	if err := x.drop(kHidden, f.ID); err != nil {
		return err
	}
	if err := x.putBytes(doc, kPublic, f.ID); err != nil {
		return err
	}
	if err := x.reservePaper(f.ID, false); err != nil {
		return err
	}
	f.Reserved = false
	return x.publish(f, doc)
}
