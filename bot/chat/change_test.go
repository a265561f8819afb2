package chat

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
)

func TestGroupsAreChecked(t *testing.T) {
	t.Parallel()
	good := func() bot.Group {
		return bot.Group{ID: "evening-circle", Name: " Evening   circle ", Zone: "America/Los_Angeles", Places: []bot.Place{here(bot.Discord), here(bot.Slack)}}
	}
	for name, tc := range map[string]struct {
		change func(*bot.Group)
		want   string // part of the sentence; empty: accepted
		field  string
	}{
		"good":            {func(*bot.Group) {}, "", ""},
		"no places yet":   {func(g *bot.Group) { g.Places = nil }, "", ""},
		"no id":           {func(g *bot.Group) { g.ID = "" }, "lower-case", "group"},
		"id with spaces":  {func(g *bot.Group) { g.ID = "Evening circle" }, "lower-case", "group"},
		"long id":         {func(g *bot.Group) { g.ID = strings.Repeat("a", 41) }, "1 to 40", "group"},
		"long name":       {func(g *bot.Group) { g.Name = strings.Repeat("ñ", 81) }, "80", "name"},
		"control in name": {func(g *bot.Group) { g.Name = "a\x00b" }, "visible", "name"},
		"turned name":     {func(g *bot.Group) { g.Name = "a\u202eb" }, "visible", "name"},
		"isolated name":   {func(g *bot.Group) { g.Name = "a\u2066b" }, "visible", "name"},
		"unseen in name":  {func(g *bot.Group) { g.Name = "a\u200bb" }, "visible", "name"},
		"tagged name":     {func(g *bot.Group) { g.Name = "a\U000e0041b" }, "visible", "name"},
		"zone slip":       {func(g *bot.Group) { g.Zone = "America/Los_Angelos" }, "did you mean America/Los_Angeles", "zone"},
		"no zone":         {func(g *bot.Group) { g.Zone = "" }, "time zone", "zone"},
		"quiet":           {func(g *bot.Group) { g.Quiet = "late" }, "9:00 PM to 8:00 AM", "quiet"},
		"language":        {func(g *bot.Group) { g.Langs = []string{"fr"} }, "en, es", "langs"},
		"language twice":  {func(g *bot.Group) { g.Langs = []string{"en", "en"} }, "twice", "langs"},
		"bad place":       {func(g *bot.Group) { g.Places = []bot.Place{{Platform: bot.Discord, Channel: "1"}} }, "discord:SERVER/CHANNEL", "place"},
		"place twice":     {func(g *bot.Group) { g.Places = []bot.Place{here(bot.Slack), here(bot.Slack)} }, "twice", "place"},
		"moderators":      {func(g *bot.Group) { g.Moderators = bot.Place{Platform: "irc", Channel: "x"} }, "not a platform", "moderators"},
		"many places":     {func(g *bot.Group) { g.Places = make([]bot.Place, 21) }, "at most", "place"},
		"session":         {func(g *bot.Group) { g.Sessions = []bot.Session{{Rule: "sometimes", Length: time.Hour}} }, "session 1", "session"},
		"session length":  {func(g *bot.Group) { g.Sessions = []bot.Session{{Rule: "every Monday at 18:00"}} }, "session 1", "session"},
		"skip":            {func(g *bot.Group) { g.Skips = []string{"christmas"} }, "December 24", "skip"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSetup(t)
			g := good()
			tc.change(&g)
			err := s.Changes.Groups.Add(t.Context(), bot.Actor{ID: "cli"}, g)
			if tc.want == "" {
				saved, _ := s.store.Group(t.Context(), g.ID)
				if err != nil || saved.Name != "Evening circle" || saved.Quiet != "21:00-08:00" || len(saved.Langs) != 1 {
					t.Errorf("%v, saved %+v", err, saved)
				}
				return
			}
			var said *bot.UserError
			if !errors.As(err, &said) || !strings.Contains(said.Message, tc.want) || said.Field != tc.field {
				t.Errorf("got %+v, want %q about %q", err, tc.want, tc.field)
			}
			if len(s.store.groups) > 0 {
				t.Error("it was saved all the same")
			}
		})
	}
}

func TestRemindersAreChecked(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		topic, rule string
		late        time.Duration
		want, field string
	}{
		"good":            {"confidentiality", "every Monday at 9:00", 0, "", ""},
		"cron":            {"agreements+why-trust", "0 9 * * 1", time.Hour, "", ""},
		"spanish":         {"agreements", "cada lunes a las 9:00", 0, "", ""},
		"before sessions": {"agreements", "30 minutes before each session", 0, "", ""},
		"no topic":        {"", "every Monday at 9:00", 0, "not known", "topic"},
		"topic slip":      {"agreemnts", "every Monday at 9:00", 0, "did you mean agreements?", "topic"},
		"short topic":     {"listening", "every Monday at 9:00", 0, "did you mean strategy-listening?", "topic"},
		"limits":          {"limits", "every Monday at 9:00", 0, "not known", "topic"},
		"no rule":         {"agreements", "", 0, "every Monday at 9:00", "at"},
		"bad rule":        {"agreements", "some day at 9:00", 0, "every Monday", "at"},
		"six fields":      {"agreements", "0 0 9 * * 1", 0, "", "at"},
		"quiet":           {"agreements", "every day at 23:30", 0, "nearest time allowed", "at"},
		"too often":       {"agreements", "*/5 * * * *", 0, "more than once an hour", "at"},
		"never":           {"agreements", "0 9 31 2 *", 0, "never", "at"},
		"late too long":   {"agreements", "every Monday at 9:00", 48 * time.Hour, "24h", "late"},
		"late negative":   {"agreements", "every Monday at 9:00", -time.Hour, "1m", "late"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSetup(t)
			g, _ := s.sample(t, bot.Discord)
			r, next, err := s.Changes.Reminders.Add(t.Context(), bot.Actor{ID: "cli"}, bot.Reminder{Group: g.ID, Topic: tc.topic, Rule: tc.rule, Late: tc.late})
			if tc.field == "" {
				if err != nil || r.ID == "" || len(next) != 3 || r.Next != next[0] || r.Late == 0 {
					t.Errorf("%v, %+v, next %v", err, r, next)
				}
				return
			}
			var said *bot.UserError
			if !errors.As(err, &said) || !strings.Contains(said.Message, tc.want) || said.Field != tc.field {
				t.Errorf("got %+v, want %q about %q", err, tc.want, tc.field)
			}
			if len(s.store.reminders) != 1 {
				t.Error("it was saved all the same")
			}
		})
	}
}

// Two groups of one server have different names, whatever the case and the accents: when one is added
// and when one is changed. Two that have one name already can be changed otherwise, and are told apart.
func TestGroupsHaveDifferentNames(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	by := moderator(bot.Discord)
	for _, tc := range []struct {
		id, name, server string
		called           string // the group that has the name; empty if it is free
	}{
		{"first", "Jóvenes", here(bot.Discord).Space, ""},
		{"second", "jovenes", here(bot.Discord).Space, "Jóvenes"},
		{"second", "First", here(bot.Discord).Space, "first"}, // by its short name
		{"third", "Jovenes 2", here(bot.Discord).Space, ""},
		{"fourth", "Jóvenes", "9999999999999999999", ""}, // nobody is told of another server's groups
	} {
		g := bot.Group{ID: tc.id, Name: tc.name, Zone: "UTC", Places: []bot.Place{{Platform: bot.Discord, Space: tc.server, Channel: fmt.Sprintf("%019d", len(s.store.groups)+1)}}}
		err := s.Changes.Groups.Add(t.Context(), by, g)
		if refused := bot.FieldOf(err) == "name" && err.Error() == "there is already a group called "+tc.called+": choose another name"; refused != (tc.called != "") || !refused && err != nil {
			t.Errorf("%s: %v", tc.id, err)
		}
	}
	third, _ := s.store.Group(t.Context(), "third")
	third.Name = "JOVENES"
	if err := s.Changes.Groups.Set(t.Context(), by, third); bot.FieldOf(err) != "name" {
		t.Errorf("a change: %v", err)
	}
	s.store.groups["third"] = third // got its name before this was checked
	third.Quiet = "22:00-07:00"
	if err := s.Changes.Groups.Set(t.Context(), by, third); err != nil {
		t.Errorf("another field: %v", err)
	}
	a := s.Handle(t.Context(), ask(bot.Discord, by, bot.NewSub("group", "set", "group", "jóvenes", "quiet", "none")))
	if said := plain(a); !strings.Contains(said, `Several groups are called "jóvenes" here. Name one by its short name: first, third.`) || len(a.Message.Actions) < 2 || a.Message.Actions[1].Label != "third" {
		t.Errorf("two of one name: %s", said)
	}
}

// A group does not come to a second one of its name: neither to a channel where that one is, nor by being
// brought back.
func TestAGroupDoesNotComeToASecondOfItsName(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	by := moderator(bot.Discord)
	place := func(server, channel string) bot.Place {
		return bot.Place{Platform: bot.Discord, Space: server, Channel: channel}
	}
	server, other := here(bot.Discord).Space, "9999999999999999999"
	add := func(id, name string, at bot.Place) {
		t.Helper()
		must(t, s.Changes.Groups.Add(t.Context(), by, bot.Group{ID: id, Name: name, Zone: "UTC", Places: []bot.Place{at}}))
	}
	add("first", "Jóvenes", place(server, "1111111111111111111"))
	add("elsewhere", "Jovenes", place(other, "2222222222222222222"))
	moved, _ := s.store.Group(t.Context(), "elsewhere")
	moved.Places = []bot.Place{place(server, "3333333333333333333")}
	err := s.Changes.Groups.Set(t.Context(), by, moved)
	if bot.FieldOf(err) != "place" || err.Error() != "there is already a group called Jóvenes where that channel is: give one of the two another name first" {
		t.Errorf("moved to the server of another: %v", err)
	}
	s.store.groups["elsewhere"] = moved // moved before this was checked
	moved.Places = []bot.Place{place(server, "4444444444444444444")}
	if err := s.Changes.Groups.Set(t.Context(), by, moved); err != nil {
		t.Errorf("moved within the server where they had one name: %v", err)
	}
	must(t, errors.Join(s.Changes.Groups.Remove(t.Context(), by, "first"), s.Changes.Groups.Remove(t.Context(), by, "elsewhere")))
	add("jovenes", "JÓVENES", place(server, "5555555555555555555"))
	for lang, want := range map[string]string{
		"en-US": "The group first cannot come back: there is a group called Jóvenes now, with the short name jovenes. Give that one another name first, with /group set.",
		"es":    "El grupo first no puede volver: ahora hay un grupo llamado Jóvenes, con el nombre corto jovenes. Dé antes otro nombre a ese, con /grupo cambiar.",
	} {
		r := ask(bot.Discord, by, bot.NewSub("group", "restore", "group", "first"))
		r.Lang = lang
		if got := plain(s.Handle(t.Context(), r)); !strings.Contains(got, want) {
			t.Errorf("%s: brought back beside another of its name: %s", lang, got)
		}
	}
	first := place(server, "1111111111111111111")
	second, _ := s.store.Group(t.Context(), "jovenes")
	own := second.Places
	second.Places = append(second.Places, first)
	must(t, s.Changes.Groups.Set(t.Context(), by, second))
	if got := plain(s.Handle(t.Context(), ask(bot.Discord, by, bot.NewSub("group", "restore", "group", "first")))); !strings.Contains(got, "belongs to group jovenes now. First give that group another channel, or remove it") {
		t.Errorf("where its channel and its name are another's: %s", got)
	}
	second, _ = s.store.Group(t.Context(), "jovenes")
	second.Places = own
	second.Name = "Mayores"
	must(t, s.Changes.Groups.Set(t.Context(), by, second))
	if got := plain(s.Handle(t.Context(), ask(bot.Discord, by, bot.NewSub("group", "restore", "group", "first")))); !strings.Contains(got, "The group and its reminders are back.") {
		t.Errorf("once the name is free: %s", got)
	}
}

// Languages that there are cards in are named in the reader's language; the command line has their tags.
func TestAnUnknownLanguageIsAnsweredWithNames(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, bot.Slack)
	for lang, want := range map[string]string{"en": "there are cards in English, Spanish; choose", "es": "hay tarjetas en inglés, español; elija"} {
		r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "set", "langs", "españo"))
		r.Lang = lang
		if got := plain(s.Handle(t.Context(), r)); !strings.Contains(got, want) {
			t.Errorf("in %s: %s", lang, got)
		}
	}
}

// A topic with a slip is found by its name in any language, and named in the reader's.
func TestTopicSlipsAreAnsweredByName(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, _ := s.sample(t, bot.Discord)
	for _, tc := range []struct{ typed, lang, want string }{
		{"agreemnts", "es", "no se conoce el tema \"agreemnts\": ¿quiso decir Acuerdos?"},
		{"acuredos", "es", "¿quiso decir Acuerdos?"},
		{"acuredos", "en", "did you mean Agreements?"},
		{"listening", "es", "¿quiso decir Fomentar la escucha activa?"},
		{"listening", "en", "did you mean Encourage Active Listening?"},
		{"xyzzy", "es", "escriba Acuerdos, Confidencialidad, Estrategias, Retos, Bases, o el título o el ID de una tarjeta"},
		{"xyzzy", "en", "write Agreements, Confidentiality, Strategies, Challenges, Foundations, or a card's title or ID"},
	} {
		_, _, err := s.Changes.Reminders.Add(t.Context(), bot.Actor{ID: "cli"}, bot.Reminder{Group: g.ID, Topic: tc.typed, Rule: "every Monday at 9:00"})
		if got := s.books.Reader(tc.lang).Error(err); !strings.Contains(got, tc.want) {
			t.Errorf("%s in %s: %s", tc.typed, tc.lang, got)
		}
	}
}

func TestChangesNeedARightAndAStore(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]setup{"member": newSetup(t), "no store": newSetup(t, func(c *Config) { c.Store = nil })} {
		by := bot.Actor{}
		if name == "no store" {
			by = moderator(bot.Slack)
		}
		_, _, added := s.Changes.Reminders.Add(t.Context(), by, bot.Reminder{})
		_, _, paused := s.Changes.Reminders.Pause(t.Context(), by, "x", bot.Forever)
		_, tested := s.TestReminder(t.Context(), by, "x", bot.Discord)
		for i, err := range []error{
			s.Changes.Groups.Add(t.Context(), by, bot.Group{}), s.Changes.Groups.Set(t.Context(), by, bot.Group{}), s.Changes.Groups.Pause(t.Context(), by, "x", bot.Forever),
			s.Changes.Groups.Remove(t.Context(), by, "x"), s.Changes.Groups.Restore(t.Context(), by, "x", changes.AnyGroup),
			added, paused, tested, s.Changes.Reminders.Remove(t.Context(), by, "x"), s.Changes.Reminders.Restore(t.Context(), by, "x", changes.AnyGroup),
		} {
			if _, said := bot.ForPerson(err); !said || errors.Is(err, changes.ErrNoStore) != (name == "no store") {
				t.Errorf("%s: change %d: %v", name, i, err)
			}
		}
	}
}

func TestWhatIsMissingOrTaken(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, r := s.sample(t, bot.Slack)
	by := moderator(bot.Slack)
	other := bot.Group{ID: "morning", Zone: "Europe/Paris", Places: g.Places}
	_, _, noGroup := s.Changes.Reminders.Add(t.Context(), by, bot.Reminder{Group: "nope", Topic: "agreements", Rule: "every day at 9:00"})
	_, _, noReminder := s.Changes.Reminders.Pause(t.Context(), by, "nope", bot.Forever)
	_, _, past := s.Changes.Reminders.Pause(t.Context(), by, r.ID, monday().Add(-time.Hour))
	_, gone := s.TestReminder(t.Context(), by, "nope", bot.Discord)
	for want, err := range map[string]error{
		"choose another one": s.Changes.Groups.Add(t.Context(), by, bot.Group{ID: g.ID, Zone: g.Zone}),
		"belongs to group":   s.Changes.Groups.Add(t.Context(), by, other),
		"no group \"nope\"":  noGroup,
		"no group \"none\"":  s.Changes.Groups.Remove(t.Context(), by, "none"),
		"no group \"never\"": s.Changes.Groups.Restore(t.Context(), by, "never", changes.AnyGroup),
		"no reminder":        noReminder,
		"no reminder \"nope": gone,
		"a day after today":  past,
		"no reminder \"x\"":  s.Changes.Reminders.Remove(t.Context(), by, "x"),
	} {
		if said, ok := bot.ForPerson(err); !ok || !strings.Contains(said, want) {
			t.Errorf("%v, want a sentence with %q", err, want)
		}
	}
}

func TestTestsGoToStaffOnceAMinute(t *testing.T) {
	t.Parallel()
	now := monday()
	s := newSetup(t, func(c *Config) { c.Now = func() time.Time { return now } })
	g, r := s.sample(t, bot.Discord)
	if _, err := s.TestReminder(t.Context(), moderator(bot.Discord), r.ID, bot.Discord); err == nil || !strings.Contains(err.Error(), "not approved") {
		t.Errorf("words that would be skipped: %v", err)
	}
	s.approveAll(t)
	for range 3 {
		if to, err := s.TestReminder(t.Context(), moderator(bot.Discord), r.ID, bot.Discord); err != nil || to.String() != "slack:C0000STAFF" {
			t.Fatal(to, err)
		}
	}
	now = now.Add(time.Minute)
	if _, err := s.TestReminder(t.Context(), moderator(bot.Discord), r.ID, bot.Discord); err != nil {
		t.Fatal(err)
	}
	if len(s.store.deliveries) != 2 {
		t.Errorf("%d posts", len(s.store.deliveries))
	}
	for _, d := range s.store.deliveries {
		if d.Place.String() != "slack:C0000STAFF" || d.Kind != bot.OfTest || d.Group != "evening-circle" {
			t.Errorf("posted %+v", d)
		}
	}
	nowhere := newSetup(t, func(c *Config) { c.Staff = bot.Place{} })
	_, r = nowhere.sample(t, bot.Discord)
	if _, err := nowhere.TestReminder(t.Context(), moderator(bot.Discord), r.ID, bot.Discord); err == nil {
		t.Error("tested without a staff place")
	}
	// Moderators' tests go to the moderators' channel, the staff's to the staff channel.
	g.Moderators = bot.Place{Platform: bot.Discord, Space: here(bot.Discord).Space, Channel: "77"}
	for _, s := range []setup{s, nowhere} {
		s.approveAll(t)
		must(t, s.Changes.Groups.Set(t.Context(), moderator(bot.Slack), g))
		for from, want := range map[bot.Platform]bot.Place{bot.Discord: g.Moderators, bot.Slack: s.staff, "": s.staff} {
			if want == (bot.Place{}) {
				want = g.Moderators
			}
			if to, err := s.TestReminder(t.Context(), moderator(bot.Slack), r.ID, from); err != nil || to != want {
				t.Errorf("from %q it goes to %s, %v; want %s", from, to, err, want)
			}
		}
	}
}

// Troubles and tests are not posted to a channel that the group's members read.
func TestModeratorsReadApart(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, r := s.sample(t, bot.Discord)
	s.approveAll(t)
	own, others := g, bot.Group{ID: "other", Zone: "UTC", Places: []bot.Place{{Platform: bot.Discord, Space: here(bot.Discord).Space, Channel: "55"}}, Moderators: g.Places[0]}
	own.Moderators = g.Places[0]
	for name, err := range map[string]error{"its own": s.Changes.Groups.Set(t.Context(), moderator(bot.Slack), own), "another's": s.Changes.Groups.Add(t.Context(), moderator(bot.Slack), others)} {
		if said, ok := bot.ForPerson(err); !ok || bot.FieldOf(err) != "moderators" || !strings.Contains(said, "would see problems") {
			t.Errorf("%s: %v", name, err)
		}
	}
	// An older program saved such a channel.
	stored := s.store.groups[g.ID]
	stored.Moderators = g.Places[0]
	s.store.groups[g.ID] = stored
	if to, err := s.TestReminder(t.Context(), moderator(bot.Discord), r.ID, bot.Discord); err != nil || to != s.staff {
		t.Errorf("tested at %s, %v", to, err)
	}
}

func TestPausesShiftWhatComesNext(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, r := s.sample(t, bot.Discord)
	until := time.Date(2026, 12, 24, 8, 0, 0, 0, time.UTC)
	if _, next, err := s.Changes.Reminders.Pause(t.Context(), moderator(bot.Discord), r.ID, until); err != nil || next[0].At.Before(until) {
		t.Errorf("%v, next %v", err, next)
	}
	if r, next, err := s.Changes.Reminders.Pause(t.Context(), moderator(bot.Discord), r.ID, bot.Forever); err != nil || len(next) != 0 || !r.Next.At.IsZero() {
		t.Errorf("%v, next %v, planned for %v", err, next, r.Next)
	}
	if r, next, err := s.Changes.Reminders.Pause(t.Context(), moderator(bot.Discord), r.ID, time.Time{}); err != nil || len(next) != 3 || r.Next != next[0] {
		t.Errorf("%v, next %v, planned for %v", err, next, r.Next)
	}
	must(t, s.Changes.Groups.Pause(t.Context(), moderator(bot.Discord), g.ID, bot.Forever))
	g, _ = s.store.Group(t.Context(), g.ID)
	if next, err := s.Changes.Reminders.Upcoming(r, g, 3); err != nil || len(next) != 0 {
		t.Errorf("%v, next %v in a paused group", err, next)
	}
}

func TestParsers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"on": bot.Forever.String(), "": bot.Forever.String(), "off": time.Time{}.String(), "2026-12-24": "2026-12-24 08:00:00 +0000 UTC", "soon": "",
		// It is still Friday, November 27, in Los Angeles.
		"2 weeks": "2026-12-11 08:00:00 +0000 UTC", "for a week": "2026-12-04 08:00:00 +0000 UTC", "3 days": "2026-11-30 08:00:00 +0000 UTC",
		"Monday": "2026-11-30 08:00:00 +0000 UTC", "friday": "2026-12-04 08:00:00 +0000 UTC", "until next Tuesday": "2026-12-01 08:00:00 +0000 UTC",
		"none": "", "no end": bot.Forever.String(), "Until further notice": bot.Forever.String(), "no": time.Time{}.String(),
		"December 24": "2026-12-24 08:00:00 +0000 UTC", "24 Dec": "2026-12-24 08:00:00 +0000 UTC", "tomorrow": "2026-11-28 08:00:00 +0000 UTC",
		"January 2": "2027-01-02 08:00:00 +0000 UTC", "a month": "2026-12-27 08:00:00 +0000 UTC", "next week": "2026-11-30 08:00:00 +0000 UTC",
		"July 4": "2027-07-04 07:00:00 +0000 UTC", "in two weeks": "2026-12-11 08:00:00 +0000 UTC",
		"2 semanas": "2026-12-11 08:00:00 +0000 UTC", "por tres días": "2026-11-30 08:00:00 +0000 UTC", "un mes": "2026-12-27 08:00:00 +0000 UTC",
		"el lunes": "2026-11-30 08:00:00 +0000 UTC", "hasta el 24 de diciembre": "2026-12-24 08:00:00 +0000 UTC", "mañana": "2026-11-28 08:00:00 +0000 UTC",
		"la próxima semana": "2026-11-30 08:00:00 +0000 UTC", "dentro de 10 días": "2026-12-07 08:00:00 +0000 UTC",
		"0 days": "", "2": "", "Mondays": "", "February 30": "", "-2 weeks": "", "2 weeks ago": "", "two": "", "December 24 to 26": "", "tomorrow at 5 pm": "",
	} {
		asker := changes.Asker{Words: words.InEnglish(), Now: time.Date(2026, 11, 28, 5, 0, 0, 0, time.UTC)}
		got, err := asker.Pause(text, bot.Group{Zone: "America/Los_Angeles"})
		if want == "" && err == nil || want != "" && (err != nil || got.String() != want) {
			t.Errorf("pause %q: %v, %v", text, got, err)
		}
	}
	for text, want := range map[string]time.Duration{
		"": bot.DefaultLate, "30m": 30 * time.Minute, "2 hours": 2 * time.Hour, "1 Hora y 30 minutos": 90 * time.Minute, "2 h 30 min": 150 * time.Minute,
		"30 mins": 30 * time.Minute, "90": 0, "0": 0, "0m": 0, "1 30m": 0, "2 2 hours": 0, "1h 30": 90 * time.Minute, "half an hour": 30 * time.Minute, "una hora y media": 90 * time.Minute, "45'": 45 * time.Minute, "1h30m0s": 90 * time.Minute, "1.5 hours": 90 * time.Minute, "soon": 0, "2 months": 0, "5 minus": 0, "2 días": 48 * time.Hour,
	} {
		if got, err := changes.ParseLate(text); got != want || (err != nil) != (want == 0) {
			t.Errorf("late %q: %v, %v", text, got, err)
		}
	}
	for d, want := range map[time.Duration]string{90 * time.Minute: "1h30m", time.Hour: "1h", 45 * time.Minute: "45m", 10 * time.Hour: "10h"} {
		if got := words.Length(d); got != want {
			t.Errorf("length %v: %s", d, got)
		}
	}
}
