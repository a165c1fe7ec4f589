package declare

import "declara/app/errs"

// state is where a declaration is in its life.
type state uint8

const (
	nothing   state = iota // not begun
	drafted                // being filled in
	presented              // filed: sealed for ever
)

// act is what somebody wants to do with it.
type act uint8

const (
	begin   act = iota // start to fill in
	read               // look at the draft
	change             // answer, confirm, add, remove
	sign               // file it
	discard            // throw an update of interests away
	reread             // look at the acuse and the documents
	clarify            // add a nota aclaratoria
)

// moves is the whole life: what may be done in each state and where it leads. An
// act without a row is refused with the words of refusals.
var moves = map[state]map[act]state{
	nothing:   {begin: drafted},
	drafted:   {begin: drafted, read: drafted, change: drafted, sign: presented, discard: nothing},
	presented: {sign: presented, reread: presented, clarify: presented},
}

// ErrFiled says that the declaration of a draft's address is filed already; its
// acuse is at the same id.
var ErrFiled = errs.New(errs.Gone, "declare.error.filed")

var refusals = map[state]error{
	nothing:   errNotFound,
	drafted:   errs.New(errs.NotFound, "declare.error.notfiled"),
	presented: ErrFiled,
}

// after is the state that an act leads to, or why it may not be done.
func (s state) after(a act) (state, error) {
	to, ok := moves[s][a]
	if !ok {
		return s, refusals[s]
	}
	return to, nil
}
