package account

import (
	"testing"
	"time"
)

// TestTOTPVectors are those of RFC 6238, appendix B, for SHA-1, and those of RFC 4226,
// appendix D.
func TestTOTPVectors(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{
		59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130",
	} {
		if got := hotp(secret, stepOf(time.Unix(at, 0)), 8); got != want {
			t.Errorf("at %d: %s, not %s", at, got, want)
		}
		if got := CodeOf(secret, time.Unix(at, 0)); got != want[2:] {
			t.Errorf("six figures at %d: %s, not %s", at, got, want[2:])
		}
	}
	for count, want := range []string{"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"} {
		if got := hotp(secret, int64(count), 6); got != want {
			t.Errorf("count %d: %s, not %s", count, got, want)
		}
	}
}

// TestTOTPWindow: a step before and a step after, and none that was used.
func TestTOTPWindow(t *testing.T) {
	secret := []byte("12345678901234567890")
	now := time.Date(2026, 5, 4, 15, 0, 10, 0, time.UTC)
	for off, want := range map[time.Duration]bool{
		-61 * time.Second: false, -60 * time.Second: false, -40 * time.Second: true, -30 * time.Second: true, 0: true, 19 * time.Second: true, 30 * time.Second: true, 49 * time.Second: true, 50 * time.Second: false, -41 * time.Second: false,
	} {
		if _, ok := stepThat(secret, CodeOf(secret, now.Add(off)), now, 0); ok != want {
			t.Errorf("%v away: %v", off, ok)
		}
	}
	step, ok := stepThat(secret, CodeOf(secret, now), now, 0)
	if !ok || step != stepOf(now) {
		t.Fatalf("step %d, %v", step, ok)
	}
	if _, ok := stepThat(secret, CodeOf(secret, now), now, step); ok {
		t.Error("a step that was used is taken again")
	}
	if _, ok := stepThat(secret, CodeOf(secret, now.Add(-totpStep)), now, step); ok {
		t.Error("a step before one that was used is taken")
	}
	for off, want := range map[time.Duration]time.Duration{time.Hour: time.Hour, -7 * time.Minute: -7 * time.Minute, 48 * time.Hour: 0} {
		if got := clockOff(secret, CodeOf(secret, now.Add(off)), now); got != want {
			t.Errorf("%v off: %v", off, got)
		}
	}
}

// TestSecretText: what is shown can be typed, and the address of the camera says the
// same.
func TestSecretText(t *testing.T) {
	secret := []byte("12345678901234567890")
	e := enrolment(secret, "Municipio: Ñuñú & Cía", "rosa@valle.example")
	if e.Secret != "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ" {
		t.Error(e.Secret)
	}
	if want := "otpauth://totp/Municipio%20%20%C3%91u%C3%B1%C3%BA%20%26%20C%C3%ADa:rosa%40valle.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Municipio%20%20%C3%91u%C3%B1%C3%BA%20%26%20C%C3%ADa"; e.URI != want {
		t.Error(e.URI)
	}
	for _, typed := range []string{e.Secret, "gezd gnbv gy3t qojq gezd gnbv gy3t qojq", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ===="} {
		if got, err := ReadSecret(typed); err != nil || string(got) != string(secret) {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
	for typed, want := range map[string]string{"123456": "123456", " 123 456 ": "123456", "12345": "", "1234567": "", "12345a": "", "١٢٣٤٥٦": "", "K7QM-3XWD-9TFA": ""} {
		if got := figuresOf(typed); got != want {
			t.Errorf("%q: %q", typed, got)
		}
	}
}
