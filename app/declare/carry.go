package declare

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"declara/app/errs"
	"declara/forms"
)

// A draft that its person takes with her, and brings back: to this place, or to the
// one where she works next (carry_bring.go). The file is JSON that she can read in
// twenty years with any program. It has what she answered and nothing else: not what
// human resources gave, what is worked out, what she removed, or what she confirmed.
// Nothing in it protects it, which the page says (decision 0038).

// Carried is that file.
type Carried struct {
	Kind        string        `json:"declara"` // carriedKind
	Version     int           `json:"version"`
	Edition     string        `json:"edition"`
	Type        string        `json:"type"`  // slug
	Level       string        `json:"level"` // slug
	Year        int           `json:"year"`
	Institution string        `json:"institution"`
	CURP        string        `json:"curp"` // whose it is
	Saved       time.Time     `json:"saved"`
	Answers     forms.Answers `json:"answers"`
	Mark        string        `json:"mark"` // that we wrote it; only we can tell
}

const (
	carriedKind    = "borrador"
	carriedVersion = 1
	// MaxCarried is the most bytes that a file of a draft may have. One of somebody
	// with everything has a tenth of it.
	MaxCarried        = 512 << 10
	maxCarriedAnswers = 20_000
	maxCarriedPath    = 300
)

// What a person may be told of a file.
var (
	errCarriedSize    = errs.New(errs.TooLarge, "carry.error.size", strconv.Itoa(MaxCarried>>10))
	errCarriedShape   = errs.New(errs.Invalid, "carry.error.shape")
	errCarriedVersion = errs.New(errs.Invalid, "carry.error.version")
	errCarriedOther   = errs.New(errs.Invalid, "carry.error.other")
)

// CarryOut is the file of a draft.
func (s *Service) CarryOut(ctx context.Context, who Who, id string) ([]byte, error) {
	w, err := s.Draft(ctx, who, id)
	if err != nil {
		return nil, err
	}
	d := &w.Kept.Draft
	c := Carried{
		Kind: carriedKind, Version: carriedVersion, Edition: w.Form.Edition, Type: w.Form.Type.Slug(), Level: w.Form.Level.Slug(), Year: d.Year,
		Institution: w.Institution.Name, CURP: w.Person.CURP, Saved: w.Kept.Saved.UTC().Truncate(time.Second), Answers: w.carried(),
	}
	c.Mark = s.carriedMark(c)
	raw, err := json.MarshalIndent(c, "", " ")
	if err == nil && len(raw) > MaxCarried {
		err = errCarriedSize
	}
	return raw, err
}

// carried are the answers that the person gave.
func (w *Work) carried() forms.Answers {
	d, out := &w.Kept.Draft, forms.Answers{}
	for p, v := range d.Answers {
		if !w.hers(p) || w.removed(p) {
			continue
		}
		if w.isList(p) {
			v = slices.DeleteFunc(slices.Clone(v), func(id string) bool { return d.Baja[p.Join(id)] })
		}
		out.Set(p, v...)
	}
	return out
}

// hers reports whether the answer at a path is the person's own: asked by this form,
// of a section that she may change, not of the roster, and not worked out.
func (w *Work) hers(p forms.Path) bool {
	x, ok := w.Form.Field(p)
	if _, given := w.Kept.Draft.Given[p]; !ok || given || x.Kind == forms.Group {
		return false
	}
	return !w.Form.Computed(w.Kept.Draft.Answers, p) && !w.Locked(w.Form.Section(p.Section()))
}

// removed reports whether a path lies in something that she no longer has.
func (w *Work) removed(p forms.Path) bool {
	item, ok := w.ItemOf(p)
	return ok && p.Under(item) && w.Kept.Draft.Baja[item]
}

// carriedMark is what the file ends with: whoever changes it elsewhere cannot make
// one. It is not what a file is believed by, since one of another place has one that
// we cannot read: each answer goes through the checks of the form all the same.
func (s *Service) carriedMark(c Carried) string {
	c.Mark = ""
	raw, err := json.Marshal(c)
	if err != nil { // text and numbers always marshal
		return ""
	}
	mac := hmac.New(sha256.New, s.db.Keys().Sub("carried draft"))
	mac.Write(raw)
	return hex.EncodeToString(mac.Sum(nil))
}

// ReadCarried reads a file of a draft, whoever wrote it.
func ReadCarried(raw []byte) (c Carried, err error) {
	if len(raw) > MaxCarried {
		return c, errCarriedSize
	}
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")) // as editors on Windows save it
	if !utf8.Valid(raw) || json.Unmarshal(raw, &c) != nil || c.Kind != carriedKind || len(c.Answers) > maxCarriedAnswers {
		return Carried{}, errCarriedShape
	}
	if _, ok := c.form(); !ok || c.Version != carriedVersion {
		return Carried{}, errCarriedVersion
	}
	for p, values := range c.Answers {
		if len(p) > maxCarriedPath || len(values) > maxValues {
			return Carried{}, errCarriedShape
		}
		for _, v := range values {
			if len(v) > maxValue {
				return Carried{}, errCarriedShape
			}
		}
	}
	return c, nil
}

// form is the one that a file was made with.
func (c Carried) form() (*forms.Form, bool) {
	typ, ok := forms.ParseType(c.Type)
	if !ok {
		return nil, false
	}
	level := forms.Full
	switch c.Level {
	case forms.Simplified.Slug():
		level = forms.Simplified
	case forms.Full.Slug():
	default:
		return nil, false
	}
	return forms.Edition(c.Edition, typ, level)
}
