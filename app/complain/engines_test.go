package complain_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"declara/app/complain"
	"declara/app/errs"
	"declara/storage"
	"declara/storage/postgres"
	"declara/storage/postgres/pgtest"
)

// TestOnPostgres goes through what changes who can read, and what deletes, with the other
// engine, where two transactions do run at once.
func TestOnPostgres(t *testing.T) {
	server, err := pgtest.Start(os.Getenv(pgtest.Variable), "fsync=off")
	if errors.Is(err, pgtest.ErrNone) {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	}()
	ctx := context.Background()
	sql, err := pgx.Connect(ctx, server.Main())
	if err != nil {
		t.Fatal(err)
	}
	defer sql.Close(ctx)
	file, n := engine, 0
	engine = func(tb testing.TB, _ string) (storage.Store, error) {
		n++
		name := fmt.Sprintf("declara_cases_%d_%d", os.Getpid(), n)
		if _, err := sql.Exec(ctx, "CREATE DATABASE "+name); err != nil {
			return nil, err
		}
		tb.Cleanup(func() {
			if _, err := sql.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
				tb.Error(err)
			}
		})
		return postgres.Open(ctx, server.Address(name))
	}
	defer func() { engine = file }()
	for name, test := range map[string]func(*testing.T){
		"ceremony": TestCeremony, "recovery": TestRecovery, "escrow anew": TestEscrowAnew, "first again": TestFirstAgain,
		"hand-over": TestHandOver, "who leaves": TestWhoLeaves, "accused": TestAccusedDeletesNothing, "long ago": TestLongAgo,
		"identity": TestIdentityIsOpened, "turn": TestTurn, "two hands": TestManyHands, "deleted or opened": TestDeletedOrOpened,
	} {
		t.Run(name, test)
	}
}

// TestManyHands: of many who move a case at the same moment one does. The others are told,
// and what each of them uploaded is in the case.
func TestManyHands(t *testing.T) {
	w, o := desk(t)
	id := w.arrives()
	who := []string{"rosa", "ivan", "irma"}
	for _, user := range who[1:] {
		w.ok(o.Assign(t.Context(), w.hand("rosa"), id, user))
	}
	const each = 2
	var steps []complain.Step
	for n := range each * len(who) {
		s := w.step(id, "R1")
		s.Sheet = scan(t, 100+n)
		steps = append(steps, s)
	}
	errors := make([]error, len(steps))
	var all sync.WaitGroup
	for n := range steps {
		all.Go(func() {
			h := w.hand(who[n%len(who)])
			errors[n] = o.Move(context.Background(), h, id, steps[n])
		})
		all.Go(func() {
			h := w.hand(who[n%len(who)])
			if err := o.Say(context.Background(), h, id, fmt.Sprint("Mensaje ", n), fmt.Sprint(n)); err != nil {
				t.Error(err)
			}
			if err := o.Remark(context.Background(), h, id, fmt.Sprint("Nota ", n), fmt.Sprint(n)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	won := 0
	for _, err := range errors {
		switch {
		case err == nil:
			won++
		case errs.CodeOf(err) != errs.Conflict:
			t.Errorf("who came second is told %v", err)
		}
	}
	got, err := o.Open(t.Context(), w.hand("rosa"), id)
	w.ok(err)
	if won != 1 || len(got.Moves) != 2 || len(got.Acts) != len(steps) || len(got.Posts) != len(steps) || len(got.Notes) != len(steps) {
		t.Errorf("%d moved it; %d moves, %d sheets, %d messages, %d notes", won, len(got.Moves), len(got.Acts), len(got.Posts), len(got.Notes))
	}
}

// TestDeletedOrOpened: while one deletes a file, another opens its case again. One of them
// is told that it is too late, and nothing is half.
func TestDeletedOrOpened(t *testing.T) {
	w, o := desk(t)
	for range 4 {
		w.at = w.at.AddDate(0, 0, 1)
		id := w.arrives()
		w.ok(o.Assign(t.Context(), w.hand("rosa"), id, "ivan"))
		w.ended(id, complain.StateArchived, w.at.Format("2006-01-02"), "1999-01-01")
		w.at = w.at.AddDate(3, 0, 1)
		w.ok(w.Propose(t.Context(), w.hand("rosa"), id))
		s := w.step(id, "I2")
		var deleted, opened error
		var both sync.WaitGroup
		both.Go(func() { deleted = w.Delete(context.Background(), w.hand("ivan"), id) })
		both.Go(func() { opened = o.Move(context.Background(), w.hand("ivan"), id, s) })
		both.Wait()
		board, err := o.Board(t.Context(), tenant, "rosa", complain.Filter{})
		w.ok(err)
		there := slices.ContainsFunc(board.Lines, func(l complain.Line) bool { return l.ID == id })
		switch {
		case deleted == nil && opened != nil && !there && errs.CodeOf(opened) == errs.NotFound:
		case deleted != nil && opened == nil && there:
			refused(t, deleted, "keys.delete.early")
		default:
			t.Errorf("deleted: %v, opened: %v, there: %v", deleted, opened, there)
		}
	}
}
