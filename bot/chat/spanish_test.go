package chat

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"circlekeeper/bot"
	"circlekeeper/scheduler"
)

// sentences gathers, from source, the English of what people read in errors and
// reasons, and what is wrong with how it is written.
type sentences struct {
	said   map[string]bool
	faults []string
}

// Who reads the name of the program or of a setting is at the command line.
var commandLine = regexp.MustCompile(`\bcirclekeeper [a-z]|\b[A-Z]+_[A-Z_]+\b`)

func (s *sentences) gather(fset *token.FileSet, file *ast.File, name string) {
	core := file.Name.Name == "bot" || file.Name.Name == "chat"
	fault := func(n ast.Node, text string) {
		s.faults = append(s.faults, fmt.Sprintf("%s: %s", fset.Position(n.Pos()), text))
	}
	add := func(n ast.Node, args int) {
		lit, ok := n.(*ast.BasicLit)
		if !ok {
			if _, phrase := n.(*ast.SelectorExpr); !phrase || !core {
				fault(n, "write the sentence where it is said, so that it can be found")
			}
			return
		}
		text, _ := strconv.Unquote(lit.Value)
		switch {
		case text == "%s": // a phrase
		case commandLine.MatchString(text):
		case args >= 0 && len(verbs(text)) != args:
			fault(n, "the sentence takes other words than it is given")
		default:
			s.said[text] = true
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			switch fun := n.Fun.(type) {
			case *ast.Ident:
				switch fun.Name {
				case "wrong", "Wrong", "mistake":
					add(n.Args[0], len(n.Args)-1)
				case "because", "Because":
					add(n.Args[1], len(n.Args)-2)
				case "Term":
					add(n.Args[0], 0)
				}
			case *ast.SelectorExpr:
				pkg, _ := fun.X.(*ast.Ident)
				if pkg != nil && pkg.Name == "bot" {
					switch fun.Sel.Name {
					case "Wrong":
						add(n.Args[0], len(n.Args)-1)
					case "Because":
						add(n.Args[1], len(n.Args)-2)
					}
				}
				plain := pkg != nil && (pkg.Name == "fmt" && fun.Sel.Name == "Errorf" || pkg.Name == "errors" && fun.Sel.Name == "New")
				if plain && !core && name != "civil.go" { // a Civil is read from the record alone
					fault(n, "an error that nobody can translate: make a mistake of it")
				}
				if fun.Sel.Name == "Return" && len(n.Args) == 2 { // a reason that goes on record
					if lit, ok := n.Args[1].(*ast.BasicLit); ok {
						add(lit, -1)
					}
				}
			}
		case *ast.CompositeLit:
			id, _ := n.Type.(*ast.Ident)
			if sel, ok := n.Type.(*ast.SelectorExpr); ok {
				id = sel.Sel
			}
			if id != nil && id.Name == "UserError" && name != "errors.go" && name != "tell.go" {
				fault(n, "an error that nobody can translate: say it with wrong")
			}
		case *ast.BinaryExpr: // scheduler.Late + ": a newer one is due"
			sel, _ := n.X.(*ast.SelectorExpr)
			lit, _ := n.Y.(*ast.BasicLit)
			if sel == nil || lit == nil {
				break
			}
			if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "scheduler" {
				if more := strings.TrimPrefix(strings.Trim(lit.Value, `"`), ": "); more != "" && len(more) < len(lit.Value)-2 {
					s.said[more] = true
				}
			}
		case *ast.ValueSpec: // the reasons
			if name == "delivery.go" && n.Type == nil && len(n.Values) == 1 {
				add(n.Values[0], -1)
			}
		}
		return true
	})
}

func verbs(format string) map[int]string {
	out := make(map[int]string)
	at := 1
	for _, m := range regexp.MustCompile(`%(?:\[(\d+)\])?([a-zA-Z])`).FindAllStringSubmatch(format, -1) {
		if n, err := strconv.Atoi(m[1]); err == nil {
			at = n
		}
		out[at] = m[2]
		at++
	}
	return out
}

// amiss says what a table lacks, has too much of, or gets wrong.
func (s *sentences) amiss(table map[string]string) []string {
	out := slices.Clone(s.faults)
	for _, english := range slices.Sorted(maps.Keys(s.said)) {
		other, ok := table[english]
		switch {
		case !ok:
			out = append(out, fmt.Sprintf("has no Spanish: %q", english))
		case !maps.Equal(verbs(english), verbs(other)):
			out = append(out, fmt.Sprintf("takes other words in Spanish: %q", english))
		}
	}
	for _, english := range slices.Sorted(maps.Keys(table)) {
		if !s.said[english] {
			out = append(out, fmt.Sprintf("is said nowhere: %q", english))
		}
	}
	return out
}

// Nobody adds a sentence for people without its Spanish.
func TestEverySentenceHasItsSpanish(t *testing.T) {
	t.Parallel()
	s := sentences{said: map[string]bool{
		lateGap: true, notSetUp: true, neverAgain: true, bot.ErrUnreachable.Error(): true, countRange(bot.MaxConcerns): true,
	}}
	s.said[bot.ConnectionTrouble("").Reason] = true
	for _, subject := range []string{
		bot.PlaceSubject(bot.Place{}), messageSubject(bot.Place{}), bot.PlatformSubject(""), bot.ReminderSubject(""), bot.LateSubject, bot.ConnectionTrouble("").Subject, bot.AccessTrouble("", "").Subject,
	} {
		kind, _, _ := strings.Cut(subject, " ")
		s.said[kind] = true
	}
	fset := token.NewFileSet()
	for _, dir := range []string{".", "..", "../../scheduler"} {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil || len(files) < 5 {
			t.Fatalf("%s: %d files, %v", dir, len(files), err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(fset, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			s.gather(fset, file, filepath.Base(name))
		}
	}
	for _, text := range s.amiss(spanishSentences()) {
		t.Error(text)
	}
	if len(s.said) < 80 {
		t.Errorf("only %d sentences are found", len(s.said))
	}
}

// The test above fails where it should.
func TestSentencesWithoutSpanishAreFound(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ file, source, want string }{
		{"a.go", `package bot; var _ = wrong("no such %s", x)`, "has no Spanish"},
		{"a.go", `package bot; var _ = because(e, "two %s and %d", x, 2)`, "takes other words in Spanish"},
		{"a.go", `package bot; var _ = wrong("two %s and %d", x)`, "other words than it is given"},
		{"a.go", `package bot; var _ = wrong(format, x)`, "where it is said"},
		{"a.go", `package bot`, "is said nowhere"},
		{"a.go", `package bot; var _ = &UserError{Message: "no"}`, "nobody can translate"},
		{"a.go", `package bot; var _ = scheduler.Late + ": nobody knows"`, `has no Spanish: "nobody knows"`},
		{"a.go", `package bot; var _ = l.Return(ctx, "stopped")`, `has no Spanish: "stopped"`},
		{"a.go", `package scheduler; var _ = mistake("no such %s", x)`, "has no Spanish"},
		{"a.go", `package scheduler; var _ = mistake("no such " + x)`, "where it is said"},
		{"a.go", `package scheduler; var _ = Term("fortnight")`, "has no Spanish"},
		{"a.go", `package scheduler; var _ = fmt.Errorf("no such %s", x)`, "nobody can translate"},
		{"delivery.go", `package scheduler; const Forgotten = "forgotten"`, "has no Spanish"},
	} {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, tc.file, tc.source, 0)
		if err != nil {
			t.Fatal(err)
		}
		s := sentences{said: make(map[string]bool)}
		s.gather(fset, file, tc.file)
		found := s.amiss(map[string]string{"two %s and %d": "dos %d y %s"})
		if !strings.Contains(strings.Join(found, "\n"), tc.want) {
			t.Errorf("%s: finds %q, want %q", tc.source, found, tc.want)
		}
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "a.go", `package bot; var _, _ = wrong(w.noGroups, x), wrong("set %s: circlekeeper run needs it", x)`, 0)
	phrase := sentences{said: make(map[string]bool)}
	if phrase.gather(fset, file, "a.go"); err != nil || len(phrase.amiss(nil)) != 0 {
		t.Errorf("a phrase, or what the command line says, needs Spanish: %q, %v", phrase.amiss(nil), err)
	}
	said := sentences{said: map[string]bool{"two %s and %d": true}}
	if found := said.amiss(map[string]string{"two %s and %d": "con %[2]d y %[1]s"}); len(found) != 0 {
		t.Errorf("another order is a fault: %q", found)
	}
}

// What is said in chat can be followed there, fits a form, and harms nobody.
func TestSpanishIsPlain(t *testing.T) {
	t.Parallel()
	quoted := regexp.MustCompile(`"([^"%]+)"`)
	for _, text := range spanishSentences() {
		lower := strings.ToLower(text)
		for _, never := range []string{"!", "adict", "junkie", "limpi", "abus", "viola", "víctima", "victima", " tú ", " te ", "lo siento"} {
			if strings.Contains(lower, never) {
				t.Errorf("%q says %q", text, never)
			}
		}
		if commandLine.MatchString(text) {
			t.Errorf("%q is of no use in chat", text)
		}
		if len([]rune(text)) > 300 {
			t.Errorf("%q is too long for a field", text)
		}
		for _, m := range quoted.FindAllStringSubmatch(text, -1) {
			if r, err := scheduler.ParseRule(m[1]); err != nil {
				t.Errorf("%q: %v", text, err)
			} else if strings.Contains(m[1], "every") || r.Text("es") == r.String() {
				t.Errorf("%q has an English rule", text)
			}
		}
	}
}

// What an option's description gives as an example is read, in its language.
func TestExamplesInDescriptionsAreRead(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	read := map[string]func(string) error{
		"at":    func(v string) error { _, err := scheduler.ParseRule(v); return err },
		"quiet": func(v string) error { _, err := scheduler.ParseQuiet(v); return err },
		"late":  func(v string) error { _, err := ParseLate(v); return err },
		"until": func(v string) error { _, err := ParsePause(v, "UTC"); return err },
		"session": func(v string) error {
			if isNone(v) {
				return nil
			}
			_, err := ParseSession(v)
			return err
		},
		"skip": func(v string) error {
			if isNone(v) {
				return nil
			}
			_, err := scheduler.ParseDates(v)
			return err
		},
		"moderators": func(v string) error {
			if isNone(v) {
				return nil
			}
			return fmt.Errorf("%q is not none", v)
		},
	}
	seen := 0
	for _, c := range s.Commands() {
		for _, sub := range c.Subs {
			for _, a := range sub.Args {
				parse, ok := read[a.Name]
				if !ok {
					continue
				}
				for lang, text := range a.Summary {
					if len([]rune(text)) > 100 {
						t.Errorf("%s %s: Discord cuts %q", sub.Name, a.Name, text)
					}
					_, examples, _ := cutAny(text, ": ", ", such as ", ", como ", "; or ", "; o ")
					for _, v := range regexp.MustCompile(`; |, or |, o |, y `).Split(examples, -1) {
						v = strings.TrimPrefix(strings.TrimPrefix(v, "or "), "o ")
						if strings.HasPrefix(v, "leave ") || strings.HasPrefix(v, "sin ") {
							continue
						}
						seen++
						if err := parse(v); err != nil {
							t.Errorf("%s %s in %s: %v", sub.Name, a.Name, lang, err)
						}
						if lang == "es" && (strings.Contains(v, "every") || strings.Contains(v, "none")) {
							t.Errorf("%s %s: %q is English", sub.Name, a.Name, v)
						}
					}
				}
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d examples are read", seen)
	}
}

// cutAny cuts at the first of the marks that stands there, in their order.
func cutAny(s string, marks ...string) (before, after string, ok bool) {
	for _, m := range marks {
		if before, after, ok = strings.Cut(s, m); ok {
			return before, after, ok
		}
	}
	return s, "", false
}
