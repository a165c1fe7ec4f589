package suppliers

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

var (
	errEncoding = errs.New(errs.Invalid, "conflict.file.encoding")
	errStandard = errs.New(errs.Invalid, "conflict.file.standard")
	errMany     = errs.New(errs.Invalid, "conflict.file.many", strconv.Itoa(maxReleases))
)

// errAt tells that the JSON breaks in the value that begins in a line.
func errAt(data []byte, offset int64) error {
	rest := data[min(max(offset, 0), int64(len(data))):]
	offset += int64(len(rest) - len(bytes.TrimLeft(rest, " ,:\t\r\n")))
	line := 1 + bytes.Count(data[:min(max(offset, 0), int64(len(data)))], []byte("\n"))
	return errs.New(errs.Invalid, "conflict.file.broken", strconv.Itoa(line))
}

// ocds reads packages, releases and streams of them.
func (b *builder) ocds(data []byte) error {
	if !utf8.Valid(data) {
		return errEncoding
	}
	s := stream{b: b, data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	for {
		err := s.value()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
	}
	if b.rows == 0 {
		return errStandard
	}
	s.merge()
	return nil
}

// stream reads values one after the other, a release at a time.
type stream struct {
	b      *builder
	data   []byte
	dec    *json.Decoder
	latest map[string]int // ocid and what is in it → place in found
	found  []finding
}

// finding is a contract, or an award that has none, of a release.
type finding struct {
	date     string // of the release
	supplier int
	contract storage.Contract
	at       place
}

// bad is the error of a decoder in words.
func (s *stream) bad(err error) error {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e
	}
	return errAt(s.data, s.dec.InputOffset())
}

// value reads one value of the top; io.EOF when there is none.
func (s *stream) value() error {
	t, err := s.dec.Token()
	if errors.Is(err, io.EOF) {
		return io.EOF
	} else if err != nil {
		return s.bad(err)
	}
	switch t {
	case json.Delim('['):
		return s.list(s.release)
	case json.Delim('{'):
		return s.object()
	}
	return errStandard
}

// list reads the rest of a list whose beginning was read.
func (s *stream) list(each func(json.RawMessage) error) error {
	for s.dec.More() {
		var raw json.RawMessage
		if err := s.dec.Decode(&raw); err != nil {
			return s.bad(err)
		}
		if err := each(raw); err != nil {
			return err
		}
	}
	if _, err := s.dec.Token(); err != nil {
		return s.bad(err)
	}
	return nil
}

// object reads the rest of an object at the top: a package, or a release of its own.
func (s *stream) object() error {
	own := map[string]json.RawMessage{}
	size, packaged := 0, false
	for s.dec.More() {
		t, err := s.dec.Token()
		if err != nil {
			return s.bad(err)
		}
		name, _ := t.(string)
		if name == "releases" || name == "records" {
			open, err := s.dec.Token()
			if err != nil {
				return s.bad(err)
			}
			if open != json.Delim('[') {
				return errStandard
			}
			each := s.release
			if name == "records" {
				each = s.record
			}
			if err := s.list(each); err != nil {
				return err
			}
			packaged = true
			continue
		}
		var raw json.RawMessage
		if err := s.dec.Decode(&raw); err != nil {
			return s.bad(err)
		}
		if size += len(raw); size > maxRelease {
			return s.swollen()
		}
		own[name] = raw
	}
	if _, err := s.dec.Token(); err != nil {
		return s.bad(err)
	}
	if packaged || own["ocid"] == nil {
		return nil
	}
	raw, err := json.Marshal(own)
	if err != nil {
		return s.bad(err)
	}
	if own["compiledRelease"] != nil {
		return s.record(raw)
	}
	return s.release(raw)
}

func (s *stream) swollen() error {
	return errs.New(errs.Invalid, "conflict.file.release", strconv.Itoa(s.b.rows+1), strconv.Itoa(maxRelease>>20))
}

// record reads one of a record package: its compiled release, or else its releases.
func (s *stream) record(raw json.RawMessage) error {
	if len(raw) > maxRelease {
		return s.swollen()
	}
	var r struct {
		Compiled json.RawMessage   `json:"compiledRelease"`
		Releases []json.RawMessage `json:"releases"`
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		s.b.rows++
		s.b.problem("shape", place{strconv.Itoa(s.b.rows), "records"})
		return nil
	}
	if len(r.Compiled) > 0 && r.Compiled[0] == '{' {
		return s.release(r.Compiled)
	}
	for _, raw := range r.Releases {
		if err := s.release(raw); err != nil {
			return err
		}
	}
	return nil
}

// The parts of a release that are read. A text may be a number in files of some
// systems, and an amount a text.
type release struct {
	OCID    text         `json:"ocid"`
	Date    text         `json:"date"`
	Buyer   organization `json:"buyer"`
	Parties []party      `json:"parties"`
	Tender  struct {
		Title   text         `json:"title"`
		Entity  organization `json:"procuringEntity"`
		Method  text         `json:"procurementMethod"`
		Details text         `json:"procurementMethodDetails"`
	} `json:"tender"`
	Awards []struct {
		award
		Suppliers []organization `json:"suppliers"`
	} `json:"awards"`
	Contracts []struct {
		award
		Award  text           `json:"awardID"`
		Signed text           `json:"dateSigned"`
		By     []organization `json:"signatories"`
		To     []organization `json:"suppliers"`
		Span   *period        `json:"period"`
	} `json:"contracts"`
}

type award struct {
	ID     text    `json:"id"`
	Title  text    `json:"title"`
	About  text    `json:"description"`
	Status text    `json:"status"`
	Date   text    `json:"date"`
	Value  *value  `json:"value"`
	Period *period `json:"contractPeriod"`
}

type period struct {
	From text `json:"startDate"`
	To   text `json:"endDate"`
}

type value struct {
	Amount   text `json:"amount"`
	Currency text `json:"currency"`
}

type organization struct {
	ID   text `json:"id"`
	Name text `json:"name"`
}

type party struct {
	organization
	Identifier identifier   `json:"identifier"`
	Others     []identifier `json:"additionalIdentifiers"`
	Contact    struct {
		Name text `json:"name"`
	} `json:"contactPoint"`
	Owners []struct {
		Name       text       `json:"name"`
		Identifier identifier `json:"identifier"`
	} `json:"beneficialOwners"`
	Roles []text `json:"roles"`
}

type identifier struct {
	ID    text `json:"id"`
	Legal text `json:"legalName"`
}

// text is a text, or a number as it was written. What is neither says nothing.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	*t = ""
	switch {
	case len(b) > 0 && b[0] == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = text(s)
	case len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9'):
		*t = text(b)
	}
	return nil
}

// void are states of awards and contracts in which nothing was contracted.
var void = []string{"unsuccessful", "cancelled", "canceled", "withdrawn", "pending"}

// release takes the contracts of one in.
func (s *stream) release(raw json.RawMessage) error {
	s.b.rows++
	if s.b.rows > maxReleases {
		return errMany
	}
	if len(raw) > maxRelease {
		s.b.rows--
		return s.swollen()
	}
	// An element may be a package again, as in a list of files.
	if bytes.Contains(raw, []byte(`"releases"`)) || bytes.Contains(raw, []byte(`"compiledRelease"`)) {
		var p struct {
			Releases []json.RawMessage `json:"releases"`
			Compiled json.RawMessage   `json:"compiledRelease"`
		}
		if json.Unmarshal(raw, &p) == nil && (len(p.Releases) > 0 || len(p.Compiled) > 0) {
			s.b.rows--
			return s.record(raw)
		}
	}
	var r release
	if err := json.Unmarshal(raw, &r); err != nil {
		field := "?"
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
			field = wrong.Field
		}
		s.b.problem("shape", place{strconv.Itoa(s.b.rows), clip(field)})
		return nil
	}
	s.contracts(&r)
	return nil
}

// clip bounds what a file says about itself.
func clip(s string) string {
	s, _ = tidy(s, 60)
	if utf8.RuneCountInString(s) > 60 {
		return string([]rune(s)[:60])
	}
	return s
}

// contracts finds what was contracted in a release, and with whom.
func (s *stream) contracts(r *release) {
	n := strconv.Itoa(s.b.rows)
	done := map[text]bool{}
	unit, officials := r.unit()
	base := storage.Contract{Unit: unit, Officials: officials, Method: short(string(first(r.Tender.Details, r.Tender.Method)))}
	for i, c := range r.Contracts {
		done[c.Award] = true
		who := c.To
		at := "contracts[" + strconv.Itoa(i) + "]"
		x := base
		for _, a := range r.Awards {
			if a.ID == c.Award {
				if who == nil {
					who = a.Suppliers
				}
				if c.Title == "" {
					c.Title = first(a.Title, a.About)
				}
				if c.Value == nil {
					c.Value = a.Value
				}
				if c.Span == nil {
					c.Span = a.Period
				}
			}
		}
		if c.Award == "" && who == nil && len(r.Awards) == 1 {
			who, done[r.Awards[0].ID] = r.Awards[0].Suppliers, true
		}
		if slices.Contains(void, string(c.Status)) {
			continue
		}
		if c.Span == nil {
			c.Span = c.Period
		}
		x.Signed = s.day(n, at+".dateSigned", c.Signed)
		for _, o := range c.By {
			if name := short(string(o.Name)); name != "" && !r.sells(o, who) {
				x.Officials = append(slices.Clip(x.Officials), name)
			}
		}
		s.add(r, x, c.award, c.Span, who, n, at)
	}
	for i, a := range r.Awards {
		if !done[a.ID] && !slices.Contains(void, string(a.Status)) {
			at := "awards[" + strconv.Itoa(i) + "]"
			x := base
			x.Signed = s.day(n, at+".date", a.Date)
			s.add(r, x, a.award, a.Period, a.Suppliers, n, at)
		}
	}
}

func first(all ...text) text {
	for _, t := range all {
		if t != "" {
			return t
		}
	}
	return ""
}

func short(s string) string {
	s, clean := tidy(s, maxShort)
	if !clean || formula(s) {
		return ""
	}
	return s
}

// sells reports whether a signatory is of the suppliers.
func (r *release) sells(o organization, who []organization) bool {
	return slices.ContainsFunc(who, func(w organization) bool { return w.ID != "" && w.ID == o.ID || w.Name == o.Name })
}

// unit is the office that buys, the most exact that is told, and who answers for it.
func (r *release) unit() (name string, officials []string) {
	for _, role := range []text{"requestingUnit", "contractingUnit", "procuringEntity", "buyer"} {
		for _, p := range r.Parties {
			if slices.Contains(p.Roles, role) && name == "" {
				name = short(string(p.Name))
				if who := short(string(p.Contact.Name)); who != "" {
					officials = append(officials, who)
				}
			}
		}
	}
	if name == "" {
		name = short(string(first(r.Tender.Entity.Name, r.Buyer.Name)))
	}
	return name, officials
}

func (s *stream) add(r *release, c storage.Contract, a award, span *period, who []organization, n, at string) {
	problems := len(s.b.problems)
	number := short(string(a.ID))
	if number == "" {
		number = short(string(r.OCID))
	}
	c.Number = number
	c.Title, _ = tidy(string(first(a.Title, a.About, r.Tender.Title)), maxTitle)
	if utf8.RuneCountInString(c.Title) > maxTitle {
		c.Title = string([]rune(c.Title)[:maxTitle])
	}
	if _, clean := tidy(c.Title, maxTitle); !clean || formula(c.Title) {
		s.b.problem("letters", place{n, at + ".title"}, strconv.Itoa(maxTitle))
	}
	if a.Value != nil {
		c.Amount = s.amount(n, at+".value.amount", a.Value.Amount)
		code, ok := coin(string(a.Value.Currency))
		if !ok {
			s.b.problem("coin", place{n, at + ".value.currency"})
		}
		c.Currency = code
	}
	if span != nil {
		c.From, c.To = s.day(n, at+".period.startDate", span.From), s.day(n, at+".period.endDate", span.To)
		if c.From != "" && c.To != "" && c.To < c.From {
			s.b.problem("order", place{n, at + ".period.endDate"})
		}
	}
	if len(who) == 0 {
		s.b.note("nosupplier", place{n, at})
		return
	}
	if len(s.b.problems) > problems {
		return
	}
	for i, o := range who {
		at := place{n, at + ".suppliers[" + strconv.Itoa(i) + "]"}
		rfc, name := "", string(o.Name)
		var p *party
		for j := range r.Parties {
			if q := &r.Parties[j]; q.ID == o.ID && o.ID != "" || o.ID == "" && q.Name == o.Name {
				p = q
				break
			}
		}
		if p != nil {
			rfc = p.rfc()
			name = string(first(p.Identifier.Legal, p.Name, o.Name))
		}
		if rfc == "" {
			rfc = rfcIn(o.ID)
		}
		k, ok := s.b.supplier(rfc, name, place{n, at.column + ".id"}, place{n, at.column + ".name"})
		if !ok {
			continue
		}
		if p != nil {
			s.b.related(k, storage.Representative, string(p.Contact.Name), "", place{n, "parties.contactPoint"})
			for _, w := range p.Owners {
				s.b.related(k, storage.Partner, string(w.Name), rfcIn(w.Identifier.ID), place{n, "parties.beneficialOwners"})
			}
		}
		s.keep(k, string(r.Date), string(r.OCID), c, place{n, at.column})
	}
}

// rfc is what a party gives as its RFC, under whatever scheme.
func (p *party) rfc() string {
	for _, id := range append([]identifier{p.Identifier}, p.Others...) {
		if rfc := rfcIn(id.ID); rfc != "" {
			return rfc
		}
	}
	return rfcIn(p.ID)
}

// rfcIn finds an RFC in an identifier such as "MX-RFC-COS980312AB1".
func rfcIn(id text) string {
	for _, part := range []string{string(id), strings.TrimPrefix(strings.ToUpper(string(id)), "MX-RFC-"), strings.TrimPrefix(strings.ToUpper(string(id)), "RFC-")} {
		if rfc := forms.CleanRFC(part); forms.IsRFC(rfc) {
			return rfc
		}
	}
	return ""
}

// keep keeps a contract; of one that several releases tell of, the latest.
func (s *stream) keep(supplier int, date, ocid string, c storage.Contract, at place) {
	if s.latest == nil {
		s.latest = map[string]int{}
	}
	if c.Number != ocid && ocid != "" && len(c.Number) < 6 {
		c.Number = short(ocid) + " " + c.Number // "1" is the number of every first contract
	}
	key := strconv.Itoa(supplier) + " " + ContractMark(c)
	if i, there := s.latest[key]; there {
		if date >= s.found[i].date {
			s.found[i].date, s.found[i].contract, s.found[i].at = date, c, at
		}
		return
	}
	s.latest[key] = len(s.found)
	s.found = append(s.found, finding{date: date, supplier: supplier, contract: c, at: at})
}

// merge gives the suppliers their contracts.
func (s *stream) merge() {
	for _, f := range s.found {
		s.b.contract(f.supplier, f.contract, f.at)
	}
}

func (s *stream) amount(n, at string, t text) int64 {
	if t == "" {
		return 0
	}
	v, err := strconv.ParseFloat(string(t), 64)
	if err != nil || math.IsNaN(v) || v < 0 || v > float64(forms.MaxMoney) {
		s.b.problem("amount", place{n, at})
		return 0
	}
	return int64(v)
}

// day is the day of a date-time, where it was written.
func (s *stream) day(n, at string, t text) string {
	if t == "" {
		return ""
	}
	day, _, _ := strings.Cut(string(t), "T")
	if _, err := time.Parse(time.DateOnly, day); err != nil || day < "1900" {
		s.b.problem("day", place{n, at})
		return ""
	}
	return day
}
