package forms

import (
	"context"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"
)

// This file registers the rules that a field may name in Field.Rules, next to
// those of validator/v10 ("required", "min", "max", "gte", "lte", "len", "email" …;
// "max" on Text counts characters). Ours are:
//
//	rfc          RFC of a person (13) or of a company (12); the check digit only warns
//	rfcperson    13 characters
//	rfccompany   12 characters
//	rfcbody      the first 10 characters of a person's RFC (datosGenerales.rfc.rfc)
//	homoclave    the last 3 (datosGenerales.rfc.homoClave)
//	curp         CURP; the check digit only warns
//	cp           Mexican postal code, 5 digits
//	phone        Mexican telephone, 10 digits (spaces and hyphens are dropped)
//	digits       only digits
//	notfuture    Date: not after Draft.Today
//	notbefore    Date: "notbefore=1900-01-01"
//	pastyear     Date: not after the year before the event, or before the one it is due in
//	folio        account, contract, serial and registry numbers: letters, digits, spaces and -/.#
//
// RFC, CURP, homoclave are stored in capitals without spaces, whatever was typed.

// validate is the one validator of the process. All its rules are registered
// here, before anything runs: registering while checking is a race.
var validate = func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	text := func(is func(string) bool) validator.FuncCtx {
		return func(_ context.Context, fl validator.FieldLevel) bool { return is(fl.Field().String()) }
	}
	for tag, rule := range map[string]validator.FuncCtx{
		"rfc":        text(IsRFC),
		"rfcperson":  text(IsPersonRFC),
		"rfccompany": text(IsCompanyRFC),
		"rfcbody":    text(IsRFCBody),
		"homoclave":  text(IsHomoclave),
		"curp":       born,
		"cp":         text(func(s string) bool { return len(s) == 5 && isDigits(s) }),
		"phone":      text(func(s string) bool { return len(s) == 10 && isDigits(s) }),
		"digits":     text(isDigits),
		"folio":      text(isFolio),
		"notfuture":  notFuture,
		"notbefore":  func(_ context.Context, fl validator.FieldLevel) bool { return fl.Field().String() >= fl.Param() },
		"pastyear":   pastYear,
	} {
		if err := v.RegisterValidationCtx(tag, rule); err != nil {
			panic(err) // a name that the library keeps for itself: a defect seen by every test
		}
	}
	return v
}()

// moment is when a declaration is checked: the day, and the year before, of which
// it tells. Rules that depend on it read it from their context.
type moment struct {
	today string
	year  int
}

type momentKey struct{}

func at(d *Draft) context.Context {
	return context.WithValue(context.Background(), momentKey{}, moment{d.Today, yearServed(d)})
}

func momentOf(ctx context.Context) moment {
	m, _ := ctx.Value(momentKey{}).(moment)
	return m
}

// notFuture holds when no day is known to compare with.
func notFuture(ctx context.Context, fl validator.FieldLevel) bool {
	today := momentOf(ctx).today
	return today == "" || fl.Field().String() <= today
}

func pastYear(ctx context.Context, fl validator.FieldLevel) bool {
	year := momentOf(ctx).year
	return year == 0 || fl.Field().String() < strconv.Itoa(year+1)
}

// born is the rule of CURP: well formed, and born by today. A letter where a digit
// belongs has the same check digit but puts the birth a century later.
func born(ctx context.Context, fl validator.FieldLevel) bool {
	day := CURPBirth(fl.Field().String())
	today := momentOf(ctx).today
	return day != "" && (today == "" || day <= today)
}

func isFolio(s string) bool {
	for _, r := range s {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune("ÑñÁÉÍÓÚáéíóúü -/.#:&()", r) {
			return false
		}
	}
	return true
}

// ruled reports whether a rule is among the rules of a field.
func ruled(rules, name string) bool {
	for rules != "" {
		var r string
		r, rules, _ = strings.Cut(rules, ",")
		if r == name || strings.HasPrefix(r, name) && len(r) > len(name) && r[len(name)] == '=' {
			return true
		}
	}
	return false
}
