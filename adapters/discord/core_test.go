package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"circlekeeper/adapters/adaptertest"
	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
	"circlekeeper/bot/chat"
	"circlekeeper/content"
)

// shelf is a store with one group here and one in another server.
type shelf struct {
	bot.Store

	mu        sync.Mutex
	reminders []bot.Reminder
	paused    time.Time // until when its groups are
	changes   int
}

const elsewhere = "300000000000000009"

func (s *shelf) Groups(context.Context) ([]bot.Group, error) {
	group := func(id, name string, p bot.Place) bot.Group {
		return bot.Group{ID: id, Name: name, Zone: "America/Los_Angeles", Langs: []string{"en"}, Quiet: "21:00-08:00", Places: []bot.Place{p}, Paused: s.paused}
	}
	other := here
	other.Space, other.Channel = elsewhere, "400000000000000009"
	return []bot.Group{group("monday", "Monday circle", here), group("other", "Other circle", other)}, nil
}

func (s *shelf) Group(ctx context.Context, id string) (bot.Group, error) {
	all, _ := s.Groups(ctx)
	for _, g := range all {
		if g.ID == id {
			return g, nil
		}
	}
	return bot.Group{}, bot.ErrNotFound
}

func (s *shelf) GroupAt(ctx context.Context, p bot.Place) (bot.Group, error) {
	all, _ := s.Groups(ctx)
	for _, g := range all {
		if slices.Contains(g.Places, p) {
			return g, nil
		}
	}
	return bot.Group{}, bot.ErrNotFound
}

func (s *shelf) Reminders(_ context.Context, group string) ([]bot.Reminder, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []bot.Reminder
	for _, r := range s.reminders {
		if group == "" || r.Group == group {
			out = append(out, r)
		}
	}
	return out, nil
}

func (s *shelf) Reminder(_ context.Context, id string) (bot.Reminder, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.reminders {
		if r.ID == id {
			return r, nil
		}
	}
	return bot.Reminder{}, bot.ErrNotFound
}

func (s *shelf) AddReminder(_ context.Context, by bot.Actor, r bot.Reminder) (bot.Reminder, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !by.May() {
		panic("a change by nobody")
	}
	s.changes++
	r.ID = fmt.Sprintf("rem%03d", s.changes)
	s.reminders = append(s.reminders, r)
	return r, nil
}

func (*shelf) Deliveries(context.Context, bot.DeliveryFilter) ([]bot.Delivery, error) {
	return nil, nil
}
func (*shelf) Troubles(context.Context) ([]bot.OpenTrouble, error)    { return nil, nil }
func (*shelf) Approvals(context.Context) ([]content.Approval, error)  { return nil, nil }
func (*shelf) Reviewers(context.Context) ([]bot.Reviewer, error)      { return nil, nil }
func (*shelf) Post(context.Context, bot.Actor, ...bot.Delivery) error { return nil }

func realCore(t *testing.T, store bot.Store) (*chat.Bot, *content.Library) {
	t.Helper()
	library, err := content.Load(content.Options{})
	must(t, err)
	now := time.Date(2026, 11, 30, 18, 0, 0, 0, time.UTC)
	b, err := chat.New(chat.Config{Library: library, Store: store, Now: func() time.Time { return now }})
	must(t, err)
	return b, library
}

// Every card of the real core as it is sent: posted, and answered to one person.
func TestCards(t *testing.T) {
	t.Parallel()
	b, library := realCore(t, nil)
	c := newContract(t)
	cards := library.All()
	for _, lang := range library.Langs() {
		cards = append(cards, content.CrisisCard(lang, nil, func(_, english string) string { return english }))
	}
	shown := map[string]bool{}
	for _, card := range cards {
		if shown[card.Lang+card.ID] {
			continue
		}
		shown[card.Lang+card.ID] = true
		m := b.Deck().Message(card, true)
		m.Key = "abcdefghijklmnopqrstuvwx"
		p, err := post(m)
		if err != nil {
			t.Errorf("%s %s: %v", card.Lang, card.ID, err)
			continue
		}
		answers, err := private(b.Handle(t.Context(), bot.Request{Platform: bot.Discord, Lang: card.Lang, Call: callOf(card)}).Message)
		if err != nil {
			t.Errorf("%s %s: %v", card.Lang, card.ID, err)
			continue
		}
		if keyOn(p.Components) == "" && card.Kind != content.Crisis {
			t.Errorf("%s %s: the post carries no key", card.Lang, card.ID)
		}
		all, err := readable(map[string]any{"post": p, "answer": answers})
		must(t, err)
		if card.Base == "" { // a further reason is built like the first
			golden(t, filepath.Join("cards", card.Lang, card.ID+".json"), all)
		}
		if !bytes.Contains(all, []byte("/crisis")) && card.ID != "crisis" { // that page is the help
			t.Errorf("%s %s: no pointer to help", card.Lang, card.ID)
		}
		held(t, c, "/channels/{channel_id}/messages", p)
		for _, a := range answers {
			heldAnswer(t, c, a)
		}
	}
}

func held(t *testing.T, c *contract, route string, body any) {
	t.Helper()
	b, err := json.Marshal(body)
	must(t, err)
	if why := c.check(discordtest.Request{Method: "POST", Route: route, Body: b}); why != "" {
		t.Error(why)
	}
}

func heldAnswer(t *testing.T, c *contract, p payload) {
	t.Helper()
	held(t, c, "/interactions/{interaction_id}/{interaction_token}/callback", callback(4, p))
}

// callOf is how people ask for a card.
func callOf(c content.Card) bot.Call {
	by := func(command string) bot.Call {
		return bot.Call{Command: command, Args: map[string]string{"name": c.ID}}
	}
	switch c.Kind {
	case content.Strategy:
		return by("strategies")
	case content.Challenge:
		return by("challenges")
	case content.Agreement, content.Confidentiality, content.Limits:
		return by("agreements")
	case content.Foundation:
		return by("why")
	default:
		return bot.Call{Command: string(c.Kind)}
	}
}

// The whole core, asked by way of either mode.
func TestWalk(t *testing.T) {
	t.Parallel()
	c := newContract(t)
	for _, http := range []bool{false, true} {
		b, _ := realCore(t, &shelf{})
		adaptertest.Walk(t, open(t, c, http, "/messages"), b)
	}
}

// asks is one world with the real core behind it.
type asks struct {
	s     *discordtest.Server
	b     *chat.Bot
	lib   *content.Library
	shelf *shelf
}

func newAsks(t *testing.T, http bool) asks {
	t.Helper()
	w := asks{s: discordtest.New(t, discordtest.Options{Bucket: 1000, Global: 1000}), shelf: &shelf{}}
	w.b, w.lib = realCore(t, w.shelf)
	if http {
		serveEndpoint(t, newEndpoint(t, w.s), w.s, w.b)
	} else {
		a, _ := newAdapter(t, w.s)
		serve(t, a, w.s, w.b)
	}
	return w
}

func both(t *testing.T, test func(t *testing.T, http bool)) {
	t.Helper()
	for name, http := range map[string]bool{"gateway": false, "http": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, http)
		})
	}
}

// Every type of interaction, in a server and in a direct message, in both
// languages.
func TestEveryInteraction(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, http bool) {
		w := newAsks(t, http)
		for locale, lang := range map[string]string{"en-US": "en", "es-ES": "es", "es-419": "es", "de": "en"} {
			for _, direct := range []bool{false, true} {
				w.interactions(t, discordtest.Ask{Locale: locale, Direct: direct, Rights: discordtest.ManageGuild}, lang)
			}
		}
		if w.shelf.changes != 4 {
			t.Errorf("%d reminders added, of one in each locale in the server", w.shelf.changes)
		}
		refusedNothing(t, w.s)
	})
}

func (w asks) interactions(t *testing.T, who discordtest.Ask, lang string) {
	t.Helper()
	at := fmt.Sprintf("%s, direct %v", who.Locale, who.Direct)
	as := func(a discordtest.Ask) discordtest.Ask {
		a.Locale, a.Direct, a.Rights = who.Locale, who.Direct, who.Rights
		return a
	}
	card, _ := w.lib.Card("strategy-listening", lang)
	do := func(a discordtest.Ask, err error) discordtest.Shown {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", at, err)
		}
		return answer(t, w.s.Do(as(a)))
	}
	list := do(discordtest.Ask{Kind: discordtest.Command, Name: "strategies"}, nil)
	if !list.Ephemeral || !strings.Contains(list.Words(), card.Title) {
		t.Errorf("%s: command: %+v", at, list)
	}
	one := do(list.Pick(card.Title))
	if !one.Ephemeral || !one.Updated || !strings.Contains(one.Words(), card.Title) || len(one.Buttons) == 0 {
		t.Errorf("%s: menu: %+v", at, one)
	}
	part := do(one.Press(card.Sections[0].Title))
	if !part.Updated || !strings.Contains(part.Words(), card.Sections[0].Title) {
		t.Errorf("%s: button: %+v", at, part)
	}
	offered := do(discordtest.Ask{Kind: discordtest.Autocomplete, Name: "strategies", Args: map[string]string{"name": ""}, Focused: "name"}, nil)
	if !slices.ContainsFunc(offered.Choices, func(c discordtest.Button) bool { return c.Label == card.Title && c.CustomID == card.ID }) {
		t.Errorf("%s: offered %+v", at, offered.Choices)
	}
	opened := do(discordtest.Ask{Kind: discordtest.Command, Name: "reminder", Sub: "add"}, nil)
	if who.Direct { // no right comes with a direct message
		if opened.Form != nil || !opened.Ephemeral {
			t.Errorf("%s: form: %+v", at, opened)
		}
		return
	}
	wrong := do(opened.Fill(map[string]string{"topic": "confidentiality", "at": "whenever"}))
	if wrong.Form != nil || !wrong.Ephemeral || len(wrong.Buttons) != 1 {
		t.Errorf("%s: wrongly filled: %+v", at, wrong)
	}
	opened = do(wrong.Press(wrong.Buttons[0].Label))
	saved := do(opened.Fill(map[string]string{"at": "every Monday at 9:00"}))
	// Quiet words before the moderator: what, the next three times, and a way back.
	if !saved.Ephemeral || len(saved.Buttons) < 2 || strings.Count(saved.Words(), "9:00") < 3 {
		t.Errorf("%s: saved: %s", at, saved.Words())
	}
}

// Who may run what: the handler decides, whatever Discord's menus showed.
func TestRightsOfEveryCommand(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, http bool) {
		w := newAsks(t, http)
		for _, p := range []struct {
			name string
			ask  discordtest.Ask
			may  bool
		}{
			{"member", discordtest.Ask{}, false},
			{"member who may manage messages", discordtest.Ask{Rights: 1 << 13}, false},
			{"moderator by right", discordtest.Ask{Rights: discordtest.ManageGuild}, true},
			{"moderator by role", discordtest.Ask{Roles: []string{"700000000000000001"}}, true},
			{"administrator", discordtest.Ask{Rights: discordtest.Administrator}, true},
			{"moderator in a direct message", discordtest.Ask{Direct: true, Rights: discordtest.ManageGuild}, false},
			{"moderator of another server", discordtest.Ask{Guild: "300000000000000005", Channel: "400000000000000005", Rights: discordtest.ManageGuild}, true},
		} {
			for _, c := range w.b.Commands() {
				subs := []bot.Command{{}}
				if len(c.Subs) > 0 {
					subs = c.Subs
				}
				for _, sub := range subs {
					a := p.ask
					a.Kind, a.Name, a.Sub = discordtest.Command, c.Name, sub.Name
					got := answer(t, w.s.Do(a))
					refused := strings.Contains(got.Words(), "Only moderators can change things")
					if want := c.Who == bot.Moderators && !p.may; refused != want {
						t.Errorf("%s: /%s %s refused: %v", p.name, c.Name, sub.Name, refused)
					}
					if !got.Ephemeral && got.Form == nil {
						t.Errorf("%s: /%s %s answered in public", p.name, c.Name, sub.Name)
					}
					if a.Guild != "" && strings.Contains(got.Words(), "Monday circle") {
						t.Errorf("%s: /%s %s shows another server's group", p.name, c.Name, sub.Name)
					}
				}
			}
			// What is offered while typing tells as little.
			a := p.ask
			a.Kind, a.Name, a.Sub, a.Args, a.Focused = discordtest.Autocomplete, "group", "set", map[string]string{"group": ""}, "group"
			got := answer(t, w.s.Do(a))
			if sees := len(got.Choices) > 0; sees != (p.may && a.Guild == "") {
				t.Errorf("%s: offered groups: %+v", p.name, got.Choices)
			}
		}
		refusedNothing(t, w.s)
	})
}

// Phrases, zones, groups and topics are offered as a moderator types.
func TestOffersWhatModeratorsType(t *testing.T) {
	t.Parallel()
	w := newAsks(t, false)
	for _, c := range []struct{ command, sub, arg, typed, want string }{
		{"reminder", "add", "topic", "conf", "confidentiality"},
		{"reminder", "add", "at", "every mon", "Mondays at 9:00 AM"},
		{"reminder", "add", "group", "mon", "monday"},
		{"group", "set", "zone", "los_ang", "America/Los_Angeles"},
		{"share", "", "card", "listen", "strategy-listening"},
		{"strategies", "", "name", "listen", "strategy-listening"},
		{"agreements", "", "name", "ask", "agreement-ask-first"},
	} {
		got := answer(t, w.s.Do(discordtest.Ask{Kind: discordtest.Autocomplete, Name: c.command, Sub: c.sub,
			Args: map[string]string{c.arg: c.typed}, Focused: c.arg, Rights: discordtest.ManageGuild}))
		if !slices.ContainsFunc(got.Choices, func(b discordtest.Button) bool { return strings.Contains(b.CustomID, c.want) }) {
			t.Errorf("/%s %s %s=%q offered %+v", c.command, c.sub, c.arg, c.typed, got.Choices)
		}
	}
}

// Buttons keep working after a restart: all they need is in their custom id.
func TestButtonsOutliveTheProgram(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	b, lib := realCore(t, &shelf{})
	first, _ := newAdapter(t, s)
	stop := serve(t, first, s, b)
	list := answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "strategies"}))
	must(t, stop())
	b, _ = realCore(t, &shelf{})
	second, _ := newAdapter(t, s)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- second.Serve(ctx, b) }()
	must(t, s.AwaitReady(soon(t), 2))
	card, _ := lib.Card("strategy-listening", "en")
	pick, err := list.Pick(card.Title)
	must(t, err)
	if got := answer(t, s.Do(pick)); !got.Updated || !strings.Contains(got.Words(), card.Title) {
		t.Errorf("%+v", got)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	refusedNothing(t, s)
}
