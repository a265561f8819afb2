package adaptertest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The most that a reader can keep in mind of one thing.
const (
	mostMethods = 30 // of a receiver
	mostFields  = 15 // of a struct, unless its comment says why it has more fields
	mostLines   = 60 // of a function of the core
)

// larger are the receivers with more methods than that, each with how many it may have
// and why. No other joins them.
var larger = []struct {
	receiver string
	methods  int
	why      string
}{
	{"scheduler.parser", 142, "each rule of the language is a method that reads it"},
	{"scheduler.Calendar", 37, "what can be asked of a group's time, most of it in a line or two"},
	{"adapters/discord/discordtest.Server", 95, "each route of the platform is a method"},
	{"adapters/slack/slacktest.Server", 84, "each method of the platform is one of its own"},
}

// shape is what is counted of the module.
type shape struct {
	methods map[string]int // by receiver, as "bot/chat.Bot"
	wrong   []string
}

func shapeOf(t *testing.T, root string) shape {
	t.Helper()
	s := shape{methods: make(map[string]int)}
	set := token.NewFileSet()
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(set, name, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		within, err := filepath.Rel(root, filepath.Dir(name))
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			s.count(set, filepath.ToSlash(within), d)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *shape) count(set *token.FileSet, dir string, d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv != nil {
			s.methods[dir+"."+receiverOf(d.Recv.List[0].Type)]++
		}
		lines := set.Position(d.End()).Line - set.Position(d.Pos()).Line + 1
		if lines > mostLines && within(dir, "bot") {
			s.wrong = append(s.wrong, fmt.Sprintf("%s: %s has %d lines, more than %d", dir, d.Name.Name, lines, mostLines))
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			t, ok := spec.(*ast.TypeSpec)
			if !ok {
				continue
			}
			made, ok := t.Type.(*ast.StructType)
			if n := fieldsOf(made); ok && n > mostFields && !strings.Contains(d.Doc.Text()+t.Doc.Text(), "field") {
				s.wrong = append(s.wrong, fmt.Sprintf("%s: %s has %d fields, and its comment does not say why so many fields", dir, t.Name.Name, n))
			}
		}
	}
}

func receiverOf(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.StarExpr:
		return receiverOf(t.X)
	case *ast.IndexExpr:
		return receiverOf(t.X)
	case *ast.Ident:
		return t.Name
	}
	return "?"
}

func fieldsOf(s *ast.StructType) (n int) {
	if s == nil {
		return 0
	}
	for _, f := range s.Fields.List {
		n += max(len(f.Names), 1)
	}
	return n
}

// Nothing in the program is larger than a reader can keep in mind, or it says why.
func TestNothingIsTooLarge(t *testing.T) {
	t.Parallel()
	s := shapeOf(t, filepath.Join("..", ".."))
	if len(s.methods) < 100 {
		t.Fatalf("only %d receivers were found", len(s.methods))
	}
	for _, wrong := range s.wrong {
		t.Error(wrong)
	}
	for receiver, n := range s.methods {
		i := slices.IndexFunc(larger, func(l struct {
			receiver string
			methods  int
			why      string
		}) bool {
			return l.receiver == receiver
		})
		most := mostMethods
		if i >= 0 {
			most = larger[i].methods
		}
		if n > most {
			t.Errorf("%s has %d methods, more than %d: cut it into types with names of their own", receiver, n, most)
		}
	}
	for _, l := range larger {
		if s.methods[l.receiver] <= mostMethods {
			t.Errorf("%s has %d methods by now: it needs no exception", path.Base(l.receiver), s.methods[l.receiver])
		}
	}
}
