package content

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestChanges(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		old, now string
		want     []Segment
	}{
		"nothing":      {"One two.", "One two.", []Segment{{Same, "One two."}}},
		"a word":       {"We meet on Monday.", "We meet on Tuesday.", []Segment{{Same, "We meet on"}, {Removed, "Monday."}, {Added, "Tuesday."}}},
		"added":        {"One.\nThree.", "One.\nTwo.\nThree.", []Segment{{Same, "One.\n"}, {Added, "Two.\n"}, {Same, "Three."}}},
		"removed":      {"One two three", "One three", []Segment{{Same, "One"}, {Removed, "two"}, {Same, "three"}}},
		"from nothing": {"", "New.", []Segment{{Added, "New."}}},
	} {
		if got := Changes(test.old, test.now); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}

// Both texts can be made from the segments, whatever was changed.
func FuzzChanges(f *testing.F) {
	f.Add("a b\nc", "a c\nd b")
	f.Add("", "\n\nx")
	f.Fuzz(func(t *testing.T, old, now string) {
		words := func(not Change) string {
			var out []string
			for _, s := range Changes(old, now) {
				if s.Change != not {
					out = append(out, s.Text)
				}
			}
			return strings.Join(strings.Fields(strings.Join(out, " ")), " ")
		}
		if got, want := words(Added), strings.Join(strings.Fields(old), " "); got != want {
			t.Errorf("the old text reads %q, want %q", got, want)
		}
		if got, want := words(Removed), strings.Join(strings.Fields(now), " "); got != want {
			t.Errorf("the new text reads %q, want %q", got, want)
		}
	})
}

// An approval stores all text that its hash is made of.
func TestApprovalKeepsTheWords(t *testing.T) {
	t.Parallel()
	at := time.Date(2027, 2, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range load(t).All() {
		a, err := NewApproval(c, "Full Name, LMFT 1", at, time.Time{})
		must(t, err)
		for _, part := range []string{c.Title, Plain(c.Answer), Plain(c.Limits), c.Source} {
			if !strings.Contains(a.Text, part) {
				t.Errorf("%s in %s: the approval does not keep %q", c.ID, c.Lang, part)
			}
		}
	}
}
