package changes

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// room is a thing with a field of one value and a field of several.
type room struct {
	floor string
	keys  []string
}

// roomTable describes each field once; everything else in this file is made from it.
func roomTable() Table[room] {
	return Table[room]{
		{
			Name: "floor", Label: "Floor", Summary: "Where it is", Example: "2", Max: 10, Needed: true,
			Set: func(_ context.Context, _ Asker, r *room, text string) error {
				if text == "roof" {
					return bot.Wrong("there is no room on the roof")
				}
				r.floor = text
				return nil
			},
			Check: func(r room) error {
				if r.floor == "13" {
					return bot.Wrong("there is no floor 13")
				}
				return nil
			},
			Texts: one(func(r room) string { return r.floor }),
		},
		several[room, string]{
			at:   func(r *room) *[]string { return &r.keys },
			same: func(a, b string) bool { return a == b },
			read: func(_ context.Context, _ Asker, _ room, text string) (string, error) {
				if text == "lost" {
					return "", bot.Wrong("that key is lost")
				}
				if strings.Contains(text, "; torn") {
					return "", bot.Wrong("no more than one key")
				}
				return text, nil
			},
			text: func(_ *words.Reader, key string) string { return key },
			say:  func(_ *words.Reader, key string) string { return "key " + key },
		}.field(Field[room]{Name: "keys", Label: "Key", Many: "Keys", Summary: "A key to add"}),
	}
}

func inEnglish() Asker { return Asker{Words: words.InEnglish()} }

func TestACommandAddsWhatItNames(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		args map[string]string
		want room
		says string // a part of the error
	}{
		{"nothing", nil, room{"1", []string{"a"}}, ""},
		{"blank", map[string]string{"floor": "  "}, room{"1", []string{"a"}}, ""},
		{"one of several", map[string]string{"keys": " b "}, room{"1", []string{"a", "b"}}, ""},
		{"none of several", map[string]string{"keys": "None"}, room{"1", nil}, ""},
		{"both", map[string]string{"floor": "2", "keys": "b"}, room{"2", []string{"a", "b"}}, ""},
		{"refused", map[string]string{"floor": "roof"}, room{"1", []string{"a"}}, "no room on the roof"},
		{"a value with a semicolon", map[string]string{"keys": "b; c"}, room{"1", []string{"a", "b; c"}}, ""},
		{"several", map[string]string{"keys": "b; torn; c;"}, room{"1", []string{"a", "b", "torn", "c"}}, ""},
		{"one of several refused", map[string]string{"keys": "b; lost; torn"}, room{"1", []string{"a"}}, "no more than one key"},
		{"one value has no none", map[string]string{"floor": "none"}, room{"none", []string{"a"}}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := room{"1", []string{"a"}}
			err := roomTable().Add(t.Context(), inEnglish(), &got, tc.args)
			about := "floor"
			if tc.args["keys"] != "" {
				about = "keys"
			}
			held(t, err, tc.says, about)
			same(t, got, tc.want)
		})
	}
}

func TestAFormReplacesWhatItShows(t *testing.T) {
	t.Parallel()
	was := room{"1", []string{"a", "lost"}}
	for _, tc := range []struct {
		name  string
		args  map[string]string
		want  room
		says  string
		about string
	}{
		{"nothing", nil, was, "", ""},
		{"as it stands, whatever is wrong by now", map[string]string{"floor": "1", "keys": "a; lost"}, was, "", ""},
		{"another order, one more", map[string]string{"keys": "b; a"}, room{"1", []string{"b", "a"}}, "", ""},
		{"emptied", map[string]string{"floor": "", "keys": " ; "}, room{"1", nil}, "", ""},
		{"a word for nothing", map[string]string{"keys": "None"}, room{"1", nil}, "", ""},
		{"refused", map[string]string{"floor": "roof"}, was, "no room on the roof", "floor"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			table, got := roomTable(), was
			err := table.Replace(t.Context(), inEnglish(), &got, table.Written(tc.args))
			held(t, err, tc.says, tc.about)
			if tc.says == "" {
				same(t, got, tc.want)
			}
		})
	}
	var form []bot.Field
	for _, f := range roomTable() {
		form = append(form, f.Form(words.InEnglish(), was))
	}
	if len(form) != 2 || form[0].Value != "1" || !form[0].Required || form[0].Max != 10 || form[1].Label != "Keys" || form[1].Value != "a; lost" {
		t.Errorf("the form asks %+v", form)
	}
}

// Faults reports each wrong value under its own field: those that Set refuses, and those that Check
// refuses.
func TestEveryFaultIsTold(t *testing.T) {
	t.Parallel()
	table := roomTable()
	faults := table.Faults(t.Context(), inEnglish(), room{}, table.Written(map[string]string{"floor": "13", "keys": "a; lost"}))
	if len(faults) != 2 || !strings.Contains(faults["floor"].Error(), "13") || !strings.Contains(faults["keys"].Error(), "lost") {
		t.Errorf("told: %v", faults)
	}
	held(t, table.Check(room{floor: "13"}), "no floor 13", "floor")
}

// If a saved value became wrong, it is no fault while it stays; changing it to another wrong value
// is one.
func TestALapsedValueThatStaysIsNoFault(t *testing.T) {
	t.Parallel()
	table := roomTable()
	table[0].Lapses = true
	for was, want := range map[string]int{"13": 1, "2": 2} {
		faults := table.Faults(t.Context(), inEnglish(), room{floor: was}, table.Written(map[string]string{"floor": "13", "keys": "lost"}))
		if len(faults) != want || faults["keys"] == nil {
			t.Errorf("floor %s before: told: %v", was, faults)
		}
	}
}

func TestWhatChangedIsTold(t *testing.T) {
	t.Parallel()
	w, table := words.InEnglish(), roomTable()
	for _, tc := range []struct {
		was, now room
		says     string
	}{
		{room{"1", []string{"a"}}, room{"1", []string{"a"}}, "Nothing changed. It was already set this way."},
		{room{"1", []string{"a"}}, room{"2", []string{"a"}}, "Saved. Floor: 2, before that: 1."},
		{room{"1", []string{"a"}}, room{"1", []string{"a", "b"}}, "Saved. Key: key b."},
		{room{"1", []string{"a", "b"}}, room{"1", []string{"b"}}, "Saved. No longer: Key: key a."},
		{room{"1", []string{"a"}}, room{"2", nil}, "Saved. Floor: 2, before that: 1. No longer: Key: key a."},
	} {
		got := words.Plain(table.Compare(w, tc.was, tc.now).Say(w, "Saved."))
		if got != tc.says {
			t.Errorf("%v becomes %v:\ngot  %s\nwant %s", tc.was, tc.now, got, tc.says)
		}
	}
}

func TestOneValueIsTakenAway(t *testing.T) {
	t.Parallel()
	w, table := words.InEnglish(), roomTable()
	for _, name := range []string{"b", "KEY B"} { // as people type it, and as it is shown
		was := room{"1", []string{"a", "b", "c"}}
		got := was
		if !table.TakeAway(t.Context(), Asker{Words: w}, &got, name) {
			t.Errorf("%s is not found", name)
		}
		same(t, got, room{"1", []string{"a", "c"}})
		same(t, was, room{"1", []string{"a", "b", "c"}}) // the slice that was shares is not changed
	}
	if r := (room{floor: "1"}); table.TakeAway(t.Context(), Asker{Words: w}, &r, "1") {
		t.Error("the one value of a field is taken away")
	}
	same(t, table.Removable(w, room{"1", []string{"a"}}), []bot.Choice{{Name: "key a", Value: "a"}})
}

// Two people have the same form open. The second is told what the first changed, and keeps what only
// the second changed.
func TestClashes(t *testing.T) {
	t.Parallel()
	w, table := words.InEnglish(), roomTable()
	was, now := room{"1", []string{"a"}}, room{"2", []string{"a"}}
	written := map[string]string{"floor": "3", "keys": "a; b"}
	told := func(clashes []Clash) (out []string) {
		for _, c := range clashes {
			out = append(out, c.Label+": "+words.Plain(c.Was)+" -> "+words.Plain(c.Now)+", mine "+words.Plain(c.Mine))
		}
		return out
	}
	clashes, mine, merged := table.Clashes(w, &was, now, written)
	same(t, told(clashes), []string{"Floor: 1 -> 2, mine 3"})
	same(t, mine, map[string]string{"keys": "a; b"})
	same(t, []bool{clashes[0].Both, merged}, []bool{true, true})

	// The second changed nothing, or the same to the same value.
	for _, floor := range []string{"1", "2", " 2 "} {
		clashes, _, merged = table.Clashes(w, &was, now, map[string]string{"floor": floor, "keys": "a"})
		same(t, told(clashes), []string{"Floor: 1 -> 2, mine "})
		same(t, []bool{clashes[0].Both, merged}, []bool{false, false})
	}

	clashes, mine, merged = table.Clashes(w, nil, now, written) // the state that the form showed is no longer known
	same(t, told(clashes), []string{"Floor:  -> 2, mine 3", "Key:  -> key a, mine a; b"})
	same(t, mine, map[string]string{})
	same(t, merged, false)
}

// One of several values can be removed by the text that people read or by the text that they type.
// The others keep their order.
func TestTakeAway(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{"b": {"a", "c"}, "Key B": {"a", "c"}, "a": {"b", "c"}, "d": nil, "1": nil} {
		was := []string{"a", "b", "c"}
		got := room{"1", was}
		if ok := roomTable().TakeAway(t.Context(), Asker{Words: words.InEnglish()}, &got, text); ok != (want != nil) {
			t.Errorf("%q is taken away: %v", text, ok)
		}
		if want == nil {
			want = was
		}
		same(t, got, room{"1", want})
		same(t, was, []string{"a", "b", "c"})
	}
}

func TestTablesMakeArguments(t *testing.T) {
	t.Parallel()
	same(t, roomTable().Only("keys", "nothing").Args(), []bot.Arg{{Name: "keys", Label: bot.Words{"en": "Key"}, Also: bot.Words{"en": ""}, Summary: bot.Words{"en": "A key to add"}}})
	lines := roomTable().Lines(words.InEnglish(), room{"1", []string{"a", "b"}})
	var said []string
	for _, l := range lines {
		said = append(said, words.Plain(l.Spans()))
	}
	same(t, said, []string{"Floor: 1", "Key: key a", "Key: key b"})
}

// held checks that an error says something about a field, or that err is nil.
func held(t *testing.T, err error, says, about string) {
	t.Helper()
	if says == "" {
		if err != nil {
			t.Error(err)
		}
		return
	}
	var said *bot.UserError
	if !errors.As(err, &said) || !strings.Contains(said.Message, says) || said.Field != about {
		t.Errorf("got %v, want %q about %q", err, says, about)
	}
}

func same[T any](t *testing.T, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// People can write the name of a zone in many ways.
func TestZonesAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"america/los_angeles": "America/Los_Angeles", " America/New York ": "America/New_York", "EUROPE/PARIS": "Europe/Paris", "PST": "PST", "Los Angeles": "Los Angeles",
	} {
		var g bot.Group
		if err := zoneField().Set(t.Context(), Asker{}, &g, text); err != nil || g.Zone != want {
			t.Errorf("zone %q: %q, %v, want %q", text, g.Zone, err, want)
		}
	}
}
