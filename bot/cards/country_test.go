package cards

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// A group with the Spanish of a country, such as es-MX, gets the Spanish card if es-MX has none, once
// the Spanish card is signed. That card counts as one that the group reads.
func TestTheSpanishCardStandsForACountrys(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	d := deckOf(t, fstest.MapFS{"es-MX/agreement-pass.md": {Data: []byte("---\nid: agreement-pass\nkind: agreement\ntitle: Nuestra\nsource: Us\norder: 1\n---\nPaso.\n")}}, func() time.Time { return now })
	sign := func(id, lang string) {
		t.Helper()
		c, ok := d.Library().Exact(id, lang)
		if !ok {
			t.Fatalf("no card %s in %s", id, lang)
		}
		a, err := content.NewApproval(c, "Full Name, LMFT 1", now, time.Time{})
		must(t, err)
		d.SetApprovals([]content.Approval{a})
	}
	post := func(id string, langs ...string) (title string, blocks int, why bot.ReasonCode) {
		m, _, reason := d.Post(id, bot.Discord, langs, d.Signed(), now)
		return m.Title, len(m.Blocks), reason.Code
	}
	sign("agreement-listen", "es")
	es, _ := d.Library().Exact("agreement-listen", "es")
	title, once, why := post("agreement-listen", "es-MX")
	if title != es.Title || why != "" {
		t.Errorf("signed in Spanish, the post is %q, skipped for %q", title, why)
	}
	if _, twice, _ := post("agreement-listen", "es", "es-MX"); twice != once {
		t.Errorf("in both it has %d blocks, in one %d", twice, once)
	}
	if _, _, why := post("agreement-respect", "es-MX"); why != bot.NotApproved {
		t.Errorf("a Spanish card that nobody signed is skipped for %q", why)
	}
	sign("agreement-pass", "es")
	if title, _, why := post("agreement-pass", "es-MX"); why != bot.NotApproved {
		t.Errorf("the Spanish card %q takes the place of one that the group's language has, skipped for %q", title, why)
	}
	read := make(map[string]string)
	for _, c := range d.Unapproved([]bot.Group{{Langs: []string{"es-MX"}}}) {
		read[c.ID] += c.Lang
	}
	if read["agreement-pass"] != "es-MX" || read["agreement-respect"] != "es" {
		t.Errorf("the group reads %q and %q", read["agreement-pass"], read["agreement-respect"])
	}
}

// A group with Spanish and the Spanish of a country sees a card or sentence once if it is the same in
// both.
func TestNothingIsShownTwiceToAGroupOfACountry(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	dir := fstest.MapFS{
		"es-MX/words.po":                {Data: []byte("msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n\nmsgid \"Save\"\nmsgstr \"Listo\"\n")},
		"es-MX/confidentiality-room.md": {Data: []byte("---\nid: confidentiality-room\nkind: confidentiality\ntitle: Nuestra\nsource: Us\norder: 1\nlimits: true\n---\nPaso.\n")},
	}
	books, err := words.Open(words.Options{Dir: dir})
	must(t, err)
	library, err := content.Load(content.Options{Dir: dir, Langs: books.Langs(), Voice: books.Voice()})
	must(t, err)
	d := New(library, books, func() time.Time { return now }, 1)
	view, _, why := inView(d, bot.Playground, []string{"es", "es-MX"}, d.Signed(), now)
	said := content.Plain(view.Blocks)
	pass, _ := library.Exact("agreement-pass", "es")
	for _, once := range []string{pass.Title, "Nuestra", "Límites: "} {
		if n := strings.Count(said, once); n != 1 || !why.IsZero() {
			t.Errorf("%q is %d times in view:\n%s", once, n, said)
		}
	}
	if n := len(d.Withdrawn([]string{"es", "es-MX"}).Blocks); n != 1 {
		t.Errorf("that a post was withdrawn is said %d times", n)
	}
	crisis := func(langs ...string) int {
		t.Helper()
		m, _, why := d.Post(bot.Crisis, bot.Discord, langs, d.Signed(), now)
		if !why.IsZero() {
			t.Fatal(why)
		}
		return len(m.Blocks)
	}
	check := func(when string) {
		t.Helper()
		if both, one := crisis("es", "es-MX"), crisis("es"); both != one {
			t.Errorf("%s the crisis card has %d blocks in both languages, %d in one", when, both, one)
		}
	}
	check("as prepared")
	d.Help.SetDown([]content.DownLine{{Line: "988", Until: now.Add(time.Hour), Instead: "crisis-text-line"}})
	check("while a line is out of service")
}

// ownFloor is a clinic's own floor with special words in the Spanish of a country.
const ownFloor = `floor:
  entries:
    - id: "911"
      name: "911"
      first: {en: "Call 911 if someone is in danger now.", es: "Llame al 911 si alguien está en peligro.", es-MX: "Marque al 911 si alguien está en peligro."}
      call: ["911"]
      languages: [es]
      source: "gob.mx"
      telephoned: {on: 2026-11-20, by: "One Reviewer, LMFT 1"}
    - id: vida
      name: "Línea de la Vida"
      first: {en: "Call 800 911 2000 if you are in crisis.", es: "Llame al 800 911 2000 si está en crisis."}
      call: [{shown: "800 911 2000", dial: "+528009112000"}]
      languages: [es]
      source: "gob.mx/salud"
      telephoned: {on: 2026-11-21, by: "Two Reviewer, LCSW 2"}
`

// Such a group also gets the crisis card of a clinic's own floor once, before the floor is signed,
// when the program's is in force, and after. If the floor has special words for the country, the
// card comes once in each language.
func TestAnOwnFloorIsNotShownTwiceToAGroupOfACountry(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	same := strings.Replace(ownFloor, `, es-MX: "Marque al 911 si alguien está en peligro."`, "", 1)
	for name, c := range map[string]struct {
		floor  string
		signed bool
		times  int // how often a group with both languages sees a Spanish sentence
	}{
		"the same words, not signed":   {floor: same, times: 1},
		"the same words, signed":       {floor: same, signed: true, times: 1},
		"words of its own, not signed": {floor: ownFloor, times: 1},
		"words of its own, signed":     {floor: ownFloor, signed: true, times: 2},
	} {
		dir := fstest.MapFS{
			"es-MX/words.po": {Data: []byte("msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n\nmsgid \"Save\"\nmsgstr \"Listo\"\n")},
			"mx/crisis.yaml": {Data: []byte(c.floor)},
		}
		books, err := words.Open(words.Options{Dir: dir})
		must(t, err)
		library, err := content.Load(content.Options{Dir: dir, Langs: books.Langs(), Voice: books.Voice()})
		if err != nil || len(library.Broken()) > 0 {
			t.Fatal(name, err, library.Broken())
		}
		d := New(library, books, func() time.Time { return now }, 1)
		if c.signed {
			card, _ := library.Card(bot.Crisis, words.English)
			var given []content.Approval
			for _, who := range []string{"One Reviewer, LMFT 1", "Two Reviewer, LCSW 2"} {
				a, err := content.NewApproval(card, who, now, now.AddDate(1, 0, 0))
				must(t, err)
				given = append(given, a)
			}
			d.SetApprovals(given)
		}
		langs := []string{"es", "es-MX"}
		m, _, why := d.Post(bot.Crisis, bot.Discord, langs, d.Signed(), now)
		said := content.Plain(m.Blocks)
		if n := strings.Count(said, "Este es un bot automático"); n != c.times || !why.IsZero() {
			t.Errorf("%s: %d times\n%s", name, n, said)
		}
	}
}
