package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"declara/app/pdn"
	"declara/forms"
	"declara/forms/sample"
	"declara/storage"
	"declara/storage/bolt"
)

const tenant = "1"

// Credentials of the client that asks.
const (
	clientID     = "bench"
	clientSecret = "bench-client-secret"
	username     = "bench-user"
	password     = "bench-password"
)

// template is an invented public declaration in which names, public body,
// municipality and amounts are left open, so that a few of them make many that
// differ in all that is searched.
type template struct {
	meta  forms.Metadata
	form  *forms.Form
	parts []part
}

// part is text that stays, or one of the things that are left open.
type part struct {
	text  string
	open  byte  // 0, or which one
	value int64 // of an amount, that of the original
}

const (
	openName   = 'n'
	openBody   = 'b'
	openTown   = 't'
	openAmount = 'a'
)

var opening = regexp.MustCompile(`"datosGenerales":\{"nombre":"[^"]*","primerApellido":"[^"]*"(?:,"segundoApellido":"[^"]*")?` +
	`|"nombreEntePublico":"[^"]*"` +
	`|"entidadFederativa":\{"clave":"[^"]*","valor":"[^"]*"\},"municipioAlcaldia":\{"clave":"[^"]*","valor":"[^"]*"\}` +
	`|"valor":[0-9]+`)

// newTemplates makes some, seven simplified ones to each three full ones, as a
// municipality has.
func newTemplates() ([]template, error) {
	const n = 100
	var all []template
	for seed := range int64(n) {
		t := forms.AllTypes[[]int{0, 1, 1, 1, 2}[seed%5]]
		level := forms.Simplified
		if seed%10 >= 7 {
			level = forms.Full
		}
		f := forms.Lookup(t, level)
		d, err := sample.Draft(f, seed, sample.Options{
			Person: sample.Official(seed), Year: 2026, Event: "2026-02-16", Today: "2026-05-20", Wealth: 0.5,
		})
		if err != nil {
			return nil, err
		}
		full, err := forms.Compile(f, d)
		if err != nil {
			return nil, err
		}
		public, err := full.Public(forms.PublicOptions{})
		if err != nil {
			return nil, err
		}
		all = append(all, template{
			meta:  forms.Metadata{Institucion: "Secretaría de la Contraloría", Tipo: t, DeclaracionCompleta: level == forms.Full},
			form:  f,
			parts: split(string(public.JSON)),
		})
	}
	return all, nil
}

func split(doc string) (parts []part) {
	from := 0
	for _, m := range opening.FindAllStringIndex(doc, -1) {
		parts = append(parts, part{text: doc[from:m[0]]})
		found := doc[m[0]:m[1]]
		p := part{open: openAmount}
		switch {
		case strings.HasPrefix(found, `"datosGenerales"`):
			p.open = openName
		case strings.HasPrefix(found, `"nombreEntePublico"`):
			p.open = openBody
		case strings.HasPrefix(found, `"entidadFederativa"`):
			p.open = openTown
		default:
			p.value, _ = strconv.ParseInt(strings.TrimPrefix(found, `"valor":`), 10, 64)
		}
		parts = append(parts, p)
		from = m[1]
	}
	return append(parts, part{text: doc[from:]})
}

// state is the one whose municipalities the invented officials work in.
const state = "20"

var towns = forms.Municipalities.Options(state)

// Names are put together from those of package sample: some thousand given names,
// some thousand surnames, the common ones more often.
var givens, surnames = func() (g, s []string) {
	seen := map[string]bool{}
	for seed := range int64(400) {
		p := sample.Official(seed)
		for _, one := range append(strings.Fields(p.Given), p.First, p.Second) {
			if one == "" || seen[one] {
				continue
			}
			seen[one] = true
			if one == p.First || one == p.Second {
				s = append(s, one)
			} else {
				g = append(g, one)
			}
		}
	}
	return g, s
}()

func givenName(r *rand.Rand) string {
	a, b := givens[r.IntN(len(givens))], givens[r.IntN(len(givens))]
	if a == b {
		return a
	}
	return a + " " + b
}

func surname(r *rand.Rand) string {
	s := surnames[r.IntN(len(surnames))]
	if r.IntN(8) == 0 {
		return s + " de " + surnames[r.IntN(len(surnames))]
	}
	return s
}

// document is one declaration made of a template.
func (t *template) document(r *rand.Rand) forms.Document {
	town := towns[r.IntN(len(towns))]
	first := true
	var b strings.Builder
	for _, p := range t.parts {
		switch p.open {
		case openName:
			fmt.Fprintf(&b, `"datosGenerales":{"nombre":%q,"primerApellido":%q,"segundoApellido":%q`, givenName(r), surname(r), surname(r))
		case openBody:
			name := "Municipio de " + town.Text
			if !first {
				name = "Gobierno del Estado"
			}
			first = false
			fmt.Fprintf(&b, `"nombreEntePublico":%q`, name)
		case openTown:
			fmt.Fprintf(&b, `"entidadFederativa":{"clave":%q,"valor":"Oaxaca"},"municipioAlcaldia":{"clave":%q,"valor":%q}`, state, town.Key, town.Text)
		case openAmount:
			b.WriteString(`"valor":`)
			b.WriteString(strconv.FormatInt(p.value/2+r.Int64N(p.value+1), 10))
		default:
			b.WriteString(p.text)
		}
	}
	return forms.Document{Form: t.form, JSON: []byte(b.String())}
}

// batch is how many declarations are filed in one transaction.
const batch = 500

// fill makes an installation in dir with n declarations on record and one client,
// and tells how many bytes the public documents have.
func fill(ctx context.Context, dir string, n int, templates []template) (size int64, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return 0, err
	}
	keys, err := storage.LoadKeys(filepath.Join(dir, "declara.key"), true)
	if err != nil {
		return 0, err
	}
	store, err := bolt.Open(filepath.Join(dir, "declara.db"))
	if err != nil {
		return 0, err
	}
	db := storage.Open(store, keys, storage.WithIndexer(pdn.Row))
	defer func() { err = errors.Join(err, db.Close()) }()
	day := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	if err := db.Update(ctx, tenant, func(tx *storage.Txn) error { return settle(tx, day) }); err != nil {
		return 0, err
	}
	r := rand.New(rand.NewPCG(uint64(n), 1))
	for filed := 0; filed < n; filed += batch {
		type filing struct {
			storage.Filing
			public []byte
		}
		var some []filing
		for i := filed; i < min(filed+batch, n); i++ {
			t := &templates[r.IntN(len(templates))]
			at := day.Add(time.Duration(i) * 20 * time.Millisecond)
			t.meta.Actualizacion = at
			id := storage.NewID(at)
			doc := forms.Result(id, t.meta, t.document(r))
			size += int64(len(doc))
			some = append(some, filing{storage.Filing{
				ID: id, Person: "OFFICIAL", Type: t.form.Type, Level: t.form.Level, Edition: t.form.Edition,
				Year: 2026, Filed: at, Zone: "America/Mexico_City", Method: "password", Sent: id,
			}, doc})
		}
		err := db.Update(ctx, tenant, func(tx *storage.Txn) error {
			for i := range some {
				f := some[i].Filing
				if err := tx.File(&f, []byte("{}"), some[i].public, ""); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
	}
	return size, nil
}

// settle sets the institution up.
func settle(tx *storage.Txn, day time.Time) error {
	if err := tx.PutInstitution(storage.Institution{
		Name: "Estado de prueba", Office: "Contraloría", Initials: "EP", State: state, Zone: "America/Mexico_City", SetUp: day,
	}); err != nil {
		return err
	}
	return tx.PutClient(storage.Client{
		ID: clientID, Name: "bench", Username: username, Gen: 1, Created: day,
		Secret: storage.Digest([]byte(clientSecret)), Password: storage.Digest([]byte(password)),
	})
}
