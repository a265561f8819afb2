package main

import (
	"cmp"
	"errors"
	"path/filepath"
	"strings"

	"github.com/alecthomas/kong"
)

// called is how whoever types called the program, so that hints can be typed as they stand:
// "circlekeeper", "./circlekeeper", or "go run ./cmd/circlekeeper".
type called string

func (c called) String() string { return cmp.Or(string(c), "circlekeeper") }

// howCalled reads it from the program's first argument, which is the name that was typed, or
// where go run has put the program it made.
func howCalled(name string) called {
	if slashed := filepath.ToSlash(name); strings.Contains(slashed, "/go-build") { // in a temporary folder, or in Go's cache
		return "go run ./cmd/circlekeeper"
	}
	if strings.ContainsAny(name, " \t") {
		return called(`"` + name + `"`)
	}
	return called(name)
}

// commandOf is the command of a command line that cannot be read, as far as it was
// understood, for its help.
func commandOf(parser *kong.Kong, wrong error) string {
	var parse *kong.ParseError
	if errors.As(wrong, &parse) && parse.Context != nil && parse.Context.Selected() != nil {
		return parse.Context.Selected().FullPath()
	}
	return parser.Model.Name
}
