package web

import (
	"encoding/json"
	"errors"
	"net/http"

	"declara/app/declare"
	"declara/app/errs"
)

// Signing with an e.firma: what static/efirma.js talks to. The page of the
// signature stays the one of declare_sign.go, where the password is what works
// without a script. No request of these has a key or a password in it: only a
// certificate, and two signatures.

const (
	certificateBody = 24 << 10 // a certificate of 16 KB in base64, and the stamp
	signatureBody   = 8 << 10
)

// efirmaRoutes are the two phases, and what is looked at between them.
func (s *Server) efirmaRoutes() []Route {
	return []Route{
		{Method: "POST", Path: "/declaraciones/:id/firma/preparar", Roles: declarants, Body: certificateBody, Do: s.efirmaPrepare},
		{Method: "POST", Path: "/declaraciones/:id/firma/completar", Roles: declarants, Body: signatureBody, Do: s.efirmaComplete},
		{Method: "GET", Path: "/declaraciones/:id/firma/:pendiente/documento.pdf", Roles: declarants, Do: s.efirmaPDF},
		{Method: "GET", Path: "/declaraciones/:id/firma/:pendiente/declaracion.json", Roles: declarants, Do: s.efirmaData},
	}
}

// told answers the script with an error in words; what is already filed comes with
// the address of its acuse.
type told struct {
	apiError
	Acuse string `json:"acuse,omitempty"`
}

// tell answers with an error that a person may be told; any other is returned.
func (c *Ctx) tell(err error) error {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return err
	}
	out := told{apiError: apiError{Code: string(e.Code), Message: c.said(err)}}
	if errors.Is(err, declare.ErrFiled) {
		out.Acuse = draftPath(c.Param("id"), "acuse")
	}
	status := statuses[e.Code]
	if e.Code == errs.Invalid {
		status = http.StatusUnprocessableEntity
	}
	return c.JSON(status, out)
}

// errRequest is a request that the script did not make.
var errRequest = errs.New(errs.Invalid, "web.error.invalid")

// read reads the body as the script sends it. What is wrong with it is told to the
// owner of the draft alone: for anybody else there is no draft.
func (c *Ctx) read(v any) error {
	if c.Header("Content-Type") == "application/json" && json.Unmarshal(c.Body(), v) == nil {
		return nil
	}
	if _, _, err := c.s.draft(c); err != nil {
		return err
	}
	return errRequest
}

func (s *Server) efirmaPrepare(c *Ctx) error {
	who, err := c.who()
	if err != nil {
		return c.tell(err)
	}
	var in struct {
		Cer   []byte `json:"cer"`
		Stamp string `json:"sello"`
	}
	if err := c.read(&in); err != nil {
		return c.tell(err)
	}
	g, err := s.declare.PrepareSignature(c.Context(), who, c.Param("id"), in.Stamp, in.Cer)
	if err != nil {
		return c.tell(fault("prepare signature", err))
	}
	return c.JSON(http.StatusOK, struct {
		ID             string `json:"id"`
		Range          [4]int `json:"range"`
		Attributes     []byte `json:"attributes"`
		DataAttributes []byte `json:"dataAttributes"`
	}{g.ID, g.Range, g.Attributes, g.DataAttributes})
}

func (s *Server) efirmaComplete(c *Ctx) error {
	who, err := c.who()
	if err != nil {
		return c.tell(err)
	}
	var in struct {
		ID   string `json:"id"`
		PDF  []byte `json:"pdf"`
		Data []byte `json:"json"`
	}
	if err := c.read(&in); err != nil {
		return c.tell(err)
	}
	id := c.Param("id")
	if _, err := s.declare.CompleteSignature(c.Context(), who, id, in.ID, declare.Signatures{PDF: in.PDF, Data: in.Data}); err != nil {
		return c.tell(fault("complete signature", err))
	}
	return c.JSON(http.StatusOK, struct {
		Acuse string `json:"acuse"`
	}{draftPath(id, "acuse")})
}

// efirmaPDF shows the document that waits for its signature.
func (s *Server) efirmaPDF(c *Ctx) error {
	return s.efirmaShow(c, "application/pdf", func(file, _ []byte) []byte { return file })
}

// efirmaData shows what will be filed, as it is kept.
func (s *Server) efirmaData(c *Ctx) error {
	return s.efirmaShow(c, "application/json; charset=utf-8", func(_, document []byte) []byte { return document })
}

func (s *Server) efirmaShow(c *Ctx, kind string, pick func(file, document []byte) []byte) error {
	who, err := c.who()
	if err != nil {
		return err
	}
	file, document, err := s.declare.Prepared(c.Context(), who, c.Param("id"), c.Param("pendiente"))
	if err != nil {
		return err
	}
	return c.Send(http.StatusOK, kind, pick(file, document))
}

// efirmaSentences are what the script says, by its code; the page carries them in
// the person's language.
var efirmaSentences = []string{
	"quien", "abriendo", "preparando", "revisando", "listo", "firmando", "presentando",
	"sincer", "sinllave", "sinclave", "certificado", "llave", "vieja", "cifrado", "pareja", "clave",
	"otracosa", "conexion", "sesion", "fallo",
}

// sayings are the sentences of the script.
func (c *Ctx) sayings() []option {
	out := make([]option, len(efirmaSentences))
	for i, code := range efirmaSentences {
		out[i] = option{code, c.words.T("declare.efirma.say." + code)}
	}
	return out
}
