package main

import (
	"cmp"
	"path/filepath"
	"strings"
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
