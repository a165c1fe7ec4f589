package pdn

// BadQuery is the Error of a search that cannot be read: at a member, or with "" at all.
func BadQuery(member string) error {
	if member == "" {
		return invalid("pdn.error.unreadable")
	}
	return invalid("pdn.error.member", member)
}
