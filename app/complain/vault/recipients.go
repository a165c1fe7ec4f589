package vault

import "slices"

// Person is who may or may not open, with the public key that she has. She may
// appear more than once, with older keys.
type Person struct {
	ID  string
	Key *Public // nil for who has made none
}

// same reports whether q, who has a key, is p with the same key.
func (p Person) same(q Person) bool { return p.ID == q.ID && p.Key.id == q.Key.id }

// Recipients are the persons to whom the private key of a case is wrapped, and there
// is no other way to wrap one. It is built from who may open, minus who is excluded:
// the accused, the unit, who excused herself or was recused. Neither an excluded
// person nor an excluded key, under whatever name, can be in it, and the escrow is
// narrowed to the holders who are not excluded. The zero value is nobody.
type Recipients struct {
	people []Person
	escrow *Escrow
	pair   *[2]int // the two holders that are left when the third is excluded
}

// NewRecipients builds them. Who may but has no key is left out: Persons tells who is
// really in, and that is the list to show. e may be nil: no escrow.
func NewRecipients(may, excluded []Person, e *Escrow) (Recipients, error) {
	for _, p := range may {
		if p.ID == "" {
			return Recipients{}, ErrContext
		}
	}
	known := may
	if e != nil {
		known = append(e.Holders(), may...)
	}
	out := exclude(excluded, known)
	var r Recipients
	for _, p := range may {
		if p.Key != nil && !out.has(p) && !slices.ContainsFunc(r.people, p.same) {
			r.people = append(r.people, p)
		}
	}
	r.narrow(e, out)
	return r, nil
}

// exclusion is who must not open, by name and by key.
type exclusion struct {
	ids  map[string]bool
	keys map[KeyID]bool
}

// exclude follows the excluded through the persons that are known: who shares a name
// or a key with one of them is one of them, until nobody is added.
func exclude(excluded, known []Person) exclusion {
	x := exclusion{ids: map[string]bool{}, keys: map[KeyID]bool{}}
	for _, p := range excluded {
		x.add(p)
	}
	for again := true; again; {
		again = false
		for _, p := range known {
			if x.has(p) && x.add(p) {
				again = true
			}
		}
	}
	return x
}

// add reports whether there was anything new in it.
func (x exclusion) add(p Person) bool {
	before := len(x.ids) + len(x.keys)
	x.ids[p.ID] = true
	if p.Key != nil {
		x.keys[p.Key.id] = true
	}
	return len(x.ids)+len(x.keys) > before
}

func (x exclusion) has(p Person) bool {
	return x.ids[p.ID] || p.Key != nil && x.keys[p.Key.id]
}

// narrow takes the escrow, its one pair that is left, or none.
func (r *Recipients) narrow(e *Escrow, out exclusion) {
	if e == nil {
		return
	}
	var left []int
	for i, h := range e.holders {
		if !out.has(h) {
			left = append(left, i)
		}
	}
	switch len(left) {
	case 3:
		r.escrow = e
	case 2:
		r.escrow, r.pair = e, &[2]int{left[0], left[1]}
	}
}

// Persons is who will be able to open, in the order in which they were given.
func (r Recipients) Persons() []Person { return append([]Person(nil), r.people...) }

// Holders is which holders of the escrow could open together: three, of whom any
// two; two; or nobody.
func (r Recipients) Holders() []Person {
	switch {
	case r.escrow == nil:
		return nil
	case r.pair == nil:
		return append([]Person(nil), r.escrow.holders[:]...)
	}
	return []Person{r.escrow.holders[r.pair[0]], r.escrow.holders[r.pair[1]]}
}

// Escrow is the one that keys are sealed to, by all or some of its holders; nil for none.
func (r Recipients) Escrow() *Escrow { return r.escrow }

// Wrap is a private key sealed to one person's key.
type Wrap struct {
	Person string
	To     KeyID
	Sealed []byte
}

// Wraps is a private key sealed to all who may open it. To let somebody go is to
// delete her Wrap; what it opens is not sealed again.
type Wraps struct {
	People []Wrap
	Escrow []byte // nil when too few holders are left
}

// Wrap seals a private key to each of the recipients. ErrNobody means that there are
// none: escrow is no reader.
func (r Recipients) Wrap(p *Private, c Context) (Wraps, error) {
	seed, err := p.bytes()
	if err != nil {
		return Wraps{}, err
	}
	if len(r.people) == 0 {
		return Wraps{}, ErrNobody
	}
	var w Wraps
	for _, who := range r.people {
		sealed, err := who.Key.seal(kindWrap, c, seed, p.public.id[:])
		if err != nil {
			return Wraps{}, err
		}
		w.People = append(w.People, Wrap{who.ID, who.Key.id, sealed})
	}
	w.Escrow, err = r.wrapEscrow(p, seed, c)
	if err != nil {
		return Wraps{}, err
	}
	return w, nil
}

// WrapEscrow seals a private key to the escrow and to nobody else: that of a case
// which another authority reads by what is exported to her. ErrNobody means that too
// few holders are left.
func (r Recipients) WrapEscrow(p *Private, c Context) ([]byte, error) {
	seed, err := p.bytes()
	if err != nil {
		return nil, err
	}
	if r.escrow == nil {
		return nil, ErrNobody
	}
	return r.wrapEscrow(p, seed, c)
}

func (r Recipients) wrapEscrow(p *Private, seed []byte, c Context) ([]byte, error) {
	switch {
	case r.escrow == nil:
		return nil, nil
	case r.pair == nil:
		return r.escrow.public.seal(kindEscrow, c, seed, p.public.id[:])
	}
	a, b := r.escrow.holders[r.pair[0]].Key, r.escrow.holders[r.pair[1]].Key
	return sealPair(a, b, c, p)
}

// Rewrap opens a wrap with the key of who has one and wraps what is in it for the
// recipients: the successor at a handover, or who is assigned. want is the public
// key of the case.
func (r Recipients) Rewrap(mine *Private, c Context, sealed []byte, want *Public) (Wraps, error) {
	p, err := mine.Unwrap(c, sealed, want)
	if err != nil {
		return Wraps{}, err
	}
	defer p.Wipe()
	return r.Wrap(p, c)
}

// Unwrap opens a wrap that was sealed to p, of the private half of want.
func (p *Private) Unwrap(c Context, sealed []byte, want *Public) (*Private, error) {
	seed, err := p.open(kindWrap, c, sealed, want.id[:])
	if err != nil {
		return nil, err
	}
	defer wipe(seed)
	return newPrivateOf(seed, want.id)
}
