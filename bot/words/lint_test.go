package words

import (
	"strings"
	"testing"
	"testing/fstest"
)

// Lint finds each fault of a catalogue and its line, and none in a good catalogue.
func TestLint(t *testing.T) {
	t.Parallel()
	template := []Entry{
		{Key: "Two %s and %d"}, {Key: "Save", Notes: []string{noteButton}}, {Key: "Name", Notes: []string{noteLabel}},
		{Context: CommandContext, Key: "list"}, {Key: "%d hour", Plural: "%d hours"},
	}
	good := "msgid \"\"\nmsgstr \"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n\nmsgid \"Two %s and %d\"\nmsgstr \"Dos %[2]d y %[1]s\"\n\nmsgid \"Save\"\nmsgstr \"Guardar\"\n\n" +
		"msgid \"Name\"\nmsgstr \"\"\n\"Nombre\"\n\nmsgctxt \"command\"\nmsgid \"list\"\nmsgstr \"lista\"\n\nmsgid \"%d hour\"\nmsgid_plural \"%d hours\"\nmsgstr[0] \"%d hora\"\nmsgstr[1] \"%d horas\"\n"
	if found := lint(good, "es.po", "es", template, true); len(found) > 0 {
		t.Errorf("nothing is wrong with it: %v", found)
	}
	for _, tc := range []struct{ was, is, want string }{
		{"msgid \"Save\"\nmsgstr \"Guardar\"\n", "", `es.po:1: is missing, so that readers get English: "Save"`},
		{"%[2]d y %[1]s", "%s y %d", ""},
		{"%[2]d y %[1]s", "%d y %s", `es.po:4: takes other values than the English: it lacks %[1]s, it lacks %[2]d, %[1]d is too many, %[2]s is too many: "Two`},
		{"%[2]d y %[1]s", "%s", `es.po:4: takes other values than the English: it lacks %[2]d: "Two`},
		{"Guardar", strings.Repeat("Guardar ", 11), "es.po:7: has 88 characters; platforms show 75 in a button"},
		{"Guardar", "**Guardar**", "es.po:7: readers see this **"},
		{"Nombre", strings.Repeat("Nombre ", 9), "es.po:10: has 63 characters; platforms show 45 in a field"},
		{"\"lista\"", "\"Lista larga\"", "es.po:15: a name is at most 32"},
		{"\"lista\"", "\"\"", "es.po:15: is not translated"},
		{"\nmsgstr[1] \"%d horas\"", "", "es.po:18: has 1 plural forms, the header says 2"},
		{"%d horas\"\n", "horas\"\n", "es.po:18: takes other values than the English: it lacks %[1]d: "},
		{"msgstr[1]", "msgstr[2]", "es.po:21: msgstr[1] is due here"},
		{"msgid \"Save\"", "msgid \"Sava\"", `es.po:7: is said nowhere: "Sava"`},
		{"msgid \"Save\"", "#, fuzzy\nmsgid \"Save\"", "es.po:8: is marked as fuzzy"},
		{"msgid \"Save\"", "msgid \"Name\"", "es.po:10: stands twice"},
		{"msgid \"Save\"", "mgsid \"Save\"", "es.po:7: not a line of a gettext catalogue"},
		{"\"Guardar\"", "\"Guar\\dar\"", "es.po:8: the quotes or backslashes are wrong"},
		{"msgid \"\"\nmsgstr \"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n", "", "es.po:1: the header is missing"},
	} {
		text := strings.Replace(good, tc.was, tc.is, 1)
		if text == good {
			t.Fatalf("%q is not there", tc.was)
		}
		var said []string
		for _, f := range lint(text, "es.po", "es", template, true) {
			said = append(said, f.String())
		}
		if got := strings.Join(said, "\n"); !strings.Contains(got, tc.want) || tc.want == "" && got != "" {
			t.Errorf("%q for %q: finds %q, want %q", tc.is, tc.was, got, tc.want)
		}
	}
	// A form that is for two alone may be a word for two.
	two := strings.Replace(strings.Replace(good, "plural=(n != 1)", "plural=n==2", 1), "%d horas", "horas", 1)
	if found := lint(two, "es.po", "es", template, true); len(found) > 0 {
		t.Errorf("a dual needs no number: %v", found)
	}
	// A catalogue that corrects another may hold one sentence.
	if found := lint("msgid \"\"\nmsgstr \"x\"\n\nmsgid \"Save\"\nmsgstr \"Guarde\"\n", "es.po", "es", template, false); len(found) > 0 {
		t.Errorf("a correction lacks nothing: %v", found)
	}
}

// A partly translated copy of the template can be used at once: the rest stays English.
func TestAHalfDoneCatalogueIsNoFault(t *testing.T) {
	t.Parallel()
	text, err := embedded.ReadFile("po/circlekeeper.pot")
	must(t, err)
	half := strings.Replace(string(text), "msgid \"Save\"\nmsgstr \"\"", "msgid \"Save\"\nmsgstr \"Enregistrer\"", 1)
	if half == string(text) {
		t.Fatal("no Save to translate")
	}
	o := Options{DirName: ".", Dir: fstest.MapFS{"fr/words.po": {Data: []byte(half)}}}
	if found, err := Faults(o); err != nil || len(found) > 0 {
		t.Errorf("finds %d faults, %v: %v", len(found), err, found[:min(3, len(found))])
	}
	if books, err := Open(o); err != nil || books.Reader("fr").word("Save") != "Enregistrer" {
		t.Errorf("it does not say its own words: %v", err)
	}
}

// A clinic's own English catalogue lacks nothing: for other sentences the program's own are used.
func TestLintOfEnglish(t *testing.T) {
	t.Parallel()
	const head = "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n\n"
	for _, dir := range []string{"en", "en-GB"} {
		for text, want := range map[string]string{
			"msgid \"Save\"\nmsgstr \"Keep\"\n": "",
			"msgid \"Sava\"\nmsgstr \"Keep\"\n": dir + "/words.po:4: is said nowhere: \"Sava\" (catalogue)",
		} {
			o := Options{DirName: ".", Dir: fstest.MapFS{dir + "/words.po": {Data: []byte(head + text)}}}
			found, err := Lint(o)
			must(t, err)
			var said []string
			for _, f := range found {
				said = append(said, f.String())
			}
			if got := strings.Join(said, "\n"); got != want {
				t.Errorf("%s: finds %q, want %q", dir, got, want)
			}
			books, err := Open(o)
			must(t, err)
			if got := books.Reader(dir).T("Save"); want == "" && got != "Keep" {
				t.Errorf("%s: Save is said as %q", dir, got)
			}
		}
	}
}

func TestCommandNames(t *testing.T) {
	t.Parallel()
	for name, ok := range map[string]bool{
		"crisis": true, "por-qué": true, "l'aide_2": true, "ช่วยเหลือ": true, strings.Repeat("é", 32): true,
		"": false, "a b": false, "a.b": false, "/why": false, "x\xff": false, strings.Repeat("e", 33): false,
	} {
		if isCommandName(name) != ok {
			t.Errorf("%q: %v", name, !ok)
		}
	}
}
