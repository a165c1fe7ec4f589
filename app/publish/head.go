package publish

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// errShape means that what should be a public result document is not one.
var errShape = errors.New("publish: not a public result document")

// head is what lists tell of a public document: the first of its properties.
type head struct {
	Given, First, Second string
	Post, Unit, Body     string
}

// readHead reads the name and the post from a public result document. It stops
// at the last of them, some kilobytes from the beginning, because an index of
// every declaration is made from this.
func readHead(doc []byte) (h head, err error) {
	var person struct {
		Nombre, PrimerApellido, SegundoApellido string
	}
	var post struct {
		EmpleoCargoComision, AreaAdscripcion, NombreEntePublico string
	}
	dec := json.NewDecoder(bytes.NewReader(doc))
	for _, step := range []func() error{
		func() error { return enter(dec, "declaracion") },
		func() error { return enter(dec, "situacionPatrimonial") },
		func() error { return enter(dec, "datosGenerales") },
		func() error { return dec.Decode(&person) },
		func() error { return find(dec, "datosEmpleoCargoComision") },
		func() error { return dec.Decode(&post) },
	} {
		if err := step(); err != nil {
			return head{}, errors.Join(errShape, err)
		}
	}
	return head{
		Given: person.Nombre, First: person.PrimerApellido, Second: person.SegundoApellido,
		Post: post.EmpleoCargoComision, Unit: post.AreaAdscripcion, Body: post.NombreEntePublico,
	}, nil
}

// enter opens the object that comes next and goes to one of its properties.
func enter(dec *json.Decoder, name string) error {
	if t, err := dec.Token(); err != nil {
		return err
	} else if t != json.Delim('{') {
		return errShape
	}
	return find(dec, name)
}

// find skips properties of the open object until the one called name.
func find(dec *json.Decoder, name string) error {
	var skip json.RawMessage
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return err
		}
		if t == name {
			return nil
		}
		if err := dec.Decode(&skip); err != nil {
			return err
		}
	}
	return errShape
}

// name is the whole name as the document writes it.
func (h head) name() string { return join(h.Given, h.First, h.Second) }

// surname is the name as lists are ordered by it.
func (h head) surname() string { return join(h.First, h.Second, h.Given) }

func join(parts ...string) string { return strings.Join(strings.Fields(strings.Join(parts, " ")), " ") }
