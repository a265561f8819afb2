package main

import (
	"cmp"
	"path/filepath"
	"strings"
)

// called is the command that started the program, so that hints can be typed as they are:
// "circlekeeper", "./circlekeeper", or "go run ./cmd/circlekeeper".
type called string

func (c called) String() string { return cmp.Or(string(c), "circlekeeper") }

// howCalled finds it from the program's first argument. That is the name that was typed or,
// with go run, the path of the program that Go has built.
func howCalled(name string) called {
	if slashed := filepath.ToSlash(name); strings.Contains(slashed, "/go-build") { // in a temporary folder, or in Go's cache
		return "go run ./cmd/circlekeeper"
	}
	if strings.ContainsAny(name, " \t") {
		return called(`"` + name + `"`)
	}
	return called(name)
}
