package main

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"circlekeeper/content"
)

// The booklet holds every card in both languages with its standing and hash, says what
// changed by more than colour, says so where that is not known, and loads nothing.
func TestBooklet(t *testing.T) {
	t.Parallel()
	load := func(words string) *content.Library {
		card := "---\nid: agreement-ours\nkind: agreement\ntitle: \"Ours <&> theirs\"\nsource: \"Us\"\norder: 9\n---\n" + words + "\n"
		other := strings.NewReplacer("agreement-ours", "agreement-other").Replace(card)
		l, err := content.Load(content.Options{Dir: fstest.MapFS{"en/agreement-ours.md": {Data: []byte(card)}, "en/agreement-other.md": {Data: []byte(other)}}})
		must(t, err)
		return l
	}
	at := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	var given []content.Approval
	for _, c := range load("We meet on **Monday**.").All() {
		if strings.HasPrefix(c.ID, "agreement-o") && c.Lang == "en" {
			a, err := content.NewApproval(c, "Full Name, LMFT 1", at, time.Time{})
			must(t, err)
			if c.ID == "agreement-other" {
				a.Text = "" // from before the words were kept
			}
			given = append(given, a)
		}
	}
	library := load("We meet on **Tuesday**.")
	page, err := newBooklet(library, signing{SignOff: content.NewSignOff(given, 1), now: at}).html()
	must(t, err)
	text := string(page)
	for _, c := range library.All() {
		if !strings.Contains(text, `id="`+c.Lang+"-"+c.ID+`"`) || !strings.Contains(text, c.Hash) {
			t.Errorf("%s in %s is missing", c.ID, c.Lang)
		}
	}
	for _, want := range []string{
		"Ours &lt;&amp;&gt; theirs", "We meet on <b>Tuesday</b>.", "<del>[− Monday. −]</del>", "<ins>[+ Tuesday. +]</ins>",
		"changed since approval", "never approved", "Full Name, LMFT 1", "The text that was signed was not kept",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("does not say %q", want)
		}
	}
	for _, never := range []string{"<script", "src=", "@import", "url(", "ZgotmplZ"} {
		if strings.Contains(text, never) {
			t.Errorf("is not self-contained or not safe: holds %q", never)
		}
	}
}
