package main

import (
	"context"
	"fmt"

	"declara/forms"
	"declara/storage"
)

// standard compares all public documents with the standard. What must not be public is a
// fault; for the rest there are clarifications, and the page of the office lists it.
func standard(ctx context.Context, db *storage.DB, faults *[]string) (seen, wrong int, err error) {
	tenants, err := db.Tenants(ctx)
	if err != nil {
		return 0, 0, err
	}
	for _, t := range tenants {
		var ids []string
		if err := db.View(ctx, t, func(tx *storage.Txn) error {
			ids = nil
			return tx.PublicSince(0, func(p storage.Published) bool {
				if !p.Gone {
					ids = append(ids, p.ID)
				}
				return true
			})
		}); err != nil {
			return seen, wrong, err
		}
		for _, id := range ids {
			if err := ctx.Err(); err != nil {
				return seen, wrong, err
			}
			if err := db.View(ctx, t, func(tx *storage.Txn) error {
				return tx.PublicDocuments([]string{id}, func(_ int, doc []byte) error {
					if doc == nil { // reserved since
						return nil
					}
					seen++
					all := forms.CheckPublic(doc)
					if len(all) > 0 {
						wrong++
					}
					for _, x := range all {
						if x.Code == forms.FaultPrivate {
							*faults = append(*faults, fmt.Sprintf("tenant %s: filing %s: %s is public and must not be", t, id, x.Path))
						}
					}
					return nil
				})
			}); err != nil {
				return seen, wrong, err
			}
		}
	}
	return seen, wrong, nil
}
