package main

import (
	"bytes"
	"testing"
)

// Each column of a listing is as wide as its widest cell, counted in letters.
func TestTableColumns(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	var rows table
	if err := rows.print(&out, "ID NAME"); err != nil || out.String() != "nothing to list\n" {
		t.Errorf("an empty listing says %q, %v", out.String(), err)
	}
	out.Reset()
	rows.add("número", "x", "y")
	rows.add("a", "", "z")
	must(t, rows.print(&out, "ID NAME STATE"))
	if got, want := out.String(), "ID      NAME  STATE\nnúmero  x     y\na             z\n"; got != want {
		t.Errorf("it is printed as\n%sand not as\n%s", got, want)
	}
}
