package words

import (
	"testing"
	"testing/fstest"
)

// The Spanish of a country uses its own catalogue, then the Spanish one, and English only for what
// neither has. Lint reports nothing missing in it, and it uses the Spanish grammar of rules.
func TestTheLanguageOfACountry(t *testing.T) {
	t.Parallel()
	const head = "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n\n"
	o := Options{DirName: ".", Dir: fstest.MapFS{
		"es-MX/words.po": {Data: []byte(head + "msgid \"Save\"\nmsgstr \"Listo\"\n")},
		"es/words.po":    {Data: []byte(head + "msgid \"Next\"\nmsgstr \"El que sigue\"\n")},
	}}
	b, err := Open(o)
	must(t, err)
	for reader, lang := range map[string]string{"es-MX": "es-MX", "ES-mx": "es-MX", "es-MX-x": "es-MX", "es-AR": "es", "es": "es", "fr-CA": English, "": English} {
		if got := b.Lang(reader); got != lang {
			t.Errorf("a reader of %q is answered in %q", reader, got)
		}
	}
	for _, c := range []struct{ reader, english, said string }{
		{"es-MX", "Save", "Listo"}, {"es", "Save", "Guardar"},
		{"es-MX", "Next", "El que sigue"}, {"es-MX", "Back", "Volver"}, {"es-MX", "said nowhere", "said nowhere"},
	} {
		if got := b.Reader(c.reader).T(c.english); got != c.said {
			t.Errorf("%s: %q is said as %q", c.reader, c.english, got)
		}
	}
	if got := b.Reader("es-MX").N(2, "%d hour", "%d hours", 2); got != "2 horas" {
		t.Errorf("two hours are %q", got)
	}
	if name := b.CommandNames("", "agreements")["es-MX"]; name != "acuerdos" {
		t.Errorf("a command is called %q", name)
	}
	found, err := Lint(o)
	if err != nil || len(found) > 0 {
		t.Errorf("findings %v, error %v", found, err)
	}
}
