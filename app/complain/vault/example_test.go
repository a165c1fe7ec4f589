package vault_test

import (
	"bytes"
	"context"
	"fmt"
	"log"

	"declara/app/complain/vault"
)

// The life of a complaint, in the order in which it happens.
func Example() {
	ctx := context.Background()
	cost := vault.Params{Memory: 64, Time: 1, Threads: 1} // vault.Default, elsewhere
	at := func(of, purpose string, n uint64) vault.Context {
		return vault.Context{Tenant: "22014", Case: of, Purpose: purpose, Sequence: n}
	}

	// When the channel is set up: three holders with printed keys, two officials with
	// passwords and printed codes.
	var holders [3]vault.HolderKey
	var people [3]vault.Person
	for i, id := range []string{"sindicatura", "sistema estatal", "secretaría"} {
		holders[i] = try(vault.NewHolderKey())
		people[i] = vault.Person{ID: id, Key: holders[i].Public()}
	}
	escrow := try(vault.NewEscrow(at("escrow", "escrow", 0), people))
	ana, _, _, err := vault.NewOfficial(ctx, at("ana", "official", 0), "correcto caballo", cost)
	check(err)
	beto, _, _, err := vault.NewOfficial(ctx, at("beto", "official", 0), "batería grapa", cost)
	check(err)

	// A complaint about Beto comes in. No private key is needed.
	may := []vault.Person{{ID: "ana", Key: ana.Public()}, {ID: "beto", Key: beto.Public()}}
	accused := []vault.Person{{ID: "beto"}}
	recipients := try(vault.NewRecipients(may, accused, escrow))
	for _, p := range recipients.Persons() {
		fmt.Println("can open it:", p.ID)
	}
	pair, mailbox := try(vault.NewPair()), try(vault.NewPair())
	wraps := try(recipients.Wrap(pair, at("c1", "key", 0)))
	facts := try(vault.SealTo(pair.Public(), at("c1", "facts", 0), []byte("Pidieron $500.")))
	key := vault.NewKey()
	lock := try(key.Lock(ctx, at("c1", "mailbox", 0), mailbox, cost))
	public := pair.Public()
	pair.Wipe()

	// Ana reads it and asks something.
	mine := try(ana.Unlock(ctx, at("ana", "official", 0), "correcto caballo"))
	opened := try(mine.Unwrap(at("c1", "key", 0), wraps.People[0].Sealed, public))
	fmt.Println("Ana reads:", string(try(vault.Open(opened, at("c1", "facts", 0), facts))))
	question := try(vault.SealTo(mailbox.Public(), at("c1", "message", 1), []byte("¿En qué ventanilla?")))

	// Who sent it comes back with the key.
	typed := try(vault.ParseKey(key.String()))
	box := try(typed.Unlock(ctx, at("c1", "mailbox", 0), lock))
	fmt.Println("the author reads:", string(try(vault.Open(box, at("c1", "message", 1), question))))

	// Ana is gone, and two holders open the case for Caro, with Beto still excluded.
	caro := try(vault.NewPair())
	recovery := try(escrow.Recover(at("escrow", "escrow", 0), holders[2], holders[0]))
	found := try(recovery.Open(at("c1", "key", 0), wraps.Escrow, public))
	after := try(vault.NewRecipients([]vault.Person{{ID: "caro", Key: caro.Public()}}, accused, escrow))
	wraps = try(after.Wrap(found, at("c1", "key", 0)))
	recovery.Wipe()
	again := try(caro.Unwrap(at("c1", "key", 0), wraps.People[0].Sealed, public))
	fmt.Println("Caro reads:", string(try(vault.Open(again, at("c1", "facts", 0), facts))))

	// The case is turned to another authority.
	to := try(vault.ParseAuthority("age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z"))
	var file bytes.Buffer
	w := try(vault.Export(&file, to))
	try(w.Write([]byte("the archive of the case")))
	check(w.Close())
	fmt.Printf("the export begins with %q\n", file.Bytes()[:21])

	// Output:
	// can open it: ana
	// Ana reads: Pidieron $500.
	// the author reads: ¿En qué ventanilla?
	// Caro reads: Pidieron $500.
	// the export begins with "age-encryption.org/v1"
}

func try[T any](v T, err error) T {
	check(err)
	return v
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
