package forms

import "strconv"

// This file has the soft rules: things that are usually a slip and sometimes
// true. They are shown, answered with one tap ("es correcto") and never stop
// filing.

// warnsOf are the soft rules of a section.
func warnsOf(key string) []Check {
	var warns []Check
	add := func(name string, rule func(facts, report)) {
		warns = append(warns, Check{name, func(f *Form, d *Draft, r func(Problem)) { rule(facts{f, d}, r) }})
	}
	add("check digits", digits(key))
	switch key {
	case inGeneral:
		add("CURP and RFC tell the same birth", ownBirth)
	case inEmployment:
		add("the day is the one of human resources", eventDay)
	case inPartner:
		add("civil status and partner agree", partnerExpected)
		add("CURP, RFC and birth agree", partnerBirth)
	case inDependents:
		add("CURP, RFC and birth agree", dependentBirth)
	case inIncome, inLastYear:
		add("those who earn have an income", familyIncome(key))
		add("income moved much", incomeMoved(key))
	case inRealEstate:
		add("a house has land", houseLand)
		add("the share fits the holders", shareFits)
	case inMovables:
		add("movables above the threshold", lowMovables)
	case inDebts:
		add("a debt has a balance", noBalance)
	case inClients:
		add("clients above the threshold", lowClients)
	}
	switch key {
	case inRealEstate, inVehicles, inMovables:
		add("what was sold gave income", soldIncome(key))
		add("what was bought on credit left a debt", creditDebt(key))
	}
	switch key {
	case inRealEstate, inVehicles, inMovables, inInvestments, inDebts:
		add("holders are in sections 6 and 7", holdersKnown(key))
	}
	switch key {
	case inRealEstate, inVehicles, inMovables, inDebts:
		add("acquired within the period", withinPeriod(key))
	}
	return warns
}

// digits: RFC and CURP end in the digit that the rest of them gives.
func digits(key string) func(facts, report) {
	return func(x facts, r report) {
		x.walk(key, func(field *Field, sc *scope) {
			code, fits := WarnRFCDigit, RFCDigit
			body := ""
			switch {
			case ruled(field.Rules, "homoclave"):
				body = x.text(sc.at.Join("rfc"))
			case ruled(field.Rules, "curp"):
				code, fits = WarnCURPDigit, CURPDigit
			case !isRFCField(field):
				return
			}
			v, empty, bad := x.d.Answers.decode(field, sc)
			if s := body + v.text; !empty && bad == nil && (IsRFC(s) || IsCURP(s)) && !fits(s) {
				r(Problem{Path: sc.at.Join(field.Name), Code: code})
			}
		})
	}
}

// birthDays compares the day of birth in a CURP and in an RFC, and the one that was
// answered when there is such a question.
func birthDays(x facts, r report, curp, rfc, day Path) {
	inCURP := CURPBirth(x.text(curp))
	if inCURP != "" {
		if said := x.text(day); said != "" && said != inCURP {
			r(Problem{curp, WarnBirth, inCURP})
			return // one word of it is enough: the RFC is compared once these agree
		}
	}
	s := []rune(x.text(rfc))
	if len(s) < 10 || has(genericRFC[:], string(s)) {
		return
	}
	known := inCURP
	if known == "" {
		known = x.text(day)
	}
	if short := string(s[4:10]); known != "" && short != known[2:4]+known[5:7]+known[8:10] {
		r(Problem{rfc, WarnBirth, short})
	}
}

func ownBirth(x facts, r report) {
	birthDays(x, r, Path(inGeneral).Join("curp"), Path(inGeneral).Join("rfc", "rfc"), "")
}

func partnerBirth(x facts, r report) { birthOf(x, r, inPartner) }

func dependentBirth(x facts, r report) {
	for _, one := range x.collection(inDependents) {
		birthOf(x, r, one)
	}
}

func birthOf(x facts, r report, person Path) {
	birthDays(x, r, person.Join("curp"), person.Join("rfc"), person.Join("fechaNacimiento"))
}

// eventDay: the day of taking or leaving office is the one that human resources
// reported (Norma 16ª IV.9). A dispute is settled by the office, not here.
func eventDay(x facts, r report) {
	if day := x.text(takenOver); x.d.Type != Modificacion && x.d.Event != "" && day != "" && day != x.d.Event {
		r(Problem{takenOver, WarnEvent, x.d.Event})
	}
}

// relations is what section 6 calls the partner of somebody of each civil status.
var relations = map[string]string{
	"CAS": "CONYUGE",
	"CON": "CONCUBINA_CONCUBINARIO_UNION_LIBRE",
	"SCO": "SOCIEDAD_DE_CONVIVENCIA",
}

// partnerExpected: who is married or lives with somebody has a partner to declare.
func partnerExpected(x facts, r report) {
	status, ok := x.get(Path(inGeneral).Join("situacionPersonalEstadoCivil"))
	if !ok {
		return
	}
	expected := relations[status.keys[0]]
	relation := Path(inPartner).Join("relacionConDeclarante")
	_, declared := x.get(relation)
	switch {
	case expected != "" && x.nothing(inPartner):
		r(Problem{Path: Path(inPartner).Join(none), Code: WarnPartner})
	case expected == "" && declared:
		r(Problem{Path: relation, Code: WarnNoPartner})
	case declared && !x.chose(relation, expected):
		r(Problem{Path: relation, Code: WarnRelation})
	}
}

// familyIncome: a partner or dependant with a salary has an income in B.
func familyIncome(key string) func(facts, report) {
	return func(x facts, r report) {
		s := x.f.Section(key)
		for i := range s.Fields {
			b := &s.Fields[i]
			p := Path(key).Join(b.Name)
			if b.Derive != "" || !familyFigure(b.Name) || !x.f.Live(x.d.Answers, p) {
				continue
			}
			if n, ok := x.pesos(p); (!ok || n == 0) && familyEarns(x) {
				r(Problem{Path: p, Code: WarnFamilyIncome})
			}
		}
	}
}

func familyEarns(x facts) bool {
	family := append([]Path{inPartner}, x.collection(inDependents)...)
	for _, one := range family {
		for _, group := range [...]string{"actividadLaboralSectorPublico", "actividadLaboralSectorPrivadoOtro"} {
			if v, ok := x.get(one.Join(group, "salarioMensualNeto")); ok && v.n > 0 {
				return true
			}
		}
	}
	return false
}

// incomeMoved: the declarant's income (A) moved by more than 30 % since the previous
// declaration. Only like is compared with like: a monthly figure is not an annual
// one, and a sum that still lacks figures is none.
func incomeMoved(key string) func(facts, report) {
	return func(x facts, r report) {
		s := x.f.Section(key)
		for i := range s.Fields {
			a := &s.Fields[i]
			p := Path(key).Join(a.Name)
			if a.Derive != "incomeA" || !x.f.Live(x.d.Answers, p) {
				continue
			}
			now, ok := x.pesos(p)
			was, err := ParseMoney(x.d.Before.Get(p))
			if !ok || err != nil || was == 0 || x.lacksFigures(s.Fields, Path(key)) {
				continue
			}
			switch move := ratio(now-was, was); {
			case move > 30:
				r(Problem{p, WarnIncomeUp, strconv.FormatInt(move, 10)})
			case move < -30:
				r(Problem{p, WarnIncomeDown, strconv.FormatInt(-move, 10)})
			}
		}
	}
}

// lacksFigures reports whether an amount that is asked anew each time, and has to be
// told, is missing among the fields.
func (x facts) lacksFigures(fields []Field, at Path) bool {
	for i := range fields {
		f := &fields[i]
		p := at.Join(f.Name)
		switch {
		case f.Kind == Group && x.lacksFigures(f.Of, p):
			return true
		case f.Kind == List:
			for _, item := range x.items(p) {
				if x.lacksFigures(f.Of, item) {
					return true
				}
			}
		case f.Kind == Money && f.Fresh && ruled(f.Rules, CodeRequired) && x.f.Live(x.d.Answers, p):
			if _, ok := x.get(p); !ok {
				return true
			}
		}
	}
	return false
}

// soldKinds is what section 8 calls the things of each section of assets.
var soldKinds = map[string]string{inRealEstate: "INMUEBLE", inVehicles: "VEHICULO", inMovables: "MUEBLE"}

// soldIncome: what was sold in the period gave income (II.4, enajenación).
func soldIncome(key string) func(facts, report) {
	return func(x facts, r report) {
		sales := Path(inIncome).Join("enajenacionBienes", "bienes")
		if _, asked := x.f.Field(sales); !asked {
			return
		}
		for _, sale := range x.items(sales) {
			if x.chose(sale.Join("tipoBienEnajenado"), soldKinds[key]) {
				return
			}
		}
		for _, item := range x.collection(key) {
			if x.gone(item) && x.chose(item.Join("motivoBaja"), "VNT") {
				r(Problem{Path: item, Code: WarnSale})
			}
		}
	}
}

// creditDebt: what is new and was bought on credit left a debt of that year.
func creditDebt(key string) func(facts, report) {
	return func(x facts, r report) {
		debts := x.collection(inDebts)
		if len(debts) == 0 && !x.nothing(inDebts) {
			return // section 14 is not answered yet
		}
		for _, item := range x.collection(key) {
			bought := year(x.text(item.Join("fechaAdquisicion")))
			recent := year(x.upTo()) - 1
			if !x.chose(item.Join(operated), opAdded) || !x.chose(item.Join("formaPago"), "CRÉDITO") || bought == 0 || bought < recent {
				continue
			}
			owed := false
			for _, debt := range debts {
				owed = owed || year(x.text(debt.Join("fechaAdquisicion"))) == bought
			}
			if !owed {
				r(Problem{Path: item.Join("formaPago"), Code: WarnCredit})
			}
		}
	}
}

// noBalance: a debt of which nothing is left is gone, or its balance was forgotten.
func noBalance(x facts, r report) {
	for _, debt := range x.collection(inDebts) {
		if x.gone(debt) {
			continue
		}
		for _, name := range [...]string{"saldoInsolutoSituacionActual", "saldoInsolutoDiciembreAnterior", "saldoInsolutoFechaConclusion"} {
			if v, ok := x.get(debt.Join(name)); ok && v.n == 0 {
				r(Problem{Path: debt.Join(name), Code: WarnNoBalance})
			}
		}
	}
}

// Thresholds in daily UMA (Norma 16ª XII, 17ª V).
const (
	umaMovable = 1200
	umaClient  = 250
)

func lowMovables(x facts, r report) {
	for _, item := range x.collection(inMovables) {
		below(x, r, item.Join("valorAdquisicion"), umaMovable)
	}
}

func lowClients(x facts, r report) {
	for _, item := range x.collection(inClients) {
		below(x, r, item.Join("montoAproximadoGanancia"), umaClient)
	}
}

// below reports an amount that does not exceed a number of daily UMA.
func below(x facts, r report, p Path, uma int64) {
	if n, ok := x.pesos(p); ok && n*100 <= uma*x.d.UMA {
		r(Problem{p, WarnBelow, commas(uma * x.d.UMA / 100)})
	}
}

// houseLand: a house stands on land.
func houseLand(x facts, r report) {
	for _, item := range x.collection(inRealEstate) {
		p := item.Join("superficieTerreno", "valor")
		if v, ok := x.get(p); ok && v.n == 0 && x.chose(item.Join("tipoInmueble"), "CASA", "TERR", "RACH") {
			r(Problem{Path: p, Code: WarnLand})
		}
	}
}

// shareFits: who shares a property does not own all of it, who is not among its
// holders owns nothing of it, and who is owns something.
func shareFits(x facts, r report) {
	for _, item := range x.collection(inRealEstate) {
		p, holders := item.Join("porcentajePropiedad"), item.Join("titular")
		share, ok := x.get(p)
		if _, known := x.get(holders); !ok || !known {
			continue
		}
		shared := x.chose(holders, "CYG", "CBN", "CVV", "DEN", "CTER")
		mine := x.chose(holders, "DEC")
		if shared && share.n == 100 || mine != (share.n > 0) {
			r(Problem{Path: p, Code: WarnShare})
		}
	}
}

// partners is what section 6 calls each kind of partner among the holders.
var partners = map[string]string{
	"CYG": "CONYUGE",
	"CBN": "CONCUBINA_CONCUBINARIO_UNION_LIBRE",
	"CVV": "SOCIEDAD_DE_CONVIVENCIA",
}

// holdersKnown: a partner or dependant who holds something is declared as such.
func holdersKnown(key string) func(facts, report) {
	return func(x facts, r report) {
		for _, item := range x.collection(key) {
			p := item.Join("titular")
			v, _ := x.get(p)
			for _, k := range v.keys {
				partner := partners[k]
				switch {
				case partner != "" && (x.nothing(inPartner) || x.otherwise(Path(inPartner).Join("relacionConDeclarante"), partner)):
					r(Problem{Path: p, Code: WarnHolderPartner})
				case k == "DEN" && x.nothing(inDependents):
					r(Problem{Path: p, Code: WarnHolderFamily})
				}
			}
		}
	}
}

// otherwise reports whether something else than key is chosen at p.
func (x facts) otherwise(p Path, key string) bool {
	_, ok := x.get(p)
	return ok && !x.chose(p, key)
}

// withinPeriod: what was acquired after the period belongs to the next declaration.
func withinPeriod(key string) func(facts, report) {
	return func(x facts, r report) {
		last := x.upTo()
		for _, item := range x.collection(key) {
			p := item.Join("fechaAdquisicion")
			if day := x.text(p); last != "" && day > last {
				r(Problem{p, WarnPeriod, last})
			}
		}
	}
}
