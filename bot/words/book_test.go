package words

import (
	"testing"
	"time"
)

// A catalogue has labels by their context, and picks plural forms by the rule in its header, however
// that is spaced.
func TestReadCatalogue(t *testing.T) {
	t.Parallel()
	for _, rule := range []string{
		"nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
		"nplurals = 3; plural = (n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
	} {
		b := book{readCatalogue([]byte("msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n\"Plural-Forms: " + rule + "\\n\"\n\n" +
			"msgid \"one card\"\nmsgid_plural \"%d cards\"\nmsgstr[0] \"jedna karta\"\nmsgstr[1] \"%d karty\"\nmsgstr[2] \"%d kart\"\n\n" +
			"msgid \"Save\"\nmsgstr \"Zapisz\"\n\nmsgctxt \"button\"\nmsgid \"Save\"\nmsgstr \"OK\"\n\nmsgid \"Open\"\nmsgstr \"\"\n"))}
		for n, want := range map[int]string{1: "jedna karta", 2: "%d karty", 5: "%d kart", 22: "%d karty", 0: "%d kart"} {
			if got := b.number(n, "one card"); got != want {
				t.Errorf("%s: of %d it says %q, want %q", rule, n, got, want)
			}
		}
		if b.word("Save") != "Zapisz" || b.label("button", "Save") != "OK" || b.word("Open") != "" || b.word("") != "" || b.number(2, "Save") != "" {
			t.Errorf("%q %q %q %q %q", b.word("Save"), b.label("button", "Save"), b.word("Open"), b.word(""), b.number(2, "Save"))
		}
	}
}

// A plural form for one number may be a word that does not name it.
func TestAPluralFormWithoutItsNumber(t *testing.T) {
	t.Parallel()
	hours := readCatalogue([]byte("msgid \"\"\nmsgstr \"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n\n" +
		"msgid \"%d hour\"\nmsgid_plural \"%d hours\"\nmsgstr[0] \"une heure\"\nmsgstr[1] \"%d heures\"\n"))
	w := &Reader{lang: "fr", book: book{hours}}
	for d, want := range map[time.Duration]string{time.Hour: "une heure", 2 * time.Hour: "2 heures"} {
		if got := w.Length(d); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// must ends the test at an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
