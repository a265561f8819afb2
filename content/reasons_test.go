package content

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const threeReasons = "---\nid: agreement-ours\nkind: agreement\ntitle: Our title\nsource: Us\norder: 7\n---\n" +
	"**Ours.** First.\n\n## Another reason {#reason-2}\n**Ours.** Second.\n\n## Another reason {#reason-3}\n**Ours.** Third.\n"

// Each reason of a file is a separate card with its own hash. Lists show one of them. The rotation
// posts all, with the cards of the same agreement as far apart as possible.
func TestReasons(t *testing.T) {
	t.Parallel()
	l, err := Load(Options{Dir: fstest.MapFS{"en/agreement-ours.md": {Data: []byte(threeReasons)}}})
	must(t, err)
	hashes := map[string]bool{}
	for id, words := range map[string]string{"agreement-ours": "First.", "agreement-ours-2": "Second.", "agreement-ours-3": "Third."} {
		c, ok := l.Card(id, "es")
		if !ok || Plain(c.Answer) != "Ours. "+words || c.Title != "Our title" || len(c.Sections) > 0 {
			t.Errorf("%s is %+v", id, c)
		}
		hashes[c.Hash] = true
	}
	if len(hashes) != 3 {
		t.Error("two reasons share a hash")
	}
	var listed []string
	for _, c := range l.Cards(Agreement, "en") {
		listed = append(listed, c.ID)
	}
	if !slices.Contains(listed, "agreement-ours") || slices.Contains(listed, "agreement-ours-2") || slices.Contains(l.Topics(), "agreement-ours-2") {
		t.Errorf("the list is %q", listed)
	}
	rotation, _ := l.Topic("agreements")
	for _, id := range listed {
		if first := slices.Index(rotation, id); first < 0 || first > slices.Index(rotation, "agreement-ours-2") {
			t.Errorf("%s comes after a second reason: %q", id, rotation)
		}
	}
	if got := l.Reasons("agreement-ours", "es"); len(got) != 3 || got[2].ID != "agreement-ours-3" {
		t.Errorf("reasons: %+v", got)
	}
	if one, ok := l.Topic("agreement-ours-2"); !ok || len(one) != 1 {
		t.Errorf("a reason by itself is no topic: %q", one)
	}
}

func TestReasonsAreChecked(t *testing.T) {
	t.Parallel()
	with := func(old, to string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(strings.Replace(threeReasons, old, to, 1))}
	}
	for name, test := range map[string]struct {
		dir  fstest.MapFS
		want string
	}{
		"out of order":    {fstest.MapFS{"en/agreement-ours.md": with("reason-2", "reason-4")}, "en/agreement-ours.md:10: further reasons are {#reason-2} to"},
		"empty":           {fstest.MapFS{"en/agreement-ours.md": with("**Ours.** Second.", "")}, `:10: the reason "agreement-ours-2" is empty`},
		"another kind":    {fstest.MapFS{"en/agreement-ours.md": with("kind: agreement", "kind: strategy")}, "have further reasons"},
		"not last":        {fstest.MapFS{"en/agreement-ours.md": with("{#reason-3}", "{#more}")}, ":13: further reasons come last"},
		"id taken":        {fstest.MapFS{"en/agreement-ours.md": with("", ""), "en/agreement-ours-2.md": cardFile("agreement-ours-2", Agreement)}, `has the id "agreement-ours-2"`},
		"none in English": {fstest.MapFS{"en/agreement-ours.md": cardFile("agreement-ours", Agreement), "es/agreement-ours.md": with("", "")}, "fewer reasons, 1 of 3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := Load(Options{Dir: test.dir}); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// If a clinic withdraws or rewrites an agreement, that holds for all of its reasons.
func TestReasonsGoTogether(t *testing.T) {
	t.Parallel()
	gone := &fstest.MapFile{Data: []byte("---\nid: agreement-sober\nwithdrawn: true\n---\n")}
	for name, file := range map[string]*fstest.MapFile{"withdrawn": gone, "rewritten": cardFile("agreement-sober", Agreement)} {
		l, err := Load(Options{Dir: fstest.MapFS{"en/agreement-sober.md": file}})
		must(t, err)
		for _, c := range l.All() {
			if c.Base == "agreement-sober" {
				t.Errorf("%s: %s in %s is still there", name, c.ID, c.Lang)
			}
		}
	}
}

// Two IDs are exempt from approval, never whole kinds; the contact card only with the compiled-in
// words.
func TestExemptFromApproval(t *testing.T) {
	t.Parallel()
	l, err := Load(Options{Voice: Voice{Say: sayEnglish}, Dir: fstest.MapFS{
		"en/our-contact.md": cardFile("our-contact", Contact),
		"es/contact.md":     cardFile("contact", Contact),
		"en/our-concern.md": cardFile("our-concern", Concern),
	}})
	must(t, err)
	var got []string
	for _, c := range l.All() {
		if c.Exempt {
			got = append(got, c.Lang+" "+c.ID)
		}
	}
	if want := []string{"en contact", "en crisis", "es crisis"}; !slices.Equal(got, want) {
		t.Errorf("exempt are %q, want %q", got, want)
	}
}

func TestLimitsInShort(t *testing.T) {
	t.Parallel()
	l := load(t)
	for _, lang := range l.Langs() {
		c, _ := l.Exact("confidentiality-room", lang)
		if short := c.LimitsInShort(); len(short) != 1 || len(c.Limits) < 2 || strings.Count(Plain(short), ".") != 1 {
			t.Errorf("%s: in short %q", lang, Plain(short))
		}
		plain, _ := l.Exact("agreement-pass", lang)
		if len(plain.LimitsInShort()) > 0 {
			t.Errorf("%s: limits where nothing is promised", lang)
		}
	}
}

// A weekly group gets nothing twice in a year from either of the two rotations: 53 different cards in
// each language, without the cards of options.
func TestAYearOfReminders(t *testing.T) {
	t.Parallel()
	l, err := Load(Options{})
	must(t, err)
	for _, topic := range []string{"agreements", "confidentiality"} {
		ids, ok := l.Topic(topic)
		if !ok || len(ids) < 53 {
			t.Errorf("%s: %d posts, want at least 53", topic, len(ids))
		}
		for _, lang := range l.Langs() {
			said := map[string]string{}
			for _, id := range ids {
				c, ok := l.Exact(id, lang)
				if !ok {
					t.Fatalf("%s: no %s in %s", topic, id, lang)
				}
				_, reason, _ := strings.Cut(Plain(c.Answer), c.Answer[0].Items[0][0].Text)
				if other, twice := said[reason]; twice || len(reason) < 20 {
					t.Errorf("%s in %s gives the reason of %q: %q", id, lang, other, reason)
				}
				said[reason] = id
			}
		}
		for _, id := range ids {
			if c, _ := l.Card(id, "en"); c.Base == "" && len(l.Reasons(id, "en")) < 3 {
				t.Errorf("%s has fewer than three reasons", id)
			}
		}
	}
}
