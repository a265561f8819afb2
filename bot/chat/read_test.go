package chat

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

func platforms() []bot.Platform { return []bot.Platform{bot.Discord, bot.Slack, bot.Playground} }

// Every card that answers a question is found by a member who starts at help
// and presses everything; every answer has words and ends in the pointer.
func TestCrawlFromHelp(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		for _, lang := range []string{"en", "es"} {
			t.Run(string(p)+" "+lang, func(t *testing.T) {
				t.Parallel()
				s := newSetup(t)
				shown := crawl(t, s, p, lang)
				for _, c := range s.deck.Library().All() {
					if c.Lang != lang || c.Kind == content.Session || c.Kind == content.Panel {
						continue // notices about a session and the panel are posts: they answer no question
					}
					for _, blocks := range append([][]content.Block{c.Answer, c.Limits}, sections(c)...) {
						for _, b := range cards.Commands(blocks, s.books.Reader(lang)) {
							if text := flat([]content.Block{b}); !strings.Contains(shown, text) {
								t.Errorf("card %s: nobody gets to read %q", c.ID, text)
							}
						}
					}
				}
			})
		}
	}
}

func sections(c content.Card) [][]content.Block {
	var out [][]content.Block
	for _, s := range c.Sections {
		out = append(out, s.Blocks)
	}
	return out
}

// flat is the words of blocks.
func flat(blocks []content.Block) string {
	var b strings.Builder
	for _, block := range blocks {
		for _, item := range block.Items {
			for _, s := range item {
				b.WriteString(s.Text)
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

// crawl presses every button and returns all text that was shown.
func crawl(t *testing.T, s setup, p bot.Platform, lang string) string {
	t.Helper()
	var all strings.Builder
	seen := map[string]bool{}
	todo := []bot.Call{{Command: "help"}}
	for len(todo) > 0 {
		c := todo[0]
		todo = todo[1:]
		if id := c.Encode(); seen[id] {
			continue
		} else if id == "" || len(id) > 100 {
			t.Errorf("call %v does not fit a button", c.Args)
			continue
		}
		seen[c.Encode()] = true
		carried, err := bot.DecodeCall(c.Encode())
		if err != nil {
			t.Fatalf("%s: %v", c.Encode(), err)
		}
		a := s.Handle(t.Context(), bot.Request{Call: carried, Platform: p, Place: here(p), Lang: lang})
		m := a.Message
		if a.Form != nil || strings.TrimSpace(flat(m.Blocks)) == "" {
			t.Errorf("%s: a member reads nothing", c.Encode())
		}
		// The footer of the crisis card does not send people to the crisis card.
		if strings.Contains(words.Plain(m.Footer), "/crisis") == (c.Command == "crisis") || !strings.Contains(words.Plain(m.Footer), "988") {
			t.Errorf("%s ends in %q, without the way to help", c.Encode(), words.Plain(m.Footer))
		}
		if len(m.Actions) > 10 || m.Menu != nil && len(m.Menu.Options) > cards.MaxMenu {
			t.Errorf("%s: more buttons than platforms show", c.Encode())
		}
		all.WriteString(flat(m.Blocks))
		inMessage := map[string]bool{}
		next := slices.Clone(m.Actions)
		if m.Menu != nil {
			next = append(next, m.Menu.Options...)
		}
		for _, x := range next {
			if x.Label == "" || len([]rune(x.Label)) > 75 {
				t.Errorf("%s: label %q", c.Encode(), x.Label)
			}
			if x.Link != "" {
				continue
			}
			if inMessage[x.Call.Encode()] {
				t.Errorf("%s: two buttons of one message ask the same: %s", c.Encode(), x.Call.Encode())
			}
			inMessage[x.Call.Encode()] = true
			todo = append(todo, x.Call)
		}
	}
	return all.String()
}

func TestNamesAreForgiving(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	for _, tc := range []struct {
		command, name, lang string
		want                string // the title, or what the answer says
	}{
		{"strategies", "strategy-listening", "en", "Encourage Active Listening"},
		{"strategies", "listening", "en", "Encourage Active Listening"},
		{"/Strategies", " Encourage active listening ", "en", "Encourage Active Listening"},
		{"estrategias", "listening", "en", "Encourage Active Listening"},
		{"strategies", "active", "en", "Encourage Active Listening"},
		{"strategies", "listenning", "en", "Did you mean"},
		{"strategies", "attendance", "en", "Did you mean one of these?\n[Inconsistent attendance or participation][Help now]"}, // in another list
		{"challenges", "conflict", "en", "Did you mean one of these?\n[Manage Conflicts Constructively]"},
		{"retos", "conflicto", "es", "¿Quiso decir una de estas?\n[Manejar los conflictos de manera constructiva]"},
		{"strategies", "zzzz", "en", "no card with that name.\n[Show all][Help now]"},
		{"agreements", "phones", "en", "Lock your phone"}, // other endings of a word
		{"acuerdos", "grabar", "es", "Sin grabaciones ni capturas"},
		{"acuerdos", "confidencialidad", "es", "Lo que se comparte aquí se queda aquí\nCómo protegemos"}, // a list by its name
		{"agreements", "agreements", "en", "What this group agrees on"},
		{"agreements", "court", "en", "The limits of this promise"},                                                                            // not each card that has the limits below it
		{"strategies", "i want to go home", "en", "Did you mean one of these?\nFind a place to be alone\nTurn off voice assistants\nHelp now"}, // a sentence opens nothing by itself
		{"strategies", "crisis", "en", "Did you mean one of these?\n[Help now]"},
		{"strategies", "please listening 🙏🙏", "en", "Did you mean one of these?\n[Encourage Active Listening][Help now]"}, // a word of the title counts twice
		{"agreements", "relapse", "en", "Come back after using again"},                                                    // what people call it
		{"agreements", "what happens if i relapse", "en", "Did you mean one of these?\n[Come back after using again][Help now]"},
		{"agreements", "relapse", "es", "Regresar después de volver a consumir"},
		{"acuerdos", "recaídas", "es", "Regresar después de volver a consumir"},
		{"acuerdos", "qué pasa si recaí", "es", "¿Quiso decir una de estas?\n[Regresar después de volver a consumir][Ayuda inmediata]"},
		{"estrategias", "escuchar", "es", "Fomentar la escucha activa"},
		{"challenges", "fights", "en", "Interpersonal tensions"},
		{"strategies", "listening 🙏🏽", "en", "Encourage Active Listening"},
		{"agreements", "what do they want from everybody", "en", "no card with that name.\n[Show all][Help now]"}, // not each card that has “what”
		{"acuerdos", "puedo contarle a mi esposa", "es", "ninguna tarjeta con ese nombre"},
		{"strategies", "3", "en", "Model Vulnerability and Honesty"},
		{"strategies", " #3. ", "es", "Dar ejemplo de vulnerabilidad"},
		{"strategies", "7", "en", "no card with that name"},
		{"strategies", "escucha", "en", "Encourage Active Listening"},
		{"strategies", "listening", "es", "escucha activa"},
		{"agreements", "limits", "en", "The limits of this promise"},
		{"agreements", "confidentiality", "en", "What is shared here stays here"},
		{"agreements", "agreement-pass", "en", "You may pass"},
		{"strategeis", "", "en", "call or text 988"},
		{"qwertyuiop", "", "en", "call or text 988"},
		{"crisis", "", "es-MX", "Ayuda inmediata"},
		{"crisis", "", "fr", "Help now"},
		{"reminder", "", "en", "Only moderators"},
		{"remindre", "", "en", "call or text 988"},
	} {
		r := ask(bot.Playground, bot.Actor{}, bot.Call{Command: tc.command})
		if tc.name != "" {
			r.Call = bot.NewCall(tc.command, "name", tc.name)
		}
		r.Lang = tc.lang
		a := s.Handle(t.Context(), r)
		got := a.Message.Title + "\n" + flat(a.Message.Blocks)
		for _, x := range a.Message.Actions {
			got += "[" + x.Label + "]"
		}
		if !strings.Contains(got, tc.want) {
			t.Errorf("%s %q in %s answers %q, want %q", tc.command, tc.name, tc.lang, got, tc.want)
		}
	}
}

// A word of a card's text leads to the card, or to a menu of the cards that have it.
func TestCardsAreFoundByTheirWords(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	for _, tc := range []struct {
		command, name string
		menu          bool
	}{
		{"strategies", "trust", true}, {"strategies", "confianza", false}, {"strategies", "grupo", false}, {"strategies", "how do I build trust", true},
		{"challenges", "trust", true}, {"agreements", "phone", false}, {"agreements", "speak", true}, {"why", "trust", false}, {"why", "group", true},
		{"strategies", "apologize", false},
	} {
		for _, lang := range []string{"en", "es"} {
			r := ask(bot.Discord, bot.Actor{}, bot.NewCall(tc.command, "name", tc.name))
			r.Lang = lang
			a := s.Handle(t.Context(), r)
			if m := a.Message.Menu; (m != nil) != tc.menu {
				t.Errorf("%s %q in %s: %s", tc.command, tc.name, lang, plain(a))
				continue
			}
			if !tc.menu {
				continue
			}
			for _, o := range a.Message.Menu.Options {
				r.Call = o.Call
				if got := s.Handle(t.Context(), r); got.Message.Title != o.Label {
					t.Errorf("%s %q: choosing %q shows %q", tc.command, tc.name, o.Label, got.Message.Title)
				}
			}
		}
	}
}

// A person who writes a sentence instead of a command gets the same answer, whatever they wrote:
// nothing is detected. It begins with the numbers and has a button to help.
func TestUnknownCommandsOfferHelp(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	first := ""
	for _, written := range []string{"qwertyuiop", "strategeis", "i want to use again tonight", "hello", ""} {
		a := s.Handle(t.Context(), ask(bot.Slack, bot.Actor{}, bot.Call{Command: written}))
		if first == "" {
			first = plain(a)
		}
		if got := plain(a); got != first || !strings.Contains(strings.SplitN(got, "\n", 2)[0], "988") {
			t.Errorf("%q is answered with %s, another with %s", written, got, first)
		}
		if len(a.Message.Actions) < 2 || a.Message.Actions[0].Call.Command != "crisis" || a.Message.Actions[0].Label != "Help now" {
			t.Errorf("%q is answered with %+v", written, a.Message.Actions)
		}
	}
}

func TestUnapprovedWordsAreMarked(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	note := func(command, lang string) string {
		r := ask(bot.Discord, bot.Actor{}, bot.Call{Command: command})
		r.Lang = lang
		return s.Handle(t.Context(), r).Message.Note
	}
	for _, tc := range []struct {
		command, lang string
		marked        bool
	}{
		{"why", "en", true}, {"why", "es", true}, {"privacy", "en", true}, {"agreements", "en", true}, {"strategies", "en", false},
		{"contact", "en", false}, {"crisis", "en", false}, {"crisis", "es", false},
	} {
		if got := note(tc.command, tc.lang); (got != "") != tc.marked {
			t.Errorf("%s in %s is marked %q before approval", tc.command, tc.lang, got)
		}
	}
	s.approveAll(t)
	if got := note("why", "en") + note("why", "es"); got != "" {
		t.Errorf("approved words are marked %q", got)
	}
}

// Help in a crisis is there whatever else is broken.
func TestCrisisAlwaysAnswers(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Config){
		"no library":      func(c *Config) { c.Library = nil },
		"empty library":   func(c *Config) { c.Library = &content.Library{} },
		"no store":        func(c *Config) { c.Store = nil },
		"panicking store": func(c *Config) { c.Store = struct{ bot.Store }{} },
		"nothing at all":  func(c *Config) { *c = Config{} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSetup(t, change)
			for _, p := range platforms() {
				for _, by := range []bot.Actor{{}, moderator(p)} {
					a := s.Handle(t.Context(), ask(p, by, bot.Call{Command: "crisis"}))
					if got := flat(a.Message.Blocks); !strings.Contains(got, "911") || !strings.Contains(got, "988") {
						t.Errorf("%s: %q", p, got)
					}
					for _, command := range s.Commands() {
						a := s.Handle(t.Context(), ask(p, by, bot.Call{Command: command.Name, Sub: "list"}))
						if a.Form == nil && flat(a.Message.Blocks) == "" {
							t.Errorf("%s: nothing is said", command.Name)
						}
					}
				}
			}
		})
	}
}

func TestOptionsReachTheCrisisCard(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"off", "on"} {
		s := newSetup(t, func(c *Config) { c.Options = map[string]string{"overdose-companions": value} })
		a := s.Handle(t.Context(), ask(bot.Discord, bot.Actor{}, bot.Call{Command: "crisis"}))
		if got := strings.Contains(flat(a.Message.Blocks), "800-484-3731"); got != (value == "on") {
			t.Errorf("overdose-companions=%s: listed %t", value, got)
		}
	}
}

func TestReadingGolden(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	for _, lang := range []string{"en", "es"} {
		for _, p := range platforms() {
			for _, by := range []bot.Actor{{}, moderator(p)} {
				var all strings.Builder
				for _, command := range s.Commands() {
					if command.Who == bot.Moderators && by.May() {
						continue // the moderators' story has these
					}
					r := ask(p, by, bot.Call{Command: command.Name})
					r.Lang = lang
					fmt.Fprintf(&all, "=== %s\n%s\n", command.Name, plainOn(p, s.Handle(t.Context(), r)))
				}
				golden(t, "read/"+lang+"-"+string(p)+"-"+by.String(), all.String())
			}
		}
	}
	var all strings.Builder
	for _, c := range []bot.Call{
		bot.NewCall("strategies", "name", "strategy-listening"),
		bot.NewCall("strategies", "name", "strategy-listening", "part", "more"),
		bot.NewCall("challenges", "name", "challenge-attendance", "part", "facilitators"),
		bot.NewCall("agreements", "name", "confidentiality"),
		bot.NewCall("agreements", "name", "confidentiality-room"),
		bot.NewCall("agreements", "name", "limits"),
		bot.NewCall("why", "name", "therapist-part"),
	} {
		fmt.Fprintf(&all, "=== %s\n%s\n", c.Encode(), plain(s.Handle(t.Context(), ask(bot.Discord, bot.Actor{}, c))))
	}
	golden(t, "read/cards", all.String())
}

func TestCardMessageKeepsPostsInPlace(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	for _, c := range s.deck.Library().All() {
		m := s.deck.Message(c, true)
		if m.Title != c.Title || m.Note != "" || !strings.Contains(flat(m.Blocks), flat(c.LimitsInShort())) {
			t.Errorf("card %s (%s) is posted without its title or limits", c.ID, c.Lang)
		}
		// In a channel the limits are one sentence; the full text is behind a button.
		if len(c.Limits) > 1 {
			if strings.Contains(flat(m.Blocks), flat(c.Limits[1:])) {
				t.Errorf("card %s (%s) is posted with all of its limits", c.ID, c.Lang)
			}
			full := slices.ContainsFunc(m.Actions, func(x bot.Action) bool {
				r := ask(bot.Discord, bot.Actor{}, x.Call)
				r.Lang = c.Lang
				return strings.Contains(flat(s.Handle(t.Context(), r).Message.Blocks), flat(c.Limits))
			})
			if !full {
				t.Errorf("card %s (%s) is posted without a way to its limits in full", c.ID, c.Lang)
			}
		}
		for _, x := range m.Actions {
			r := ask(bot.Discord, bot.Actor{}, x.Call)
			if a := s.Handle(t.Context(), r); a.Update {
				t.Errorf("card %s: pressing %q takes the place of the post", c.ID, x.Label)
			}
		}
	}
}

func BenchmarkNew(b *testing.B) {
	library, err := content.Load(content.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := New(Config{Library: library}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHandle(b *testing.B) {
	s := newSetup(b)
	s.approveAll(b)
	for _, command := range s.Commands() {
		if command.Who != bot.Anyone {
			continue
		}
		calls := map[string]bot.Call{command.Name: {Command: command.Name}}
		switch command.Name {
		case "strategies":
			calls["strategies unknown"] = bot.NewCall("strategies", "name", "Encourge Aktive Listening")
			calls["strategies one"] = bot.NewCall("strategies", "name", "Encourage Active Listening")
			calls["strategies more"] = bot.NewCall("strategies", "name", "strategy-listening", "part", "more")
		case "challenges":
			calls["challenges one"] = bot.NewCall("challenges", "name", "attendance")
		case "agreements":
			calls["agreements one"] = bot.NewCall("agreements", "name", "agreement-pass")
		}
		for name, c := range calls {
			r := ask(bot.Discord, bot.Actor{}, c)
			r.Lang = "es-MX"
			b.Run(name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					s.Handle(context.Background(), r)
				}
			})
		}
	}
}

// A clinic has more agreements than fit a menu. Each can be reached, page by page.
func TestManyAgreementsArePaged(t *testing.T) {
	t.Parallel()
	folder := fstest.MapFS{}
	for i := range 60 {
		id := fmt.Sprintf("agreement-own-%02d", i)
		folder["en/"+id+".md"] = &fstest.MapFile{Data: fmt.Appendf(nil, "---\nid: %s\nkind: agreement\ntitle: \"Own agreement %02d\"\nsource: \"The clinic\"\norder: %d\n---\n**We agree on this.** It helps.\n", id, i, 100+i)}
	}
	library, err := content.Load(content.Options{Dir: folder, DirName: "own"})
	must(t, err)
	s := newSetup(t, func(c *Config) { c.Library = library })
	want := len(library.Cards(content.Agreement, "en"))
	seen := map[string]bool{}
	r := ask(bot.Discord, bot.Actor{}, bot.NewCall("agreements"))
	for pages := 0; ; pages++ {
		a := s.Handle(t.Context(), r)
		if a.Message.Menu == nil || len(a.Message.Menu.Options) > cards.MaxMenu || pages > want {
			t.Fatalf("page %d: %s", pages, plain(a))
		}
		for _, o := range a.Message.Menu.Options {
			seen[o.Call.Args["name"]] = true
		}
		i := slices.IndexFunc(a.Message.Actions, func(x bot.Action) bool { return x.Label == "Next" })
		if i < 0 {
			break
		}
		r.Call = a.Message.Actions[i].Call
	}
	if len(seen) != want || want <= 2*cards.MaxMenu {
		t.Errorf("%d of %d are reached", len(seen), want)
	}
	// And back, from the last page to the first.
	if a := s.Handle(t.Context(), r); !slices.ContainsFunc(a.Message.Actions, func(x bot.Action) bool { return x.Label == "Previous" }) {
		t.Errorf("no way back: %s", plain(a))
	}
}
