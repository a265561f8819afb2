package words

import (
	"slices"
	"testing"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	type group struct{ id, name string }
	all := []group{{"monday", "Monday circle"}, {"monday-2", "Monday two"}, {"evening", "Círculo de la tarde"}, {"mon", ""}}
	for typed, want := range map[string][]string{
		"Monday":              {"monday"},
		"monda":               {"monday"},
		"monday-":             {"monday", "monday-2"},
		"MONDAY CIRCLE":       {"monday"},
		"circulo de la tarde": {"evening"},
		"evning":              {"evening"},
		"eevninngs":           nil,
		"":                    nil,
		"x":                   nil,
	} {
		var got []string
		for _, g := range Nearest(typed, all, func(g group) []string { return []string{g.id, g.name} }) {
			got = append(got, g.id)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, not %q", typed, got, want)
		}
	}
	many := []string{"aaaa1", "aaaa2", "aaaa3", "aaaa4"}
	if got := Nearest("aaaa", many, func(s string) []string { return []string{s} }); len(got) != 3 {
		t.Errorf("named at once: %q", got)
	}
}
