package chat

import (
	"cmp"
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"
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
	maxLate     = 24 * time.Hour
)

// checkGroup completes a group and says what is wrong with it.
func (b *Bot) checkGroup(g bot.Group) (bot.Group, error) {
	g.Name = strings.Join(strings.Fields(g.Name), " ")
	if g.Name == "" {
		g.Name = g.ID
	}
	if g.Quiet == "" {
		g.Quiet = "21:00-08:00"
	}
	if len(g.Langs) == 0 {
		g.Langs = []string{"en"}
	}
	switch {
	case !bot.IsWord(g.ID):
		return g, bot.About("group", bot.Wrong("group id %q: write 1 to 40 lower-case letters, digits or hyphens, such as evening-circle", clip(g.ID)))
	case !utf8.ValidString(g.Name) || utf8.RuneCountInString(g.Name) > maxName || strings.ContainsFunc(g.Name, content.Invisible):
		return g, bot.About("name", bot.Wrong("the name of a group is at most %d visible characters", maxName))
	case len(g.Places) > maxPlaces || len(g.Sessions) > maxSessions || len(g.Skips) > maxSkips:
		return g, bot.Wrong("a group has at most %d channels, %d sessions and %d dates without group", maxPlaces, maxSessions, maxSkips)
	}
	if err := b.checkLangs(g.Langs); err != nil {
		return g, err
	}
	for i, p := range g.Places {
		if _, err := bot.ParsePlace(p.String()); err != nil {
			return g, bot.AsUser("place", err)
		}
		if slices.Contains(g.Places[:i], p) {
			return g, bot.About("place", bot.Wrong("channel %s is named twice", p))
		}
	}
	if slices.Contains(g.Places, g.Moderators) {
		return g, bot.About("moderators", bot.Wrong("channel %s is the group's own: its members would read of trouble there, and tests; choose another", g.Moderators))
	}
	if g.Moderators != (bot.Place{}) {
		if _, err := bot.ParsePlace(g.Moderators.String()); err != nil {
			return g, bot.AsUser("moderators", err)
		}
	}
	if _, err := scheduler.ParseZone(g.Zone); err != nil {
		return g, bot.AsUser("zone", err)
	}
	quiet, err := scheduler.ParseQuiet(g.Quiet)
	if err != nil {
		return g, bot.AsUser("quiet", err)
	}
	g.Quiet = quiet.String() // however it was written
	if err := b.checkPause(g.Paused); !g.Paused.IsZero() && err != nil {
		g.Paused = time.Time{} // it is over
	}
	if _, err := g.Calendar(); err != nil {
		field := "skip"
		if checkSessions(g.Zone, g.Sessions) != nil {
			field = "session"
		}
		return g, bot.AsUser(field, err)
	}
	var skips []string
	for _, s := range g.Skips {
		if dates, err := scheduler.ParseDates(s); err == nil && !slices.Contains(skips, dates.String()) {
			skips = append(skips, dates.String())
		}
	}
	g.Skips = skips
	return g, nil
}

// placesFree reports a channel that another group has.
func (b *Bot) placesFree(ctx context.Context, g bot.Group) error {
	for _, p := range g.Places {
		other, err := b.store.GroupAt(ctx, p)
		switch {
		case errors.Is(err, bot.ErrNotFound):
		case err != nil:
			return err
		case other.ID != g.ID:
			return bot.About("place", bot.Wrong("channel %s belongs to group %s already: a channel has one group", p, other.ID))
		}
	}
	if g.Moderators == (bot.Place{}) {
		return nil
	}
	other, err := b.store.GroupAt(ctx, g.Moderators)
	if err == nil && other.ID != g.ID { // of the group's own checkGroup knows
		return bot.About("moderators", bot.Wrong("channel %s belongs to group %s, whose members would read of trouble there; choose another", g.Moderators, other.ID))
	}
	if errors.Is(err, bot.ErrNotFound) {
		return nil
	}
	return err
}

// checkReminder says what is wrong with a reminder in its group.
func (b *Bot) checkReminder(r bot.Reminder, g bot.Group) (scheduler.Rule, error) {
	if ids, ok := b.library.Topic(r.Topic); !ok || len(ids) == 0 {
		return scheduler.Rule{}, bot.About("topic", b.noTopic(r.Topic))
	}
	if r.Late < time.Minute || r.Late > maxLate {
		return scheduler.Rule{}, bot.About("late", bot.Wrong("a late limit of %s does not fit: write between 1m and 24h, such as 2h", r.Late))
	}
	return b.accept(r, g)
}

func (b *Bot) noTopic(topic string) error {
	for _, t := range b.library.Topics() {
		_, rest, _ := strings.Cut(t, "-")
		if words.Alike(words.Fold(topic), t) || words.Fold(topic) == rest {
			return bot.Wrong("topic %q is not known: did you mean %s?", clip(topic), t)
		}
	}
	return bot.Wrong("topic %q is not known: write agreements, confidentiality, strategies, challenges, foundations or a card's id", clip(topic))
}

// accept reads a reminder's rule and holds it against the group's hours.
func (b *Bot) accept(r bot.Reminder, g bot.Group) (scheduler.Rule, error) {
	calendar, err := g.Calendar()
	if err != nil {
		return scheduler.Rule{}, bot.AsUser("group", err)
	}
	rule, err := scheduler.ParseRule(r.Rule)
	if err != nil {
		return rule, bot.AsUser("at", err)
	}
	return rule, bot.AsUser("at", calendar.Accept(rule, b.now()))
}

func (b *Bot) checkPause(until time.Time) error {
	if !until.IsZero() && !until.After(b.now()) {
		return bot.Wrong("the pause would be over already: write a day to come, such as %s", b.now().AddDate(0, 1, 0).Format(time.DateOnly))
	}
	return nil
}

// ParsePause reads until when something rests: a day in the group's zone, "on"
// for no end, "off" for not at all. Its error is a *UserError.
func ParsePause(s, zone string) (time.Time, error) {
	switch s = strings.TrimSpace(s); words.Fold(s) {
	case "off", "no":
		return time.Time{}, nil
	case "", "on", "si":
		return bot.Forever, nil
	}
	loc, err := scheduler.ParseZone(zone)
	if err != nil {
		return time.Time{}, bot.AsUser("zone", err)
	}
	day := s
	if d, err := scheduler.ParseDates(s); err == nil { // in words, too
		day = d.String()
	}
	until, err := time.ParseInLocation(time.DateOnly, day, loc)
	if err != nil {
		return time.Time{}, bot.About("until", bot.Wrong("pause %q: write a day such as 2026-12-24, on, or off", clip(s)))
	}
	return until.UTC(), nil
}

// lengthWords are hours, minutes or both as people write them, each number with its
// unit.
var lengthWords = regexp.MustCompile(`^(?:(\d+(?:\.\d+)?) ?(?:h|hours?|horas?))?(?: ?(?:and|y)? ?(\d+) ?(?:m|mins?|minutes?|minutos?))?$`)

// parseLength reads "1h30m", "2 hours" or "1 hora y 30 minutos".
func parseLength(s string) (time.Duration, error) {
	s = strings.ToLower(strings.Join(strings.Fields(s), " "))
	if m := lengthWords.FindStringSubmatch(s); m != nil && s != "" {
		return time.ParseDuration(cmp.Or(m[1], "0") + "h" + cmp.Or(m[2], "0") + "m")
	}
	return time.ParseDuration(s)
}

// checkLangs says what is wrong with a group's languages.
func (b *Bot) checkLangs(langs []string) error {
	for i, lang := range langs {
		if !slices.Contains(b.library.Langs(), lang) {
			return bot.About("langs", bot.Wrong("language %q: there are cards in %s", clip(lang), strings.Join(b.library.Langs(), ", ")))
		}
		if slices.Contains(langs[:i], lang) {
			return bot.About("langs", bot.Wrong("language %s is named twice", lang))
		}
	}
	return nil
}

// checkSessions says what is wrong with a group's sessions.
func checkSessions(zone string, all []bot.Session) error {
	_, err := bot.Group{Zone: zone, Quiet: "none", Sessions: all}.Calendar()
	return err
}

// ParseSession reads "every Monday at 18:00, 90m" or "Mondays 6pm-7:30pm" for a reader.
// Its error is a *UserError.
func ParseSession(s string, reader scheduler.Reader) (bot.Session, error) {
	rule, length, err := reader.Session(s)
	if err != nil {
		return bot.Session{}, bot.AsUser("session", err)
	}
	return bot.Session{Rule: rule.String(), Length: length}, nil
}

func (b *Bot) typedSession(r bot.Request, g bot.Group, text string) (bot.Session, error) {
	s, err := ParseSession(text, b.ruleReader(r, g))
	for _, old := range g.Sessions {
		if err == nil && old.Length == s.Length && sameRule(old.Rule, s.Rule) {
			return old, nil
		}
	}
	return s, err
}

// ParseLate reads how late a reminder may be. Its error is a *UserError.
func ParseLate(s string) (time.Duration, error) {
	if strings.TrimSpace(s) == "" {
		return bot.DefaultLate, nil
	}
	d, err := parseLength(s)
	if err != nil || d == 0 { // 0 stands for what was not said
		return 0, bot.About("late", bot.Wrong("late %q: write a length such as 30m or 2h", clip(s)))
	}
	return d, nil
}

// typedRule is what somebody typed as it is kept: the canonical text of its rule. Its
// error is a *UserError.
func (b *Bot) typedRule(r bot.Request, g bot.Group, text string) (string, error) {
	rule, err := b.ruleReader(r, g).Rule(text)
	if err != nil {
		return text, bot.AsUser("at", err)
	}
	return rule.String(), nil
}

// sameRule reports whether two texts mean the same, as an earlier version may have
// written one.
func sameRule(a, b string) bool {
	x, errX := scheduler.ParseRule(a)
	y, errY := scheduler.ParseRule(b)
	return errX == nil && errY == nil && x.Equal(y)
}

// locale is the reader's, or that of the United States.
func locale(r bot.Request) string { return cmp.Or(r.Lang, "en-US") }

// ruleReader reads what somebody types about times, as their locale and the group's
// zone have them.
func (b *Bot) ruleReader(r bot.Request, g bot.Group) scheduler.Reader {
	return scheduler.Reader{Locale: locale(r), Zone: g.Zone, Now: b.now()}
}
