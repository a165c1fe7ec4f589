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

	CodeNameless = "nameless" // no field is at this path
)
