package words

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// id names a sentence of a catalogue.
type id struct{ context, key string }

// sources gathers what the program says from its source.
type sources struct {
	said     map[id]bool     // in a call that says something to people
	literals map[string]bool // every string in the source
	faults   []string        // calls that say something that cannot be found in the source
}

// sayers are the calls whose argument is a sentence; the numbers are the places of the
// sentence, and of its context, or -1.
var sayers = map[string]struct{ key, plural, context int }{
	"T": {0, -1, -1}, "C": {1, -1, 0}, "N": {1, 2, -1},
	"Wrong": {0, -1, -1}, "wrong": {0, -1, -1}, "Because": {1, -1, -1}, "mistake": {0, -1, -1}, "Term": {0, -1, -1},
	"read": {1, -1, -1}, "change": {1, -1, -1}, "changes": {1, -1, -1}, "arg": {1, -1, -1},
}

// literalOnly are the calls whose sentence must stand where it is said.
var literalOnly = map[string]bool{"Wrong": true, "wrong": true, "Because": true, "mistake": true}

// Errors of commands that only run in a shell are English.
var shellOnly = regexp.MustCompile(`\bcirclekeeper [a-z]|\b[A-Z]+_[A-Z_]+\b`)

func (s *sources) gather(fset *token.FileSet, f *ast.File) {
	ast.Inspect(f, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text, _ := strconv.Unquote(lit.Value)
			s.literals[text] = true
			s.literals[strings.TrimPrefix(text, ": ")] = true // goes on after a reason
			s.literals["late"+text] = true
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
		if key != "" && !shellOnly.MatchString(key) && !strings.ContainsRune("%", rune(key[0])) || context != "" {
			s.said[id{context, key}] = true
		}
		return true
	})
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// program reads the sources of everything that speaks to people.
func program(t *testing.T) *sources {
	t.Helper()
	s := &sources{said: map[id]bool{}, literals: map[string]bool{}}
	fset := token.NewFileSet()
	for _, dir := range []string{"..", "../../scheduler", "../../adapters"} {
		err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() && strings.HasSuffix(name, "test") {
				return fs.SkipDir // stand-ins for the platforms, and suites
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
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?([a-zA-Z])`)

// verbs are what a format takes, by the place of the argument.
func verbs(format string) map[int]string {
	out := make(map[int]string)
	at := 1
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if n, err := strconv.Atoi(m[1]); err == nil {
			at = n
		}
		out[at] = m[2]
		at++
	}
	return out
}

// amiss says what a language's catalogue lacks, has too much of, or gets wrong.
func amiss(s *sources, entries []Entry) []string {
	out := slices.Clone(s.faults)
	there := make(map[id]bool)
	for _, e := range entries {
		there[id{e.Context, e.Key}] = true
		if !s.literals[e.Key] && e.Context == "" {
			out = append(out, fmt.Sprintf("is said nowhere: %q", e.Key))
		}
		for _, text := range e.Texts {
			if text == "" {
				out = append(out, fmt.Sprintf("is empty: %q", e.Key))
			}
			if !maps.Equal(verbs(e.Key), verbs(text)) && e.Plural == "" {
				out = append(out, fmt.Sprintf("takes other values: %q", e.Key))
			}
		}
	}
	for i := range s.said {
		if !there[i] && !there[id{"", i.key}] {
			out = append(out, fmt.Sprintf("is missing: %q", i.key))
		}
	}
	slices.Sort(out)
	return out
}

// No language lacks a sentence, has one that nobody says, or takes other values.
func TestCataloguesAreComplete(t *testing.T) {
	t.Parallel()
	books, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	s := program(t)
	if len(s.said) < 250 || len(books.Langs()) < 2 {
		t.Fatalf("only %d sentences are found, in %v", len(s.said), books.Langs())
	}
	for _, lang := range books.Langs()[1:] {
		for _, text := range amiss(s, books.Entries(lang)) {
			t.Errorf("%s: %s", lang, text)
		}
	}
}

// The test above fails where it should.
func TestIncompleteCataloguesAreFound(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ source, want string }{
		{`package a; var _ = Wrong("no such %s", x)`, "is missing"},
		{`package a; var _ = r.T("nobody knows")`, "is missing"},
		{`package a; var _ = r.T("two %s and %d", x, 2)`, "takes other values"},
		{`package a; var _ = Wrong(format, x)`, "where it is said"},
		{`package a`, "is said nowhere"},
	} {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "a.go", tc.source, 0)
		if err != nil {
			t.Fatal(err)
		}
		s := &sources{said: map[id]bool{}, literals: map[string]bool{}}
		s.gather(fset, f)
		found := strings.Join(amiss(s, []Entry{{Key: "two %s and %d", Texts: []string{"dos %d y %s"}}}), "\n")
		if !strings.Contains(found, tc.want) {
			t.Errorf("%s: finds %q, want %q", tc.source, found, tc.want)
		}
	}
}

// No sentence harms anybody, in any language.
func TestSentencesAreKind(t *testing.T) {
	t.Parallel()
	books, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range books.Langs()[1:] {
		for _, e := range books.Entries(lang) {
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

// A reader is answered in the nearest language, and values are said in it too.
func TestReaders(t *testing.T) {
	t.Parallel()
	books, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for tag, want := range map[string]string{"": "en", "es-MX": "es", "ES": "es", "de": "en", "en-GB": "en"} {
		if got := books.Lang(tag); got != want {
			t.Errorf("%q is answered in %q, want %q", tag, got, want)
		}
	}
	if got := books.Reader("es-MX", "slack").Command("group list"); got != "/circle grupo lista" {
		t.Errorf("typed as %q", got)
	}
	if got := books.Reader("en", "discord").Command("group list"); got != "/group list" {
		t.Errorf("typed as %q", got)
	}
}
