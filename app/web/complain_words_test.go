package web

import (
	"mime/multipart"
	"strings"
	"testing"

	"declara/app/complain"
	"declara/app/complain/evidence"
)

// TestComplaintWords: every closed list that a page puts into words has all of them, in
// every language.
func TestComplaintWords(t *testing.T) {
	x := blankSite(t)
	var keys []string
	for _, s := range complain.States {
		keys = append(keys, "complain.state."+s.Code)
	}
	for _, f := range complain.Faults {
		keys = append(keys, "complain.fault."+f.Article)
	}
	for _, r := range complain.Routes {
		keys = append(keys, "complain.who."+r, "complain.who.hint."+r)
	}
	for _, p := range complain.Coach(&complain.Answers{}) {
		keys = append(keys, "complain.ask."+p.Ask)
	}
	for _, e := range []string{complain.EventReceived, complain.EventMoved, complain.EventIdentity, complain.EventOriginal, complain.EventRecovered,
		complain.EventDeleted, complain.EventRevealed, complain.EventNotified, complain.EventReaders, complain.EventAcknowledged} {
		keys = append(keys, "complain.event."+e)
	}
	for _, r := range evidence.Reasons {
		keys = append(keys, "evidence.refuse."+string(r))
	}
	for _, name := range x.s.words.Languages() {
		p := x.s.words.Printer(name)
		for _, key := range keys {
			if _, other := p.Say(key); !p.Has(key) || other != "" {
				t.Errorf("%s: no words for %s", name, key)
			}
		}
	}
	for _, f := range complain.Faults {
		known := false
		for _, g := range complain.Groups {
			known = known || g == f.Group
		}
		if !known {
			t.Errorf("%s is of no group", f.Article)
		}
	}
}

// FuzzComplaintForm: whatever comes as a form is a form or refused, and what is taken is
// no more than came.
func FuzzComplaintForm(f *testing.F) {
	var b strings.Builder
	w := multipart.NewWriter(&b)
	w.WriteField("hoja", "x")
	part, _ := w.CreateFormFile("archivo", `..\..\a.jpg`)
	part.Write([]byte("\xff\xd8\xff"))
	w.Close()
	f.Add(w.FormDataContentType(), b.String())
	f.Add(w.FormDataContentType(), b.String()[:len(b.String())-20])
	f.Add("application/x-www-form-urlencoded", "hoja=x&paso=que&que=%ff")
	f.Add("multipart/form-data; boundary=", "--\r\n\r\n")
	f.Add("multipart/form-data", "")
	f.Fuzz(func(t *testing.T, kind, body string) {
		h, err := readHanded(kind, []byte(body))
		if err != nil {
			return
		}
		n := len(h.file)
		for _, values := range h.Values {
			for _, v := range values {
				n += len(v)
			}
		}
		if n > len(body) || !readable(h.Values) {
			t.Errorf("%d bytes of %d", n, len(body))
		}
	})
}
