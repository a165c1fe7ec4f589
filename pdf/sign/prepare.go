package sign

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// reserve is the room kept for a CMS, in bytes: an RSA-2048 signature with its
// issuer of 4096 bits and a time stamp with its certificate takes 7 kB; authorities
// that send their whole chain add four more.
const reserve = 12 << 10

// Request is one signature to be.
type Request struct {
	Field                  string    // name of an empty field of the file
	At                     time.Time // hour that the signature claims (/M), with its zone
	Name, Reason, Location string    // may be empty
	Box                    []byte    // a one-page file of pdf.WriteBox, drawn in the field's rectangle; nil draws nothing
}

// Prepared is a file with a hole for one signature. It holds no secret.
type Prepared struct {
	PDF    []byte   // the whole file; the hole holds zeros
	Range  [4]int   // /ByteRange: 0, length, where it goes on, length
	Digest [32]byte // SHA-256 of both ranges
}

// MarshalBinary writes a Prepared for the time between the two phases.
func (p Prepared) MarshalBinary() ([]byte, error) {
	out := make([]byte, 0, len(p.PDF)+16)
	out = binary.BigEndian.AppendUint64(out, uint64(p.Range[1]))
	out = binary.BigEndian.AppendUint64(out, uint64(p.Range[2]))
	return append(out, p.PDF...), nil
}

// UnmarshalBinary reads it; the digest is computed anew.
func (p *Prepared) UnmarshalBinary(data []byte) error {
	if len(data) < 16 {
		return fail(Damaged)
	}
	from, to := binary.BigEndian.Uint64(data), binary.BigEndian.Uint64(data[8:])
	pdf := data[16:]
	if from >= to || to > uint64(len(pdf)) || pdf[from] != '<' || pdf[to-1] != '>' {
		return fail(Damaged)
	}
	*p = around(append([]byte(nil), pdf...), int(from), int(to))
	return nil
}

// around is the Prepared of a file with its hole.
func around(pdf []byte, from, to int) Prepared {
	h := sha256.New()
	h.Write(pdf[:from])
	h.Write(pdf[to:])
	p := Prepared{PDF: pdf, Range: [4]int{0, from, to, len(pdf) - to}}
	h.Sum(p.Digest[:0])
	return p
}

// Prepare writes the revision that holds a signature, all but the signature: its
// dictionary and its appearance are new objects, and its field is the only one that
// changes.
func Prepare(pdf []byte, r Request) (Prepared, error) {
	d, err := open(pdf)
	if err != nil {
		return Prepared{}, err
	}
	at, field, err := d.emptyField(r.Field)
	if err != nil {
		return Prepared{}, err
	}
	u, err := d.update()
	if err != nil {
		return Prepared{}, err
	}
	head := dict{"Type": name("Sig"), "Filter": name("Adobe.PPKLite"), "SubFilter": name("ETSI.CAdES.detached"), "M": date(r.At)}
	for k, v := range map[name]string{"Name": r.Name, "Reason": r.Reason, "Location": r.Location} {
		if v != "" {
			head[k] = words(v)
		}
	}
	hole := newHole(head)
	sig := u.raw(hole.body)
	field["V"] = sig
	if r.Box != nil {
		drawn, err := u.graft(r.Box)
		if err != nil {
			return Prepared{}, err
		}
		field["AP"] = dict{"N": drawn}
	}
	u.set(at, field)
	return hole.prepare(u, sig), nil
}

// emptyField finds a signature field without a value.
func (d *document) emptyField(called string) (ref, dict, error) {
	_, root, err := d.root()
	if err != nil {
		return ref{}, nil, err
	}
	form, err := d.dict(root["AcroForm"])
	if err != nil {
		return ref{}, nil, err
	}
	fields, err := d.array(form["Fields"])
	if err != nil {
		return ref{}, nil, err
	}
	for _, v := range fields {
		r, ok := v.(ref)
		if !ok {
			continue
		}
		field, err := d.dict(r)
		if err != nil {
			return ref{}, nil, err
		}
		if read(field["T"]) == called && field["FT"] == name("Sig") && field["V"] == nil {
			return r, field, nil
		}
	}
	return ref{}, nil, fail(NoField)
}

// hole is a signature dictionary whose range and contents are still blank.
type hole struct {
	body                         []byte
	rangeFrom, rangeTo, from, to int // in body
}

const (
	rangeBlank = "[0 ********** ********** **********]"
	rangeKey   = "/ByteRange "
	holeKey    = "\n/Contents "
)

func newHole(head dict) hole {
	var h hole
	body := write(nil, head)
	body = body[:len(body)-len("\n>>")]
	body = append(body, "\n"+rangeKey...)
	h.rangeFrom = len(body)
	body = append(body, rangeBlank+holeKey...)
	h.rangeTo = h.rangeFrom + len(rangeBlank)
	h.from = len(body)
	body = append(body, '<')
	for range 2 * reserve {
		body = append(body, '0')
	}
	body = append(body, '>')
	h.to = len(body)
	h.body = append(body, "\n>>"...)
	return h
}

// prepare writes the revision and fills in the range, whose place the writer knows.
func (h hole) prepare(u *update, sig ref) Prepared {
	out, bodies := u.bytes()
	at := bodies[sig.num]
	from, to := at+h.from, at+h.to
	ranges := fmt.Appendf(nil, "[0 %d %d %d", from, to, len(out)-to)
	blank := out[at+h.rangeFrom : at+h.rangeTo]
	n := copy(blank, ranges)
	for i := n; i < len(blank)-1; i++ {
		blank[i] = ' '
	}
	return around(out, from, to)
}

// Embed puts the CMS into the hole.
func (p Prepared) Embed(cms []byte) ([]byte, error) {
	from, to := p.Range[1]+1, p.Range[2]-1
	if from > to || to > len(p.PDF) {
		return nil, fail(Damaged)
	}
	if 2*len(cms) > to-from {
		return nil, fail(TooLong)
	}
	out := append([]byte(nil), p.PDF...)
	hex.Encode(out[from:to], cms)
	return out, nil
}

// Seal prepares, signs, stamps (unless st is nil) and embeds in one call. When the
// authority gives no stamp the error is a *Error with one of the Stamp reasons: seal
// again with a nil Stamper and stamp the document later.
func Seal(ctx context.Context, pdf []byte, r Request, k Key, st Stamper) ([]byte, error) {
	p, err := Prepare(pdf, r)
	if err != nil {
		return nil, err
	}
	cms, err := k.cms(ctx, p.Digest, st)
	if err != nil {
		return nil, err
	}
	out, err := p.Embed(cms)
	if st != nil && errors.Is(err, fail(TooLong)) {
		return nil, fail(StampFormat) // without the stamp there is room
	}
	return out, err
}
