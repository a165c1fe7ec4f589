package forms

import (
	"context"
	"errors"

	"github.com/go-playground/validator/v10"
)

// Struct checks a struct of fixed shape (a login, a PDN query, the configuration)
// by its `validate` tags, with the same rules and codes as the fields of a
// declaration. Path is the name of the field in the struct, dotted below the top.
func Struct(v any) []Problem {
	err := validate.StructCtx(context.Background(), v)
	if err == nil {
		return nil
	}
	var failed validator.ValidationErrors
	if !errors.As(err, &failed) {
		return []Problem{{Code: CodeRequired}} // not a struct: nothing was given
	}
	problems := make([]Problem, len(failed))
	for i, e := range failed {
		problems[i] = Problem{Path: member(e.StructNamespace()), Code: e.Tag(), Arg: e.Param()}
	}
	return problems
}

// member drops the name of the struct's own type from a namespace.
func member(namespace string) Path {
	for i := range len(namespace) {
		if namespace[i] == '.' {
			return Path(namespace[i+1:])
		}
	}
	return Path(namespace)
}
