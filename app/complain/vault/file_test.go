package vault

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"pgregory.net/rapid"
)

// noise is n bytes that differ with the seed.
func noise(n int, seed uint64) []byte {
	b := make([]byte, n)
	r := rand.New(rand.NewPCG(seed, 0))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// sealFile is SealFile for one pair.
func sealFile(to *Public, c Context, w io.Writer, content []byte) (key []byte, err error) {
	key, _, err = SealFile(to, nil, c, w, content)
	return key, err
}

// TestFile: a file comes back whole from its envelope and its bytes, and from no
// other envelope, context, key, or bytes that were altered, cut or lengthened.
func TestFile(t *testing.T) {
	keys := someKeys()
	rapid.Check(t, func(rt *rapid.T) {
		c := contexts().Draw(rt, "context")
		near := rapid.SampledFrom([]int{0, 100, fileStep - fileTrailer, fileStep, 2*fileStep - fileTrailer}).Draw(rt, "near")
		content := noise(max(0, near+rapid.IntRange(-20, 20).Draw(rt, "by")), 1)
		var sealed bytes.Buffer
		key := must(sealFile(keys[0].Public(), c, &sealed, content))
		got, err := OpenFile(keys[0], c, key, bytes.NewReader(sealed.Bytes()))
		if err != nil || !bytes.Equal(got, content) {
			rt.Fatalf("%d bytes of %d, %v", len(got), len(content), err)
		}
		open := func(what string, p *Private, c Context, key, sealed []byte) {
			got, err := OpenFile(p, c, key, bytes.NewReader(sealed))
			refused(rt, what, got, err)
		}
		b := sealed.Bytes()
		if other := contexts().Draw(rt, "other"); other != c {
			open("elsewhere", keys[0], other, key, b)
		}
		open("another's", keys[1], c, key, b)
		open("flipped", keys[0], c, key, flip(rt, b))
		open("flipped envelope", keys[0], c, flip(rt, key), b)
		open("cut", keys[0], c, key, b[:rapid.IntRange(0, len(b)-1).Draw(rt, "cut")])
		open("lengthened", keys[0], c, key, append(bytes.Clone(b), 0))
		var other bytes.Buffer
		otherKey := must(sealFile(keys[0].Public(), c, &other, content))
		open("another file's bytes", keys[0], c, key, other.Bytes())
		open("another file's envelope", keys[0], c, otherKey, b)
	})
}

// TestFileLengths: the size of a sealed file tells its length in steps only.
func TestFileLengths(t *testing.T) {
	size := func(n int) int {
		var sealed bytes.Buffer
		must(sealFile(someKeys()[0].Public(), here, &sealed, make([]byte, n)))
		return sealed.Len()
	}
	one := size(0)
	for _, n := range []int{1, 1000, fileStep - fileTrailer} {
		if got := size(n); got != one {
			t.Errorf("%d bytes are told by %d instead of %d", n, got, one)
		}
	}
	if got := size(fileStep - fileTrailer + 1); got != one+fileStep+16 {
		t.Errorf("the next step is %d", got)
	}
	if _, err := sealFile(someKeys()[0].Public(), here, io.Discard, make([]byte, MaxFile+1)); err != ErrTooLong {
		t.Errorf("over the limit: %v", err)
	}
}

// TestLargestFile comes back, and one that is larger than any of ours is refused
// without being read to its end.
func TestLargestFile(t *testing.T) {
	p := someKeys()[0]
	var sealed bytes.Buffer
	key := must(sealFile(p.Public(), here, &sealed, make([]byte, MaxFile)))
	if got, err := OpenFile(p, here, key, &sealed); err != nil || len(got) != MaxFile {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	for name, padded := range map[string][]byte{
		"too large": make([]byte, MaxFile+3*fileStep), "no step": make([]byte, fileStep+1), "empty": {},
		"length over the end": append(make([]byte, fileStep-fileTrailer), bytes.Repeat([]byte{0xff}, fileTrailer)...),
		"a step too many":     make([]byte, 2*fileStep),
		"hidden in padding":   append(append([]byte{1}, make([]byte, fileStep-1-fileTrailer)...), make([]byte, fileTrailer)...),
	} {
		id := must(age.GenerateHybridIdentity())
		var sealed bytes.Buffer
		w := must(age.Encrypt(&sealed, id.Recipient()))
		must(w.Write(padded))
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		key := must(p.public.seal(kindFile, here, []byte(id.String())))
		got, err := OpenFile(p, here, key, &sealed)
		refused(t, name, got, err)
	}
	got, err := OpenFile(p, here, must(p.public.seal(kindFile, here, []byte("AGE-SECRET-KEY-1"))), &sealed)
	refused(t, "no identity in the envelope", got, err)
}

// broken fails after n bytes.
type broken struct{ n int }

var errDisk = errors.New("no space left")

func (b *broken) Write(p []byte) (int, error) {
	if b.n -= len(p); b.n < 0 {
		return 0, errDisk
	}
	return len(p), nil
}

// TestFileNotWritten: when the disk is full, there is no key for half a file.
func TestFileNotWritten(t *testing.T) {
	for _, n := range []int{0, 100, 2000, fileStep, 3 * fileStep} {
		if key, err := sealFile(someKeys()[0].Public(), here, &broken{n}, make([]byte, 4*fileStep)); !errors.Is(err, errDisk) || key != nil {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

// TestStockAge: what is exported opens with the age command of Debian, on a computer
// that has nothing of ours.
func TestStockAge(t *testing.T) {
	for _, tool := range []string{"age", "age-keygen"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	identity := filepath.Join(t.TempDir(), "identity")
	if out, err := exec.Command("age-keygen", "-o", identity).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	recipient, err := exec.Command("age-keygen", "-y", identity).Output()
	if err != nil {
		t.Fatal(err)
	}
	to, err := ParseAuthority(string(recipient))
	if err != nil || to.Quantum() || to.String() != strings.TrimSpace(string(recipient)) {
		t.Fatalf("%v %v", to, err)
	}
	content := noise(200_000, 2)
	var export bytes.Buffer
	w := must(Export(&export, to))
	must(w.Write(content[:70_000]))
	must(w.Write(content[70_000:]))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	open := exec.Command("age", "-d", "-i", identity)
	open.Stdin, open.Stderr = &export, os.Stderr
	if got, err := open.Output(); err != nil || !bytes.Equal(got, content) {
		t.Fatalf("age gives %d bytes, %v", len(got), err)
	}
}

// TestExportHybrid: the kind of recipient that age has since 1.3.
func TestExportHybrid(t *testing.T) {
	id := must(age.GenerateHybridIdentity())
	to := must(ParseAuthority(id.Recipient().String() + "\n"))
	if !to.Quantum() {
		t.Error("not told as hybrid")
	}
	var export bytes.Buffer
	w := must(Export(&export, to))
	must(io.WriteString(w, "expediente"))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(must(age.Decrypt(&export, id))); err != nil || string(got) != "expediente" {
		t.Errorf("%q, %v", got, err)
	}
	for _, s := range []string{"", "age1", "ssh-ed25519 AAAA", must(age.GenerateX25519Identity()).String(), id.String(), strings.Repeat("a", 1<<20)} {
		if _, err := ParseAuthority(s); err != ErrAuthority {
			t.Errorf("%.20q: %v", s, err)
		}
	}
	if _, err := Export(io.Discard, Authority{}); err != ErrAuthority {
		t.Errorf("to nobody: %v", err)
	}
}
