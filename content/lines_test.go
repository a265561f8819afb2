package content

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// folder is a content directory of files by name.
func folder(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

const newYork = `note: "When you call 911, say which language you need."
entries:
  - id: nyc-well
    name: "NYC 988"
    what: {en: "NYC line: 888-692-9355.", es: "Línea de Nueva York: 888-692-9355."}
    call: ["888-692-9355"]
    languages: [en, es]
    source: "nyc.gov"
    telephoned: {on: 2026-11-20, by: "One Reviewer, LMFT 1", good_for: 90 days}
`

const mexico = `floor:
  entries:
    - id: "911"
      name: "911"
      first: {en: "Call 911 if someone is in danger now.", es: "Llame al 911 si alguien está en peligro."}
      call: ["911"]
      languages: [es]
      source: "gob.mx"
      telephoned: {on: 2026-11-20, by: "One Reviewer, LMFT 1"}
    - id: vida
      name: "Línea de la Vida"
      first: {en: "Call 800 911 2000 if you are in crisis.", es: "Llame al 800 911 2000 si está en crisis."}
      what: {en: "Línea de la Vida: 800 911 2000.", es: "Línea de la Vida: 800 911 2000."}
      call: [{shown: "800 911 2000", dial: "+528009112000"}]
      languages: [es]
      source: "gob.mx/salud"
      telephoned: {on: 2026-11-21, by: "Two Reviewer, LCSW 2"}
  steps: [{en: "Stay with them.", es: "Quédese."}]
note: {en: "They speak Spanish.", es: "Hablan español."}
`

func loadFiles(t *testing.T, files map[string]string) *Library {
	t.Helper()
	l, err := Load(Options{Dir: folder(files), DirName: "dir", Langs: []string{"es"}, Voice: Voice{Say: sayEnglish}})
	must(t, err)
	return l
}

func crisisOf(l *Library, signed SignOff) string {
	in, _ := l.Lines(signed)
	return Plain(in.Card(English, nil, Voice{}, nil, time.Time{}).Answer)
}

// A pack adds a region's lines, or replaces the built-in lines of the region; the floor stays.
func TestRegionalPacks(t *testing.T) {
	t.Parallel()
	l := loadFiles(t, map[string]string{
		"us-ny-new-york/crisis.yaml":          newYork,
		"us-ny-new-york/en/agreement-pass.md": string(cardFile("agreement-pass", Agreement).Data),
		"us-ca-los-angeles/crisis.yaml":       "entries: []\n",
	})
	text := crisisOf(l, SignOff{})
	for want, has := range map[string]bool{"Call 911": true, "988lifeline.org": true, "741741": true, "888-692-9355": true, "800-854-7771": false, "LA County": false} {
		if strings.Contains(text, want) != has {
			t.Errorf("%q: %v in\n%s", want, !has, text)
		}
	}
	in, waits := l.Lines(SignOff{})
	if waits || strings.Join(in.Numbers(nil, time.Time{}), " ") != "911 988" {
		t.Errorf("numbers %v, waits %v", in.Numbers(nil, time.Time{}), waits)
	}
	if es := Plain(in.Card("es", nil, Voice{Say: sayEnglish}, nil, time.Time{}).Answer); !strings.Contains(es, "Línea de Nueva York") {
		t.Errorf("the pack's own Spanish is not said: %s", es)
	}
	if c, _ := l.Exact("agreement-pass", "en"); !strings.HasPrefix(c.File, "dir/us-ny-new-york/") {
		t.Errorf("the region's card is not there: %s", c.File)
	}
	e, _ := in.entry("nyc-well")
	on := e.Telephoned.On
	if !e.Telephoned.Stands(on.AddDate(0, 0, 90)) || e.Telephoned.Stands(on.AddDate(0, 0, 91)) {
		t.Errorf("telephoned: %+v", e.Telephoned)
	}
	for _, f := range l.Lint() {
		if f.Rule == "pack" {
			t.Error(f)
		}
	}
	// A pack for the whole country does not change the floor.
	us := crisisOf(loadFiles(t, map[string]string{"us/crisis.yaml": "entries: []\n"}), SignOff{})
	if strings.Contains(us, "SAMHSA") || !strings.Contains(us, "988lifeline.org") || !strings.Contains(us, "800-854-7771") {
		t.Errorf("a country without lines of its own: %s", us)
	}
}

// Another country's floor replaces the program's as a whole when two different reviewers have signed
// its card and each of its numbers was called.
func TestFloorOfAnotherCountry(t *testing.T) {
	t.Parallel()
	l := loadFiles(t, map[string]string{"mx/crisis.yaml": mexico, "us-ny-new-york/crisis.yaml": newYork})
	card, _ := l.Exact("crisis", "en")
	at := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	sign := func(c Card, names ...string) SignOff {
		var all []Approval
		for _, name := range names {
			a, err := NewApproval(c, name, at, time.Time{})
			must(t, err)
			all = append(all, a)
		}
		return NewSignOff(all, 1)
	}
	builtIn := crisisOf(loadFiles(t, map[string]string{"us-ny-new-york/crisis.yaml": newYork}), SignOff{})
	for name, signed := range map[string]SignOff{
		"nobody": {}, "one": sign(card, "One, A 1"), "one twice": sign(card, "One, A 1", "one, a 1"),
		"the card of before": sign(CrisisCard("en", nil, nil), "One, A 1", "Two, B 2"),
	} {
		if got := crisisOf(l, signed); got != builtIn {
			t.Errorf("%s signed, and the card says\n%s", name, got)
		}
	}
	two := sign(card, "One, A 1", "Two, B 2")
	want := "Call 911 if someone is in danger now. Call 800 911 2000 if you are in crisis.\nStay with them.\nLínea de la Vida: 800 911 2000.\nThey speak Spanish.\n"
	if got := crisisOf(l, two); !strings.HasPrefix(got, want) || strings.Contains(got, "988") {
		t.Errorf("signed by two:\n%s", got)
	}
	in, waits := l.Lines(two)
	if waits || strings.Join(in.Numbers(nil, at), " ") != "911 800 911 2000" {
		t.Errorf("%v, %v", in.Numbers(nil, at), waits)
	}
	if es := in.Card("es", nil, Voice{}, nil, at); es.Lang != "es" || !strings.HasPrefix(Plain(es.Answer), "Llame al 911") {
		t.Errorf("in Spanish: %+v", es)
	}
	// A number that nobody telephoned.
	untold := loadFiles(t, map[string]string{"mx/crisis.yaml": strings.Replace(mexico, `      telephoned: {on: 2026-11-21, by: "Two Reviewer, LCSW 2"}`+"\n", "", 1)})
	other, _ := untold.Exact("crisis", "en")
	if _, waits := untold.Lines(sign(other, "One, A 1", "Two, B 2")); !waits {
		t.Error("a floor with a number that nobody telephoned is in force")
	}
}

// A pack that cannot be used changes nothing, and lint reports its file and line.
func TestBrokenPacks(t *testing.T) {
	t.Parallel()
	builtIn := crisisOf(loadFiles(t, map[string]string{"en/x.md": string(cardFile("x", Agreement).Data)}), SignOff{})
	cut := func(old, with string) string {
		if !strings.Contains(newYork, old) {
			t.Fatalf("no %q", old)
		}
		return strings.Replace(newYork, old, with, 1)
	}
	for name, c := range map[string]struct{ region, text, want string }{
		"no YAML":           {"us-ny", "entries: [\n", "us-ny/crisis.yaml:"},
		"empty":             {"us-ny", "", "us-ny/crisis.yaml:1: the file says nothing"},
		"nothing of a pack": {"us-ny", "note: \"Words.\"\n", `lacks "entries"`},
		"unknown key":       {"us-ny", cut("source:", "sauce:"), `crisis.yaml:8: unknown key "sauce"`},
		"no source":         {"us-ny", cut(`    source: "nyc.gov"`+"\n", ""), `lacks "source"`},
		"number not said":   {"us-ny", cut("NYC line: 888-692-9355", "NYC line"), `does not say "888-692-9355" in "en"`},
		"number in one":     {"us-ny", cut("York: 888-692-9355", "York"), `does not say "888-692-9355" in "es"`},
		"no country code":   {"mx-mexico", newYork, "with its country code"},
		"no English":        {"us-ny", cut("en: ", "fr: "), "the English is missing"},
		"stamp without end": {"us-ny", cut("90 days", "300 days"), "up to 180"},
		"stamp by nobody":   {"us-ny", cut("One Reviewer, LMFT 1", "Somebody"), "Name, licence"},
		"floor of a part":   {"us-ny", mexico, "a floor is a country's"},
		"floor of nothing":  {"mx", "floor: {entries: []}\n", "a floor has entries"},
		"twice":             {"us-ny", newYork + strings.TrimPrefix(newYork[strings.Index(newYork, "  - id"):], ""), "once in a pack"},
		"bad folder":        {"us_ny", newYork, "unknown region folder"},
		"chat":              {"us-ny", cut(`call: ["888-692-9355"]`, `chat: ["888-692-9355 x"]`), "chat"},
		"invisible":         {"us-ny", cut("NYC line", "NYC\u200b line"), "invisible"},
	} {
		l := loadFiles(t, map[string]string{c.region + "/crisis.yaml": c.text})
		if got := crisisOf(l, SignOff{}); got != builtIn {
			t.Errorf("%s: the card says\n%s", name, got)
		}
		var found []string
		for _, f := range l.Lint() {
			if f.Rule == "pack" {
				found = append(found, f.String())
			}
		}
		if !strings.Contains(strings.Join(found, "\n"), c.want) || !strings.Contains(strings.Join(found, "\n"), "dir/"+c.region+"/crisis.yaml:") {
			t.Errorf("%s: lint says %q", name, found)
		}
	}
	two := loadFiles(t, map[string]string{"mx/crisis.yaml": mexico, "gt/crisis.yaml": strings.ReplaceAll(mexico, "Mexico", "G")})
	if len(two.Broken()) != 1 || !strings.Contains(two.Broken()[0].Message, "brings a floor already") {
		t.Errorf("two floors: %v", two.Broken())
	}
}
