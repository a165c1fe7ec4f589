package forms_test

import (
	"bytes"
	"sync"
	"testing"

	"declara/forms"
	"declara/forms/formstest"
)

// Forms, catalogues and the validator are shared by all requests. This says so to
// the race detector.
func TestTogether(t *testing.T) {
	f := forms.Lookup(forms.Modificacion, forms.Full)
	want, err := forms.Compile(f, formstest.Example(f, 4))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			d := formstest.Example(f, 4)
			doc, err := forms.Compile(f, d)
			if err != nil || !bytes.Equal(doc.JSON, want.JSON) {
				t.Errorf("another document: %v", err)
			}
			if _, err := doc.Public(forms.PublicOptions{}); err != nil {
				t.Error(err)
			}
			for i := range f.Sections {
				forms.Warnings(f, d, f.Sections[i].Key)
				forms.StatusOf(f, d, f.Sections[i].Key)
			}
		})
	}
	wg.Wait()
}
