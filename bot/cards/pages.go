package cards

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// writer writes the pages of one language.
type writer struct {
	to       *written
	lang     string
	w        *words.Reader
	commands []bot.Command // the command table, for help
}

// MaxMenu is how many options a menu has at most.
const MaxMenu = 25

// Write prepares every page that people read: call it once, before the first question. It makes
// help from the command table, and the crisis card with the clinic's options. It returns an
// error if the buttons of a card do not fit a platform.
func (p *Pages) Write(commands []bot.Command, options map[string]string) error {
	p.commands, p.deck.Help.options = commands, options
	return p.Use(p.deck.Library())
}

// Use puts other cards in force, in the deck and on the pages. It returns an error, and keeps
// the cards of before, if the buttons of a card do not fit a platform.
func (p *Pages) Use(library *content.Library) error {
	next, err := p.write(library)
	if err != nil {
		return err
	}
	// Between the two, pages still show the old cards. That does no harm: each card is shown
	// by the signatures of its own words.
	p.deck.library.Store(library)
	p.now.Store(next)
	return nil
}

// write prepares the pages of some cards.
func (p *Pages) write(library *content.Library) (*written, error) {
	to := &written{edition: rand.Text(), library: library, pages: make(map[pageID]prepared), names: make(map[string][]Named)}
	for _, lang := range p.deck.books.Langs() {
		w := writer{to, lang, p.deck.books.Reader(lang), p.commands}
		w.cards()
		for _, list := range Lists() {
			w.list(list)
		}
		w.help("")
		w.help(helpModerator)
		w.help(helpFacilitator)
		// Last, so that nothing takes its place.
		lines, _ := library.Lines(content.SignOff{}) // those that are in force without any signature
		w.crisis(p.deck.Help.or(lines).Card(lang, p.deck.Help.options, p.deck.books.Voice(), nil, p.deck.now()))
		to.names[lang] = to.namesIn(lang)
	}
	for id, page := range to.pages {
		if err := Fits(page.message); err != nil {
			return nil, fmt.Errorf("card or list %q (%s): %w", id.name, id.lang, err)
		}
	}
	return to, nil
}

// crisis puts the crisis card on its page.
func (p writer) crisis(c content.Card) {
	p.put(bot.Crisis, "", prepared{message: bot.Message{Title: c.Title, Blocks: c.Answer}, card: c})
}

// crisisNow makes the page of the crisis card when the prepared one is out of date: a line is
// out of service, or the clinic's own floor came into force or went out of it.
func (p *Pages) crisisNow(id pageID) (prepared, bool) {
	if id.name != bot.Crisis || id.part != "" || !p.deck.Help.Unusual() {
		return prepared{}, false
	}
	to := &written{edition: p.now.Load().edition, pages: make(map[pageID]prepared, 1)} // before the words, which a reload may change
	c, r := p.deck.Help.Card(id.lang), p.deck.books.Reader(id.lang)
	to.edition += c.Hash + r.Numbers()
	writer{to: to, lang: id.lang, w: r}.crisis(c)
	return to.pages[id], true
}

// Fits returns an error if the call of a button is too long for a platform.
func Fits(m bot.Message) error {
	actions := m.Actions
	if m.Menu != nil {
		actions = slices.Concat(actions, m.Menu.Options)
	}
	for _, a := range actions {
		if a.Link == "" && a.Call.Encode() == "" {
			return fmt.Errorf("the button %q does not fit: choose a shorter id", a.Label)
		}
	}
	return nil
}

func (p writer) put(name, part string, pg prepared) {
	m := &pg.message
	m.Page = strings.Join([]string{p.to.edition, p.lang, name, part}, "/")
	m.Footer = words.Pointer(p.w)
	if name == bot.Crisis { // the footer must not send people to the page that they are on
		m.Footer = p.w.Say("Need help now? Call %s.", p.w.Numbers())
	}
	m.Blocks = slices.Clip(Commands(m.Blocks, p.w))
	m.Actions = slices.Clip(m.Actions)
	if m.Menu != nil {
		m.Menu.Options = slices.Clip(m.Menu.Options)
	}
	p.to.pages[pageID{p.lang, name, part}] = pg
}

func (p writer) cards() {
	for _, kind := range content.Kinds() {
		if kind == content.Session {
			continue // nobody asks for them
		}
		all := p.to.library.Cards(kind, p.lang)
		for i, c := range all {
			var around []bot.Action
			if i > 0 && agreed(kind) {
				around = append(around, bot.Action{Label: p.w.T("Previous"), Call: callOf(all[i-1])})
			}
			if i+1 < len(all) && agreed(kind) {
				around = append(around, bot.Action{Label: p.w.T("Next"), Call: callOf(all[i+1])})
			}
			reasons := p.to.library.Reasons(c.ID, p.lang)
			for j, r := range reasons {
				here := slices.Concat(around, p.beside(c))
				if len(reasons) > 1 {
					other := bot.Action{Label: p.w.T("Another reason"), Call: callOf(reasons[(j+1)%len(reasons)])}
					here = append([]bot.Action{other}, here...)
				}
				p.card(r, here)
			}
		}
	}
}

// agreed reports whether the cards of a kind are what the group agrees on: they have buttons to the
// previous and the next one, and their titles can be kept in view.
func agreed(k content.Kind) bool { return k == content.Agreement || k == content.Confidentiality }

// beside are the buttons below a card.
func (p writer) beside(c content.Card) []bot.Action {
	switch c.Kind {
	case content.Strategy, content.Challenge, content.Agreement, content.Confidentiality:
		return []bot.Action{{Label: p.w.T("Back"), Call: callOfList(ListOf(c.Kind))}}
	case content.Limits:
		return []bot.Action{{Label: p.w.T("Back"), Call: bot.NewCall("agreements")}}
	case content.Contact:
		return p.ways(c)
	case content.Concern:
		return []bot.Action{{Label: p.w.T("Contact the clinic"), Call: bot.NewCall("contact")}}
	case content.Foundation:
		var out []bot.Action
		for _, other := range p.to.library.Cards(content.Foundation, p.lang) {
			if other.ID != c.ID && len(out) < 5 {
				out = append(out, bot.Action{Label: bot.Short(other.Title, 75), Call: callOf(other)})
			}
		}
		return out
	}
	return nil
}

// ways are buttons with the telephone numbers and addresses of a card.
func (p writer) ways(c content.Card) []bot.Action {
	var out []bot.Action
	for s := range content.Spans(c.Answer...) {
		label := s.Text
		if strings.HasPrefix(s.Link, "tel:") {
			label = p.w.T("Call %s", s.Text)
		}
		if s.Link != "" && len(out) < 5 {
			out = append(out, bot.Action{Label: bot.Short(label, 75), Link: s.Link})
		}
	}
	return out
}

// card puts a card's key answer and each of its sections on a page.
func (p writer) card(c content.Card, around []bot.Action) {
	own := callOf(c)
	parts := bot.Each(c.Sections, func(s content.Section) bot.Action { return bot.Action{Label: s.Title, Call: own.With("part", s.ID)} })
	blocks := Blocks(c)
	if c.Kind == content.Concern {
		blocks = append([]content.Block{words.Paragraph(p.w.Say("If anyone is in danger, use %s now. Nobody watches this bot.", words.Command(bot.Crisis)))}, blocks...)
	}
	p.put(c.ID, "", prepared{bot.Message{Title: c.Title, Blocks: blocks, Actions: append(slices.Clone(parts), around...)}, c})
	for i, s := range c.Sections {
		blocks := []content.Block{content.HeadingText(s.Title)}
		blocks = append(append(blocks, s.Blocks...), c.Limits...)
		actions := append(slices.Clone(parts[:i]), parts[i+1:]...)
		actions = append(actions, bot.Action{Label: p.w.T("Back"), Call: own})
		p.put(c.ID, s.ID, prepared{bot.Message{Title: c.Title, Blocks: blocks, Actions: actions}, c})
	}
}

// list puts the cards of a kind on as many pages as their menu needs.
func (p writer) list(list List) {
	name, kind := list.Name, list.Kind
	all := p.to.library.Cards(kind, p.lang)
	said := words.List(p.w, name)
	own := callOfList(name)
	for i := 0; i*MaxMenu < len(all); i++ {
		some, beside := OnPage(p.w, own, i, MaxMenu, all)
		titles := words.Bullets(bot.Each(some, func(c content.Card) []content.Span { return []content.Span{{Text: c.Title}} })...)
		options := bot.Each(some, func(c content.Card) bot.Action { return bot.Action{Label: bot.Short(c.Title, 75), Call: callOf(c)} })
		m := bot.Message{Title: said.Title, Blocks: []content.Block{content.Text(said.Intro), titles}, Menu: &bot.Menu{Label: said.Choose, Options: options}}
		limits := p.to.library.Cards(content.Limits, p.lang)
		var carried content.Card
		if agreed(kind) && len(limits) > 0 {
			carried = limits[0]
			m.Blocks = append(m.Blocks, carried.Answer...)
		}
		m.Actions = beside
		switch name {
		case "agreements":
			if len(p.to.library.Cards(content.Confidentiality, p.lang)) > 0 {
				heading := words.List(p.w, "confidentiality").Title
				m.Actions = append(m.Actions, bot.Action{Label: heading, Call: callOfList("confidentiality")})
			}
			if len(limits) > 0 {
				m.Actions = append(m.Actions, bot.Action{Label: bot.Short(limits[0].Title, 75), Call: callOf(limits[0])})
			}
		case "confidentiality":
			m.Actions = append(m.Actions, bot.Action{Label: p.w.T("Back"), Call: bot.NewCall("agreements")})
		}
		p.put(name, pageName(i), prepared{m, carried})
	}
}

// OnPage cuts a list to one of its pages, or to the last one, with buttons for those beside
// it.
func OnPage[T any](w *words.Reader, own bot.Call, page, size int, all []T) (some []T, beside []bot.Action) {
	last := (len(all) - 1) / size
	page = min(page, last)
	return all[page*size : min((page+1)*size, len(all))], Turns(own, page, last, bot.Action{Label: w.T("Previous")}, bot.Action{Label: w.T("Next")})
}

// Turns are the buttons to the previous and the next page; the first page is 0.
func Turns(own bot.Call, page, last int, previous, next bot.Action) (beside []bot.Action) {
	previous.Call, next.Call = own.OnPage(page-1), own.OnPage(page+1)
	if page > 0 {
		beside = append(beside, previous)
	}
	if page < last {
		beside = append(beside, next)
	}
	return beside
}

// Described is a command and what it is for, as lists of commands show it.
func Described(c content.Command, summary string) []content.Span {
	return []content.Span{{Text: c.String(), Bold: true, Fact: c}, {Text: ": " + summary}}
}

// pageName is the part of a list's page; the first has none.
func pageName(i int) string {
	if i == 0 {
		return ""
	}
	return fmt.Sprint(i)
}

// help is made from the command table. Somebody who asks for help may be in a crisis, so
// the way to the crisis card stands first, and has a button.
func (p writer) help(part string) {
	m := bot.Message{
		Title:   p.w.T("What you can ask"),
		Blocks:  []content.Block{words.Paragraph(p.w.Say("Is anyone in danger? Use %s, or call %s now.", words.Command(bot.Crisis), p.w.Numbers())), content.Text(p.w.T("This is an automated bot with fixed text. It is not a person, and nobody watches it. Only you can see its answers."))},
		Menu:    &bot.Menu{Label: p.w.T("Choose a question")},
		Actions: []bot.Action{{Label: p.w.T("Help now"), Call: bot.NewCall(bot.Crisis)}},
	}
	list := content.Block{Kind: content.List}
	add := func(c bot.Command) {
		list.Items = append(list.Items, Described(content.Command(c.NameIn(p.lang)), c.Summary.In(p.lang)))
	}
	for _, c := range p.commands {
		if c.Who == bot.Anyone {
			add(c)
			if c.Name != bot.Help && c.Name != bot.Crisis {
				m.Menu.Options = append(m.Menu.Options, bot.Action{Label: bot.Short(c.Summary.In(p.lang), 75), Call: bot.NewCall(c.Name)})
			}
			if c.Name == "agreements" && len(p.to.library.Cards(content.Confidentiality, p.lang)) > 0 { // that list has no command
				heading := words.List(p.w, "confidentiality").Title
				m.Menu.Options = append(m.Menu.Options, bot.Action{Label: heading, Call: callOfList("confidentiality")})
			}
		}
	}
	m.Blocks = append(m.Blocks, list)
	if part != "" {
		whose := p.w.T("For moderators and staff (changes are recorded with your ID):")
		if part == helpFacilitator {
			whose = p.w.T("For you as a facilitator, in your own group (changes are recorded with your ID):")
		}
		m.Blocks = append(m.Blocks, content.Text(whose))
		list = content.Block{Kind: content.List}
		for _, c := range p.commands {
			if c.Who == bot.Moderators && (part == helpModerator || c.ForFacilitators()) {
				add(c)
			}
		}
		m.Blocks = append(m.Blocks, list)
		for _, name := range []string{"group", "reminder"} {
			if c, ok := bot.Find(p.commands, func(c bot.Command) bool { return c.Name == name }); ok {
				m.Actions = append(m.Actions, bot.Action{Label: bot.Short(c.Summary.In(p.lang), 75), Call: bot.Call{Command: name, Sub: "list"}})
			}
		}
	}
	p.put(bot.Help, part, prepared{message: m})
}
