package changes

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

const (
	maxName     = 80
	maxPlaces   = 20
	maxSessions = 20
	maxSkips    = 100

	// DefaultQuiet are the quiet hours of a new group whose maker names none.
	DefaultQuiet = "21:00-08:00"
)

// fields is all that can be changed about a group but its ID, its pause (Pause) and single
// sessions (Sessions).
func (s *Groups) fields() Table[bot.Group] {
	return Table[bot.Group]{
		nameField(), zoneField(), quietField(), langsField(s.c.Library), s.placeField(), moderatorsField(), facilitatorsField(), sessionField(), skipField(), viewField(),
	}
}

// GroupID is the field for the ID of a new group. Without one, Named makes it from
// the name.
func GroupID() Field[bot.Group] {
	return Field[bot.Group]{
		Name: "group", Label: "Short name", Summary: "A short name, such as evening-circle; made from the name if left out", Example: "evening-circle", Max: 40,
		Set: func(_ context.Context, _ Asker, g *bot.Group, text string) error {
			g.ID = text
			return nil
		},
		Check: func(g bot.Group) error {
			if !bot.IsWord(g.ID) {
				return bot.Wrong("short name %q: write 1 to 40 lower-case letters, digits or hyphens, such as evening-circle", clip(g.ID))
			}
			return nil
		},
		Texts: one(func(g bot.Group) string { return g.ID }),
	}
}

// one makes the Texts of a field with one value; there are none if the value is empty.
func one[T any](get func(T) string) func(*words.Reader, T) []string {
	return func(_ *words.Reader, v T) []string {
		if text := get(v); text != "" {
			return []string{text}
		}
		return nil
	}
}

func nameField() Field[bot.Group] {
	return Field[bot.Group]{
		Name: "name", Label: "Name", Summary: "The name people read, such as Evening circle", Example: "Evening circle", Max: maxName,
		Set: func(_ context.Context, a Asker, g *bot.Group, text string) error {
			if words.IsNone(a.Words, text) {
				return bot.Wrong("every group has a name: write the new one")
			}
			g.Name = strings.Join(strings.Fields(text), " ")
			return nil
		},
		Check: func(g bot.Group) error {
			if !utf8.ValidString(g.Name) || utf8.RuneCountInString(g.Name) > maxName || strings.ContainsFunc(g.Name, content.Invisible) {
				return bot.Wrong("the name of a group is at most %d visible characters", maxName)
			}
			return nil
		},
		Texts: one(func(g bot.Group) string { return g.Name }),
	}
}

func zoneField() Field[bot.Group] {
	return Field[bot.Group]{
		Name: "zone", Label: "Time zone", Also: words.Word("timezone"), Summary: "Time zone, such as America/Los_Angeles", Example: "America/Los_Angeles", Max: 60, Needed: true, Closed: true,
		Set: func(_ context.Context, _ Asker, g *bot.Group, text string) error {
			g.Zone = scheduler.ZoneNamed(text)
			return nil
		},
		Check: func(g bot.Group) error {
			_, err := scheduler.ParseZone(g.Zone)
			return bot.AsUser("zone", err)
		},
		Texts: one(func(g bot.Group) string { return g.Zone }),
		Offer: func(ctx context.Context, a Asker, typed string) []bot.Choice {
			var likely []string
			if a.Zones != nil {
				likely = a.Zones(ctx)
			}
			meant := Choices(scheduler.ZonesBegun(typed)...) // "PST", "Pacific", "California"
			return AtMost(append(meant, Matching(typed, Choices(append(likely, scheduler.Zones()...)...))...))
		},
	}
}

func quietField() Field[bot.Group] {
	return Field[bot.Group]{
		Name: "quiet", Label: "Quiet hours", Summary: "Quiet hours, when no reminder is posted: 9 PM to 8 AM, or none", Example: "9:00 PM to 8:00 AM", Max: 60,
		Set: func(_ context.Context, a Asker, g *bot.Group, text string) error {
			quiet, err := a.times(g.Zone).Quiet(text)
			if err != nil {
				return bot.AsUser("quiet", err)
			}
			g.Quiet = quiet.String()
			return nil
		},
		None: func(g *bot.Group) { g.Quiet = scheduler.Quiet{}.String() },
		Check: func(g bot.Group) error {
			_, err := scheduler.ParseQuiet(g.Quiet)
			return bot.AsUser("quiet", err)
		},
		Texts: func(w *words.Reader, g bot.Group) []string { return []string{words.QuietToType(w, g.Quiet)} },
		Say:   func(w *words.Reader, g bot.Group) []string { return []string{words.SayQuiet(w, g.Quiet)} },
		Offer: func(_ context.Context, a Asker, typed string) []bot.Choice {
			hours := []string{DefaultQuiet, "22:00-07:00", "20:00-09:00", "none"}
			return Matching(typed, Choices(bot.Each(hours, func(h string) string { return words.QuietToType(a.Words, h) })...))
		},
	}
}

func langsField(library func() *content.Library) Field[bot.Group] {
	return Field[bot.Group]{
		Name: "langs", Flag: "lang", Label: "Languages", Also: words.Word("language"), Summary: "Languages, such as en,es", Example: "en,es", Max: 100, Some: true, Lapses: true,
		Set: func(_ context.Context, a Asker, g *bot.Group, text string) error {
			g.Langs = words.ReadLangs(a.Words, text, library().Langs())
			return nil
		},
		Check: func(g bot.Group) error {
			for i, lang := range g.Langs {
				if langs := library().Langs(); !slices.Contains(langs, lang) {
					return bot.Wrong("language %q: there are cards in %s; choose the group’s languages from these", clip(lang), words.Langs(langs))
				}
				if slices.Contains(g.Langs[:i], lang) {
					return bot.Wrong("language %s is named twice", lang)
				}
			}
			return nil
		},
		Texts:   one(func(g bot.Group) string { return strings.Join(g.Langs, ",") }),
		Say:     func(w *words.Reader, g bot.Group) []string { return []string{words.LangNames(w, g.Langs)} },
		Choices: func(w *words.Reader, _ bot.Group) []bot.Choice { return languages(w, library().Langs()) },
		Offer: func(_ context.Context, a Asker, typed string) []bot.Choice {
			langs := library().Langs()
			return Matching(typed, append(languages(a.Words, langs), bot.Choice{Name: words.LangNames(a.Words, langs), Value: strings.Join(langs, ",")}))
		},
	}
}

// languages are choices with their names.
func languages(w *words.Reader, langs []string) []bot.Choice {
	return bot.Each(langs, func(lang string) bot.Choice {
		return bot.Choice{Name: bot.Short(words.LangName(w, lang), maxChoice), Value: lang}
	})
}

func (s *Groups) placeField() Field[bot.Group] {
	return several[bot.Group, bot.Place]{
		at:   func(g *bot.Group) *[]bot.Place { return &g.Places },
		same: func(a, b bot.Place) bool { return a == b },
		read: func(ctx context.Context, a Asker, _ bot.Group, text string) (bot.Place, error) {
			p, err := a.Place(ctx, text)
			switch {
			case err != nil:
			case p == s.c.Staff:
				err = bot.Wrong("That is the staff channel, where the bot reports problems. Choose the group’s own channel.")
			case p.Direct():
				err = bot.Wrong("That is a direct message, which a group cannot read. Choose the group’s own channel.")
			}
			return p, err
		},
		text: func(_ *words.Reader, p bot.Place) string { return p.String() },
	}.field(Field[bot.Group]{
		Name: "place", Flag: "channel", Label: "Channel", Many: "Channels, separated by semicolons", Summary: "A channel to add", Example: "slack:C0123456789; discord:123456789012345678/234567890123456789", Max: 1200,
		Needed: true, Guarded: true, Place: true,
		Check: checkPlaces,
	})
}

func checkPlaces(g bot.Group) error {
	if len(g.Places) > maxPlaces {
		return bot.Wrong("a group has at most %d channels", maxPlaces)
	}
	for i, p := range g.Places {
		if _, err := bot.ParsePlace(p.String()); err != nil {
			return err
		}
		if slices.Contains(g.Places[:i], p) {
			return bot.Wrong("channel %s is named twice", p)
		}
	}
	return nil
}

func moderatorsField() Field[bot.Group] {
	return optional[bot.Group, bot.Place]{
		at: func(g *bot.Group) *bot.Place { return &g.Moderators },
		read: func(ctx context.Context, a Asker, _ bot.Group, text string) (bot.Place, error) {
			return a.Place(ctx, text)
		},
	}.field(Field[bot.Group]{
		Name: "moderators", Label: "Channel for moderators", Summary: "Channel where moderators are told of problems; or none", Max: 200,
		Guarded: true, Place: true,
		Check: func(g bot.Group) error {
			if g.Moderators == (bot.Place{}) {
				return nil
			}
			if slices.Contains(g.Places, g.Moderators) {
				return bot.Wrong("channel %s is the group’s own channel, and members would see problems and tests there: choose another", g.Moderators)
			}
			_, err := bot.ParsePlace(g.Moderators.String())
			return err
		},
	})
}

func sessionField() Field[bot.Group] {
	return several[bot.Group, bot.Session]{
		at:   func(g *bot.Group) *[]bot.Session { return &g.Sessions },
		same: func(a, b bot.Session) bool { return a.Length == b.Length && bot.SameRule(a.Rule, b.Rule) },
		read: func(_ context.Context, a Asker, g bot.Group, text string) (bot.Session, error) {
			rule, length, err := a.times(g.Zone).Session(text)
			return bot.Session{Rule: rule.String(), Length: length}, bot.AsUser("session", err)
		},
		text: func(w *words.Reader, s bot.Session) string {
			return words.RuleToType(w, s.Rule) + ", " + words.Length(s.Length)
		},
		say: func(w *words.Reader, s bot.Session) string {
			return words.SayRule(w, s.Rule) + ", " + w.Length(s.Length)
		},
	}.field(Field[bot.Group]{
		Name: "session", Label: "Meets", Also: words.Word("meeting,meetings,schedule,time,day,when"), Summary: "When it meets and how long: every Monday at 6:00 PM, 90 minutes; or none", Example: "every Monday at 6:00 PM, 90 minutes", Max: 1200,
		Check: func(g bot.Group) error {
			if len(g.Sessions) > maxSessions {
				return bot.Wrong("a group has at most %d sessions", maxSessions)
			}
			zone := g.Zone
			if _, err := scheduler.ParseZone(zone); err != nil {
				zone = "UTC" // the zone field reports its own error
			}
			_, err := bot.Group{Zone: zone, Quiet: "none", Sessions: g.Sessions}.Calendar()
			return bot.AsUser("session", err)
		},
	})
}

// SkipsWith are a group's dates without a session that have a day in common with the dates which a
// text names, as people read them; none where the text names no dates.
func (a Asker) SkipsWith(g bot.Group, text string) []string {
	named, err := a.times(g.Zone).Skip(text)
	if err != nil {
		return nil
	}
	var out []string
	for _, s := range g.Skips {
		if dates, err := scheduler.ParseDates(s); err == nil && !dates.Until().Before(named.From()) && !named.Until().Before(dates.From()) {
			out = append(out, words.SayDates(a.Words, s))
		}
	}
	return out
}

func skipField() Field[bot.Group] {
	return several[bot.Group, string]{
		at:   func(g *bot.Group) *[]string { return &g.Skips },
		same: func(a, b string) bool { return a == b },
		read: func(_ context.Context, a Asker, g bot.Group, text string) (string, error) {
			dates, err := a.times(g.Zone).Skip(text)
			return dates.String(), bot.AsUser("skip", err)
		},
		text: func(w *words.Reader, dates string) string { return words.DatesToType(w, dates) },
		say:  func(w *words.Reader, dates string) string { return words.SayDates(w, dates) },
	}.field(Field[bot.Group]{
		Name: "skip", Label: "Dates without a session", Summary: "A day with no session, or several: December 24 to January 2; or none", Example: "December 24; December 31 to January 2", Max: 3000, OneLine: true,
		Check: func(g bot.Group) error {
			if len(g.Skips) > maxSkips {
				return bot.Wrong("a group has at most %d dates without a session", maxSkips)
			}
			for _, s := range g.Skips {
				if _, err := scheduler.ParseDates(s); err != nil {
					return bot.AsUser("skip", err)
				}
			}
			return nil
		},
	})
}

// viewField is whether the group's agreements are kept in view.
func viewField() Field[bot.Group] {
	f := Field[bot.Group]{
		Name: "view", Flag: "in-view", Label: "What the group agrees on", Summary: "Always show what the group agrees on in the channel: yes or no",
	}
	return either(f, func(g *bot.Group) *bool { return &g.InView },
		[2]words.Word{words.Word("no"), words.Word("yes")},
		func(w *words.Reader) [2]string { return [2]string{w.T("Not in view"), w.T("Always in view")} },
		func(text string) error { return bot.Wrong("always in view %q: write yes or no", clip(text)) })
}

// Named gives a new group without an ID a free one, made from its name.
func (s *Groups) Named(ctx context.Context, g bot.Group) (bot.Group, error) {
	if g.ID != "" {
		return g, nil
	}
	if strings.TrimSpace(g.Name) == "" {
		return g, bot.About("name", bot.Wrong("write the name of the group, such as Evening circle"))
	}
	id, err := s.freeName(ctx, g.Name)
	g.ID = id
	return g, err
}

// NamesOf is what people may call a group by.
func NamesOf(g bot.Group) []string { return []string{g.ID, g.Name} }

// ShortName makes an ID from a name: evening-circle from "Evening Circle". It has at most 36
// characters, so that a number fits behind it.
func ShortName(name string) string {
	const longest = 36
	id := strings.Join(strings.FieldsFunc(words.Fold(name), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "-")
	if id = strings.Trim(id[:min(len(id), longest)], "-"); id == "" { // a name in other letters
		return "group"
	}
	return id
}

// freeName makes an ID that no group has or had: evening-circle-2 if evening-circle is taken.
func (s *Groups) freeName(ctx context.Context, name string) (string, error) {
	id := ShortName(name)
	removed, err := s.c.Store.RemovedGroups(ctx)
	if err != nil {
		return "", err
	}
	for free, n := id, 2; ; free, n = id+"-"+strconv.Itoa(n), n+1 {
		_, err := s.c.Store.Group(ctx, free)
		switch {
		case errors.Is(err, bot.ErrNotFound) && !slices.ContainsFunc(removed, func(g bot.Group) bool { return g.ID == free }):
			return free, nil
		case err != nil && !errors.Is(err, bot.ErrNotFound):
			return "", err
		}
	}
}
