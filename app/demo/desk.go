package demo

import (
	"context"
	"fmt"
	"time"

	"declara/app/complain"
	"declara/app/complain/vault"
	"declara/app/declare"
	"declara/app/gifts"
	"declara/storage"
)

// What lies on the desk of the office: the calendar of its days off, two declarations on
// paper, one of them typed and waiting to be compared, gifts that were reported, and the
// authority outside that reads complaints about the office itself.

// calendar has the days of the law of last year and this one, and the summer's holidays.
func (f *filler) calendar(ctx context.Context) error {
	if f.Office == nil {
		return nil
	}
	head, err := f.head(ctx)
	if err != nil {
		return err
	}
	this := f.o.Today.In(f.zone).Year()
	for year := this - 2; year <= this; year++ {
		f.clock.now = time.Date(year, time.January, 4, 10, 0, 0, 0, f.zone)
		if err := f.Office.BeginYear(ctx, tenant, head.ID, year); err != nil {
			return fmt.Errorf("demo: calendar: %w", err)
		}
		if err := f.Office.AddHoliday(ctx, tenant, head.ID, storage.Holiday{
			From: fmt.Sprintf("%d-07-20", year), To: fmt.Sprintf("%d-07-31", year), Name: "Vacaciones de verano", Source: fmt.Sprintf("Acuerdo OIC/01/%d (inventado)", year), Kind: complain.HolidayKinds[1],
		}); err != nil {
			return fmt.Errorf("demo: calendar: %w", err)
		}
	}
	f.clock.now = f.o.Today
	return nil
}

// head is who heads the control body.
func (f *filler) head(ctx context.Context) (u storage.User, err error) {
	err = f.DB.View(ctx, tenant, func(tx *storage.Txn) error {
		u, err = tx.UserByLogin(string(storage.RoleComptroller) + "@valleencinos.example")
		return err
	})
	return u, err
}

// papers are declarations that came on paper, two where so many people are late. Somebody of the office who cannot sign in
// typed the first of them, so that the head can compare it.
func (f *filler) papers(ctx context.Context) error {
	if f.Format == nil {
		return nil
	}
	head, err := f.head(ctx)
	if err != nil {
		return err
	}
	f.clock.now = f.o.Today.AddDate(-1, 0, 0)
	clerk := storage.User{ID: storage.NewID(f.clock.now), Login: "captura@valleencinos.example", Name: "Inés Robledo Arce", Roles: []storage.Role{storage.RoleComptroller}, Created: f.clock.now}
	if err := f.update(ctx, func(tx *storage.Txn) error { return tx.PutUser(clerk) }); err != nil {
		return fmt.Errorf("demo: paper: %w", err)
	}
	left := 2
	for i := len(f.ids) - 1; i >= 4 && left > 0; i-- {
		who := declare.Who{Tenant: tenant, Person: f.ids[i]}
		f.clock.now = f.o.Today.AddDate(0, 0, -1-left*2)
		duties, err := f.Declare.Duties(ctx, tenant, who.Person)
		if err != nil {
			return fmt.Errorf("demo: paper: %w", err)
		}
		var follow storage.Follow
		if err := f.DB.View(ctx, tenant, func(tx *storage.Txn) error {
			follow, err = tx.Follow(who.Person)
			return err
		}); err != nil {
			return fmt.Errorf("demo: paper: %w", err)
		}
		if len(follow.Requirements) > 0 {
			continue // her letter is part of another story
		}
		today := f.clock.now.In(f.zone)
		for _, d := range duties {
			if d.Kind == declare.Aviso || d.Filing != "" || d.Draft != "" || d.Standing != declare.Open && d.Standing != declare.Overdue || d.Opens > today.Format(time.DateOnly) {
				continue
			}
			if err := f.paper(ctx, who, i, d.Key, head, clerk, left == 2); err != nil {
				return fmt.Errorf("demo: paper of official %d: %w", i+1, err)
			}
			left--
			break
		}
	}
	f.clock.now = f.o.Today
	return nil
}

// paper is one that is received, and typed if it is to be.
func (f *filler) paper(ctx context.Context, who declare.Who, i int, duty string, head, clerk storage.User, typed bool) error {
	scan, err := f.Format(ctx, who, duty)
	if err != nil {
		return err
	}
	got, err := f.Declare.Receive(ctx, who, head, declare.Incoming{Duty: duty, Day: f.clock.now.In(f.zone).Format("02/01/2006"), File: scan})
	if err != nil || !typed {
		return err
	}
	f.clock.now = f.clock.now.Add(26 * time.Hour)
	draft, err := f.Declare.Take(ctx, who, clerk, got.ID)
	if err != nil {
		return err
	}
	typist, _, _, err := f.Declare.Typing(ctx, tenant, clerk, draft)
	if err != nil {
		return err
	}
	if err := f.fill(ctx, typist, draft, f.people[i], f.people[i].seed+7); err != nil {
		return err
	}
	return f.Declare.Done(ctx, who, clerk, got.ID)
}

// given are the gifts that officials reported (LGRA 40).
var given = []gifts.Report{
	{What: "Canasta de Navidad con dulces, café y una botella de mezcal", Giver: "Papelería La Esperanza (inventada)", Occasion: "La dejaron en recepción, con mi nombre.", Value: "1200", Keeper: "Órgano Interno de Control", Delivered: "mismo"},
	{What: "Pluma con el logotipo de la empresa, en su estuche", Giver: "Constructora del Valle (inventada)", Occasion: "Al terminar una visita de obra", Value: "800", Keeper: "Yo la tengo, en el cajón de mi oficina"},
	{What: "Dos boletos para el palenque de la feria", Giver: "Quien organiza la feria", Occasion: "Los enviaron con un oficio", Value: "1500", Keeper: "Órgano Interno de Control", Delivered: "mismo"},
}

// presents has some officials report what they were given; the first was handed over.
func (f *filler) presents(ctx context.Context) error {
	if f.Gifts == nil {
		return nil
	}
	head, err := f.head(ctx)
	if err != nil {
		return err
	}
	for n, in := range given {
		var by storage.User
		if err := f.DB.View(ctx, tenant, func(tx *storage.Txn) error {
			by, err = tx.UserByPerson(f.ids[(n+3)%len(f.ids)])
			return err
		}); err != nil {
			return fmt.Errorf("demo: gift: %w", err)
		}
		f.clock.now = f.o.Today.AddDate(0, 0, -40+15*n)
		day := f.clock.now.In(f.zone).AddDate(0, 0, -1).Format("02/01/2006")
		if in.Received = day; in.Delivered != "" {
			in.Delivered = f.clock.now.In(f.zone).Format("02/01/2006")
		}
		g, err := f.Gifts.Report(ctx, tenant, by, fmt.Sprintf("regalo-%d", n), in)
		if err != nil {
			return fmt.Errorf("demo: gift: %w", err)
		}
		if n > 0 {
			continue
		}
		f.clock.now = f.clock.now.AddDate(0, 0, 3)
		if err := f.Gifts.HandOver(ctx, tenant, head, g.ID, "Servicio de Administración del municipio (inventado)", fmt.Sprintf("OIC/OBS/01/%d", f.clock.now.Year()), f.clock.now.In(f.zone).Format("02/01/2006")); err != nil {
			return fmt.Errorf("demo: gift: %w", err)
		}
	}
	f.clock.now = f.o.Today
	return nil
}

// outsider is an invented authority. Nobody has the other half of its key: what a
// visitor of the demo tells about the office is sealed to nobody.
var outsider = storage.ExternalAuthority{
	Name: "Auditoría Superior del Estado (inventada)", Contact: "Calle 5 de Mayo 12, Centro. Lunes a viernes de 9 a 15 h.",
	Recipient: "age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z",
}

// outside names the authority that reads complaints about the office, by two of it.
func (f *filler) outside(ctx context.Context, hands map[storage.Role]complain.Hand) error {
	to, err := vault.ParseAuthority(outsider.Recipient)
	if err != nil {
		return fmt.Errorf("demo: authority: %w", err)
	}
	if err := f.Office.ProposeExternal(ctx, hands[storage.RoleComptroller], outsider); err != nil {
		return fmt.Errorf("demo: authority: %w", err)
	}
	if err := f.Office.ConfirmExternal(ctx, hands[storage.RoleInvestigator], complain.RecipientFingerprint(to)); err != nil {
		return fmt.Errorf("demo: authority: %w", err)
	}
	return nil
}
