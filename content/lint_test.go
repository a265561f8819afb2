package content

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestShippedCardsHaveNoFindings(t *testing.T) {
	t.Parallel()
	for _, contact := range []string{"", "discouraged", "allowed"} {
		for _, companions := range []string{"off", "on"} {
			set := map[string]string{"overdose-companions": companions}
			if contact != "" {
				set["outside-contact"] = contact
			}
			l, err := Load(Options{Set: set})
			must(t, err)
			for _, f := range l.Lint() {
				t.Errorf("%v: %s", set, f)
			}
		}
	}
}

func TestLintFinds(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("We meet here. ", 41)
	tests := []struct {
		name, file string
		card       *fstest.MapFile
		want       string // the one finding; empty for none
	}{
		{"a good card", "en/x.md", cardFile("x", Agreement), ""},
		{"long answer", "en/x.md", cardFile("x", Agreement, "Our words.", long), "dir/en/x.md:8: the key answer has 123 words; at most 120 (length)"},
		{"long section", "en/x.md", cardFile("x", Agreement, "Our words.", "Our words.\n\n## More {#more}\n"+long+long), `dir/en/x.md:11: the section "More" has 246 words; at most 160 (length)`},
		{"hard words about confidence", "en/x.md", cardFile("x", Confidentiality, "Our words.", "If you were the one who repeated something, tell a facilitator.", "order: 1", "order: 1\nlimits: true"), "reads at grade 8.0; at most 6"},
		{"hard words", "en/x.md", cardFile("x", Agreement, "Our words.", "Establishing confidence necessitates considerable deliberation, consistency and determination."), "(grade)"},
		{"hard words in Spanish", "es/contact.md", cardFile("contact", Contact, "Our words.", "Establecer la confianza exige considerable deliberación, constancia y determinación."), ""},
		{"urgent card", "en/privacy.md", cardFile("privacy", Privacy, "Our words.", "The program remembers certain changes that moderators make."), "at most 6"},
		{"banned word", "en/x.md", cardFile("x", Agreement, "Our words.", "Words.\n\nStay CLEAN."), `dir/en/x.md:10: never say "clean" (words)`},
		{"banned word in bold", "en/x.md", cardFile("x", Agreement, "Our words.", "Our vic**tim**."), `never say "victim" (words)`},
		{"banned word in the title", "en/x.md", cardFile("x", Agreement, "Our title", "For an addict"), `dir/en/x.md:4: never say "addict" (words)`},
		{"banned word in a section's title", "en/x.md", cardFile("x", Agreement, "Our words.", "Words.\n\n## Violation {#more}\nWords."), `dir/en/x.md:10: never say "violation" (words)`},
		{"banned phrase", "en/x.md", cardFile("x", Agreement, "Our words.", "We are HIPAA-compliant."), `never say "hipaa compliant" (words)`},
		{"not a banned word", "en/x.md", cardFile("x", Agreement, "Our words.", "The cleaner came. She was disabused. We are secure."), ""},
		{"banned word in Spanish", "es/contact.md", cardFile("contact", Contact, "Our words.", "Una víctima."), `never say "víctima" (words)`},
		{"promise", "en/x.md", cardFile("x", Agreement, "Our words.", "You are safe here, in private."), `dir/en/x.md:8: says "private" without the limits: add "limits: true" (limits)`},
		{"promise in the title", "en/x.md", cardFile("x", Agreement, "Our title", "Privacy"), `dir/en/x.md:4: says "privacy"`},
		{"promise with limits", "en/x.md", cardFile("x", Agreement, "Our words.", "You are safe here.", "order: 1", "order: 1\nlimits: true"), ""},
		{"promise in Spanish", "es/contact.md", cardFile("contact", Contact, "Our words.", "Es un lugar seguro."), `says "seguro" without the limits`},
		{"reminder without limits", "en/x.md", cardFile("x", Confidentiality), "dir/en/x.md:4: a reminder about confidentiality carries its limits"},
		{"stiff phrase", "en/x.md", cardFile("x", Agreement, "Our words.", "Your doubt? You are welcome with it."), `readers stumble over "welcome with it": say it plainly (phrases)`},
		{"stiff phrase in Spanish", "es/contact.md", cardFile("contact", Contact, "Our words.", "Hable con otros miembros."), `readers stumble over "miembros"`},
		{"vague source", "en/x.md", cardFile("x", Agreement, "source: Us", "source: Published group agreements"), `cannot be looked up: name the document (sources)`},
		{"tips beyond the article", "en/x.md", cardFile("x", Strategy, "source: Us", "source: “Building Trust and Connection in Group Therapy Sessions”", "Our words.", "Our words.\n\n## F {#facilitators}\nWords."), `the source says "adapted, with practice tips added" (sources)`},
		{"everybody speaks", "en/x.md", cardFile("x", Agreement, "Our words.", "Please come and say at least a few words."), `says "say at least", which the card "agreement-pass" contradicts (contradiction)`},
		{"sober and sent away", "en/agreement-sober.md", cardFile("agreement-sober", Agreement, "Our words.", "If you have used, stay home."), `says "stay home", which the card "agreement-come-back" contradicts`},
		{"promise of a secret", "en/x.md", cardFile("x", Agreement, "Our words.", "You can be here and be anonymous."), `says "anonymous" without the limits`},
		{"struck through", "en/x.md", cardFile("x", Agreement, "Our words.", "We meet on ~~Monday~~ Tuesday."), "dir/en/x.md:8: ~~ strikes nothing through, and readers see the ~~: leave out what no longer holds (marks)"},
		{"a table", "en/x.md", cardFile("x", Agreement, "Our words.", "| Day | Hour |\n|-----|------|\n| Monday | 6 PM |"), "a table is not shown as one: write a list (marks)"},
		{"boxes to tick", "en/x.md", cardFile("x", Agreement, "Our words.", "- [ ] Come on time\n- [ ] Be kind"), "a box to tick is shown as [ ]: write the bullet without it (marks)"},
		{"a box that is ticked", "en/x.md", cardFile("x", Agreement, "Our words.", "- Be kind\n- [x] Come on time"), "a box to tick is shown as [ ]"},
		{"a space before a link's address", "en/x.md", cardFile("x", Agreement, "Our words.", "See [our page] (https://example.org)."), "this link is shown as it stands"},
		{"a space in a link's address", "en/x.md", cardFile("x", Agreement, "Our words.", "See [our page](https://example.org/our page)."), "this link is shown as it stands: write [text](https://…) with no space between ] and ( and none in the address (marks)"},
		{"a link without its address", "en/x.md", cardFile("x", Agreement, "Our words.", "See [our page][1]."), "write a link's address right after its text"},
		{"a footnote", "en/x.md", cardFile("x", Agreement, "Our words.", "Words.[^1]"), "a footnote is not shown as one"},
		{"bold without an end", "en/x.md", cardFile("x", Agreement, "Our words.", "Please **come on time."), "readers see this **"},
		{"bold with a space inside", "en/x.md", cardFile("x", Agreement, "Our words.", "Please **come ** on time."), "readers see this **"},
		{"bold in a title", "en/x.md", cardFile("x", Agreement, "Our title", `"**Ours**"`), "dir/en/x.md:4: readers see this **"},
		{"marked with a pen", "en/x.md", cardFile("x", Agreement, "Our words.", "Please ==come== on time."), "== marks nothing"},
		{"hidden", "en/x.md", cardFile("x", Agreement, "Our words.", "Please ||come|| on time."), "|| hides nothing"},
		{"a section's name in a sentence", "en/x.md", cardFile("x", Agreement, "Our words.", "This is more {#more} for you."), "readers see this {#…}: it names a section only at the end of its heading, such as ## More about this {#more} (marks)"},
		{"no marks", "en/x.md", cardFile("x", Agreement, "Our words.", "**Come** on *time* [with us](https://example.org/a) (or call), at 6 - 7 PM ~ or so | [later] (we ask)."), ""},
		{"limits in one sentence", "en/limits.md", cardFile("limits", Limits, "Our words.", "**Limits:** members are not bound by law, e.g. as clinicians are.\n\nA court can ask. A clinician can explain."), ""},
		{"limits in two sentences", "en/limits.md", cardFile("limits", Limits, "Our words.", "Members are not bound by law. **Clinicians** are."), "dir/en/limits.md:8: the first paragraph is one sentence, as each post carries it: put the rest into a paragraph of its own (limits)"},
		{"limits with an abbreviation and a second sentence", "en/limits.md", cardFile("limits", Limits, "Our words.", "Come at 6 p.m. Monday with us. Are members bound by law?"), "the first paragraph is one sentence"},
		{"limits that begin with a list", "en/limits.md", cardFile("limits", Limits, "Our words.", "- Members are not bound by law."), "here a list comes first"},
		{"strategy without facilitators", "en/x.md", cardFile("x", Strategy), "dir/en/x.md:4: lacks a section {#facilitators}"},
		{"challenge without facilitators", "en/x.md", cardFile("x", Challenge), "(sections)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l, err := Load(Options{Dir: mapDir(test.file, test.card), DirName: "dir"})
			must(t, err)
			found := slices.DeleteFunc(l.Lint(), func(f Finding) bool { return !strings.HasPrefix(f.File, "dir/") })
			if test.want == "" {
				if len(found) > 0 {
					t.Errorf("found %v", found)
				}
				return
			}
			if len(found) != 1 || !strings.Contains(found[0].String(), test.want) {
				t.Errorf("found %v, want %q", found, test.want)
			}
		})
	}
}

// Lint compares cards: it finds a sentence that is in two cards, and two agreements of which a group
// can have only one.
func TestLintFindsBetweenCards(t *testing.T) {
	t.Parallel()
	const twice = "We meet here on every Monday evening."
	l, err := Load(Options{DirName: "dir", Dir: fstest.MapFS{
		"en/x.md": cardFile("x", Agreement, "Our words.", twice, "order: 1", "order: 98"),
		"en/y.md": cardFile("y", Agreement, "Our words.", twice, "order: 1", "order: 99"),
	}})
	must(t, err)
	found := l.Lint()
	if len(found) != 1 || found[0].Rule != "repeated" || found[0].Card != "y" || !strings.Contains(found[0].Message, `as the card "x" does`) {
		t.Errorf("found %v", found)
	}
}

func TestLintFindsRivals(t *testing.T) {
	t.Parallel()
	l, err := Load(Options{DirName: "dir", Set: map[string]string{"outside-contact": "allowed"}, Dir: fstest.MapFS{
		"en/agreement-outside-discouraged.md": cardFile("agreement-outside-discouraged", Agreement, "Our words.", "Ours."),
		"es/agreement-outside-discouraged.md": cardFile("agreement-outside-discouraged", Agreement, "Our words.", "Lo nuestro."),
	}})
	must(t, err)
	found := l.Lint()
	if len(found) != 2 || found[0].Rule != "contradiction" || !strings.Contains(found[0].Message, "agreement-outside-allowed") {
		t.Errorf("found %v", found)
	}
}

func BenchmarkLint(b *testing.B) {
	l := load(b)
	for b.Loop() {
		if f := l.Lint(); len(f) > 0 {
			b.Fatal(f)
		}
	}
}

// An abbreviation does not end the one sentence of the limits, nor does a dot before a number or a
// bracket.
func TestLimitsWithAbbreviationsAreOneSentence(t *testing.T) {
	t.Parallel()
	for text, one := range map[string]bool{
		"Meet at 6 p.m. Monday with us.":                   true,
		"The U.S. Veterans line is open.":                  true,
		"Call Dr. Smith, who listens.":                     true,
		"This takes approx. 10 minutes":                    true,
		"Ask \"How are you?\" 3 times.":                    true,
		"Read our rules. (They are short.)":                true,
		"a las 6 p. m. El grupo":                           true,
		"La línea de EE. UU. Veteranos y la Dra. Ruiz":     true,
		"Members are not bound by law. Clinicians are.":    false,
		"Say no. Members may.":                             false,
		"Call the clinic! Members are not bound by law.":   false,
		"Call Dr. Smith. Members are not bound by law.":    false,
		"La ley no obliga a nadie. ¿Y a los clínicos?":     false,
		"Members say “It is ours.” Clinicians say nothing": false,
	} {
		if isOneSentence(text) != one {
			t.Errorf("%q: one sentence is %v", text, !one)
		}
	}
}

// must ends the test at an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
