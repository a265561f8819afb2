package chat

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// value is the value of a form's field, and what is wrong with it.
func value(t *testing.T, f *bot.Form, name string) (value, fault string) {
	t.Helper()
	if f == nil {
		t.Fatal("there is no form")
	}
	for _, field := range f.Fields {
		if field.Name == name {
			return field.Value, words.Plain(field.Error)
		}
	}
	t.Fatalf("there is no field %s", name)
	return "", ""
}

// submit fills in a form and sends it as a platform does: fields that nobody touched keep their
// values.
func submit(t *testing.T, s setup, r bot.Request, f *bot.Form, written map[string]string) bot.Answer {
	t.Helper()
	c, err := bot.DecodeCall(f.Call.Encode())
	if err != nil {
		t.Fatalf("form %s: %v", f.Title, err)
	}
	for _, field := range f.Fields {
		c = c.With(field.Name, field.Value)
	}
	for k, v := range written {
		value(t, f, k)
		c = c.With(k, v)
	}
	r.Call, r.Submit = c, true
	return s.Handle(t.Context(), r)
}

func TestEditReminder(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		_, rem := s.sample(t, p)
		r := ask(p, moderator(p), bot.NewSub("reminder", "edit", "id", rem.ID))
		f := s.Handle(t.Context(), r).Form
		if at, _ := value(t, f, "at"); at != "Mondays at 9:00 AM" {
			t.Errorf("%s: the form opens with %q", p, at)
		}
		for field, wrong := range map[string]string{"topic": "confidentialty", "at": "every day at 22:00", "late": "soon"} {
			a := submit(t, s, r, f, map[string]string{field: wrong, "late": map[bool]string{true: wrong, false: "1h"}[field == "late"]})
			if v, fault := value(t, a.Form, field); v != wrong || fault == "" {
				t.Errorf("%s: %s = %q comes back as %q with %q", p, field, wrong, v, fault)
			}
			if v, fault := value(t, a.Form, "late"); field != "late" && (v != "1h" || fault != "") {
				t.Errorf("%s: what was right is lost: %q, %q", p, v, fault)
			}
		}
		changed := s.Changed()
		a := submit(t, s, r, f, map[string]string{"topic": "agreements", "at": "every Tuesday at 10:00", "late": "1h"})
		got, err := s.store.Reminder(t.Context(), rem.ID)
		if err != nil || got.Topic != "agreements" || got.Rule != "Tuesdays at 10:00 AM" || got.Late != time.Hour || got.Version != 2 {
			t.Errorf("%s: saved %+v, %v: %s", p, got, err, plain(a))
		}
		<-changed
		if text := flat(a.Message.Blocks); !strings.Contains(text, "November 24, 2026 at 10:00 AM") || strings.Count(text, "2026") < 3 {
			t.Errorf("%s: the next times are missing: %s", p, text)
		}
		if entry := s.store.audit[len(s.store.audit)-1]; entry.Action != "reminder set" || entry.Actor != moderator(p).ID {
			t.Errorf("%s: audited %+v", p, entry)
		}
	}
}

// The typed text of a rule is stored and shown until the rule is changed.
func TestWhatWasTypedIsKept(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		_, rem := s.sample(t, p)
		r := ask(p, moderator(p), bot.NewSub("reminder", "edit", "id", rem.ID))
		for _, step := range []struct {
			field, text, typed string
		}{
			{"at", "  every tuesday  10 ", "every tuesday 10"},
			{"late", "1h", "every tuesday 10"},
			{"at", "Wednesdays at 10:00 AM", ""},
			{"at", "cada jueves a las 10 · next: Thursday", "cada jueves a las 10"},
		} {
			f := s.Handle(t.Context(), r).Form
			shown := plain(submit(t, s, r, f, map[string]string{step.field: step.text}))
			got, err := s.store.Reminder(t.Context(), rem.ID)
			if err != nil || got.Typed != step.typed {
				t.Errorf("%s: %s = %q keeps %q, %v", p, step.field, step.text, got.Typed, err)
			}
			if said := "As it was written: “" + step.typed + "”"; strings.Contains(shown, said) != (step.typed != "") {
				t.Errorf("%s: %s = %q shows\n%s", p, step.field, step.text, shown)
			}
		}
	}
}

// If a command leaves something out, the form has what was typed, and saves it with the rest.
func TestTypedPartsStandInTheForm(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		for _, tc := range []struct {
			channel string
			call    bot.Call
			rest    map[string]string
			want    string
		}{
			{"7", bot.NewSub("group", "add", "group", "mine", "langs", "en,es"), map[string]string{"zone": "America/Denver"}, "mine"},
			{"8", bot.NewSub("group", "add", "zone", "America/Denver", "quiet", "22:00-07:00", "group", " "), map[string]string{"group": "other"}, "other"},
			{"9", bot.NewSub("group", "add", "name", "Círculo de la noche"), map[string]string{"zone": "America/Denver"}, "circulo-de-la-noche"},
			{"11", bot.NewSub("group", "add"), map[string]string{"name": "Círculo  de la Noche!"}, "circulo-de-la-noche-2"}, // with the zone of the other groups
			{"12", bot.NewSub("group", "add"), map[string]string{"name": "夜"}, "\"group\""},
			{"7", bot.NewSub("reminder", "add", "topic", "agreements", "group", "mine"), map[string]string{"at": "every day at 9:00"}, "mine"},
		} {
			r := ask(p, moderator(p), tc.call)
			if r.Place.Channel = tc.channel; p == bot.Slack {
				r.Place.Channel = "C" + tc.channel
			}
			a := s.Handle(t.Context(), r)
			if a.Form == nil {
				t.Fatalf("%s %s %v: no form:\n%s", p, tc.call.Command, tc.call.Args, plain(a))
			}
			r.Call, r.Submit = a.Form.Call, true
			for _, f := range a.Form.Fields {
				if v := strings.TrimSpace(tc.call.Args[f.Name]); v != "" && f.Value != v {
					t.Errorf("%s: %s has %q, typed was %q", p, f.Name, f.Value, v)
				}
				r.Call = r.With(f.Name, cmp.Or(tc.rest[f.Name], f.Value))
			}
			if a := s.Handle(t.Context(), r); a.Form != nil || !strings.Contains(s.store.dump(), tc.want) {
				t.Errorf("%s: not saved:\n%s", p, plain(a))
			}
		}
		r := ask(p, moderator(p), bot.NewSub("group", "add", "group", "mine", "place", "no such!"))
		if a := s.Handle(t.Context(), r); a.Form != nil {
			t.Errorf("%s: a form that cannot mend the channel:\n%s", p, plain(a))
		}
	}
}

// If a platform can show a form again, people see what will be saved before it is saved. If they
// change a value then, they see that again, too.
func TestPreviewBeforeSaving(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, rem := s.sample(t, bot.Slack)
	r := ask(bot.Slack, moderator(bot.Slack), bot.Call{})
	r.Preview = true
	for _, tc := range []struct {
		open    bot.Call
		written map[string]string
		other   map[string]string
		shows   string
		saved   func() bool
	}{
		{
			bot.NewSub("reminder", "add"), map[string]string{"topic": "agreements", "at": "every Friday at 9:00"}, map[string]string{"at": "every Friday at 10:00"},
			"November 27, 2026 at 9:00 AM", func() bool { all, _ := s.store.Reminders(t.Context(), g.ID); return len(all) == 2 },
		},
		{
			bot.NewSub("reminder", "edit", "id", rem.ID), map[string]string{"at": "every Friday at 11:00"}, map[string]string{"late": "3h"},
			"November 27, 2026 at 11:00 AM", func() bool {
				got, _ := s.store.Reminder(t.Context(), rem.ID)
				return got.Rule == "Fridays at 11:00 AM"
			},
		},
		{
			bot.NewSub("group", "edit", "group", g.ID), map[string]string{"name": "Night circle"}, map[string]string{"quiet": "none"},
			"Time zone: America/Los_Angeles", func() bool { got, _ := s.store.Group(t.Context(), g.ID); return got.Name == "Night circle" },
		},
		{
			bot.NewSub("group", "add"), map[string]string{"group": "new-one", "zone": "Europe/Paris"}, map[string]string{"name": "New"},
			"Time zone: Europe/Paris", func() bool { _, err := s.store.Group(t.Context(), "new-one"); return err == nil },
		},
	} {
		r.Call, r.Submit = tc.open, false
		r.Place.Channel = map[bool]string{true: "C0000077", false: r.Place.Channel}[tc.open.Sub == "add" && tc.open.Command == "group"]
		f := s.Handle(t.Context(), r).Form
		if f == nil || f.Submit != "Preview" {
			t.Fatalf("%v: %+v", tc.open, f)
		}
		seen := submit(t, s, r, f, tc.written).Form
		if seen == nil || !strings.Contains(flat(seen.Preview), tc.shows) || seen.Submit != "Save" {
			t.Fatalf("%v: previewed as %+v", tc.open, seen)
		}
		for name, v := range tc.written {
			if got, _ := value(t, seen, name); got != v {
				t.Errorf("%v: %s = %q stands as %q", tc.open, name, v, got)
			}
		}
		if again := submit(t, s, r, seen, tc.other).Form; again == nil || len(again.Preview) == 0 {
			t.Errorf("%v: other values are saved unseen", tc.open)
		}
		if tc.saved() {
			t.Fatalf("%v: saved before it was agreed to", tc.open)
		}
		if a := submit(t, s, r, seen, nil); a.Form != nil || !tc.saved() {
			t.Errorf("%v: not saved: %s", tc.open, plain(a))
		}
	}
}

// The person who saves first wins. The other sees what changed and loses nothing.
func TestConcurrentEdits(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, rem := s.sample(t, bot.Slack)
	r := ask(bot.Slack, moderator(bot.Slack), bot.Call{})
	for _, tc := range []struct {
		open         bot.Call
		first, later map[string]string
		says         string
		stands       map[string]string
	}{
		{
			bot.NewSub("reminder", "edit", "id", rem.ID), map[string]string{"at": "every Friday at 9:00"}, map[string]string{"at": "every Sunday at 9:00", "late": "3h"},
			"When: Mondays at 9:00 AM → Fridays at 9:00 AM", map[string]string{"at": "Fridays at 9:00 AM", "late": "3h"},
		},
		{
			bot.NewSub("group", "edit", "group", g.ID), map[string]string{"name": "First"}, map[string]string{"name": "Second", "quiet": "22:00-07:00"},
			"Name: Evening circle → First", map[string]string{"name": "First", "quiet": "22:00-07:00"},
		},
		{
			bot.NewSub("group", "meetings", "group", g.ID), map[string]string{"skip": "2026-12-24"}, map[string]string{"session": ""},
			"Dates without a session: – → Thursday, December 24, 2026", map[string]string{"skip": "December 24, 2026", "session": ""},
		},
	} {
		r.Call, r.Submit = tc.open, false
		mine := s.Handle(t.Context(), r).Form
		theirs := s.Handle(t.Context(), r).Form
		if a := submit(t, s, r, theirs, tc.first); a.Form != nil {
			t.Fatalf("%v: the first is not saved: %s", tc.open, plain(a))
		}
		before := s.store.dump()
		f := submit(t, s, r, mine, tc.later).Form
		if f == nil || !strings.Contains(flat(f.Preview), tc.says) || s.store.dump() != before {
			t.Fatalf("%v: the second sees %+v", tc.open, f)
		}
		for name, want := range tc.stands {
			if got, fault := value(t, f, name); got != want || fault != "" {
				t.Errorf("%v: %s stands as %q (%s), want %q", tc.open, name, got, fault, want)
			}
		}
		if a := submit(t, s, r, f, nil); a.Form != nil {
			t.Errorf("%v: the second is not saved after seeing it: %s", tc.open, plain(a))
		}
		// A forged or a lost version is a conflict, never a silent save.
		odd := *f
		odd.Call.Flow.Version = 99
		if a := submit(t, s, r, &odd, nil); a.Form == nil {
			t.Errorf("%v: saved with a forged version", tc.open)
		}
	}
}

// The form for a new group asks for a name, unless the command has a short name.
func TestTheNameOfANewGroupIsRequired(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		for _, lang := range []string{"en-US", "es"} {
			for call, want := range map[string]bool{"": true, " ": true, "mine": false} {
				r := ask(p, moderator(p), bot.NewSub("group", "add", "group", call))
				r.Lang = lang
				f := s.Handle(t.Context(), r).Form
				if f == nil || f.Fields[0].Name != "name" || f.Fields[0].Required != want {
					t.Errorf("%s, %s, short name %q: %+v", p, lang, call, f)
				}
			}
		}
		r := ask(p, moderator(p), bot.NewSub("group", "add"))
		again := submit(t, s, r, s.Handle(t.Context(), r).Form, nil).Form
		if _, fault := value(t, again, "name"); fault == "" || !again.Fields[0].Required {
			t.Errorf("%s: without a name: %+v", p, again)
		}
	}
}

// After a conflict the answer says whose values the form has, and names the field that lost a text of
// the reader. Languages have their names.
func TestAConflictSaysWhoseValuesStand(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		lang         string
		first, later map[string]string
		says         string
	}{
		{"en-US", map[string]string{"langs": "es"}, map[string]string{"name": "Second"}, "are not saved yet. The form now shows their version with your changes in it. What they changed:\n- Languages: English → Spanish\n-- "},
		{"es", map[string]string{"langs": "es"}, map[string]string{"name": "Second"}, "con los cambios de usted. Lo que cambió esa persona:\n- Idiomas: inglés → español\n-- "},
		{"en-US", map[string]string{"name": "First"}, map[string]string{}, "are not saved yet. The form now shows their version. What they changed:\n- Name: Evening circle → First\n-- "},
		{"en-US", map[string]string{"name": "First"}, map[string]string{"name": "Second"}, "The form now shows their version. What they changed:\n- Name: Evening circle → First; you wrote: Second\nWhat you wrote is no longer in these fields of the form; their values stand there: Name.\n"},
		{"en-US", map[string]string{"langs": "es"}, map[string]string{"langs": "en,es", "name": "Second"}, "The form now shows their version with your other changes in it. What they changed:\n- Languages: English → Spanish; you wrote: English, Spanish\nWhat you wrote is no longer in these fields of the form; their values stand there: Languages.\n"},
		{"es", map[string]string{"name": "First"}, map[string]string{"name": "Second", "langs": "es"}, "con los demás cambios de usted. Lo que cambió esa persona:\n- Nombre: Evening circle → First; usted escribió: Second\nLo que usted escribió ya no está en estos campos del formulario, que muestran los valores de esa persona: Nombre.\n"},
	} {
		s := newSetup(t)
		g, _ := s.sample(t, bot.Slack)
		set := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "set", "group", g.ID, "langs", "en"))
		s.Handle(t.Context(), set)
		r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "edit", "group", g.ID))
		r.Lang = tc.lang
		mine := s.Handle(t.Context(), r).Form
		submit(t, s, r, s.Handle(t.Context(), r).Form, tc.first)
		f := submit(t, s, r, mine, tc.later).Form
		if f == nil {
			t.Fatalf("%v: there is no form", tc.later)
		}
		if about := plain(bot.Answer{Message: bot.Message{Blocks: f.Preview}}); !strings.Contains(about, tc.says) {
			t.Errorf("%v, then %v:\n%s\nwant\n%s", tc.first, tc.later, about, tc.says)
		}
	}
}

// A pause is saved whatever else somebody changed at the same moment.
func TestPauseAfterAnotherChange(t *testing.T) {
	t.Parallel()
	s := newSetup(t, func(c *Config) { c.Store = &hasty{Store: c.Store} })
	_, rem := s.sample(t, bot.Slack)
	if _, _, err := s.Changes.Reminders.Pause(t.Context(), moderator(bot.Slack), rem.ID, bot.Forever); err != nil {
		t.Error(err)
	}
	if err := s.Changes.Groups.Pause(t.Context(), moderator(bot.Slack), "evening-circle", bot.Forever); err != nil {
		t.Error(err)
	}
	if got, _ := s.store.Reminder(t.Context(), rem.ID); !got.Paused.Equal(bot.Forever) || got.Version != 3 {
		t.Errorf("the reminder is %+v", got)
	}
}

// hasty is a store in which somebody else's change comes first, once for each change.
type hasty struct {
	bot.Store
	group, reminder bool
}

func (h *hasty) SetGroup(ctx context.Context, by bot.Actor, g bot.Group) error {
	if !h.group {
		h.group = true
		other := g
		other.Paused = time.Time{}
		if err := h.Store.SetGroup(ctx, by, other); err != nil {
			return err
		}
	}
	return h.Store.SetGroup(ctx, by, g)
}

func (h *hasty) SetReminder(ctx context.Context, by bot.Actor, r bot.Reminder) error {
	if !h.reminder {
		h.reminder = true
		other := r
		other.Paused = time.Time{}
		if err := h.Store.SetReminder(ctx, by, other); err != nil {
			return err
		}
	}
	return h.Store.SetReminder(ctx, by, r)
}

// A form shows each of its faults beside the field.
func TestAFormSaysAllItsMistakes(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, rem := s.sample(t, bot.Slack)
	for _, tc := range []struct {
		call bot.Call
		said map[string]string // the faults, by field
		fine string            // a field without a fault
	}{
		{bot.NewSub("group", "add"), map[string]string{"group": "Evening Circle", "zone": "PST", "quiet": "always"}, "name"},
		{bot.NewSub("group", "edit", "group", g.ID), map[string]string{"zone": "PST", "quiet": "9-8", "moderators": "#general"}, "langs"},
		{bot.NewSub("group", "meetings", "group", g.ID), map[string]string{"place": "#general", "session": "on Mondays", "skip": "Christmas"}, ""},
		{bot.NewSub("group", "meetings", "group", g.ID), map[string]string{"session": "every hour, 90m", "skip": "Christmas"}, "place"},
		{bot.NewSub("group", "meetings", "group", g.ID), map[string]string{"place": "slack:D0123456789"}, ""}, // a direct message
		{bot.NewSub("group", "meetings", "group", g.ID), map[string]string{"session": "every hour, 90m"}, "skip"},
		{bot.NewSub("reminder", "add"), map[string]string{"topic": "nonsense", "at": "often", "late": "soon"}, "group"},
		{bot.NewSub("reminder", "edit", "id", rem.ID), map[string]string{"at": "often", "late": "soon"}, "topic"},
	} {
		r := ask(bot.Slack, moderator(bot.Slack), tc.call)
		if tc.call.Command == "group" && tc.call.Sub == "add" { // elsewhere, because the sample's channel has a group
			r.Place.Channel = "C0999999999"
		}
		f := submit(t, s, r, s.Handle(t.Context(), r).Form, tc.said).Form
		for name := range tc.said {
			if _, fault := value(t, f, name); fault == "" {
				t.Errorf("%s %s: nothing is said of %s", tc.call.Command, tc.call.Sub, name)
			}
		}
		if tc.fine != "" {
			if _, fault := value(t, f, tc.fine); fault != "" {
				t.Errorf("%s %s: %s is blamed: %s", tc.call.Command, tc.call.Sub, tc.fine, fault)
			}
		}
	}
}

// The answer to every change says what is new.
func TestAChangeSaysWhatIsNew(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, rem := s.sample(t, bot.Slack)
	for _, tc := range []struct {
		call     bot.Call
		form     map[string]string // what is written into the form; nil if the call changes it
		lang     string
		want, no string
	}{
		{bot.NewSub("group", "set", "quiet", "22:00-07:00"), nil, "en", "The group was updated. Quiet hours: 10:00 PM to 7:00 AM, before that: 9:00 PM to 8:00 AM.", "Meets: Mondays at 6:00 PM, 90 minutes;"},
		{bot.NewSub("group", "set", "quiet", "22:00-07:00"), nil, "en", "Nothing changed", "was updated"},
		{bot.NewSub("group", "meetings", "group", g.ID), map[string]string{"session": "every Monday at 18:00, 90m; every Friday at 18:00, 90m"}, "en", "The group was updated. Meets: Fridays at 6:00 PM, 90 minutes.", "No longer"},
		{bot.NewSub("group", "meetings", "group", g.ID), map[string]string{"session": "every Monday at 18:00, 90m; every Tuesday at 18:00, 90m"}, "en", "Meets: Tuesdays at 6:00 PM, 90 minutes. No longer: Meets: Fridays at 6:00 PM, 90 minutes.", ""},
		{bot.NewSub("group", "meetings", "group", g.ID), map[string]string{"session": "every Monday at 18:00, 90m"}, "en", "No longer: Meets: Tuesdays at 6:00 PM, 90 minutes.", ""},
		{bot.NewSub("group", "set", "session", "none"), nil, "en", "The group was updated. No longer: Meets: Mondays at 6:00 PM, 90 minutes.", ""},
		{bot.NewSub("group", "set", "place", "slack:C77777777"), nil, "es", "Se actualizó el grupo. Canal: slack:C77777777.", "Ya no"},
		{bot.NewSub("group", "edit"), map[string]string{"name": "Evenings"}, "en", "The group was updated. Name: Evenings, before that: Evening circle.", "No longer"},
		{bot.NewSub("group", "meetings", "group", g.ID), map[string]string{"place": "slack:C0123456789"}, "en", "The group was updated. No longer: Channel: slack:C77777777.", ""},
		{bot.NewSub("reminder", "edit", "id", rem.ID), map[string]string{"at": "every Friday at 9:00"}, "es", "Se actualizó el recordatorio. Cuándo: los viernes a las 9:00 a. m., antes: ", "Retraso"},
		{bot.NewSub("group", "pause", "until", "no end"), nil, "en", "Paused until somebody resumes it.", "was updated"},
		{bot.NewSub("group", "resume"), nil, "en", "Posts to this group have resumed.", "was updated"},
		{bot.NewSub("group", "resume"), nil, "en", "This group is not paused.", "resumed"},
		{bot.NewSub("group", "set", "skip", "12/31"), nil, "en", "Dates without a session: Thursday, December 31, 2026", ""},
		{bot.NewSub("group", "set", "drop", "12/31"), nil, "en", "No longer: Dates without a session: Thursday, December 31, 2026", ""},
	} {
		r := ask(bot.Slack, moderator(bot.Slack), tc.call)
		r.Lang = tc.lang
		a := s.Handle(t.Context(), r)
		if tc.form != nil {
			a = submit(t, s, r, a.Form, tc.form)
		}
		if got := plain(a); !strings.Contains(got, tc.want) || tc.no != "" && strings.Contains(got, tc.no) {
			t.Errorf("%s %s %v, want %q without %q:\n%s", tc.call.Command, tc.call.Sub, tc.form, tc.want, tc.no, got)
		}
	}
}

func TestEditMeetings(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, _ := s.sample(t, bot.Slack)
	r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "meetings", "group", g.ID))
	f := s.Handle(t.Context(), r).Form
	for field, wrong := range map[string]string{"place": "#general", "session": "on Mondays", "skip": "Christmas"} {
		a := submit(t, s, r, f, map[string]string{field: wrong})
		if v, fault := value(t, a.Form, field); v != wrong || fault == "" {
			t.Errorf("%s = %q comes back as %q with %q", field, wrong, v, fault)
		}
	}
	a := submit(t, s, r, f, map[string]string{
		"place": "slack:C0123456789; discord:111111111111111111/222222222222222222", "session": "every Monday at 18:00, 90m; every Thursday at 19:00, 1h", "skip": "2026-12-24; 2026-12-31..2027-01-02",
	})
	got, err := s.store.Group(t.Context(), g.ID)
	if err != nil || len(got.Places) != 2 || len(got.Sessions) != 2 || len(got.Skips) != 2 {
		t.Errorf("saved %+v, %v: %s", got, err, plain(a))
	}
	// On Discord a server's moderators reach their own channels alone.
	own := ask(bot.Discord, moderator(bot.Discord), bot.NewSub("group", "meetings", "group", g.ID))
	if a := s.Handle(t.Context(), own); a.Form != nil {
		t.Error("another platform's moderator edits the group")
	}
	if f := s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "edit", "group", g.ID))).Form; f != nil {
		submit(t, s, r, f, map[string]string{"moderators": "slack:C55555555"})
		if got, _ := s.store.Group(t.Context(), g.ID); got.Moderators.Channel != "C55555555" {
			t.Errorf("moderators %+v", got.Moderators)
		}
	}
}

// A group is on both platforms, and its channel for moderators is in Slack. A Discord moderator
// changes the Discord part, and the rest stays as it is.
func TestEditLeavesTheOtherPlatformAlone(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, _ := s.sample(t, bot.Discord)
	g.Places = append(g.Places, here(bot.Slack))
	g.Moderators = bot.Place{Platform: bot.Slack, Channel: "CMODS"}
	must(t, s.Changes.Groups.Set(t.Context(), bot.Actor{ID: "cli"}, g))
	r := ask(bot.Discord, moderator(bot.Discord), bot.NewSub("group", "edit", "group", g.ID))
	if a := submit(t, s, r, s.Handle(t.Context(), r).Form, map[string]string{"name": "Morning circle"}); a.Form != nil {
		t.Errorf("not saved: %s", plain(a))
	}
	a := submit(t, s, r, s.Handle(t.Context(), r).Form, map[string]string{"moderators": "slack:C0000OTHER"})
	if _, fault := value(t, a.Form, "moderators"); fault == "" {
		t.Errorf("the field does not say what is wrong: %+v", a.Form)
	}
	r.Call = bot.NewSub("group", "meetings", "group", g.ID)
	submit(t, s, r, s.Handle(t.Context(), r).Form, map[string]string{"place": here(bot.Discord).String()})
	got, err := s.store.Group(t.Context(), g.ID)
	if err != nil || got.Name != "Morning circle" || got.Moderators != g.Moderators || !slices.Contains(got.Places, here(bot.Slack)) || len(got.Places) != 2 {
		t.Errorf("saved %+v, %v", got, err)
	}
}

// Text pasted from phones and spreadsheets may have tabs and line breaks that nobody sees.
func TestPastedBreaksAreTidied(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, _ := s.sample(t, bot.Slack)
	r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "meetings", "group", g.ID))
	submit(t, s, r, s.Handle(t.Context(), r).Form, map[string]string{"session": "every Monday at 18:00, 90m\r\nevery Thursday at 19:00,\t1h\n", "skip": "2026-12-24\n2026-12-31..2027-01-02"})
	r.Call = bot.NewSub("group", "edit", "group", g.ID)
	submit(t, s, r, s.Handle(t.Context(), r).Form, map[string]string{"name": "Evening\tcircle\n", "zone": "America/Los_Angeles\n"})
	got, err := s.store.Group(t.Context(), g.ID)
	if err != nil || len(got.Sessions) != 2 || len(got.Skips) != 2 || got.Name != "Evening circle" {
		t.Errorf("saved %+v, %v", got, err)
	}
}

// If a reminder does not fit a change, the error is beside the field that was changed.
func TestTheFieldToBlame(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, _ := s.sample(t, bot.Slack) // every Monday at 9:00
	r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("group", "edit", "group", g.ID))
	a := submit(t, s, r, s.Handle(t.Context(), r).Form, map[string]string{"quiet": "08:00-10:00"})
	if _, fault := value(t, a.Form, "quiet"); !strings.Contains(fault, "does not fit") {
		t.Errorf("%+v", a.Form)
	}
}

// A conflict is told even if the form does not show what changed, or if the audit trail lacks it.
func TestConflictsWithoutLines(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	_, rem := s.sample(t, bot.Slack)
	r := ask(bot.Slack, moderator(bot.Slack), bot.NewSub("reminder", "edit", "id", rem.ID))
	f := s.Handle(t.Context(), r).Form
	if _, _, err := s.Changes.Reminders.Pause(t.Context(), moderator(bot.Slack), rem.ID, bot.Forever); err != nil {
		t.Fatal(err)
	}
	a := submit(t, s, r, f, map[string]string{"late": "3h"})
	if late, _ := value(t, a.Form, "late"); late != "3h" || !strings.Contains(flat(a.Form.Preview), "such as a pause") {
		t.Errorf("late %q, %s", late, flat(a.Form.Preview))
	}
	s.store.audit = nil
	a = submit(t, s, r, f, map[string]string{"late": "3h"})
	if late, _ := value(t, a.Form, "late"); late != "2h" || !strings.Contains(flat(a.Form.Preview), "2 hours; you wrote: 3h") {
		t.Errorf("late %q, %s", late, flat(a.Form.Preview))
	}
}

// People can write what they read: the name of a topic or a group, and each value that a form
// offers.
func TestNamesAreTakenForIDs(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, _ := s.sample(t, bot.Discord)
	for lang, topics := range map[string]map[string]string{
		"en": {"encourage active listening": "strategy-listening", "Agreements, a new one each time": "agreements", "agreements+challenges": "agreements+challenges"},
		"es": {"Confidencialidad, un recordatorio distinto cada vez": "confidentiality", "encourage active listening": "strategy-listening"},
	} {
		for written, want := range topics {
			r := ask(bot.Discord, moderator(bot.Discord), bot.NewSub("reminder", "add", "topic", written, "at", "every Friday at 9:00", "group", " evening CIRCLE"))
			r.Lang = lang
			a := s.Handle(t.Context(), r)
			all, err := s.store.Reminders(t.Context(), g.ID)
			if got := all[len(all)-1].Topic; err != nil || got != want {
				t.Errorf("%s %q is taken for %q, want %q: %s", lang, written, got, want, plain(a))
			}
		}
	}
	r := ask(bot.Discord, moderator(bot.Discord), bot.NewSub("reminder", "add"))
	for _, f := range s.Handle(t.Context(), r).Form.Fields {
		for _, c := range f.Choices {
			written := map[string]string{"topic": "contact", "at": "every Friday at 9:00", "group": g.ID}
			written[f.Name] = c.Name
			if a := submit(t, s, r, s.Handle(t.Context(), r).Form, written); a.Form != nil {
				t.Errorf("%s %q is not understood: %s", f.Name, c.Name, plain(a))
			}
		}
	}
	if a := s.Handle(t.Context(), ask(bot.Discord, moderator(bot.Discord), bot.NewSub("group", "show", "group", "Nobody's circle"))); !strings.Contains(plain(a), "You have no group called") {
		t.Errorf("%s", plain(a))
	}
}

// A group is not named "none" by somebody who means to take the name away.
func TestAGroupKeepsAName(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, _ := s.sample(t, bot.Discord)
	before := s.store.dump()
	for lang, c := range map[string]struct{ none, says string }{
		"en": {"None", "every group has a name: write the new one"},
		"es": {"ninguno", "todos los grupos tienen un nombre: escriba el nuevo"},
	} {
		r := ask(bot.Discord, moderator(bot.Discord), bot.NewSub("group", "set", "group", g.ID, "name", c.none))
		r.Lang = lang
		if a := s.Handle(t.Context(), r); !strings.Contains(strings.ToLower(plain(a)), c.says) || s.store.dump() != before {
			t.Errorf("%s: %s", lang, plain(a))
		}
	}
}

// One command can name several sessions or dates, with semicolons between as in a form.
func TestSeveralValuesInOneCommand(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	g, _ := s.sample(t, bot.Discord)
	for _, c := range []bot.Call{
		bot.NewSub("group", "set", "group", g.ID, "session", "none"),
		bot.NewSub("group", "set", "group", g.ID, "session", "mondays 6pm, 90 minutes; thursdays 6pm, 1 hour", "skip", "December 24; December 31"),
	} {
		if a := s.Handle(t.Context(), ask(bot.Discord, moderator(bot.Discord), c)); a.Form != nil || !strings.Contains(plain(a), "was updated") {
			t.Fatalf("%v: %s", c, plain(a))
		}
	}
	got, err := s.store.Group(t.Context(), g.ID)
	if err != nil || len(got.Sessions) != 2 || len(got.Skips) != 2 || got.Sessions[1].Length != time.Hour {
		t.Errorf("%+v, %v", got, err)
	}
}

// Before a second session is saved, the form shows both, because the person may have meant to replace
// the first. The rest of the command is not lost.
func TestASecondSessionIsAskedBack(t *testing.T) {
	t.Parallel()
	for _, p := range []bot.Platform{bot.Discord, bot.Slack, bot.Playground} {
		s := newSetup(t)
		g, _ := s.sample(t, p)
		by := moderator(p)
		r := ask(p, by, bot.NewSub("group", "set", "group", g.ID, "session", "every Tuesday at 7:00 PM, 60 minutes", "name", "Late circle"))
		before := s.store.dump()
		a := s.Handle(t.Context(), r)
		const says = "This group already meets: Mondays at 6:00 PM, 90 minutes. The new time was added in this form. Nothing is saved yet."
		if a.Form == nil || !strings.Contains(plain(bot.Answer{Message: bot.Message{Blocks: a.Form.Preview}}), says) || s.store.dump() != before {
			t.Fatalf("%s: %s", p, plain(a))
		}
		values := map[string]string{}
		for _, f := range a.Form.Fields {
			values[f.Name] = f.Value
		}
		if len(values) != 2 || values["name"] != "Late circle" || values["session"] != "Mondays at 6:00 PM, 1h30m; Tuesdays at 7:00 PM, 1h" {
			t.Errorf("%s: the form has %v", p, values)
		}
		a = submit(t, s, r, a.Form, map[string]string{"session": "Tuesdays at 7:00 PM, 60 minutes"})
		got, err := s.store.Group(t.Context(), g.ID)
		if err != nil || len(got.Sessions) != 1 || got.Sessions[0].Rule != "Tuesdays at 7:00 PM" || got.Name != "Late circle" {
			t.Errorf("%s: %+v, %v: %s", p, got, err, plain(a))
		}
		many := ask(p, by, bot.NewSub("group", "set", "group", g.ID, "session", "every Wednesday at 7:00 PM, 60 minutes", "name", "Other", "zone", "America/Denver", "quiet", "none", "langs", "en,es", "view", "yes"))
		before = s.store.dump()
		if a := s.Handle(t.Context(), many); a.Form != nil || !strings.Contains(plain(a), "already meets: Tuesdays at 7:00 PM, 1 hour. The new time would be added to that. Nothing is saved yet.") || s.store.dump() != before {
			t.Errorf("%s: more than a form holds is not asked back: %s", p, plain(a))
		}
		again := ask(p, by, bot.NewSub("group", "set", "group", g.ID, "session", "tuesday 7pm, 60 minutes")) // there already
		if a := s.Handle(t.Context(), again); a.Form != nil {
			t.Errorf("%s: a session that is there is asked back: %s", p, plain(a))
		}
		swap := ask(p, by, bot.NewSub("group", "set", "group", g.ID, "session", "every Friday at 7:00 PM, 60 minutes", "drop", "Tuesdays at 7:00 PM, 1h"))
		if a := s.Handle(t.Context(), swap); a.Form != nil || !strings.Contains(plain(a), "Fridays at 7:00 PM") {
			t.Errorf("%s: a session in the place of one: %s", p, plain(a))
		}
		s.Handle(t.Context(), ask(p, by, bot.NewSub("group", "set", "group", g.ID, "skip", "December 24, 2026")))
		more := ask(p, by, bot.NewSub("group", "set", "group", g.ID, "session", "every Sunday at 7:00 PM, 60 minutes", "drop", "December 24, 2026"))
		a = s.Handle(t.Context(), more)
		if got, err := s.store.Group(t.Context(), g.ID); err != nil || len(got.Sessions) != 2 || len(got.Skips) != 0 {
			t.Errorf("%s: what is dropped beside a new session stays: %+v, %v: %s", p, got, err, plain(a))
		}
	}
}
