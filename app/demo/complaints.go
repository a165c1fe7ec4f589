package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"declara/app/complain"
	"declara/app/complain/vault"
	"declara/app/errs"
	"declara/forms/sample"
	"declara/storage"
)

// Complaint is one that the report tells, with the key that follows it.
type Complaint struct {
	Folio   string `json:"folio"`
	Key     string `json:"key"`
	Channel string `json:"channel"`
	State   string `json:"state"`
}

// The people of the office who hold keys, by role, with what citizens read of them. The
// first vouches for the keys of the others.
var keyed = []struct {
	role storage.Role
	post string
}{
	{storage.RoleComptroller, "Titular del órgano interno de control"},
	{storage.RoleInvestigator, "Autoridad investigadora"},
	{storage.RoleSubstantiator, "Autoridad substanciadora"},
	{storage.RoleCustodian, "Custodia de identidades"},
}

// tale is an invented complaint.
type tale struct{ article, what, when, where string }

var tales = []tale{
	{"52", "El inspector de mercados pidió 500 pesos para no clausurar el puesto. Lo pidió delante de dos clientas, y dijo que era por temporada.", "el lunes pasado por la mañana", "mercado municipal, pasillo de frutas"},
	{"49-I", "En la ventanilla de agua me gritaron y no quisieron recibir mi escrito. Pedí el nombre de la persona y no me lo dieron.", "hace tres días", "oficina de agua potable"},
	{"53", "La camioneta del ayuntamiento lleva material a una casa particular los sábados. La vi cuatro veces y tengo una foto.", "los sábados de este mes", "calle Hidalgo, cerca del panteón"},
	{"63-bis", "En el área contrataron a la hermana de quien dirige. No hubo convocatoria y no trabaja en las tardes.", "desde principios de año", "oficinas del palacio"},
	{"70", "Tres empresas que ganaron la obra tienen el mismo domicilio. Lo vi en los contratos publicados.", "en el último trimestre", "obra de la unidad deportiva"},
	{"57", "El comandante detuvo a mi hijo sin motivo y lo soltó cuando le prestamos el coche.", "la noche del viernes", "entrada del pueblo"},
	{"49-V", "Los expedientes de los permisos estaban en la basura, con nombres y firmas.", "ayer por la tarde", "atrás del palacio"},
	{"54", "El dinero del drenaje se usó en la feria. Lo dijo la misma autoridad en la reunión.", "en la feria pasada", ""},
	{"58", "Quien autoriza los permisos autorizó el de su propio negocio.", "", "centro"},
	{"", "No sé si es una falta: cobran el estacionamiento de la plaza y no dan boleto.", "todos los domingos", "plaza principal"},
}

// ways are how far each complaint of a round gets, and through which states.
var ways = [][]string{
	nil, {"R1"}, {"R1", "R2"}, {"R1", "R3"}, {"R1", "I1"}, {"R1", "I1", "I2"}, {"R1", "I1", "I2", "I3"}, {"R1", "I1", "I2", "I3", "I4"},
	{"R1", "I1", "I2", "I5"}, {"R1", "I1", "I2", "I3", "P1"}, {"R1", "I1", "I2", "I3", "P1", "P2"}, {"R1", "I1", "I2", "I3", "P1", "P2", "P3"},
	{"R1", "I1", "I2", "I3", "P1", "P2", "P4"}, {"R1", "I1", "I2", "I3", "P1", "P2", "P4", "P5"}, {"X1"},
	// Many end so, as elsewhere, and why can be told in figures.
	{"R1", "I1", "I2", "I5"}, {"R1", "R3"}, {"R1", "I1", "I2", "I5"}, {"R1", "I1", "I2", "I5"},
}

// complaints makes keys for the people of the office, who open them with the passwords
// of their accounts, and complaints in every state and of every channel, in the way
// that they come: what the service refuses cannot get in. Keys and ciphertexts are
// random, as they must be, so the same seed gives the same complaints and never the same
// bytes or folios.
func (f *filler) complaints(ctx context.Context) error {
	if f.o.Complaints == 0 {
		return nil
	}
	f.clock.now = f.o.Today.AddDate(-2, 0, 0)
	hands, err := f.hands(ctx)
	if err != nil {
		return err
	}
	if err := f.outside(ctx, hands); err != nil {
		return err
	}
	if err := f.update(ctx, func(tx *storage.Txn) error {
		ch, err := tx.Channel()
		if err != nil {
			return err
		}
		ch.Others = append(ch.Others, storage.Authority{Name: "Secretaría Anticorrupción del Estado (inventada)"})
		return tx.PutChannel(ch, ch.Version)
	}); err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(uint64(f.o.Seed), 0xde70))
	for i := range f.o.Complaints {
		if err := f.complaint(ctx, hands, r, i); err != nil {
			return fmt.Errorf("demo: complaint %d: %w", i+1, err)
		}
	}
	if err := f.boxes(ctx, hands); err != nil {
		return fmt.Errorf("demo: boxes: %w", err)
	}
	f.clock.now = f.o.Today
	return nil
}

// hands opens a key for everybody of keyed.
func (f *filler) hands(ctx context.Context) (map[storage.Role]complain.Hand, error) {
	all := map[storage.Role]complain.Hand{}
	for _, k := range keyed {
		a := &f.report.Accounts[slices.IndexFunc(f.report.Accounts, func(a Account) bool { return a.Role == string(k.role) })]
		var id string
		if err := f.DB.View(ctx, tenant, func(tx *storage.Txn) error {
			u, err := tx.UserByLogin(a.Username)
			id = u.ID
			return err
		}); err != nil {
			return nil, err
		}
		_, mine, err := f.Office.MakeKey(ctx, tenant, id, a.Password, k.post)
		if err != nil {
			return nil, fmt.Errorf("demo: key of %s: %w", k.role, err)
		}
		a.Key = true
		all[k.role] = complain.Hand{Tenant: tenant, User: id, Key: mine}
		if k.role == storage.RoleComptroller {
			continue
		}
		if err := f.Office.Vouch(ctx, all[storage.RoleComptroller], id, mine.Public().Fingerprint()); err != nil {
			return nil, fmt.Errorf("demo: vouching for %s: %w", k.role, err)
		}
	}
	return all, nil
}

// complaint is one, and what the office does about it.
func (f *filler) complaint(ctx context.Context, hands map[storage.Role]complain.Hand, r *rand.Rand, i int) error {
	day := f.o.Today.AddDate(0, 0, -20-r.IntN(200))
	if i%4 != 0 { // most are of the year before, so that its figures can be published
		day = time.Date(f.o.Today.Year()-1, time.January, 2+r.IntN(360), 0, 0, 0, 0, f.zone)
	}
	f.clock.now = time.Date(day.Year(), day.Month(), day.Day(), 9+r.IntN(9), r.IntN(60), r.IntN(60), 0, f.zone)
	t := tales[i%len(tales)]
	if i%2 == 0 { // some things are told more often, so that their figures can be published
		t = tales[i/2%3]
	}
	a := complain.Answers{Route: complain.RouteTown, Anyway: true, What: t.what, When: t.when, Where: t.where, Mode: complain.Anonymous}
	if t.article != "" {
		a.Faults = []string{t.article}
	}
	switch who := sample.Official(f.o.Seed*11 + int64(i) + 700_000); i % 5 {
	case 1:
		a.Mode, a.Name, a.Contact, a.Fears = complain.Confidential, who.Name(), fmt.Sprintf("951%07d", 5000+i), true
	case 3:
		a.Mode, a.Name, a.Contact = complain.Named, who.Name(), fmt.Sprintf("persona%03d@correo.example", 500+i)
	}
	way := complain.Way{Channel: complain.Channels[i%len(complain.Channels)]}
	if i%17 == 16 {
		way.Tray = complain.TrayFlood
	}
	sent, err := f.Office.Receive(ctx, tenant, a, evidence(r, i), way)
	if err != nil {
		return err
	}
	c := Complaint{Folio: sent.Folio, Key: sent.Key, Channel: way.Channel, State: complain.StateReceived}
	for n, to := range ways[i%len(ways)] {
		if next := f.clock.now.AddDate(0, 0, 2+r.IntN(9)); next.Before(f.o.Today) {
			f.clock.now = next
		}
		if err := f.move(ctx, hands, sent.ID, to, n, i); err != nil {
			return fmt.Errorf("to %s: %w", to, err)
		}
		c.State = to
	}
	f.report.Complaints = append(f.report.Complaints, c)
	return nil
}

// move goes one way of the table, by whom the table names.
func (f *filler) move(ctx context.Context, hands map[storage.Role]complain.Hand, id, to string, n, i int) error {
	head, by := hands[storage.RoleComptroller], storage.RoleComptroller
	switch to[0] {
	case 'I':
		by = storage.RoleInvestigator
	case 'P':
		if by = storage.RoleSubstantiator; to == "P1" {
			by = storage.RoleInvestigator
		}
	}
	var c storage.Complaint
	if err := f.DB.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		c, err = tx.Complaint(id)
		return err
	}); err != nil {
		return err
	}
	if hand := hands[by]; c.Case.Of(hand.User) == nil {
		if err := f.Office.Assign(ctx, head, id, hand.User); err != nil {
			return err
		}
		if err := f.DB.View(ctx, tenant, func(tx *storage.Txn) (err error) {
			c, err = tx.Complaint(id)
			return err
		}); err != nil {
			return err
		}
	}
	s := complain.Step{To: to, Moves: len(c.Moves), Reason: "Por lo que consta en el expediente.", Envio: storage.RandomID()}
	t := complain.TransitionOf(c.State, to)
	if t == nil {
		return fmt.Errorf("there is no way from %s", c.State)
	}
	if t.Motives != nil {
		s.Motive = t.Motives[i%min(3, len(t.Motives))]
	}
	if to == "I3" && len(ways[i%len(ways)]) > 6 { // so that the way on is open
		s.Motive = complain.ClassMinor
		if slices.Contains(ways[i%len(ways)], "P3") {
			s.Motive = complain.ClassGrave
		}
	}
	switch t.Asks {
	case complain.AskQuestion:
		s.Question = "¿Recuerdas qué día fue y quién más estaba?"
	case complain.AskAuthority:
		s.Authority = "Secretaría Anticorrupción del Estado (inventada)"
	case complain.AskFile:
		s.File = fmt.Sprintf("OIC/INV/%03d/%d", i+1, f.clock.now.Year())
	}
	if t.Document != "" {
		s.Sheet = &complain.Sheet{Kind: t.Document, Bytes: paper(700 + n)}
	}
	if err := f.Office.Move(ctx, hands[by], id, s); err != nil || !t.Notify && !t.Summons || i%2 == 1 {
		return err
	}
	return f.notify(ctx, hands[by], id, len(c.Moves))
}

// notify notifies somebody of a move, on the first business day from the one on which it
// was made.
func (f *filler) notify(ctx context.Context, hand complain.Hand, id string, move int) error {
	for range 20 {
		if w := f.clock.now.Weekday(); w != time.Saturday && w != time.Sunday {
			err := f.Office.Notify(ctx, hand, id, move, complain.NoticePersonal, f.clock.now.Format(time.DateOnly))
			if errs.CodeOf(err) != errs.Invalid { // a day off, by the calendar
				return err
			}
		}
		next := f.clock.now.AddDate(0, 0, 1)
		if !next.Before(f.o.Today) {
			return nil
		}
		f.clock.now = next
	}
	return nil
}

// boxes are two for paper: one was opened, and its papers wait to be typed;
// the other nobody has opened for long.
func (f *filler) boxes(ctx context.Context, hands map[storage.Role]complain.Hand) error {
	head := hands[storage.RoleComptroller]
	f.clock.now = f.o.Today.AddDate(0, 0, -30)
	for _, b := range [][2]string{{"1", "Mercado municipal, puerta norte"}, {"2", "Palacio municipal, planta baja"}} {
		if _, err := f.Office.AddBox(ctx, tenant, head.User, b[0], b[1]); err != nil {
			return err
		}
	}
	all, err := f.Office.Boxes(ctx, tenant)
	if err != nil || len(all) == 0 {
		return err
	}
	for _, o := range []struct{ ago, papers int }{{9, 0}, {2, 2}} {
		f.clock.now = f.o.Today.AddDate(0, 0, -o.ago)
		opening := complain.Opening{Day: f.clock.now.In(f.zone).Format(time.DateOnly), Papers: strconv.Itoa(o.papers), Witnesses: [2]storage.Witness{
			{Name: sample.Official(f.o.Seed*11 + 810_000).Name(), Post: "Regiduría de transparencia (inventada)"},
			{Name: sample.Official(f.o.Seed*11 + 810_001).Name(), Post: "Comité ciudadano (inventado)"},
		}}
		_, wrong, err := f.Office.OpenBox(ctx, tenant, head.User, all[0].ID, opening)
		if err != nil || wrong != nil {
			return errors.Join(err, fmt.Errorf("opening: %v", wrong))
		}
	}
	return nil
}

// evidence is what some complaints come with.
func evidence(r *rand.Rand, i int) []complain.Upload {
	switch i % 4 {
	case 1:
		img := image.NewRGBA(image.Rect(0, 0, 320, 240))
		base := color.RGBA{uint8(r.IntN(200)), uint8(r.IntN(200)), uint8(r.IntN(200)), 255}
		for y := range 240 {
			for x := range 320 {
				c := base
				c.R += uint8(x / 8)
				c.B += uint8(y / 6)
				img.SetRGBA(x, y, c)
			}
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, nil); err != nil {
			panic(err) // a picture of ours into memory
		}
		return []complain.Upload{{Name: "foto.jpg", Bytes: b.Bytes()}}
	case 3:
		return []complain.Upload{{Name: "apuntes.txt", Bytes: []byte("Lo que anoté ese día. Todo esto es inventado.\n"), NoOriginal: true}}
	}
	return nil
}

// paper is a signed writ, as a scanner gives it: one empty page.
func paper(height int) []byte {
	var b strings.Builder
	var at []int
	b.WriteString("%PDF-1.4\n")
	for i, o := range []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 %d]>>", height)} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	x := b.Len()
	b.WriteString("xref\n0 4\n0000000000 65535 f \n")
	for _, o := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", x)
	return []byte(b.String())
}

// DemoCost is what a password or a follow-up key of a demo costs to try: little, since
// they open nothing that is not invented, and a demo has many.
var DemoCost = vault.Params{Memory: 8 << 10, Time: 1, Threads: 1}
