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

// readHead reads the name and the post from a public result document, and nothing
// of the rest, because an index of every declaration is made from this. It finds
// the two objects by their names: the document is canonical, without white space,
// and a quotation mark in a text is escaped, so what looks like a name is one.
func readHead(doc []byte) (h head, err error) {
	var person struct {
		Nombre, PrimerApellido, SegundoApellido string
	}
	var post struct {
		EmpleoCargoComision, AreaAdscripcion, NombreEntePublico string
	}
	rest, err := decodeAt(doc, `"declaracion":{"situacionPatrimonial":{"datosGenerales":`, &person)
	if err == nil {
		_, err = decodeAt(rest, `"datosEmpleoCargoComision":`, &post)
	}
	if err != nil {
		return head{}, err
	}
	return head{
		Given: person.Nombre, First: person.PrimerApellido, Second: person.SegundoApellido,
		Post: post.EmpleoCargoComision, Unit: post.AreaAdscripcion, Body: post.NombreEntePublico,
	}, nil
}

// decodeAt decodes the object that follows name, and gives what stands after name.
func decodeAt(doc []byte, name string, v any) (rest []byte, err error) {
	_, rest, ok := bytes.Cut(doc, []byte(name))
	if !ok {
		return nil, errShape
	}
	if err := json.NewDecoder(bytes.NewReader(rest)).Decode(v); err != nil {
		return nil, errors.Join(errShape, err)
	}
	return rest, nil
}

// name is the whole name as the document writes it.
func (h head) name() string { return join(h.Given, h.First, h.Second) }

// surname is the name as lists are ordered by it.
func (h head) surname() string { return join(h.First, h.Second, h.Given) }

func join(parts ...string) string { return strings.Join(strings.Fields(strings.Join(parts, " ")), " ") }
