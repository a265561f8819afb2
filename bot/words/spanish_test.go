package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// spanish is text that is surely not English: letters of Spanish in more than one word.
var spanish = regexp.MustCompile(`\pL+ .*[áéíóúñ¿¡]|[áéíóúñ¿¡].* \pL+`)

// The program's source has no sentence in another language; these are in the catalogues. Exceptions
// are the grammar of rules, and the phrases that lint looks for in cards.
func TestNoOtherLanguageInTheProgram(t *testing.T) {
	t.Parallel()
	text, err := fs.ReadFile(embedded, "po/es.po")
	must(t, err)
	all, _ := scan(string(text))
	english, said := make(map[string]bool), make(map[string]bool)
	for _, e := range all {
		english[e.Key], english[e.Plural] = true, true
	}
	for _, e := range all {
		for _, text := range e.Texts {
			if strings.Contains(text, " ") && !english[text] {
				said[text] = true
			}
		}
	}
	files := 0
	err = filepath.WalkDir("../..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if err == nil && (strings.HasSuffix(name, "test") || name == filepath.Join("..", "..", "scheduler")) {
				return fs.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasPrefix(filepath.Base(name), "lint") {
			return nil
		}
		files++
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok {
				if s, ok := literal(e); ok && (said[s] || spanish.MatchString(s)) {
					t.Errorf("%s: %q belongs into a catalogue", fset.Position(n.Pos()), s)
				}
			}
			return true
		})
		return nil
	})
	must(t, err)
	if files < 200 || !spanish.MatchString("¿Necesita ayuda?") || !spanish.MatchString("Algo salió mal.") || spanish.MatchString("Zoë") {
		t.Errorf("%d files are looked at, or the pattern finds nothing", files)
	}
}
