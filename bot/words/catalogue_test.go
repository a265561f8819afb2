package words

import (
	"cmp"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"circlekeeper/content"
)

// id names a sentence of a catalogue.
type id struct{ context, key string }

// sources collects, from the program's source, the sentences that it says.
type sources struct {
	said     map[id]*Entry // in a call that says something to people
	notes    map[*ast.CallExpr]string
	literals map[string]bool // every string in the source
	faults   []string        // calls whose sentence is not a literal in the source
}

func newSources() *sources {
	return &sources{said: map[id]*Entry{}, notes: map[*ast.CallExpr]string{}, literals: map[string]bool{}}
}

// sayers are the functions that take a sentence. The numbers are the positions of the arguments for
// the sentence, its plural and its context; -1 for none.
var sayers = map[string]struct{ key, plural, context int }{
	"T": {0, -1, -1}, "C": {1, -1, 0}, "N": {1, 2, -1},
	"Wrong": {0, -1, -1}, "wrong": {0, -1, -1}, "Because": {1, -1, -1}, "mistake": {0, -1, -1}, "Term": {0, -1, -1},
	"Word": {0, -1, -1}, "read": {1, -1, -1}, "change": {1, -1, -1}, "changes": {1, -1, -1}, "arg": {1, -1, -1}, "onMessage": {0, -1, -1},
}

// labelled are the functions that put their argument on a button.
var labelled = map[string]string{"onButton": noteTitle, "turnTo": noteButton, "menu": noteButton}

// literalOnly are the functions whose sentence must be a literal in the call.
var literalOnly = map[string]bool{"Wrong": true, "wrong": true, "Because": true, "mistake": true}

// Errors of commands that only run in a shell are English.
var shellOnly = regexp.MustCompile(`\bcirclekeeper [a-z]|\b[A-Z]+_[A-Z_]+\b`)

func (s *sources) gather(fset *token.FileSet, f *ast.File) {
	s.note(f, "")
	ast.Inspect(f, func(n ast.Node) bool {
		if lit, ok := n.(*ast.CompositeLit); ok {
			s.field(lit)
			s.table(lit)
		}
		if spec, ok := n.(*ast.ValueSpec); ok && typeName(spec.Type) == "refusal" { // a constant of the playground
			key, _ := literal(spec.Values[0])
			s.says(id{"", key}, "")
		}
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text, _ := strconv.Unquote(lit.Value)
			s.literals[text] = true
		}
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		name := ""
		switch fun := call.Fun.(type) {
		case *ast.Ident:
			name = fun.Name
		case *ast.SelectorExpr:
			name = fun.Sel.Name
		}
		for _, a := range call.Args {
			if inner, ok := a.(*ast.CallExpr); ok && labelled[name] != "" {
				s.notes[inner] = labelled[name]
			}
		}
		at, ok := sayers[name]
		if !ok || len(call.Args) <= at.key {
			return true
		}
		key, ok := literal(call.Args[at.key])
		if !ok {
			if literalOnly[name] {
				s.faults = append(s.faults, fmt.Sprintf("%s: write the sentence where it is said", fset.Position(call.Pos())))
			}
			return true
		}
		context := ""
		if at.context >= 0 {
			context, _ = literal(call.Args[at.context])
		}
		if name == "Word" {
			context = TypedContext
		}
		if key != "" && !shellOnly.MatchString(key) && !strings.ContainsRune("%", rune(key[0])) || context != "" {
			e := s.says(id{context, key}, s.notes[call])
			if at.plural >= 0 {
				e.Plural, _ = literal(call.Args[at.plural])
			}
			if name == "read" || name == "change" || name == "changes" || name == "arg" {
				e.Notes = []string{noteDescription}
			}
		}
		return true
	})
}

// says adds a sentence, with a note for its translators, which may be "".
func (s *sources) says(i id, note string) *Entry {
	e := s.said[i]
	if e == nil {
		e = &Entry{Context: i.context, Key: i.key}
		s.said[i] = e
	}
	if note != "" && !slices.Contains(e.Notes, note) {
		e.Notes = append(e.Notes, note)
		slices.Sort(e.Notes)
	}
	return e
}

// note finds, in composite literals of Action, Field and Form, the calls that give a label, and notes
// which kind of label. elided is the element type of the list around n, because the elements mostly
// leave their type out.
func (s *sources) note(n ast.Node, elided string) {
	ast.Inspect(n, func(n ast.Node) bool {
		lit, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		kind := elided
		switch t := lit.Type.(type) {
		case *ast.ArrayType:
			for _, e := range lit.Elts {
				s.note(e, typeName(t.Elt))
			}
			return false
		case nil:
		default:
			kind = typeName(t)
		}
		for _, e := range lit.Elts {
			kv, ok := e.(*ast.KeyValueExpr)
			if !ok {
				s.note(e, "")
				continue
			}
			name, _ := kv.Key.(*ast.Ident)
			if call, ok := kv.Value.(*ast.CallExpr); ok && name != nil {
				switch kind + "." + name.Name {
				case "Action.Label", "Menu.Label":
					s.notes[call] = noteButton
				case "Field.Label":
					s.notes[call] = noteLabel
				case "Form.Title", "Form.Submit":
					s.notes[call] = noteTitle
				}
			}
			s.note(kv.Value, "")
		}
		return false
	})
}

// field collects the sentences of a field's description: changes.Field[T]{Label: "Name"}.
func (s *sources) field(lit *ast.CompositeLit) {
	kind, ok := lit.Type.(*ast.IndexExpr)
	if !ok || typeName(kind.X) != "Field" {
		return
	}
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		note, said := map[string]string{"Label": noteLabel, "Many": noteLabel, "Summary": noteDescription}[typeName(kv.Key)]
		if key, ok := literal(kv.Value); ok && said {
			s.says(id{"", key}, note)
		}
	}
}

// table collects the sentences of a table: sayings[bot.State, string]{bot.Due: "due"}.
func (s *sources) table(lit *ast.CompositeLit) {
	kind, ok := lit.Type.(*ast.IndexListExpr)
	if !ok || typeName(kind.X) != "sayings" {
		return
	}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			ast.Inspect(kv.Value, func(n ast.Node) bool {
				if e, ok := n.(ast.Expr); ok {
					if key, said := literal(e); said && key != "" {
						s.says(id{"", key}, "")
					}
				}
				return true
			})
		}
	}
}

// inPage matches a sentence in the template of an HTML page.
var inPage = regexp.MustCompile(`\.T ("(?:[^"\\]|\\.)*")`)

func (s *sources) gatherPage(name string) error {
	page, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	for _, m := range inPage.FindAllStringSubmatch(string(page), -1) {
		key, err := strconv.Unquote(m[1])
		if err != nil {
			return fmt.Errorf("%s: %s: %w", name, m[1], err)
		}
		s.says(id{"", key}, "")
	}
	return nil
}

func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.Ident:
		return e.Name
	}
	return ""
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// program reads the source of all packages that say something to people.
func program(t *testing.T) *sources {
	t.Helper()
	s := newSources()
	fset := token.NewFileSet()
	for _, dir := range []string{"..", "../../scheduler", "../../adapters", "../../cmd/circlekeeper/storage.go", "../../cmd/circlekeeper/meanwhile.go"} {
		err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() && strings.HasSuffix(name, "test") {
				return fs.SkipDir // stand-ins for the platforms, and suites
			}
			if err == nil && strings.HasSuffix(name, ".html") {
				return s.gatherPage(name)
			}
			if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			f, err := parser.ParseFile(fset, name, nil, 0)
			if err == nil {
				s.gather(fset, f)
			}
			return err
		})
		must(t, err)
	}
	all := content.BuiltInLines()
	var down []content.DownLine
	for _, e := range all.Entries() {
		down = append(down, content.DownLine{Line: e.ID, Until: time.Unix(1, 0), Instead: "911"})
	}
	say := func(_, english string) string {
		e := &Entry{Key: english, Notes: []string{"crisis card: keep every number"}}
		if said := s.said[id{"", english}]; said != nil { // on a button as well
			e.Notes = append(e.Notes, slices.DeleteFunc(slices.Clone(said.Notes), func(note string) bool { return note == e.Notes[0] })...)
		}
		s.said[id{"", english}] = e
		return english
	}
	for _, lines := range [][]content.DownLine{nil, down} {
		all.Card("es", map[string]string{"overdose-companions": "on"}, content.Voice{Say: say}, lines, time.Unix(0, 0))
	}
	return s
}

var update = flag.Bool("update", false, "write the template anew") //nolint:gochecknoglobals // go test's own flags are global

// template has every sentence that the program says: those in calls, and those that are constants in
// the source and that a catalogue translates.
func (s *sources) template(known ...Entry) []Entry {
	all := maps.Clone(s.said)
	for _, e := range known {
		i := id{e.Context, e.Key}
		if all[i] == nil && e.Key != "" && (s.literals[e.Key] || names(e.Context)) {
			all[i] = &Entry{Context: e.Context, Key: e.Key, Plural: e.Plural, Notes: e.Notes}
		}
	}
	var out []Entry
	for _, e := range all {
		out = append(out, *e)
	}
	return out
}

// write makes a template of sentences.
func write(all []Entry) string {
	var b strings.Builder
	b.WriteString("# Everything that Circlekeeper says besides its cards. Copy this file to\n# CONTENT_DIR/LANGUAGE/words.po, name the language and its plural forms, translate.\n" +
		"msgid \"\"\nmsgstr \"\"\n\"Language: \\n\"\n\"MIME-Version: 1.0\\n\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n\"Content-Transfer-Encoding: 8bit\\n\"\n\"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n")
	slices.SortFunc(all, func(a, b Entry) int { return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Context, b.Context)) })
	for _, e := range all {
		b.WriteString("\n")
		for _, note := range e.Notes {
			b.WriteString("#. " + note + "\n")
		}
		if e.Context != "" {
			b.WriteString("msgctxt " + strconv.Quote(e.Context) + "\n")
		}
		b.WriteString("msgid " + quoted(e.Key) + "\n")
		if e.Plural != "" {
			b.WriteString("msgid_plural " + quoted(e.Plural) + "\nmsgstr[0] \"\"\nmsgstr[1] \"\"\n")
			continue
		}
		b.WriteString("msgstr \"\"\n")
	}
	return b.String()
}

// quoted writes a text as PO files do: it escapes only quotation marks, backslashes and line breaks.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

// The template for translators has every sentence that the program says, and no other. The flag
// -update writes it again.
func TestTemplateIsFresh(t *testing.T) {
	t.Parallel()
	s := program(t)
	if len(s.said) < 250 {
		t.Fatalf("only %d sentences are found", len(s.said))
	}
	for _, fault := range s.faults {
		t.Error(fault)
	}
	const file = "po/circlekeeper.pot"
	now, err := os.ReadFile(file)
	if err != nil && !*update {
		t.Fatal(err)
	}
	known, _ := scan(string(now))
	if *update {
		names, err := filepath.Glob("po/*.po")
		must(t, err)
		for _, name := range names {
			text, err := os.ReadFile(name)
			must(t, err)
			more, _ := scan(string(text))
			known = append(known, more...)
		}
	}
	fresh := write(s.template(known...))
	if *update {
		must(t, os.WriteFile(file, []byte(fresh), 0o600))
		return
	}
	if fresh != string(now) {
		t.Errorf("%s is stale: go test ./bot/words -update writes it anew", file)
	}
}

// No catalogue of the program lacks a sentence, has one that the program does not say, or takes other
// arguments than the English.
func TestCataloguesAreComplete(t *testing.T) {
	t.Parallel()
	found, err := Lint(Options{})
	must(t, err)
	for _, f := range found {
		t.Error(f)
	}
}

// The collection of sentences finds all of them, and what they label.
func TestGather(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ source, want string }{
		{`package a; var _ = Wrong("no such %s", x)`, `{"no such %s" []}`},
		{`package a; var _ = []bot.Action{{Label: w.T("Save"), Call: x}, {Label: w.T("Next")}}`, `{"Next" [button]} {"Save" [button]}`},
		{`package a; var _ = bot.Form{Title: w.T("Edit"), Fields: []bot.Field{{Label: w.T("Name"), Hint: w.T("such as")}}}`, `{"Edit" [form]} {"Name" [field]} {"such as" []}`},
		{`package a; var _ = read("why", "Why trust", f)`, `{"Why trust" [description]}`},
		{`package a; var _ = sayings[bot.Kind, told]{bot.A: {"it began", ""}, bot.B: {"it ends", "over"}}`, `{"it began" []} {"it ends" []} {"over" []}`},
		{`package a; var _ = Wrong(format, x)`, "where it is said"},
	} {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "a.go", tc.source, 0)
		must(t, err)
		s := newSources()
		s.gather(fset, f)
		found := slices.Clone(s.faults)
		for _, e := range s.template() {
			found = append(found, fmt.Sprintf("{%q %v}", e.Key, e.Notes))
		}
		slices.Sort(found)
		if got := strings.Join(found, " "); !strings.Contains(got, tc.want) {
			t.Errorf("%s: %s, want %s", tc.source, got, tc.want)
		}
	}
}

// No sentence in any language has a harmful word.
func TestSentencesAreKind(t *testing.T) {
	t.Parallel()
	books, err := Embedded()
	must(t, err)
	for _, lang := range books.Langs()[1:] {
		text, err := fs.ReadFile(embedded, "po/"+lang+".po")
		must(t, err)
		all, _ := scan(string(text))
		for _, e := range all {
			if e.Key == "" {
				continue
			}
			for _, text := range append([]string{e.Key}, e.Texts...) {
				lower := strings.ToLower(text)
				for _, never := range []string{"!", "addict", "junkie", "clean", "abuse", "violation", "victim", "i am", "i feel", "sorry"} {
					if strings.Contains(lower, never) {
						t.Errorf("%q says %q", text, never)
					}
				}
			}
		}
	}
}

// A reader is answered in the nearest language, and so are the values in a sentence.
func TestReaders(t *testing.T) {
	t.Parallel()
	books, err := Embedded()
	must(t, err)
	for tag, want := range map[string]string{"": "en", "es-MX": "es", "ES": "es", "de": "en", "en-GB": "en"} {
		if got := books.Lang(tag); got != want {
			t.Errorf("%q is answered in %q, want %q", tag, got, want)
		}
	}
	if got := books.Reader("es-MX").Command("group list"); got != "grupo lista" {
		t.Errorf("typed as %q", got)
	}
	if got := books.Reader("en").Command("group list"); got != "group list" {
		t.Errorf("typed as %q", got)
	}
}

// A command and a sub-command with the same English name can have different names in Spanish.
func TestNamesOfSubcommands(t *testing.T) {
	t.Parallel()
	books, err := Embedded()
	must(t, err)
	w := books.Reader("es")
	if a, b := w.Command("next"), w.Command("reminder next"); a != "próxima" || b != "recordatorio próximos" {
		t.Errorf("typed as %q and %q", a, b)
	}
	if a, b := books.CommandNames("", "next")["es"], books.CommandNames("reminder", "next")["es"]; a != "próxima" || b != "próximos" {
		t.Errorf("registered as %q and %q", a, b)
	}
	if got := books.CommandNames("group", "list")["es"]; got != "lista" {
		t.Errorf("registered as %q", got)
	}
}
