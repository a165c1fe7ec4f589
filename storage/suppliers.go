package storage

import "time"

// Supplier is somebody who sells to the public body, with what was contracted. It is
// sealed at rest: what is public of it others publish, and its representatives and
// partners need not be.
type Supplier struct {
	ID        string     `json:"id"` // follows from its RFC, or its name, so that it is there once
	RFC       string     `json:"rfc,omitempty"`
	Name      string     `json:"name"`
	Related   []Related  `json:"related,omitempty"`
	Contracts []Contract `json:"contracts,omitempty"`
	Changed   time.Time  `json:"changed"`
}

// Related is a person or company behind a supplier.
type Related struct {
	Role string `json:"role"`
	Name string `json:"name"`
	RFC  string `json:"rfc,omitempty"`
}

// The roles of who is behind a supplier.
const (
	Representative = "representante"
	Partner        = "socio"
)

// Contract is something that was contracted with a supplier. Days are yyyy-mm-dd.
type Contract struct {
	Number    string   `json:"number,omitempty"`
	Title     string   `json:"title,omitempty"`
	Amount    int64    `json:"amount,omitempty"` // whole units of the currency
	Currency  string   `json:"currency,omitempty"`
	Signed    string   `json:"signed,omitempty"`
	From      string   `json:"from,omitempty"`
	To        string   `json:"to,omitempty"`
	Unit      string   `json:"unit,omitempty"`      // office that buys
	Officials []string `json:"officials,omitempty"` // who answers for it
	Method    string   `json:"method,omitempty"`    // of the procurement
}

// SupplierID is the id of the supplier with a mark: a keyed hash, since ids stand in
// clear and an RFC could be guessed.
func (x *Txn) SupplierID(mark string) string { return x.blind(kSupplier, mark) }

// Supplier reads a supplier.
func (x *Txn) Supplier(id string) (Supplier, error) { return get[Supplier](x, kSupplier, id) }

// Suppliers calls fn with every supplier in order of ids. An error of fn ends it. fn
// must not write.
func (x *Txn) Suppliers(fn func(Supplier) error) error { return each(x, kSupplier, fn) }

// SuppliersOf is Suppliers by way of a Memo. fn must change nothing of what it is given.
func (x *Txn) SuppliersOf(m *Memo[Supplier], fn func(v Supplier, fresh bool) error) error {
	return remember(x, kSupplier, m, nil, fn)
}

// PutSupplier makes or changes a supplier.
func (x *Txn) PutSupplier(s Supplier) error { return put(x, s, kSupplier, s.ID) }

// DropSupplier forgets a supplier.
func (x *Txn) DropSupplier(id string) error { return x.drop(kSupplier, id) }

// SupplierList reads a list of suppliers on its way in, or what it did.
func (x *Txn) SupplierList(id string) (Import, error) { return get[Import](x, kSupplierList, id) }

// SupplierLists calls fn with every such list in order of ids. fn must not write.
func (x *Txn) SupplierLists(fn func(Import) error) error { return each(x, kSupplierList, fn) }

// PutSupplierList keeps a list.
func (x *Txn) PutSupplierList(i Import) error { return put(x, i, kSupplierList, i.ID) }

// DropSupplierList forgets a list.
func (x *Txn) DropSupplierList(id string) error { return x.drop(kSupplierList, id) }

// SweepSupplierLists forgets at most limit lists that have expired, and tells how many.
func (x *Txn) SweepSupplierLists(now time.Time, limit int) (int, error) {
	return sweep(x, kSupplierList, limit, func(i Import) bool { return !now.Before(i.Expires) }, x.DropSupplierList)
}
