package main

import (
	"io"
	"testing"

	"github.com/alecthomas/kong"
)

// Every command that needs something has an example, and every example is a command line
// that the parser takes.
func TestExamplesCanBeTyped(t *testing.T) {
	left := examples()
	c := newCommands()
	exited := -1
	parser, err := program{out: io.Discard, err: io.Discard}.parser(t.Context(), &c, &exited)
	if err != nil {
		t.Fatal(err)
	}
	for _, leaf := range parser.Model.Leaves(false) {
		path := pathOf(leaf)
		example := left[path]
		delete(left, path)
		if example != "" {
			if _, err := parser.Parse(shellWords(path + " " + example)); err != nil {
				t.Errorf("%s %s: %v", path, example, err)
			}
		} else if needs(leaf) {
			t.Errorf("%s needs something and has no example", path)
		}
	}
	for path := range left {
		t.Errorf("there is an example of %s, and no such command", path)
	}
}

func needs(leaf *kong.Node) bool {
	for _, value := range leaf.Positional {
		if value.Required {
			return true
		}
	}
	for _, flag := range leaf.Flags {
		if flag.Required {
			return true
		}
	}
	return false
}

// shellWords takes a command line apart as a shell does.
func shellWords(line string) (all []string) {
	word, quoted := "", false
	for _, r := range line + " " {
		switch {
		case r == '"':
			quoted = !quoted
		case r == ' ' && !quoted:
			all, word = append(all, word), ""
		default:
			word += string(r)
		}
	}
	return all
}
