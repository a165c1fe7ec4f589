package complain

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"declara/app/complain/vault"
	"declara/app/errs"
	"declara/storage"
)

// When nobody does anything, who complained can take what she sent to an authority
// outside, though the office does not move: her follow-up key opens her own words and the
// working copies of her files, and what comes out is sealed to the authority. A page
// never shows them: whoever finds the key of somebody does not read what she told.

// mailFiles gives the mailbox of a complaint that is being sent the keys of the working
// copies of its files. Originals, and who sent it, stay with who keeps identities.
func mailFiles(tenant string, h *held, c *storage.Complaint) error {
	to, err := vault.ParsePublic(c.Mailbox)
	if err != nil {
		return err
	}
	key, err := h.pair(tenant, 0)
	if err != nil {
		return err
	}
	defer key.Wipe()
	for i := range h.record.Files {
		e := &h.record.Files[i]
		if e.Original {
			continue
		}
		if e.Mail, err = vault.ForwardFile(key, At(tenant, c.ID, purposeWorking, 0), e.Key, to); err != nil {
			return err
		}
	}
	return nil
}

// What is told when a complaint cannot be taken to an authority.
var (
	errAwake  = errs.New(errs.Conflict, "complain.buried.error.awake")
	errNobody = errs.New(errs.Conflict, "complain.buried.error.nobody")
)

// Outside is the authority outside of the office that a complaint which nobody moves can
// be taken to; nil when none is named.
func (s *Service) Outside(ctx context.Context, tenant string) (a *storage.ExternalAuthority, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		ch, err := tx.Channel()
		a = ch.External
		return err
	})
	return a, err
}

// Own is what a visitor sent, ready to be written. It is sealed on its way out, one file
// at a time, and is in clear nowhere but in memory.
type Own struct {
	Folio string

	s      *Service
	tenant string
	v      visit
	parts  []storage.ComplaintPart
	to     vault.Authority
}

// Own prepares what a visitor sent for the authority outside: when nothing was done to
// her complaint for so long that it counts as buried. Close ends it.
func (s *Service) Own(ctx context.Context, tenant, token string) (*Own, error) {
	v, err := s.visited(tenant, token)
	if err != nil {
		return nil, err
	}
	o := &Own{s: s, tenant: tenant, v: v}
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		c, err := tx.Complaint(v.complaint)
		if errors.Is(err, storage.ErrNotFound) {
			return errVisit
		} else if err != nil {
			return err
		}
		if buried, err := s.buried(tx, &c); err != nil || !buried {
			return errors.Join(err, errAwake)
		}
		ch, err := tx.Channel()
		if err != nil {
			return err
		}
		if ch.External == nil {
			return errNobody
		}
		if o.to, err = vault.ParseAuthority(ch.External.Recipient); err != nil {
			return err
		}
		o.Folio = c.Folio
		o.parts, err = tx.Parts(c.ID)
		return err
	}); err != nil {
		o.Close()
		return nil, err
	}
	return o, nil
}

// Close forgets the key.
func (o *Own) Close() { o.v.mailbox.Wipe() }

// aboutOwn tells the authority what she has before her.
const aboutOwn = `Esta copia la trae quien presentó la denuncia %s.

En 60 días hábiles la oficina que la recibió no hizo nada. Por eso la trae con ustedes.

denuncia.txt     lo que contó, tal como se acusó de recibido
mensajes.txt     lo que se escribieron
eventos.jsonl    lo que pasó, un renglón por hecho. El SHA-256 de cada renglón está en
                 la bitácora pública de la institución
anexos/          copias de trabajo de sus archivos, sin datos ocultos. Los .json dan el
                 SHA-256 de cada original y de su copia
SHA256SUMS       se comprueba con sha256sum -c

No están los archivos originales ni el nombre de quien denunció. Los guarda quien
custodia identidades, y con la clave de seguimiento no se pueden abrir. Pueden pedirse
por oficio: los SHA-256 dicen cuáles son.
`

// Write writes the age file.
func (o *Own) Write(ctx context.Context, w io.Writer) error {
	sealed, err := vault.Export(w, o.to)
	if err != nil {
		return err
	}
	count := &counter{w: sealed}
	archive := tar.NewWriter(count)
	var sums, messages, events strings.Builder
	put := func(name string, b []byte) error {
		sums.WriteString(digest(b) + "  " + name + "\n")
		if err := archive.WriteHeader(&tar.Header{Name: o.Folio + "/" + name, Mode: 0o600, Size: int64(len(b)), Format: tar.FormatUSTAR}); err != nil {
			return fmt.Errorf("complain: %w", err)
		}
		_, err := archive.Write(b)
		return err
	}
	if err := put("LEEME.txt", fmt.Appendf(nil, aboutOwn, o.Folio)); err != nil {
		return err
	}
	files := 0
	for _, p := range o.parts {
		if p.Mail == nil {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		text, err := vault.Open(o.v.mailbox, At(o.tenant, p.Complaint, p.Kind, p.Seq), p.Mail)
		if err != nil {
			return err
		}
		switch p.Kind {
		case storage.PartFacts:
			var f Facts
			if err := json.Unmarshal(text, &f); err != nil {
				return err
			}
			if err := errors.Join(put("denuncia.txt", f.Canonical()), put("denuncia.json", text)); err != nil {
				return err
			}
		case storage.PartMessage:
			var m Message
			if err := json.Unmarshal(text, &m); err != nil {
				return err
			}
			messages.WriteString(said(p, m))
		case storage.PartEvent:
			events.Write(append(text, '\n'))
		case storage.PartFile:
			files++
			if err := o.file(p, text, files, put); err != nil {
				return err
			}
		}
	}
	if err := errors.Join(put("mensajes.txt", []byte(messages.String())), put("eventos.jsonl", []byte(events.String())), put("SHA256SUMS", []byte(sums.String()))); err != nil {
		return err
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("complain: %w", err)
	}
	const step = 64 << 10
	if _, err := sealed.Write(make([]byte, (step-count.n%step)%step)); err != nil {
		return err
	}
	return sealed.Close()
}

// file puts the working copy of a file, and the hashes of it and its original.
func (o *Own) file(p storage.ComplaintPart, text []byte, n int, put func(string, []byte) error) error {
	var f File
	if err := json.Unmarshal(text, &f); err != nil {
		return err
	}
	for _, e := range p.Files {
		if e.Name != f.Sealed || e.Mail == nil {
			continue
		}
		e.Key = e.Mail
		b, err := o.s.openFile(o.tenant, p.Complaint, o.v.mailbox, e, purposeWorking)
		if err != nil {
			return err
		}
		if err := put("anexos/"+f.Kind.Name(n), b); err != nil {
			return err
		}
	}
	return put("anexos/"+strconv.Itoa(n)+".json", encode(FileProof{f.Original, f.Working}))
}

// said is a message as the files of a case have it.
func said(p storage.ComplaintPart, m Message) string {
	who := "La contraloría"
	if p.From == storage.FromCitizen {
		who = "Quien denunció"
	}
	return fmt.Sprintf("%s, %s:\n%s\n\n", p.Day, who, m.Text)
}

type counter struct {
	w io.Writer
	n int
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += n
	return n, err
}

// History is what happened to a complaint as lines that its sender can prove: the day,
// the SHA-256 that is in the public log, and the text that it is of.
func (st Status) History() []byte {
	var b strings.Builder
	for _, e := range st.Events {
		text := encode(e)
		b.WriteString(e.Day + "\n" + digest(text) + "\n" + string(text) + "\n\n")
	}
	return []byte(b.String())
}
