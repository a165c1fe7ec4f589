package forms

// Codes of problems. i18n has a text "problem.<code>" for each of them and for
// each validator rule that the tables use; soft warnings are at "warn.<code>".
// "{0}" in a text is Problem.Arg.
const (
	CodeRequired    = "required"    // no answer where one is obligatory
	CodeItems       = "items"       // a list that needs an item has none
	CodeMaxItems    = "maxitems"    // a list has more than Arg items
	CodeUnconfirmed = "unconfirmed" // a section or a copied item that the person has not confirmed
	CodeCopied      = "copied"      // "ninguno" although the previous declaration has items here
	CodeChoice      = "choice"      // not an option of the catalogue, or not under its parent
	CodeTwice       = "twice"       // the same option chosen twice
	CodeOther       = "other"       // "other" chosen and not told which
	CodeYesNo       = "yesno"       // neither true nor false
	CodeSeveral     = "several"     // several answers where one is asked

	CodeEncoding = "encoding" // not valid UTF-8
	CodeControl  = "control"  // control characters
	CodeBidi     = "bidi"     // characters that turn the direction of writing
	CodeLong     = "long"     // longer than Arg characters

	CodeInteger     = "integer"     // not a whole number
	CodeMoney       = "money"       // not an amount
	CodeMoneyLocale = "moneylocale" // "1.234,50": Arg is what was probably meant
	CodeMoneyCents  = "moneycents"  // cents other than .00: Arg is the amount without them
	CodeMoneyRange  = "moneyrange"  // negative, or more than Arg
	CodeDate        = "date"        // not a date
	CodeDateReal    = "datereal"    // a day that the calendar does not have

	CodeOrder      = "order"      // a day before Arg, which it must follow
	CodeLastYear   = "lastyear"   // a day outside of the year Arg, though time served in it was declared
	CodePayment    = "payment"    // a way of paying for what was given, inherited or won: it is Arg
	CodePaid       = "paid"       // "NO APLICA" for what was bought
	CodeOwners     = "owners"     // holders that cannot be together, or third parties alone
	CodeRFCPerson  = "rfcperson"  // also a rule: the RFC of a company where a person stands
	CodeRFCCompany = "rfccompany" // also a rule: the RFC of a person where a company stands
)

// Codes of soft warnings, at "warn.<code>".
const (
	WarnRFCDigit      = "rfcdigit"      // the check digit does not fit: a typing error, or one of the 1.5 % that the SAT got wrong
	WarnCURPDigit     = "curpdigit"     // the same of a CURP
	WarnBirth         = "birth"         // the days of birth in CURP, RFC and answer differ: Arg is the one in the CURP or RFC
	WarnPartner       = "partner"       // civil status tells of a partner, section 6 of none
	WarnNoPartner     = "nopartner"     // civil status tells of none, section 6 of one
	WarnRelation      = "relation"      // civil status and the relation in section 6 differ
	WarnFamilyIncome  = "familyincome"  // partner or dependants earn, and B is nothing
	WarnIncomeUp      = "incomeup"      // A grew by Arg percent since the previous declaration
	WarnIncomeDown    = "incomedown"    // A fell by Arg percent since the previous declaration
	WarnSale          = "sale"          // sold, and no income from the sale of such a thing
	WarnCredit        = "credit"        // bought on credit, and no debt of that year
	WarnNoBalance     = "nobalance"     // a debt with nothing left to pay
	WarnBelow         = "below"         // below the threshold of Arg pesos from which it has to be declared
	WarnLand          = "land"          // a house without land
	WarnShare         = "share"         // the share does not fit the holders
	WarnHolderPartner = "holderpartner" // held by a partner that section 6 does not have, or calls otherwise
	WarnHolderFamily  = "holderfamily"  // held by a dependant, and section 7 has none
	WarnEvent         = "event"         // not the day that human resources has: Arg
	WarnPeriod        = "period"        // after Arg, the last day that this declaration tells of
)
