package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"circlekeeper/scheduler"
)

// Changes are checked here, for the command line and for chat alike. Errors
// that are a *UserError or a *scheduler.Refusal are sentences for whoever asked;
// others are faults.

const (
	maxName     = 80
	maxPlaces   = 20
	maxSessions = 20
	maxSkips    = 100
	maxLate     = 24 * time.Hour
	shownNext   = 3 // times shown after a change
)

// AddGroup checks and saves a new group. Without languages it speaks English,
// without quiet hours 21:00-08:00.
func (b *Bot) AddGroup(ctx context.Context, by Actor, g Group) error {
	if err := b.ready(by); err != nil {
		return err
	}
	g, err := b.checkGroup(g)
	if err != nil {
		return err
	}
	if err := b.placesFree(ctx, g); err != nil {
		return err
	}
	err = b.store.AddGroup(ctx, by, g)
	if errors.Is(err, ErrExists) {
		return about("group", wrong("there is a group %s already: choose another id, or change that one with group set", g.ID))
	}
	return err
}

// SetGroup checks and saves a changed group. It refuses a change that one of
// the group's reminders would not outlive.
func (b *Bot) SetGroup(ctx context.Context, by Actor, g Group) error {
	if err := b.ready(by); err != nil {
		return err
	}
	g, err := b.checkGroup(g)
	if err != nil {
		return err
	}
	if err := b.placesFree(ctx, g); err != nil {
		return err
	}
	reminders, err := b.store.Reminders(ctx, g.ID)
	if err != nil {
		return err
	}
	for _, r := range reminders {
		if r.Fault != "" {
			continue // it rests already
		}
		if _, err := b.accept(r, g); err != nil {
			return wrong("reminder %s (%s) does not fit this change: remove it first, or change something else. %s", r.ID, r.Rule, err)
		}
	}
	return noGroup(g.ID, b.store.SetGroup(ctx, by, g))
}

// PauseGroup lets nothing be posted to a group until a moment; Forever has no
// end, the zero time resumes.
func (b *Bot) PauseGroup(ctx context.Context, by Actor, id string, until time.Time) error {
	if err := b.ready(by); err != nil {
		return err
	}
	g, err := b.store.Group(ctx, id)
	if err != nil {
		return noGroup(id, err)
	}
	if err := b.checkPause(until); err != nil {
		return err
	}
	g.Paused = until
	return noGroup(id, b.store.SetGroup(ctx, by, g))
}

// RemoveGroup removes a group and its reminders. Its history stays.
func (b *Bot) RemoveGroup(ctx context.Context, by Actor, id string) error {
	if err := b.ready(by); err != nil {
		return err
	}
	return noGroup(id, b.store.RemoveGroup(ctx, by, id))
}

// RestoreGroup undoes RemoveGroup.
func (b *Bot) RestoreGroup(ctx context.Context, by Actor, id string) error {
	if err := b.ready(by); err != nil {
		return err
	}
	err := b.store.RestoreGroup(ctx, by, id)
	if errors.Is(err, ErrExists) {
		return wrong("group %s cannot come back: its id or one of its channels belongs to another group now", id)
	}
	return noGroup(id, err)
}

// AddReminder checks and saves a new reminder and tells its next three times.
// Without a late limit it gets DefaultLate.
func (b *Bot) AddReminder(ctx context.Context, by Actor, r Reminder) (Reminder, []scheduler.Occurrence, error) {
	if err := b.ready(by); err != nil {
		return r, nil, err
	}
	g, err := b.store.Group(ctx, r.Group)
	if err != nil {
		return r, nil, noGroup(r.Group, err)
	}
	if r.Late == 0 {
		r.Late = DefaultLate
	}
	if _, err := b.checkReminder(r, g); err != nil {
		return r, nil, err
	}
	r.Rule = strings.TrimSpace(r.Rule)
	r = Schedule(r, g, b.now())
	if r, err = b.store.AddReminder(ctx, by, r); err != nil {
		return r, nil, noGroup(r.Group, err)
	}
	next, err := b.Upcoming(r, g, shownNext)
	return r, next, err
}

// PauseReminder lets a reminder rest until a moment; Forever has no end, the
// zero time resumes. It tells the reminder's next times.
func (b *Bot) PauseReminder(ctx context.Context, by Actor, id string, until time.Time) (Reminder, []scheduler.Occurrence, error) {
	r, g, err := b.reminder(ctx, by, id)
	if err != nil {
		return r, nil, err
	}
	if err := b.checkPause(until); err != nil {
		return r, nil, err
	}
	r.Paused = until
	r = Schedule(r, g, b.now())
	if err := b.store.SetReminder(ctx, by, r); err != nil {
		return r, nil, noReminder(id, err)
	}
	next, err := b.Upcoming(r, g, shownNext)
	return r, next, err
}

// RemoveReminder removes a reminder. Its history stays.
func (b *Bot) RemoveReminder(ctx context.Context, by Actor, id string) error {
	if err := b.ready(by); err != nil {
		return err
	}
	return noReminder(id, b.store.RemoveReminder(ctx, by, id))
}

// RestoreReminder undoes RemoveReminder.
func (b *Bot) RestoreReminder(ctx context.Context, by Actor, id string) error {
	if err := b.ready(by); err != nil {
		return err
	}
	return noReminder(id, b.store.RestoreReminder(ctx, by, id))
}

// TestReminder posts what a reminder is about to the staff place alone, marked
// as a test, at most once a minute. It tells the place.
func (b *Bot) TestReminder(ctx context.Context, by Actor, id string) (Place, error) {
	r, g, err := b.reminder(ctx, by, id)
	if err != nil {
		return Place{}, err
	}
	if b.staff == (Place{}) {
		return Place{}, wrong("there is no staff channel to test in: set SLACK_STAFF_CHANNEL")
	}
	ids, ok := b.library.Topic(r.Topic)
	if !ok || len(ids) == 0 {
		return Place{}, wrong("the topic %s is no longer in the content", r.Topic)
	}
	at := b.now().UTC()
	own, minute, to := "test-"+r.ID, scheduler.CivilOf(at), b.staff.String()
	return b.staff, b.store.Post(ctx, by, scheduler.Delivery{
		Key: scheduler.Key(own, minute, to), Kind: scheduler.OfTest, Reminder: own, Group: g.ID,
		Place: to, Nominal: minute, At: at, Card: ids[0], State: scheduler.Due,
	})
}

// Upcoming is the next n occurrences of a reminder, from the end of a pause on.
func (b *Bot) Upcoming(r Reminder, g Group, n int) ([]scheduler.Occurrence, error) {
	calendar, rule, err := timing(r, g)
	if err != nil {
		return nil, err
	}
	from := b.now()
	for _, pause := range []time.Time{r.Paused, g.Paused} {
		if pause.After(from) {
			from = pause
		}
	}
	if !from.Before(Forever) {
		return nil, nil
	}
	return calendar.Upcoming(rule, from, n), nil
}

// ready reports who may not change anything, or that there is nothing to save in.
func (b *Bot) ready(by Actor) error {
	switch {
	case !by.May():
		return wrong("only moderators and staff can change things")
	case b.store == nil:
		return errors.New("no store")
	}
	return nil
}

// reminder reads a reminder that is about to change, with its group.
func (b *Bot) reminder(ctx context.Context, by Actor, id string) (Reminder, Group, error) {
	if err := b.ready(by); err != nil {
		return Reminder{}, Group{}, err
	}
	r, err := b.store.Reminder(ctx, id)
	if err != nil {
		return r, Group{}, noReminder(id, err)
	}
	g, err := b.store.Group(ctx, r.Group)
	return r, g, noGroup(r.Group, err)
}

func noGroup(id string, err error) error {
	switch {
	case errors.Is(err, ErrNotFound):
		return wrong("there is no group %q: group list shows them all", clip(id))
	case errors.Is(err, ErrChanged):
		return wrong("somebody else changed group %s meanwhile: look again and repeat the change", id)
	}
	return err
}

func noReminder(id string, err error) error {
	switch {
	case errors.Is(err, ErrNotFound):
		return wrong("there is no reminder %q: reminder list shows them all", clip(id))
	case errors.Is(err, ErrExists):
		return wrong("reminder %s is there already", id)
	case errors.Is(err, ErrChanged):
		return wrong("somebody else changed reminder %s meanwhile: look again and repeat the change", id)
	}
	return err
}

// checkGroup completes a group and says what is wrong with it.
func (b *Bot) checkGroup(g Group) (Group, error) {
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
	case !word(g.ID):
		return g, about("group", wrong("group id %q: write 1 to 40 lower-case letters, digits or hyphens, such as evening-circle", clip(g.ID)))
	case !utf8.ValidString(g.Name) || utf8.RuneCountInString(g.Name) > maxName || strings.ContainsFunc(g.Name, unicode.IsControl):
		return g, about("name", wrong("the name of a group is at most %d visible characters", maxName))
	case len(g.Places) > maxPlaces || len(g.Sessions) > maxSessions || len(g.Skips) > maxSkips:
		return g, wrong("a group has at most %d channels, %d sessions and %d dates without group", maxPlaces, maxSessions, maxSkips)
	}
	for i, lang := range g.Langs {
		if !slices.Contains(b.library.Langs(), lang) {
			return g, about("langs", wrong("language %q: there are cards in %s", clip(lang), strings.Join(b.library.Langs(), ", ")))
		}
		if slices.Contains(g.Langs[:i], lang) {
			return g, about("langs", wrong("language %s is named twice", lang))
		}
	}
	for i, p := range g.Places {
		if _, err := ParsePlace(p.String()); err != nil {
			return g, asUser("place", err)
		}
		if slices.Contains(g.Places[:i], p) {
			return g, about("place", wrong("channel %s is named twice", p))
		}
	}
	if g.Moderators != (Place{}) {
		if _, err := ParsePlace(g.Moderators.String()); err != nil {
			return g, asUser("moderators", err)
		}
	}
	if _, err := scheduler.ParseZone(g.Zone); err != nil {
		return g, asUser("zone", err)
	}
	if _, err := scheduler.ParseQuiet(g.Quiet); err != nil {
		return g, asUser("quiet", err)
	}
	if err := b.checkPause(g.Paused); !g.Paused.IsZero() && err != nil {
		g.Paused = time.Time{} // it is over
	}
	_, err := g.Calendar()
	return g, asUser("", err)
}

// placesFree reports a channel that another group has.
func (b *Bot) placesFree(ctx context.Context, g Group) error {
	for _, p := range g.Places {
		other, err := b.store.GroupAt(ctx, p)
		switch {
		case errors.Is(err, ErrNotFound):
		case err != nil:
			return err
		case other.ID != g.ID:
			return about("place", wrong("channel %s belongs to group %s already: a channel has one group", p, other.ID))
		}
	}
	return nil
}

// checkReminder says what is wrong with a reminder in its group.
func (b *Bot) checkReminder(r Reminder, g Group) (scheduler.Rule, error) {
	if ids, ok := b.library.Topic(r.Topic); !ok || len(ids) == 0 {
		return scheduler.Rule{}, about("topic", wrong("topic %q is not known%s", clip(r.Topic), b.nearTopic(r.Topic)))
	}
	if r.Late < time.Minute || r.Late > maxLate {
		return scheduler.Rule{}, about("late", wrong("a late limit of %s does not fit: write between 1m and 24h, such as 2h", r.Late))
	}
	return b.accept(r, g)
}

func (b *Bot) nearTopic(topic string) string {
	for _, t := range b.library.Topics() {
		_, rest, _ := strings.Cut(t, "-")
		if alike(fold(topic), t) || fold(topic) == rest {
			return ": did you mean " + t + "?"
		}
	}
	return ": write agreements, confidentiality, strategies, challenges or a card's id"
}

// accept reads a reminder's rule and holds it against the group's hours.
func (b *Bot) accept(r Reminder, g Group) (scheduler.Rule, error) {
	calendar, err := g.Calendar()
	if err != nil {
		return scheduler.Rule{}, asUser("group", err)
	}
	rule, err := scheduler.ParseRule(r.Rule)
	if err != nil {
		return rule, asUser("at", err)
	}
	if err := calendar.Accept(rule, b.now()); err != nil {
		return rule, about("at", err)
	}
	return rule, nil
}

func (b *Bot) checkPause(until time.Time) error {
	if !until.IsZero() && !until.After(b.now()) {
		return wrong("the pause would be over already: write a day to come, such as %s", b.now().AddDate(0, 1, 0).Format(time.DateOnly))
	}
	return nil
}

// ParsePause reads until when something rests: a day in the group's zone, "on"
// for no end, "off" for not at all. Its error is a *UserError.
func ParsePause(s, zone string) (time.Time, error) {
	switch s = strings.TrimSpace(s); s {
	case "off":
		return time.Time{}, nil
	case "", "on":
		return Forever, nil
	}
	loc, err := scheduler.ParseZone(zone)
	if err != nil {
		return time.Time{}, asUser("zone", err)
	}
	until, err := time.ParseInLocation(time.DateOnly, s, loc)
	if err != nil {
		return time.Time{}, about("until", wrong("pause %q: write a day such as 2026-12-24, on, or off", clip(s)))
	}
	return until.UTC(), nil
}

// ParseSession reads "every Monday at 18:00, 90m". Its error is a *UserError.
func ParseSession(s string) (Session, error) {
	i := strings.LastIndex(s, ",")
	if i >= 0 {
		if d, err := time.ParseDuration(strings.TrimSpace(s[i+1:])); err == nil {
			return Session{Rule: strings.TrimSpace(s[:i]), Length: d}, nil
		}
	}
	return Session{}, about("session", wrong("session %q: write a rule, a comma and a length, such as every Monday at 18:00, 90m", clip(s)))
}

// ParseLate reads how late a reminder may be. Its error is a *UserError.
func ParseLate(s string) (time.Duration, error) {
	if strings.TrimSpace(s) == "" {
		return DefaultLate, nil
	}
	d, err := time.ParseDuration(strings.TrimSpace(s))
	if err != nil {
		return 0, about("late", wrong("late %q: write a length such as 30m or 2h", clip(s)))
	}
	return d, nil
}
