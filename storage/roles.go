package storage

import (
	"errors"
	"slices"
)

// ErrRoles means an account with two roles that nobody may have together.
var ErrRoles = errors.New("storage: two roles that exclude each other")

// CaseRoles are the roles that may have a key to complaints.
var CaseRoles = []Role{RoleComptroller, RoleInvestigator, RoleSubstantiator, RoleCustodian}

// Proofs are what somebody may show to who helps her at the desk, to be known.
var Proofs = []string{"ine", "pasaporte", "cedula", "credencial"}

// Clash is two roles that nobody may have together, and a word for why.
type Clash struct {
	A, B Role
	Why  string
}

// Why roles exclude each other.
const (
	ClashJudge   = "juzga"    // who investigates does not substantiate (LGRA 115)
	ClashVerify  = "verifica" // to verify how wealth changed is to investigate (LGRA 36)
	ClashAdmin   = "sistema"  // who runs the machine reads no declaration and no complaint
	ClashCustody = "reservas" // who substantiates never learns who complained
	ClashDesk    = "mesa"     // who prints the codes of people could come in as the one she judges on
)

// Clashes are all pairs of roles that exclude each other.
var Clashes = []Clash{
	{RoleInvestigator, RoleSubstantiator, ClashJudge},
	{RoleVerifier, RoleSubstantiator, ClashVerify},
	{RoleCustodian, RoleSubstantiator, ClashCustody},
	{RoleAdmin, RoleComptroller, ClashAdmin},
	{RoleAdmin, RoleVerifier, ClashAdmin},
	{RoleAdmin, RoleInvestigator, ClashAdmin},
	{RoleAdmin, RoleSubstantiator, ClashAdmin},
	{RoleAdmin, RoleCustodian, ClashAdmin},
	{RoleAdmin, RoleHelp, ClashAdmin},
	{RoleHelp, RoleVerifier, ClashDesk},
	{RoleHelp, RoleInvestigator, ClashDesk},
	{RoleHelp, RoleSubstantiator, ClashDesk},
	{RoleHelp, RoleCustodian, ClashDesk},
}

// ClashOf is the first pair of roles that exclude each other, or nil.
func ClashOf(roles []Role) *Clash {
	for i := range Clashes {
		if c := &Clashes[i]; slices.Contains(roles, c.A) && slices.Contains(roles, c.B) {
			return c
		}
	}
	return nil
}
