package content

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// cardFile is a small valid card with some of its lines replaced.
func cardFile(id string, kind Kind, replace ...string) *fstest.MapFile {
	src := fmt.Sprintf("---\nid: %s\nkind: %s\ntitle: Our title\nsource: Us\norder: 1\n---\nOur words.\n", id, kind)
	return &fstest.MapFile{Data: []byte(strings.NewReplacer(replace...).Replace(src))}
}

// A folder is a language: its readers see its cards, and the English card if it has none. A catalogue
// in the folder is not read as a card.
func TestALanguageIsAFolder(t *testing.T) {
	t.Parallel()
	l, err := Load(Options{DirName: "dir", Dir: fstest.MapFS{
		"he/agreement-pass.md": cardFile("agreement-pass", Agreement), "he/words.po": {Data: []byte("x")}, "pt-BR/words.po": {Data: []byte("x")},
	}, Langs: []string{"en", "es", "pt-BR"}, Voice: Voice{Say: sayEnglish}})
	must(t, err)
	if got := l.Langs(); !slices.Equal(got, []string{"en", "es", "he", "pt-BR"}) {
		t.Errorf("languages %q", got)
	}
	for id, lang := range map[string]string{"agreement-pass": "he", "agreement-listen": "en", "crisis": "he"} {
		if c, ok := l.Card(id, "he"); !ok || c.Lang != lang {
			t.Errorf("%s is shown in %q", id, c.Lang)
		}
	}
}

// A language of a country falls back to the language, and only then to English.
func TestALanguageOfACountry(t *testing.T) {
	t.Parallel()
	l, err := Load(Options{DirName: "dir", Dir: fstest.MapFS{
		"es-MX/agreement-pass.md": cardFile("agreement-pass", Agreement, "order: 1", "order: 1\nlimits: true"),
		"us-tx/crisis.yaml":       {Data: []byte(`entries: [{id: tx, name: T, what: {en: "Call 5551234567.", es: "Llame al 5551234567."}, call: [{shown: "5551234567", dial: "+525551234567"}], languages: [es], source: s}]`)},
	}, Langs: []string{"en", "es"}, Voice: Voice{Say: func(lang, english string) string {
		if lang == "es" {
			return english
		}
		return ""
	}}})
	must(t, err)
	for id, lang := range map[string]string{"agreement-pass": "es-MX", "agreement-listen": "es", "crisis": "es-MX"} {
		if c, ok := l.Card(id, "es-MX"); !ok || c.Lang != lang {
			t.Errorf("%s is shown in %q", id, c.Lang)
		}
	}
	if c, ok := l.Spoken("agreement-listen", "fr-CA"); ok {
		t.Errorf("a card in %s is taken for French", c.Lang)
	}
	if c, _ := l.Card("crisis", "es-MX"); !strings.Contains(c.Text(), "Llame al 5551234567.") {
		t.Errorf("a region's line is not said in Spanish:\n%s", c.Text())
	}
	es, _ := l.Exact("limits", "es")
	if c, _ := l.Exact("agreement-pass", "es-MX"); Plain(c.Limits) != Plain(es.Answer) {
		t.Errorf("the country's own card carries the limits %q", Plain(c.Limits))
	}
}

func TestShippedCards(t *testing.T) {
	t.Parallel()
	l := load(t)
	if got := l.Langs(); !slices.Equal(got, []string{"en", "es"}) {
		t.Errorf("languages %q", got)
	}
	byLang := map[string][]string{}
	for _, c := range l.All() {
		byLang[c.Lang] = append(byLang[c.Lang], c.ID)
		if c.Draft != (c.Lang == "es") {
			t.Errorf("%s in %s: draft is %v", c.ID, c.Lang, c.Draft)
		}
		if c.Hash != hash(c) {
			t.Errorf("%s in %s: the hash is not its own", c.ID, c.Lang)
		}
	}
	if !slices.Equal(byLang["en"], byLang["es"]) {
		t.Errorf("English has %q,\nSpanish has %q", byLang["en"], byLang["es"])
	}
	for _, c := range l.All() {
		en, _ := l.Exact(c.ID, "en")
		if len(c.Limits) > 0 != (len(en.Limits) > 0) || len(c.Sections) != len(en.Sections) || len(c.Answer) != len(en.Answer) {
			t.Errorf("%s in %s is built otherwise than in English", c.ID, c.Lang)
		}
	}
	for kind, least := range map[Kind]int{Foundation: 2, Strategy: 6, Challenge: 4, Agreement: 8, Confidentiality: 8, Contact: 1, Concern: 1, Crisis: 1, Privacy: 1, Limits: 1} {
		if n := len(l.Cards(kind, "es")); n < least {
			t.Errorf("%d cards of kind %s, want at least %d", n, kind, least)
		}
	}
}

func TestOrderIsStable(t *testing.T) {
	t.Parallel()
	l := load(t)
	all := l.All()
	if !slices.IsSortedFunc(all, func(a, b Card) int {
		if a.Lang != b.Lang {
			return strings.Compare(a.Lang, b.Lang)
		}
		return byKind(a, b)
	}) {
		t.Error("All is not by language, kind and order")
	}
	all[0].Title = "changed"
	if l.All()[0].Title == "changed" {
		t.Error("All hands out the library's own cards")
	}
	var ids []string
	for _, c := range l.Cards(Strategy, "es") {
		ids = append(ids, c.ID)
	}
	want := "strategy-boundaries strategy-listening strategy-vulnerability strategy-interaction strategy-conflict strategy-reinforcement"
	if strings.Join(ids, " ") != want {
		t.Errorf("strategies in the order %q", ids)
	}
}

func TestOptionsChooseCards(t *testing.T) {
	t.Parallel()
	tests := []struct {
		set  map[string]string
		want []string
	}{
		{nil, nil},
		{map[string]string{"overdose-companions": "on"}, nil},
		{map[string]string{"outside-contact": "allowed"}, []string{"agreement-outside-allowed"}},
		{map[string]string{"outside-contact": "discouraged"}, []string{"agreement-outside-discouraged"}},
	}
	for _, test := range tests {
		l, err := Load(Options{Set: test.set})
		must(t, err)
		var got []string
		for _, id := range []string{"agreement-outside-allowed", "agreement-outside-discouraged"} {
			if _, ok := l.Card(id, "es"); ok {
				got = append(got, id)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%v: got %q, want %q", test.set, got, test.want)
		}
		ids, _ := l.Topic("agreements")
		for _, id := range ids {
			base := strings.TrimRight(id, "-23")
			if strings.Contains(id, "outside") && !slices.Contains(test.want, base) {
				t.Errorf("%v: the rotation holds %s", test.set, id)
			}
		}
	}
	for _, set := range []map[string]string{{"outside-contact": "maybe"}, {"colour": "red"}, {"overdose-companions": ""}} {
		if _, err := Load(Options{Set: set}); err == nil {
			t.Errorf("%v: accepted", set)
		}
	}
}

func TestContentDirectory(t *testing.T) {
	t.Parallel()
	l, err := Load(Options{DirName: "cards", Dir: fstest.MapFS{
		"README.md":                       {Data: []byte("ours")},
		".git/config":                     {Data: []byte("not a card")},
		"en/.hidden.md":                   {Data: []byte("not a card")},
		"en/agreement-pass.md":            cardFile("agreement-pass", Agreement),
		"en/agreement-ours.md":            cardFile("agreement-ours", Agreement, "order: 1", "order: 99"),
		"en/limits.md":                    cardFile("limits", Limits),
		"en/agreement-sober.md":           {Data: []byte("---\nid: agreement-sober\nwithdrawn: true\n---\n")},
		"es/confidentiality-room.md":      {Data: []byte("---\nid: confidentiality-room\nwithdrawn: true\n---\n")},
		"es/confidentiality-own-story.md": cardFile("confidentiality-own-story", Confidentiality, "order: 1", "order: 1\nlimits: true"),
	}})
	must(t, err)
	if c, _ := l.Exact("agreement-pass", "en"); c.Title != "Our title" || c.File != "cards/en/agreement-pass.md" {
		t.Errorf("the shipped card was not replaced: %+v", c)
	}
	if c, _ := l.Exact("agreement-pass", "es"); c.Title == "Our title" || c.Title == "" {
		t.Errorf("the Spanish card is %+v", c)
	}
	if c, ok := l.Card("agreement-ours", "es"); !ok || c.Lang != "en" {
		t.Errorf("an added card does not fall back to English: %+v", c)
	}
	if _, ok := l.Exact("agreement-ours", "es"); ok {
		t.Error("Exact falls back")
	}
	if ids, _ := l.Topic("agreements"); !slices.Contains(ids, "agreement-ours") || slices.Contains(ids, "agreement-sober") {
		t.Errorf("the rotation is %q", ids)
	}
	for _, lang := range l.Langs() {
		if _, ok := l.Card("agreement-sober", lang); ok {
			t.Errorf("%s: the withdrawn card is still there", lang)
		}
	}
	if c, ok := l.Card("confidentiality-room", "es"); !ok || c.Lang != "en" {
		t.Errorf("a card withdrawn in Spanish does not fall back to English: %+v", c)
	}
	if c, _ := l.Exact("confidentiality-stays-here", "en"); Plain(c.Limits) != "Our words." {
		t.Errorf("cards carry the limits %q", Plain(c.Limits))
	}
	if c, _ := l.Exact("confidentiality-own-story", "es"); !strings.Contains(Plain(c.Limits), "prometer") {
		t.Errorf("the Spanish card carries the limits %q", Plain(c.Limits))
	}
	if !l.DefaultLimits() {
		t.Error("the Spanish limits are the shipped ones, and DefaultLimits does not say so")
	}
}

func TestDefaultLimits(t *testing.T) {
	t.Parallel()
	if !load(t).DefaultLimits() {
		t.Error("the shipped limits are not called default")
	}
	l, err := Load(Options{Dir: fstest.MapFS{"en/limits.md": cardFile("limits", Limits), "es/limits.md": cardFile("limits", Limits)}})
	must(t, err)
	if l.DefaultLimits() {
		t.Error("the clinic's own limits are called default")
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	many := fstest.MapFS{}
	for i := range maxFiles + 1 {
		id := fmt.Sprintf("card-%d", i)
		many["en/"+id+".md"] = cardFile(id, Agreement)
	}
	withdrawn := func(id string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("---\nid: " + id + "\nwithdrawn: true\n---\n")}
	}
	tests := []struct {
		name string
		dir  fs.FS
		want string
	}{
		{"broken card", fstest.MapFS{"en/x.md": {Data: []byte("x")}}, "dir/en/x.md:1: no front matter"},
		{"unknown language", fstest.MapFS{"Spanish!/x.md": cardFile("x", Agreement)}, "dir/Spanish!:1: unknown language folder"},
		{"card beside the folders", fstest.MapFS{"x.md": cardFile("x", Agreement)}, "dir/x.md:1: not a card"},
		{"nested folder", fstest.MapFS{"en/more/x.md": cardFile("x", Agreement)}, "dir/en/more:1: unknown language folder"},
		{"other file", fstest.MapFS{"en/x.txt": {Data: []byte("x")}}, "dir/en/x.txt:1: not a card"},
		{"id unlike the name", fstest.MapFS{"en/x.md": cardFile("y", Agreement)}, `dir/en/x.md:1: id "y" does not match`},
		{"too large", fstest.MapFS{"en/x.md": {Data: make([]byte, 10<<20)}}, "dir/en/x.md:1: larger than 64 KiB"},
		{"too many", many, "more than 1000 files"},
		{"crisis replaced", fstest.MapFS{"en/crisis.md": cardFile("crisis", Crisis)}, "dir/en/crisis.md:1: the crisis card is part of the program"},
		{"crisis replaced by another kind", fstest.MapFS{"en/crisis.md": cardFile("crisis", Contact)}, "part of the program"},
		{"second crisis card", fstest.MapFS{"en/x.md": cardFile("x", Crisis)}, "part of the program"},
		{"crisis withdrawn", fstest.MapFS{"es/crisis.md": withdrawn("crisis")}, "part of the program"},
		{"limits withdrawn", fstest.MapFS{"en/limits.md": withdrawn("limits")}, "dir/en/limits.md:1: the card \"limits\" can be replaced but not withdrawn"},
		{"contact withdrawn", fstest.MapFS{"en/contact.md": withdrawn("contact")}, "not withdrawn"},
		{"nothing to withdraw", fstest.MapFS{"en/x.md": withdrawn("x")}, "no shipped card"},
		{"other kind", fstest.MapFS{"en/contact.md": cardFile("contact", Agreement)}, `is of kind "contact"`},
		{"other kind in Spanish", fstest.MapFS{"en/x.md": cardFile("x", Agreement), "es/x.md": cardFile("x", Strategy)}, `dir/es/x.md:1: the card "x" is of kind "agreement"`},
		{"Spanish alone", fstest.MapFS{"es/x.md": cardFile("x", Agreement)}, `dir/es/x.md:1: there is no English card "x"`},
		{"second limits text", fstest.MapFS{"en/x.md": cardFile("x", Limits)}, "dir/en/x.md:1: the limits text is the one card"},
		{"limits with limits", fstest.MapFS{"en/limits.md": cardFile("limits", Limits, "order: 1", "order: 1\nlimits: true")}, "carries no limits"},
		{"unreadable", unreadable{}, "dir: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l, err := Load(Options{Dir: test.dir, DirName: "dir"})
			if err == nil || l != nil {
				t.Fatal("accepted")
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %q, want %q", err, test.want)
			}
		})
	}
}

type unreadable struct{}

func (unreadable) Open(string) (fs.File, error) { return nil, errors.New("the disk is gone") }

func TestLoadNamesEveryProblem(t *testing.T) {
	t.Parallel()
	_, err := Load(Options{Set: map[string]string{"colour": "red"}, DirName: "dir", Dir: fstest.MapFS{
		"en/a.md": {Data: []byte("x")},
		"en/b.md": cardFile("b", "poem"),
		"es/c.md": cardFile("c", Agreement),
	}})
	for _, want := range []string{`option "colour"`, "dir/en/a.md:1: ", "dir/en/b.md:3: ", "dir/es/c.md:1: "} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %q", err, want)
		}
	}
}

func TestTopic(t *testing.T) {
	t.Parallel()
	l := load(t)
	tests := []struct{ topic, want string }{
		{"strategies", "strategy-boundaries strategy-listening strategy-vulnerability strategy-interaction strategy-conflict strategy-reinforcement"},
		{"challenges", "challenge-skepticism challenge-tensions challenge-confidentiality challenge-attendance"},
		{"foundations", "why-trust therapist-part"},
		{"contact", "contact"},
		{"crisis", "crisis"},
		{"strategy-conflict+why-trust", "strategy-conflict why-trust"},
		{"why-trust + foundations", "why-trust therapist-part"},
		{"contact+contact", "contact"},
		{"", ""}, {"+", ""}, {"contact+", ""}, {"nothing", ""}, {"contact+nothing", ""}, {"limits", ""}, {"privacy", ""}, {"Strategies", ""},
	}
	for _, test := range tests {
		ids, ok := l.Topic(test.topic)
		if got := strings.Join(ids, " "); got != test.want || ok != (test.want != "") {
			t.Errorf("%q: got %q, %v, want %q", test.topic, got, ok, test.want)
		}
	}
	topics := l.Topics()
	for _, topic := range topics {
		if ids, ok := l.Topic(topic); !ok || len(ids) == 0 {
			t.Errorf("%q is offered but is no topic", topic)
		}
	}
	if want := []string{"agreements", "confidentiality", "strategies", "challenges", "foundations", "why-trust"}; !slices.Equal(topics[:len(want)], want) {
		t.Errorf("topics start with %q", topics[:len(want)])
	}
	if slices.Contains(topics, "limits") || slices.Contains(topics, "privacy") {
		t.Error("limits or privacy is offered as a topic")
	}
	for _, r := range []string{"agreements", "confidentiality"} {
		if ids, _ := l.Topic(r); len(ids) < 8 {
			t.Errorf("%s has %d cards, want at least 8", r, len(ids))
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCard(b *testing.B) {
	l := load(b)
	for b.Loop() {
		if _, ok := l.Card("strategy-listening", "es"); !ok {
			b.Fatal("no card")
		}
	}
}

// locked is a folder of files, some of which may not be read.
type locked struct {
	fstest.MapFS
	names []string
}

func (l locked) Open(name string) (fs.File, error) {
	if slices.Contains(l.names, name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.MapFS.Open(name)
}

func (l locked) Stat(name string) (fs.FileInfo, error) { return l.MapFS.Stat(name) }

func (l locked) ReadDir(name string) ([]fs.DirEntry, error) {
	if _, err := l.Open(name); err != nil {
		return nil, err
	}
	return l.MapFS.ReadDir(name)
}

func (l locked) ReadFile(name string) ([]byte, error) {
	if _, err := l.Open(name); err != nil {
		return nil, err
	}
	return l.MapFS.ReadFile(name)
}

// What may not be read is named, each, with what to do.
func TestFilesThatMayNotBeRead(t *testing.T) {
	t.Parallel()
	none := &fstest.MapFile{Data: []byte("none\n")}
	_, err := Load(Options{DirName: "cards", Dir: locked{
		fstest.MapFS{"en/limits.md": none, "en/why-trust.md": none, "es/limits.md": none}, []string{"en/limits.md", "es"},
	}})
	for _, want := range []string{
		"cards/en/limits.md:1: it cannot be read: give the user that runs this program the right to read it",
		"cards/en/why-trust.md:1: no front matter",
		"cards/es:1: it cannot be read: give",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("it is not said that %s: %v", want, err)
		}
	}
}
