package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

func TestHowTheProgramWasCalled(t *testing.T) {
	for typed, want := range map[string]string{
		"":                            "circlekeeper",
		"circlekeeper":                "circlekeeper",
		"./circlekeeper":              "./circlekeeper",
		"/usr/local/bin/circlekeeper": "/usr/local/bin/circlekeeper",
		"/home/a b/circlekeeper":      `"/home/a b/circlekeeper"`,
		"/tmp/go-build165248/b001/exe/circlekeeper":      "go run ./cmd/circlekeeper",
		"/root/.cache/go-build/91/9121d4-d/circlekeeper": "go run ./cmd/circlekeeper",
	} {
		if got := howCalled(typed).String(); got != want {
			t.Errorf("%q: %q, not %q", typed, got, want)
		}
	}
}

// What is to be typed names the program as it was called, which one place knows; where that
// is not known, a command is named by itself.
func TestNoHintNamesTheProgramByItself(t *testing.T) {
	c := newCommands()
	model := kong.Must(&c, kong.Exit(func(int) {})).Model
	var names []string
	for _, n := range model.Children {
		names = append(names, n.Name)
	}
	typed := regexp.MustCompile(`circlekeeper (` + strings.Join(names, "|") + `)\b`)
	files := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "benchmark") {
			return err
		}
		files++
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && typed.MatchString(lit.Value) {
				t.Errorf("%s: %s", set.Position(lit.Pos()), lit.Value)
			}
			return true
		})
		return nil
	})
	if err != nil || files < 100 {
		t.Errorf("%d files were read: %v", files, err)
	}
}
