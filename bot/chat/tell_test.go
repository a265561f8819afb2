package chat

import (
	"slices"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// spanishAsk asks as ask does, as a reader of Spanish.
func spanishAsk(p bot.Platform, c bot.Call) bot.Request {
	r := ask(p, moderator(p), c)
	r.Lang = "es-MX"
	return r
}

func TestHistoryInSpanish(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, rem := s.sample(t, bot.Discord)
	s.store.deliveries = append(s.store.deliveries, bot.Delivery{
		Kind: bot.OfReminder, Reminder: rem.ID, Group: g.ID, Place: here(bot.Discord), At: monday(),
		Card: "agreement-pass", State: bot.Skipped, Reason: bot.Reason{Code: bot.NotApproved},
	})
	a := s.Handle(t.Context(), spanishAsk(bot.Discord, bot.NewSub("reminder", "history")))
	if !strings.Contains(plain(a), "omitido (sin aprobación clínica)") {
		t.Errorf("says %s", plain(a))
	}
	s.store.troubles = []bot.OpenTrouble{{Trouble: bot.Trouble{Subject: bot.AboutPlace.At(here(bot.Discord)), Reason: bot.Unreachable.With("archived")}, Since: monday()}}
	if a := s.Handle(t.Context(), spanishAsk(bot.Discord, bot.NewSub("group", "list"))); !strings.Contains(plain(a), "(sin acceso al canal: «archived»)") {
		t.Errorf("the list says %s", plain(a))
	}
}

// The reason why a reminder cannot be planned is stored in English and read in Spanish.
func TestFaultsInSpanish(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		rule   string
		fault  bot.Reason
		es, en string
	}{
		"broken":   {"every blue moon at 9:00", bot.RuleFault.With("rule x"), `aquí no se entiende "blue"`, `"blue" is not understood here`},
		"never":    {"every day at 9:00", bot.Reason{Code: bot.NeverAgain}, "La regla ya no tiene más fechas.", "The rule has no more dates."},
		"not ours": {"every day at 9:00", bot.RuleFault.With("the disk is full"), "The disk is full.", "The disk is full."},
		"other":    {"every other day at 9:00", bot.RuleFault.With("x"), "no dice desde qué día se cuenta", "from which day it counts"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSetup(t)
			_, rem := s.sample(t, bot.Slack)
			rem.Rule, rem.Fault, rem.Next = tc.rule, tc.fault, scheduler.Occurrence{}
			s.store.reminders[rem.ID] = rem
			for want, r := range map[string]bot.Request{tc.es: spanishAsk(bot.Slack, bot.Call{}), tc.en: ask(bot.Slack, moderator(bot.Slack), bot.Call{})} {
				board, _ := s.whole(t, r)
				texts := []string{board}
				for _, c := range []bot.Call{bot.NewSub("reminder", "list"), bot.NewSub("reminder", "show", "id", rem.ID)} {
					r.Call = c
					texts = append(texts, plain(s.Handle(t.Context(), r)))
				}
				for _, text := range texts {
					if !strings.Contains(text, want) {
						t.Errorf("does not say %q:\n%s", want, text)
					}
				}
			}
		})
	}
}

// Readers can follow an advice on the platform where they read it.
func TestAdviceFitsTheReader(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, _ := s.sample(t, bot.Slack)
	taken := s.Changes.Groups.Add(t.Context(), moderator(bot.Slack), bot.Group{ID: g.ID, Zone: g.Zone})
	if want := "there is already a group with the short name evening-circle: choose another one, or change that group with group set"; taken == nil || taken.Error() != want {
		t.Errorf("the command line says %v, want %s", taken, want)
	}
	for _, tc := range []struct {
		platform   bot.Platform
		lang, want string
	}{
		{bot.Slack, "en", "with /group set."},
		{bot.Slack, "es", "con /grupo cambiar."},
		{bot.Discord, "en", "with /group set."},
		{bot.Discord, "es", "con /grupo cambiar."},
	} {
		r := ask(tc.platform, moderator(tc.platform), bot.NewSub("group", "add", "group", g.ID, "zone", g.Zone))
		r.Lang, r.Place.Channel = tc.lang, "C9"
		if tc.platform == bot.Discord {
			r.Place.Channel = "9"
		}
		if a := s.Handle(t.Context(), r); !strings.Contains(plain(a), tc.want) {
			t.Errorf("%s in %s: %s", tc.platform, tc.lang, plain(a))
		}
	}
}

// subjects are one of each kind that a trouble can be about.
func subjects() []bot.Subject {
	place := bot.Place{Platform: bot.Slack, Channel: "C1"}
	return []bot.Subject{
		{Kind: bot.AboutLateness}, bot.AboutReminder.Of("rem001"), bot.AboutPlace.At(place), bot.AboutMessage.At(place), bot.AboutPlatform.Of(string(bot.Slack)),
		bot.ConnectionTrouble(bot.Slack).Subject, bot.AccessTrouble(bot.Slack, "").Subject,
	}
}

// Notices name commands as facts, so that people see them as they type them on their platform.
func TestNoticesNameCommandsAsFacts(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	c := s.courier()
	for _, subject := range subjects() {
		for _, place := range []bot.Place{here(bot.Slack), here(bot.Discord)} {
			trouble := bot.OpenTrouble{Trouble: bot.Trouble{Subject: subject, Reason: bot.Down.With("x")}, Since: monday()}
			d := bot.NoticeTo(place, trouble.News(bot.Began), monday())
			blocks := c.Notice(bot.Work{Delivery: d}).Blocks
			text := flat(blocks)
			if commandLine.MatchString(text) {
				t.Errorf("%s: %q is of no use in chat", subject, text)
			}
			names := subject.Kind == bot.AboutLateness || subject.Kind == bot.AboutReminder || subject.Kind == bot.AboutPlace
			if names && !slices.ContainsFunc(blocks[0].Items[0], func(s content.Span) bool {
				return s.Fact == content.Command("group list") || s.Fact == content.Command("reminder history")
			}) {
				t.Errorf("%s to %s: %q names no command", subject, place.Platform, text)
			}
		}
	}
}

// A notice names its subject by the name that people know, and a channel as a fact, so that platforms
// can show it.
func TestNoticesNameTheGroup(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	for _, subject := range subjects() {
		for _, turn := range []bot.Turn{bot.Began, bot.Healed} {
			news := bot.OpenTrouble{Trouble: bot.Trouble{Subject: subject, Reason: bot.Down.With("x")}}.News(turn)
			m := s.courier().Notice(bot.Work{
				Delivery: bot.NoticeTo(here(bot.Discord), news, monday()),
				Group:    bot.Group{ID: "evening-circle", Name: "Evening circle"}, Reminder: bot.Reminder{ID: "rem001", Topic: "agreements"},
			})
			named := subject.ID == "rem001" || subject.Place.Channel != ""
			if got := flat(m.Blocks); strings.Contains(got, "(Agreements, a new one each time, Evening circle)") != named {
				t.Errorf("%s: %q", subject, got)
			}
			linked := slices.ContainsFunc(m.Blocks[0].Items[0], func(s content.Span) bool { return s.Fact == bot.Place{Platform: bot.Slack, Channel: "C1"} })
			if linked != (subject.Place.Channel != "") {
				t.Errorf("%s: %+v", subject, m.Blocks)
			}
		}
	}
}

// Values typed in Spanish are stored as those typed in English.
func TestSpanishValuesAreTaken(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, _ := s.sample(t, bot.Discord)
	do := func(c bot.Call) bot.Answer {
		t.Helper()
		r := spanishAsk(bot.Discord, c.With("group", g.ID))
		r.Place.Channel = "7777777777777777777" // the moderators' channel
		return s.Handle(t.Context(), r)
	}
	do(bot.NewSub("group", "set", "skip", "24 de diciembre de 2026", "moderators", "aqui", "quiet", "Ninguna"))
	got, err := s.store.Group(t.Context(), g.ID)
	if err != nil || len(got.Skips) != 1 || got.Skips[0] != "2026-12-24" || got.Quiet != "none" || got.Moderators.Channel != "7777777777777777777" {
		t.Errorf("saved %+v, %v", got, err)
	}
	if a := do(bot.NewSub("group", "edit")); !strings.Contains(plain(a), `Horas sin mensajes = "ninguna"`) {
		t.Errorf("the form says %s", plain(a))
	}
	do(bot.NewSub("group", "set", "skip", "ninguna", "moderators", "ninguno", "session", "Ninguna"))
	got, _ = s.store.Group(t.Context(), g.ID)
	if len(got.Skips)+len(got.Sessions) != 0 || got.Moderators != (bot.Place{}) {
		t.Errorf("saved %+v", got)
	}
	asker := changes.Asker{Words: s.books.Reader("es"), Now: time.Date(2026, 11, 28, 5, 0, 0, 0, time.UTC)}
	for text, want := range map[string]time.Time{
		"sí": bot.Forever, "si": bot.Forever, "no": {}, "24 de diciembre de 2026": time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC),
	} {
		if until, err := asker.Pause(text, bot.Group{Zone: "UTC"}); err != nil || !until.Equal(want) {
			t.Errorf("%q: %v, %v", text, until, err)
		}
	}
	if _, err := asker.Pause("2026-12-24..2026-12-26", bot.Group{Zone: "UTC"}); err == nil {
		t.Error("a range of days ends a pause")
	}
}

// A topic and a card can be named in any language, whatever language the person reads.
func TestNamesAreTakenInAnyLanguage(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.approveAll(t)
	s.sample(t, bot.Discord)
	spanish, _ := s.deck.Library().Card("strategy-listening", "es")
	for _, lang := range []string{"en", "es"} {
		for text, want := range map[string]string{
			"acuerdos": "agreements", "Acuerdos, uno distinto cada vez": "agreements", "agreements": "agreements", "Agreements, a new one each time": "agreements",
			"Confidencialidad": "confidentiality", spanish.Title: "strategy-listening", "acuerdos + confidencialidad": "agreements+confidentiality",
			"agreements, Confidentiality": "agreements+confidentiality", "acuerdos, retos y confidencialidad": "agreements+challenges+confidentiality", "agreements and strategies": "agreements+strategies",
			"agreements and nothing": "agreements and nothing",
			"Escucha":                "Escucha",
		} {
			if got := s.Changes.Reminders.TopicNamed(text, lang); got != want {
				t.Errorf("%s: %q is %q, want %q", lang, text, got, want)
			}
		}
		several := map[string]string{"en": "Agreements and Listening", "es": "Acuerdos y Listening"}[lang]
		if listening, _ := s.deck.Library().Card("strategy-listening", lang); s.deck.TopicTitle("agreements+strategy-listening", lang) != strings.ReplaceAll(several, "Listening", listening.Title) {
			t.Errorf("several topics are called %q", s.deck.TopicTitle("agreements+strategy-listening", lang))
		}
		r := ask(bot.Discord, moderator(bot.Discord), bot.NewCall("share", "card", spanish.Title))
		r.Lang = lang
		if a := s.Handle(t.Context(), r); len(a.Message.Actions) != 1 {
			t.Errorf("%s: %q is not shared:\n%s", lang, spanish.Title, plain(a))
		}
	}
	added, _, err := s.Changes.Reminders.Add(t.Context(), bot.Actor{ID: "cli"}, bot.Reminder{Group: "evening-circle", Topic: "Acuerdos", Rule: "every day at 9:00"})
	if err != nil || added.Topic != "agreements" {
		t.Errorf("at the command line: %+v, %v", added, err)
	}
}

func TestSpanishValuesAreOffered(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	for _, tc := range []struct{ arg, typed, lang, want string }{
		{"at", "", "es", "todos los días a las 9:00 a. m."},
		{"at", "todos los", "en", "los lunes a las 9:00 a. m."},
		{"at", "every m", "es", "Mondays at 9:00 AM"},
		{"quiet", "", "es", "ninguna"},
		{"quiet", "", "en", "none"},
	} {
		command := map[string]string{"at": "reminder", "quiet": "group"}[tc.arg]
		r := ask(bot.Discord, moderator(bot.Discord), bot.NewSub(command, "add", tc.arg, tc.typed))
		r.Lang = tc.lang
		found := false
		for _, c := range s.Complete(t.Context(), r, tc.arg) {
			name, next, told := strings.Cut(c.Name, scheduler.Beside)
			found = found || name == tc.want && c.Value == tc.want && told == (tc.arg == "at") && (!told || strings.Contains(next, "2026"))
		}
		if !found {
			t.Errorf("%s %q in %s: %v", tc.arg, tc.typed, tc.lang, s.Complete(t.Context(), r, tc.arg))
		}
	}
}

// The next moment that a menu shows beside a rule is not part of the rule. Text that somebody wrote
// there is.
func TestWhatStandsBesideARule(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, _ := s.sample(t, bot.Discord)
	for typed, want := range map[string]string{
		"Mondays at 9am" + scheduler.Beside + "next: Monday, November 30, 2026": "Mondays at 9:00 AM",
		"Mondays at 9am" + scheduler.Beside + "Thursdays at 5pm":                "Mondays at 9:00 AM and Thursdays at 5:00 PM",
	} {
		got := plain(s.Handle(t.Context(), ask(bot.Discord, moderator(bot.Discord), bot.NewSub("reminder", "add", "topic", "agreements", "at", typed, "group", g.ID))))
		if !strings.Contains(got, want+".") && !strings.Contains(got, want+"\n") {
			t.Errorf("%q: %s", typed, got)
		}
	}
}
