package adaptertest

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// StoreNow is the present time for the stores of these tests: Monday, November 23, 2026, 8:00
// AM in Los Angeles.
func StoreNow() time.Time { return time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC) }

// Store checks what every bot.Store promises. open makes an empty store whose clock shows
// StoreNow.
func Store(t *testing.T, open func(t *testing.T) bot.Store) {
	for _, c := range []struct {
		name string
		hold func(t *testing.T, s storeTest)
	}{
		{"every field comes back", everyFieldComesBack},
		{"groups come back as they were", groupsComeBack},
		{"a taken name and a taken channel are told apart", takenIsTold},
		{"the second of two changes is refused", secondIsRefused},
		{"a group takes its reminders along", groupAndReminders},
		{"removed reminders can be restored", remindersRestored},
		{"a delivery of one key is there once", oneKeyOnce},
		{"reviewers are told apart", reviewersApart},
		{"what is not there is not found", notFound},
		{"every change is audited", audited},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.hold(t, storeTest{t, open(t), bot.Actor{ID: "discord:77"}})
		})
	}
}

// storeTest is a store, and who changes it.
type storeTest struct {
	t *testing.T
	bot.Store
	by bot.Actor
}

func (s storeTest) group(id string, places ...string) bot.Group {
	g := bot.Group{ID: id, Name: "Group " + id, Zone: "America/Los_Angeles", Langs: []string{"en"}, Quiet: "21:00-08:00"}
	for _, p := range places {
		place, err := bot.ParsePlace(p)
		s.must(err)
		g.Places = append(g.Places, place)
	}
	return g
}

// added adds a group to the store and returns it.
func (s storeTest) added(id string, places ...string) bot.Group {
	s.t.Helper()
	g := s.group(id, places...)
	s.must(s.AddGroup(s.t.Context(), s.by, g))
	g.Version = 1
	return g
}

// reminder is one of a group that the store has.
func (s storeTest) reminder(g bot.Group) bot.Reminder {
	s.t.Helper()
	r := bot.Schedule(bot.Reminder{Group: g.ID, Topic: "confidentiality", Rule: "every Monday at 9:00", Late: 2 * time.Hour}, g, StoreNow())
	r, err := s.AddReminder(s.t.Context(), s.by, r)
	s.must(err)
	return r
}

func (s storeTest) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// is checks the error of a change.
func (s storeTest) is(got, want error) {
	s.t.Helper()
	if !errors.Is(got, want) {
		s.t.Errorf("got %v, want %v", got, want)
	}
}

func anyGroup(bot.Group) error { return nil }

// filled fails if a field of a sample is empty, except those named. So whoever adds a field to
// the type must add it to the sample.
func (s storeTest) filled(sample any, but ...string) {
	s.t.Helper()
	v := reflect.ValueOf(sample)
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; v.Field(i).IsZero() && !slices.Contains(but, name) {
			s.t.Errorf("give the sample a %s.%s, and the stores a column for it", v.Type(), name)
		}
	}
}

func everyFieldComesBack(t *testing.T, s storeTest) {
	g := s.group("full", "discord:1/2", "slack:C0000001")
	g.Sessions = []bot.Session{{Rule: "every Monday at 18:00", Length: 90 * time.Minute}}
	g.Skips = []string{"2026-12-24..2027-01-02"}
	g.Exceptions = []scheduler.Exception{{Start: s.civil("2026-12-07T18:00")}, {Start: s.civil("2026-12-14T18:00"), To: s.civil("2026-12-17T19:00")}}
	g.InView, g.Moderators, g.Facilitators = true, g.Places[1], bot.Role{Platform: bot.Discord, Space: "1", ID: "7"}
	s.must(s.AddGroup(t.Context(), s.by, g))
	g.Paused, g.Version = StoreNow().AddDate(0, 0, 7), 1
	s.filled(g)
	s.must(s.SetGroup(t.Context(), s.by, g))
	g.Version = 2
	if got, err := s.Group(t.Context(), g.ID); err != nil || !reflect.DeepEqual(got, g) {
		t.Errorf("got %+v, %v; want %+v", got, err, g)
	}
	r := s.reminder(g)
	r.Typed, r.KeepNewest, r.Paused = "mondays at nine", true, StoreNow().AddDate(0, 0, 7)
	r = bot.Schedule(r, g, StoreNow())
	s.filled(r, "Fault") // only the program writes it, when it finds a fault
	s.must(s.SetReminder(t.Context(), s.by, r))
	r.Version++
	if got, err := s.Reminder(t.Context(), r.ID); err != nil || !reflect.DeepEqual(got, r) {
		t.Errorf("got %+v, %v; want %+v", got, err, r)
	}
}

func (s storeTest) civil(text string) scheduler.Civil {
	s.t.Helper()
	c, err := scheduler.ParseCivil(text)
	s.must(err)
	return c
}

func groupsComeBack(t *testing.T, s storeTest) {
	g := s.added("monday", "discord:1/2", "slack:C0000001")
	read := func(want bot.Group) {
		t.Helper()
		if got, err := s.Group(t.Context(), want.ID); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v; want %+v", got, err, want)
		}
	}
	read(g)
	if got, err := s.GroupAt(t.Context(), g.Places[1]); err != nil || got.ID != "monday" {
		t.Errorf("at its place: %+v, %v", got, err)
	}
	gone := g.Places[0]
	g.Name, g.Places, g.Skips = "Renamed", g.Places[1:], []string{"2026-12-24..2027-01-02"}
	g.Facilitators = bot.Role{Platform: bot.Discord, Space: "1", ID: "7"}
	s.must(s.SetGroup(t.Context(), s.by, g))
	g.Version = 2
	read(g)
	g.Facilitators = bot.RoleIn(g.Places[0])
	s.must(s.SetGroup(t.Context(), s.by, g))
	g.Version = 3
	read(g)
	_, err := s.GroupAt(t.Context(), gone)
	s.is(err, bot.ErrNotFound)
	s.added("friday", "discord:1/2")
	all, err := s.Groups(t.Context())
	s.must(err)
	if len(all) != 2 || all[0].ID != "friday" || all[1].ID != "monday" {
		t.Errorf("groups by ID: %+v", all)
	}
}

func takenIsTold(t *testing.T, s storeTest) {
	g := s.added("monday", "discord:1/2")
	takes := func(err error) {
		t.Helper()
		var taken *bot.PlaceTakenError
		if !errors.As(err, &taken) || taken.Place != g.Places[0] || errors.Is(err, bot.ErrExists) {
			t.Errorf("got %v, want the place and its group", err)
		}
	}
	s.is(s.AddGroup(t.Context(), s.by, s.group("monday", "slack:C0000001")), bot.ErrExists)
	takes(s.AddGroup(t.Context(), s.by, s.group("friday", "discord:1/2")))
	friday := s.added("friday", "slack:C0000001")
	friday.Places = g.Places
	takes(s.SetGroup(t.Context(), s.by, friday))
	s.must(s.RemoveGroup(t.Context(), s.by, "monday"))
	s.must(s.SetGroup(t.Context(), s.by, friday)) // a removed group keeps no channel
	takes(s.RestoreGroup(t.Context(), s.by, "monday", anyGroup))
	s.is(s.AddGroup(t.Context(), s.by, s.group("monday", "slack:C0000002")), bot.ErrExists) // but it keeps its name
}

func secondIsRefused(t *testing.T, s storeTest) {
	g := s.added("monday", "discord:1/2")
	r := s.reminder(g)
	first, second := g, g
	first.Name, second.Name = "First", "Second"
	s.must(s.SetGroup(t.Context(), s.by, first))
	s.is(s.SetGroup(t.Context(), s.by, second), bot.ErrChanged)
	if got, err := s.Group(t.Context(), g.ID); err != nil || got.Name != "First" || got.Version != 2 {
		t.Errorf("it stands as %+v, %v", got, err)
	}
	second.Version = 0 // any version
	s.must(s.SetGroup(t.Context(), s.by, second))

	late := r
	late.Late = time.Hour
	s.must(s.SetReminder(t.Context(), s.by, late))
	s.is(s.SetReminder(t.Context(), s.by, r), bot.ErrChanged)
	if got, err := s.Reminder(t.Context(), r.ID); err != nil || got.Late != time.Hour {
		t.Errorf("it stands as %+v, %v", got, err)
	}
}

func groupAndReminders(t *testing.T, s storeTest) {
	g := s.added("monday", "discord:1/2")
	r := s.reminder(g)
	if r.ID == "" || r.Next.At.IsZero() || r.Version != 1 {
		t.Errorf("the new reminder is %+v", r)
	}
	s.must(s.RemoveGroup(t.Context(), s.by, g.ID))
	_, err := s.Reminder(t.Context(), r.ID)
	s.is(err, bot.ErrNotFound)
	if all, err := s.Reminders(t.Context(), ""); err != nil || len(all) != 0 {
		t.Errorf("reminders of a removed group: %+v, %v", all, err)
	}
	if gone, err := s.RemovedGroups(t.Context()); err != nil || len(gone) != 1 || !slices.Equal(gone[0].Places, g.Places) {
		t.Errorf("removed groups: %+v, %v", gone, err)
	}
	if gone, err := s.RemovedReminders(t.Context()); err != nil || len(gone) != 0 {
		t.Errorf("reminders that come back with their group are offered: %+v, %v", gone, err)
	}
	refused := errors.New("not this one")
	s.is(s.RestoreGroup(t.Context(), s.by, g.ID, func(bot.Group) error { return refused }), refused)
	s.must(s.RestoreGroup(t.Context(), s.by, g.ID, anyGroup))
	if got, err := s.Reminder(t.Context(), r.ID); err != nil || !reflect.DeepEqual(got, r) {
		t.Errorf("after restoring: %+v, %v; want %+v", got, err, r)
	}
}

func remindersRestored(t *testing.T, s storeTest) {
	g := s.added("monday", "discord:1/2")
	r, other := s.reminder(g), s.reminder(g)
	s.must(s.RemoveReminder(t.Context(), s.by, r.ID))
	if all, err := s.Reminders(t.Context(), g.ID); err != nil || len(all) != 1 || all[0].ID != other.ID {
		t.Errorf("reminders: %+v, %v", all, err)
	}
	if gone, err := s.RemovedReminders(t.Context()); err != nil || len(gone) != 1 || gone[0].ID != r.ID {
		t.Errorf("removed: %+v, %v", gone, err)
	}
	refused := errors.New("not this one")
	s.is(s.RestoreReminder(t.Context(), s.by, r.ID, func(bot.Group) error { return refused }), refused)
	s.must(s.RestoreReminder(t.Context(), s.by, r.ID, anyGroup))
	s.is(s.RestoreReminder(t.Context(), s.by, r.ID, anyGroup), bot.ErrNotFound)
	if all, err := s.Reminders(t.Context(), ""); err != nil || len(all) != 2 {
		t.Errorf("reminders: %+v, %v", all, err)
	}
}

func oneKeyOnce(t *testing.T, s storeTest) {
	g := s.added("monday", "discord:1/2")
	d := bot.Delivery{Key: "key-1", Kind: bot.OfShare, Reminder: "share-1", Group: g.ID, Card: "confidentiality-room", Place: g.Places[0], At: StoreNow(), State: bot.Due}
	again, other := d, d
	again.Card, other.Key, other.Reminder = "agreement-sober", "key-2", "share-2"
	s.must(s.Post(t.Context(), s.by, d))
	s.must(s.Post(t.Context(), s.by, again, other))
	all, err := s.Deliveries(t.Context(), bot.DeliveryFilter{Group: g.ID})
	s.must(err)
	if len(all) != 2 {
		t.Fatalf("deliveries: %+v", all)
	}
	for _, got := range all {
		if got.Card != d.Card || got.State != bot.Due {
			t.Errorf("it is kept as %+v", got)
		}
	}
	if none, err := s.Deliveries(t.Context(), bot.DeliveryFilter{Group: "another"}); err != nil || len(none) != 0 {
		t.Errorf("of another group: %+v, %v", none, err)
	}
	if one, err := s.Deliveries(t.Context(), bot.DeliveryFilter{Limit: 1}); err != nil || len(one) != 1 {
		t.Errorf("one of them: %+v, %v", one, err)
	}
}

func reviewersApart(t *testing.T, s storeTest) {
	r := bot.Reviewer{Name: "A. Reviewer, LMFT 1", Slack: "U0000001"}
	s.must(s.AddReviewer(t.Context(), s.by, r))
	s.is(s.AddReviewer(t.Context(), s.by, bot.Reviewer{Name: r.Name}), bot.ErrExists)
	s.is(s.AddReviewer(t.Context(), s.by, bot.Reviewer{Name: "B. Reviewer, LMFT 2", Slack: r.Slack}), bot.ErrExists)
	s.must(s.AddReviewer(t.Context(), s.by, bot.Reviewer{Name: "B. Reviewer, LMFT 2", Discord: "7"}))
	s.must(s.RemoveReviewer(t.Context(), s.by, r.Name))
	s.is(s.RemoveReviewer(t.Context(), s.by, r.Name), bot.ErrNotFound)
	if all, err := s.Reviewers(t.Context()); err != nil || len(all) != 1 || all[0].Discord != "7" {
		t.Errorf("reviewers: %+v, %v", all, err)
	}
}

func notFound(t *testing.T, s storeTest) {
	g := s.group("nobody", "discord:1/2")
	_, noGroup := s.Group(t.Context(), g.ID)
	_, noReminder := s.Reminder(t.Context(), "nothing")
	for _, err := range []error{
		noGroup, noReminder,
		s.SetGroup(t.Context(), s.by, g), s.RemoveGroup(t.Context(), s.by, g.ID), s.RestoreGroup(t.Context(), s.by, g.ID, anyGroup),
		s.SetReminder(t.Context(), s.by, bot.Reminder{ID: "nothing", Group: g.ID}), s.RemoveReminder(t.Context(), s.by, "nothing"),
		s.RestoreReminder(t.Context(), s.by, "nothing", anyGroup),
		s.SetConcern(t.Context(), s.by, "nothing", bot.ConcernTaken, bot.Delivery{}),
	} {
		s.is(err, bot.ErrNotFound)
	}
}

func audited(t *testing.T, s storeTest) {
	g := s.added("monday", "discord:1/2")
	if err := s.AddGroup(t.Context(), s.by, g); err == nil {
		t.Fatal("the same group twice")
	}
	r := s.reminder(g)
	s.must(s.RemoveReminder(t.Context(), s.by, r.ID))
	a := content.Approval{Card: "c", Lang: "en", Hash: "h", Reviewer: "A. Reviewer, LMFT 1", At: StoreNow(), ReviewBy: StoreNow().AddDate(1, 0, 0)}
	s.must(s.Approve(t.Context(), s.by, a))
	if given, err := s.Approvals(t.Context()); err != nil || len(given) != 1 || !reflect.DeepEqual(given[0], a) {
		t.Errorf("approvals %+v, %v; want %+v", given, err, a)
	}
	entries, err := s.Audit(t.Context(), time.Time{}, 10)
	s.must(err)
	var got []string
	for _, e := range entries {
		if e.Actor != s.by.ID || e.Detail == "" {
			t.Errorf("it is kept as %+v", e)
		}
		got = append(got, e.Action+" "+e.Target)
	}
	slices.Sort(got) // rows of one millisecond have no order
	want := []string{"content approve c en", "group add monday", "reminder add " + r.ID, "reminder remove " + r.ID}
	if !slices.Equal(got, want) {
		t.Errorf("audited %q, want %q", got, want)
	}
	if few, err := s.Audit(t.Context(), time.Time{}, 2); err != nil || len(few) != 2 {
		t.Errorf("two of them: %+v, %v", few, err)
	}
}
