package complain

import (
	"slices"

	"declara/storage"
)

// The states of a case, by the codes that the law's practice uses (complaints of the
// office: R reception, I investigation, P procedure, X none of them). StateReceived is
// the first.
const (
	StateReview     = "R1" // somebody reads it: ours, and enough to go on?
	StateAsked      = "R2" // prevención: who complained was asked for something
	StateTurned     = "R3" // it belongs to another authority
	StateOpened     = "I1" // acuerdo de radicación
	StateInquiry    = "I2"
	StateClassified = "I3" // calificación
	StateChallenged = "I4" // inconformidad
	StateArchived   = "I5" // conclusión y archivo
	StateReported   = "P1" // IPRA
	StateHearing    = "P2" // substanciación
	StateTribunal   = "P3"
	StateResolved   = "P4"
	StateFirm       = "P5"
	StateRejected   = "X1"
)

// The stages are the columns of the board.
const (
	StageIn       = "entrada"
	StageInquiry  = "investigacion"
	StageDecided  = "calificacion"
	StageProcess  = "procedimiento"
	StageFinished = "concluidas"
)

// Stages are all of them, in order.
var Stages = []string{StageIn, StageInquiry, StageDecided, StageProcess, StageFinished}

// State is a state and the clocks that run in it.
type State struct {
	Code   string
	Stage  string
	Clocks []Term
	Next   Term // by which who complained hears something; the zero value promises nothing
	Over   bool // nothing is owed any more: no alarm
}

// States are all of them. Every clock of the law that runs in a state stands here, so
// that there is no way into one without its clocks.
var States = []State{
	{Code: StateReceived, Stage: StageIn, Clocks: []Term{{ClockReading, 5, BusinessDays, FromArrival}, {ClockWord, 3, BusinessDays, FromArrival}, begin, prescribes},
		Next: Term{ClockNext, 7, NaturalDays, FromArrival}},
	{Code: StateReview, Stage: StageIn, Clocks: []Term{{ClockAnalysis, 5, BusinessDays, FromMove}, begin, prescribes}, Next: Term{ClockNext, 5, BusinessDays, FromMove}},
	{Code: StateAsked, Stage: StageIn, Clocks: []Term{{ClockAnswer, 10, BusinessDays, FromMove}, begin, prescribes}, Next: Term{ClockNext, 10, BusinessDays, FromMove}},
	{Code: StateTurned, Stage: StageFinished, Clocks: []Term{{ClockTurn, 5, BusinessDays, FromMove}}, Over: true},
	{Code: StateOpened, Stage: StageInquiry, Clocks: []Term{{ClockProgress, 60, BusinessDays, FromOpening}, prescribes}, Next: Term{ClockNext, 60, BusinessDays, FromMove}},
	{Code: StateInquiry, Stage: StageInquiry, Clocks: []Term{
		{ClockProgress, 60, BusinessDays, FromOpening}, {ClockProgress90, 90, BusinessDays, FromOpening}, {ClockProgress120, 120, BusinessDays, FromOpening}, prescribes},
		Next: Term{ClockNext, 60, BusinessDays, FromMove}},
	{Code: StateClassified, Stage: StageDecided, Clocks: []Term{{ClockNotice, 10, BusinessDays, FromMove}, {ClockChallenge, 5, BusinessDays, FromNotice}}, Next: Term{ClockNext, 10, BusinessDays, FromMove}},
	{Code: StateChallenged, Stage: StageDecided, Next: Term{ClockNext, 60, BusinessDays, FromMove}},
	{Code: StateArchived, Stage: StageFinished, Clocks: []Term{{ClockNotice, 10, BusinessDays, FromMove}}, Over: true},
	{Code: StateReported, Stage: StageProcess, Clocks: []Term{{ClockAdmission, 3, BusinessDays, FromMove}, idle}, Next: Term{ClockNext, 10, BusinessDays, FromMove}},
	{Code: StateHearing, Stage: StageProcess, Clocks: []Term{{ClockHearing, 15, BusinessDays, FromSummons}, {ClockRuling, 75, BusinessDays, FromMove}, idle}, Next: Term{ClockNext, 60, BusinessDays, FromMove}},
	{Code: StateTribunal, Stage: StageProcess, Clocks: []Term{{ClockSending, 3, BusinessDays, FromMove}, idle}},
	{Code: StateResolved, Stage: StageProcess, Clocks: []Term{{ClockNotice, 10, BusinessDays, FromMove}, {ClockAppeal, 15, BusinessDays, FromNotice}}, Next: Term{ClockNext, 60, BusinessDays, FromMove}},
	{Code: StateFirm, Stage: StageFinished, Over: true},
	{Code: StateRejected, Stage: StageFinished, Over: true},
}

// Clocks that run in more than one state: the start within thirty days when the fault
// may be grave (LGRA 64-II), prescription (74), and caducity after six months in which
// nothing was done (74).
var (
	begin      = Term{ClockBegin, 30, NaturalDays, FromArrival}
	prescribes = Term{ClockPrescription, 0, NaturalDays, FromFacts}
	idle       = Term{ClockIdle, 6, Months, FromAct}
)

// StateOf is the state with a code; one that there is not has no clocks.
func StateOf(code string) State {
	if i := slices.IndexFunc(States, func(s State) bool { return s.Code == code }); i >= 0 {
		return States[i]
	}
	return State{Code: code}
}

// Side is what somebody does in a case who makes a move. Who investigates a case does
// not substantiate it, whatever roles she has or had (LGRA 115).
type Side string

// The sides.
const (
	Receives     Side = "recibe"
	Investigates Side = "investiga"
	Substantiate Side = "sustancia"
)

// The classes of a fault, which a classification gives.
const (
	ClassMinor   = "no_grave"
	ClassGrave   = "grave"
	ClassPrivate = "particulares"
)

// Classes are all of them.
var Classes = []string{ClassMinor, ClassGrave, ClassPrivate}

// Why a case ended, from a closed list.
const (
	MotiveCompetence = "incompetencia"
	MotiveElements   = "sin_elementos"
	MotiveNoFault    = "sin_falta"
	MotivePrescribed = "prescrita"
	MotiveUnfit      = "improcedente"
	MotiveDouble     = "duplicada"
	MotiveFlood      = "saturacion"
)

// Transition is one way from a state to another. There is no other.
type Transition struct {
	From, To string
	Side     Side
	Roles    []storage.Role
	Document string   // the writ that must be attached, by the kind of act (act_form.go), "" for none
	Reason   bool     // it must be told why, in words of the office and for the office
	Motives  []string // one of which must be picked: it is kept in clear and told
	Asks     string   // what else must be told: AskQuestion, AskAuthority, AskFile
	Only     []string // classes of the fault with which it may be gone; nil is any
	Notify   bool     // the law wants who complained to be notified
	Summons  bool     // who is accused is summoned (emplazamiento), from which the hearing is counted
}

// What a move asks for beside a document and a reason.
const (
	AskQuestion  = "pregunta"   // a message to who complained
	AskAuthority = "autoridad"  // one of the settings
	AskFile      = "expediente" // the number of the file
)

var (
	atDoor     = []storage.Role{storage.RoleComptroller, storage.RoleInvestigator}
	atHead     = []storage.Role{storage.RoleComptroller}
	atInquiry  = []storage.Role{storage.RoleInvestigator}
	atHearing  = []storage.Role{storage.RoleSubstantiator}
	beforeFile = []string{MotiveUnfit, MotiveDouble, MotiveFlood, MotiveElements}
	afterFile  = []string{MotiveElements, MotiveNoFault, MotivePrescribed, MotiveDouble}
	byUs       = []string{ClassMinor}
	byTribunal = []string{ClassGrave, ClassPrivate}
)

// Transitions are all ways that a case may go. Every one of them tells who complained,
// by an event that she reads in her own words (complain.state.<to>) and can prove.
var Transitions = []Transition{
	{From: StateReceived, To: StateReview, Side: Receives, Roles: atDoor},
	{From: StateReceived, To: StateRejected, Side: Receives, Roles: atHead, Reason: true, Motives: beforeFile},
	{From: StateReview, To: StateAsked, Side: Receives, Roles: atDoor, Asks: AskQuestion},
	{From: StateReview, To: StateTurned, Side: Receives, Roles: atDoor, Document: ActTurn, Reason: true, Asks: AskAuthority, Notify: true},
	{From: StateReview, To: StateOpened, Side: Investigates, Roles: atInquiry, Document: ActOpening, Asks: AskFile},
	{From: StateReview, To: StateRejected, Side: Receives, Roles: atHead, Reason: true, Motives: beforeFile},
	{From: StateAsked, To: StateReview, Side: Receives, Roles: atDoor},
	{From: StateAsked, To: StateTurned, Side: Receives, Roles: atDoor, Document: ActTurn, Reason: true, Asks: AskAuthority, Notify: true},
	{From: StateAsked, To: StateOpened, Side: Investigates, Roles: atInquiry, Document: ActOpening, Asks: AskFile},
	{From: StateAsked, To: StateRejected, Side: Receives, Roles: atHead, Reason: true, Motives: beforeFile},
	{From: StateTurned, To: StateReview, Side: Receives, Roles: atDoor, Document: ActOther, Reason: true},
	{From: StateRejected, To: StateReview, Side: Receives, Roles: atHead, Reason: true},

	{From: StateOpened, To: StateInquiry, Side: Investigates, Roles: atInquiry},
	{From: StateInquiry, To: StateClassified, Side: Investigates, Roles: atInquiry, Document: ActClass, Reason: true, Motives: Classes, Notify: true},
	{From: StateInquiry, To: StateArchived, Side: Investigates, Roles: atInquiry, Document: ActArchive, Reason: true, Motives: afterFile, Notify: true},
	{From: StateInquiry, To: StateTurned, Side: Investigates, Roles: atInquiry, Document: ActTurn, Reason: true, Asks: AskAuthority, Notify: true},
	{From: StateArchived, To: StateInquiry, Side: Investigates, Roles: atInquiry, Document: ActOther, Reason: true},
	{From: StateClassified, To: StateChallenged, Side: Investigates, Roles: atInquiry, Document: ActOther},
	{From: StateChallenged, To: StateClassified, Side: Investigates, Roles: atInquiry, Document: ActOther, Reason: true, Motives: Classes, Notify: true},
	{From: StateClassified, To: StateReported, Side: Investigates, Roles: atInquiry, Document: ActReport},

	{From: StateReported, To: StateHearing, Side: Substantiate, Roles: atHearing, Document: ActOther, Summons: true},
	{From: StateReported, To: StateClassified, Side: Substantiate, Roles: atHearing, Document: ActOther, Reason: true},
	{From: StateHearing, To: StateTribunal, Side: Substantiate, Roles: atHearing, Document: ActOther, Only: byTribunal},
	{From: StateHearing, To: StateResolved, Side: Substantiate, Roles: atHearing, Document: ActOther, Only: byUs, Notify: true},
	{From: StateTribunal, To: StateResolved, Side: Substantiate, Roles: atHearing, Document: ActOther, Notify: true},
	{From: StateResolved, To: StateHearing, Side: Substantiate, Roles: atHearing, Document: ActOther, Reason: true},
	{From: StateResolved, To: StateFirm, Side: Substantiate, Roles: atHearing, Document: ActOther, Notify: true},
}

// TransitionOf is the way from a state to another, or nil.
func TransitionOf(from, to string) *Transition {
	for i := range Transitions {
		if t := &Transitions[i]; t.From == from && t.To == to {
			return t
		}
	}
	return nil
}

// Class is how the fault was classified last; "" before.
func Class(c *storage.Complaint) string {
	for i := len(c.Moves) - 1; i >= 0; i-- {
		if m := c.Moves[i]; m.To == StateClassified && slices.Contains(Classes, m.Motive) {
			return m.Motive
		}
	}
	return ""
}

// reported tells whether a case ever went to who substantiates it.
func reported(c *storage.Complaint) bool {
	return slices.ContainsFunc(c.Moves, func(m storage.ComplaintMove) bool { return m.To == StateReported })
}

// sides are what a user has done in a case.
func sides(c *storage.Complaint, user string) (all []Side) {
	for _, m := range c.Moves {
		if t := TransitionOf(m.From, m.To); t != nil && m.By == user && !slices.Contains(all, t.Side) {
			all = append(all, t.Side)
		}
	}
	return all
}

// may reports whether a user with these roles may go a way in a case.
func (t *Transition) may(c *storage.Complaint, user string, roles []storage.Role) bool {
	if t.Only != nil && !slices.Contains(t.Only, Class(c)) {
		return false
	}
	done := sides(c, user)
	switch {
	case t.Side == Substantiate && slices.Contains(done, Investigates), t.Side == Investigates && slices.Contains(done, Substantiate):
		return false
	}
	return slices.ContainsFunc(roles, func(r storage.Role) bool { return slices.Contains(t.Roles, r) })
}

// Ways are those that a user may go in a case.
func Ways(c *storage.Complaint, u *storage.User) (all []*Transition) {
	for i := range Transitions {
		if t := &Transitions[i]; t.From == c.State && t.may(c, u.ID, u.Roles) {
			all = append(all, t)
		}
	}
	return all
}
