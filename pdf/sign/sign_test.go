package sign_test

import (
	"bytes"
	"testing"

	"declara/pdf/sign"
)

// TestTwoSignatures: both are valid at the end and lead to their own roots; the file
// after the first is a prefix of the file after the second.
func TestTwoSignatures(t *testing.T) {
	pdf, first := sealed(t, nil)
	rep, err := sign.Verify(pdf, keys().trust())
	if err != nil {
		t.Fatal(err)
	}
	if rep.Altered || rep.Why != "" || len(rep.Signatures) != 2 {
		t.Fatalf("altered %t, why %q, %d signatures: %+v", rep.Altered, rep.Why, len(rep.Signatures), rep.Signatures)
	}
	a, b := rep.Signatures[0], rep.Signatures[1]
	if !a.Valid || !b.Valid || a.Trusted != sign.AnchorSigner || b.Trusted != sign.AnchorSeal {
		t.Errorf("%+v\n%+v", a, b)
	}
	if a.Field != signerField || a.End != first || a.Whole || b.End != len(pdf) || !b.Whole {
		t.Errorf("ends %d %d of %d %d", a.End, b.End, first, len(pdf))
	}
	alone, err := sign.Verify(pdf[:a.End], keys().trust())
	if err != nil || len(alone.Signatures) != 1 || !alone.Signatures[0].Whole || !alone.Signatures[0].Valid || alone.Altered {
		t.Errorf("the file as it was first signed: %+v %v", alone, err)
	}
	if !a.Claimed.Equal(signerRequest().At) || b.Name != "Municipio de Valle Encinos" {
		t.Error(a.Claimed, b.Name)
	}
	if len(rep.Files) != 1 || !bytes.Equal(rep.Files[0].Data, declaration(t).Document.JSON) || rep.Files[0].Name != "declaración.json" {
		t.Error("the attached data is not what was attached")
	}
}
