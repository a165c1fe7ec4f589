package account

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"declara/app/errs"
)

// What a password must be: long, and not what somebody would try first. Nothing is
// asked about kinds of characters, which only makes people write it down.
const (
	passwordMin = 12   // characters
	passwordMax = 1024 // bytes, so that hashing has a bound
	differentIn = 5    // different characters in it
)

//go:embed common.txt
var commonWords string

// common are words that passwords here are made of, folded.
var common = func() map[string]bool {
	words := map[string]bool{}
	for _, w := range strings.Fields(commonWords) {
		words[w] = true
	}
	return words
}()

// CheckPassword tells, in words for the person, why a password cannot be that of
// an account with these names (its login, its e-mail), or nil.
func CheckPassword(password string, names ...string) error {
	switch {
	case utf8.RuneCountInString(password) < passwordMin:
		return errs.New(errs.Invalid, "account.password.short")
	case len(password) > passwordMax || !utf8.ValidString(password):
		return errs.New(errs.Invalid, "account.password.long")
	}
	plain := strings.ToLower(norm.NFC.String(password))
	for _, name := range names {
		name, _, _ = strings.Cut(strings.ToLower(Fold(name)), "@")
		if utf8.RuneCountInString(name) >= 4 && strings.Contains(plain, name) {
			return errs.New(errs.Invalid, "account.password.login")
		}
	}
	if easy(plain) {
		return errs.New(errs.Invalid, "account.password.common")
	}
	return nil
}

// easy reports whether a password is few characters over and over, only figures
// and signs, or one or two common words with figures and signs around them.
func easy(plain string) bool {
	different := map[rune]bool{}
	for _, r := range plain {
		different[r] = true
	}
	if len(different) < differentIn {
		return true
	}
	return easyWord(lettersOf(plain, false)) || easyWord(lettersOf(plain, true))
}

func easyWord(word string) bool {
	if word == "" || common[word] {
		return true
	}
	for i := range word {
		if common[word[:i]] && common[word[i:]] {
			return true
		}
	}
	return repeats(word)
}

// disguises are figures and signs that stand for letters.
var disguises = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

// lettersOf is a password without accents, figures and signs. One figure between
// letters is read as the letter it stands for, and with last so is one that ends a
// word: "c0ntr4señ4" is "contrasena".
func lettersOf(plain string, last bool) string {
	var runes []rune
	for _, r := range norm.NFD.String(plain) {
		if !unicode.Is(unicode.Mn, r) {
			runes = append(runes, r)
		}
	}
	is := func(i int, what func(rune) bool) bool { return i >= 0 && i < len(runes) && what(runes[i]) }
	var out strings.Builder
	for i, r := range runes {
		between := is(i+1, unicode.IsLetter) || last && !is(i+1, unicode.IsDigit)
		switch as := disguises.Replace(string(r)); {
		case unicode.IsLetter(r):
			out.WriteRune(r)
		case as != string(r) && is(i-1, unicode.IsLetter) && between:
			out.WriteString(as)
		}
	}
	return out.String()
}

// repeats reports whether a word is a shorter one several times: "abcabcabc".
func repeats(word string) bool {
	for size := 1; size <= len(word)/2; size++ {
		if len(word)%size == 0 && strings.Repeat(word[:size], len(word)/size) == word {
			return true
		}
	}
	return false
}

// Fold is how a login is kept and looked up, however it was typed: an e-mail in
// small letters, a CURP in capitals.
func Fold(login string) string {
	login = norm.NFC.String(strings.TrimSpace(login))
	if strings.Contains(login, "@") {
		return strings.ToLower(login)
	}
	return strings.ToUpper(login)
}
