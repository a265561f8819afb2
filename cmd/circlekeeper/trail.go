package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// trail puts the entries of the audit trail into words, from the oldest on. It keeps the state
// of each target, to say what the next entry has changed.
type trail struct {
	say    *words.Reader
	tables *changes.Saver               // describes the fields
	here   *time.Location               // the machine's zone
	clock  *time.Location               // of every line, so that they can be compared
	zones  map[string]*time.Location    // by group, also removed ones
	at     map[bot.Place]*time.Location // by the groups' channels

	// State after the last entry.
	groups    map[string]bot.Group
	reminders map[string]bot.Reminder
}

// row returns an entry as a row. It is called for the oldest entry first.
func (t *trail) row(e bot.AuditEntry) []string {
	return []string{t.say.Moment(e.At, t.clock).String(), e.Actor, e.Action, e.Target, strings.Join(t.became(e), "; ")}
}

// kind is what an entry is about: "group" of "group add".
func kind(e bot.AuditEntry) string {
	kind, _, _ := strings.Cut(e.Action, " ")
	return kind
}

// zone returns the zone of the group that an entry is about.
func (t *trail) zone(e bot.AuditEntry) *time.Location {
	switch kind(e) {
	case "group":
		return cmp.Or(t.zones[e.Target], zoneOf(t.groups[e.Target]))
	case "reminder":
		return cmp.Or(t.zones[t.reminders[e.Target].Group], t.here)
	}
	var posted struct{ Place bot.Place }
	if err := json.Unmarshal([]byte(e.Detail), &posted); err != nil {
		return t.here
	}
	return cmp.Or(t.at[posted.Place], t.here)
}

// became returns the values that an entry gave its target; nothing if it was removed. Values
// that cannot be read are returned as they are.
func (t *trail) became(e bot.AuditEntry) []string {
	if e.Detail == "{}" {
		return nil
	}
	switch {
	case kind(e) == "group":
		if was, is, ok := next(t.groups, e); ok {
			return t.group(was, is)
		}
	case kind(e) == "reminder":
		if was, is, ok := next(t.reminders, e); ok {
			return t.reminder(was, is)
		}
	case e.Action == "content approve":
		var a content.Approval
		if err := json.Unmarshal([]byte(e.Detail), &a); err == nil { // each entry names the reviewer
			return []string{"signed by " + a.Reviewer, "hash " + a.Hash, "to be read again by " + t.say.Calendar.Day(a.ReviewBy)}
		}
	}
	return t.other(e)
}

// next returns a target's state before and after an entry.
func next[T any](left map[string]T, e bot.AuditEntry) (was, is T, ok bool) {
	if err := json.Unmarshal([]byte(e.Detail), &is); err != nil {
		return was, is, false
	}
	was, left[e.Target] = left[e.Target], is
	return was, is, true
}

func (t *trail) group(was, g bot.Group) []string {
	out := values(t.tables.Groups.Fields, t.say, was, g)
	zone := zoneOf(g)
	if !g.Paused.Equal(was.Paused) {
		out = append(out, t.pause(g.Paused, zone))
	}
	before, after := scheduler.Changes(was.Exceptions), scheduler.Changes(g.Exceptions)
	for _, e := range after {
		switch {
		case slices.Contains(before, e):
		case e.To.IsZero():
			out = append(out, "session of "+civilText(t.say, e.Start)+": cancelled")
		default:
			out = append(out, "session of "+civilText(t.say, e.Start)+": moved to "+civilText(t.say, e.To))
		}
	}
	for _, e := range before {
		again := slices.ContainsFunc(after, func(o scheduler.Change) bool { return o.Start == e.Start })
		if !again {
			out = append(out, "session of "+civilText(t.say, e.Start)+": as planned")
		}
	}
	return out
}

func (t *trail) reminder(was, r bot.Reminder) []string {
	var out []string
	if r.Group != was.Group {
		out = append(out, "Group: "+r.Group)
	}
	out = append(out, values(t.tables.Reminders.Fields, t.say, was, r)...)
	if !r.Paused.Equal(was.Paused) {
		out = append(out, t.pause(r.Paused, cmp.Or(t.zones[r.Group], t.here)))
	}
	return out
}

// values returns the fields that changed, as in lists.
func values[T any](fields changes.Table[T], w *words.Reader, was, now T) []string {
	var out []string
	d := fields.Compare(w, was, now)
	for _, l := range d.New {
		out = append(out, words.Plain(l.Spans()))
	}
	for _, l := range d.Gone {
		out = append(out, "No longer: "+words.Plain(l.Spans()))
	}
	return out
}

func (t *trail) pause(until time.Time, zone *time.Location) string {
	switch {
	case until.IsZero():
		return "not paused"
	case until.Equal(bot.Forever):
		return "paused until resumed"
	}
	return "paused until " + t.say.Moment(until, zone).String()
}

// other returns the fields of a target that has no table of fields.
func (t *trail) other(e bot.AuditEntry) []string {
	var now map[string]any
	if err := json.Unmarshal([]byte(e.Detail), &now); err != nil {
		return []string{e.Detail}
	}
	delete(now, "key") // means something only to the program
	var out []string
	for _, name := range slices.Sorted(maps.Keys(now)) {
		out = append(out, strings.ToLower(name)+": "+t.inWords(now[name], t.zone(e)))
	}
	return out
}

// inWords returns a field for people.
func (t *trail) inWords(v any, zone *time.Location) string {
	text := fmt.Sprint(v)
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return t.say.Moment(at, zone).String()
	}
	return text
}
