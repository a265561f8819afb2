package database

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// script is what happens in a world. It follows from the seed. A shorter script of the same
// seed leaves events out and changes nothing else.
type script struct {
	seed     uint64
	start    time.Time
	length   time.Duration
	groups   int
	replicas int
	keep     time.Duration // how long deliveries and the audit trail are kept; 0 for ever
	events   []event
}

// event is one thing that happens to a world: a fault, or a change that people make.
type event struct {
	n    uint64 // its number: with the seed, it decides all details of the event
	at   time.Duration
	kind string
	span time.Duration
}

func (e event) due(start time.Time) time.Time { return start.Add(e.at) }

func (e event) String() string {
	return fmt.Sprintf("%d. after %s: %s (%s)", e.n, e.at.Round(time.Second), e.kind, e.span.Round(time.Second))
}

// choice gives the random numbers from which the details of an event follow.
func (s script) choice(e event) *rand.Rand { return rand.New(rand.NewPCG(s.seed, e.n)) } //nolint:gosec // to be seen again

// faults lists what can go wrong, and for how long: the least and the most.
func faults(several bool) map[string][2]time.Duration {
	all := map[string][2]time.Duration{
		"killed":                    {time.Second, 6 * time.Hour},
		"stopped":                   {time.Second, 2 * time.Hour},
		"killed while planning":     {time.Second, 20 * time.Minute},
		"killed after the grant":    {time.Second, 20 * time.Minute},
		"killed before the request": {time.Second, 20 * time.Minute},
		"killed after the post":     {time.Second, 20 * time.Minute},
		"killed before settling":    {time.Second, 20 * time.Minute},
		"killed after settling":     {time.Second, 20 * time.Minute},
		"answer lost":               {0, 0},
		"request lost":              {0, 0},
		"answer late":               {0, 0},
		"refused once":              {0, 0},
		"message refused":           {0, 0},
		"429 once":                  {time.Second, 3 * time.Minute},
		"429 for a platform":        {time.Second, 30 * time.Minute},
		"429 for a place":           {time.Minute, 2 * time.Hour},
		"403 for a place":           {time.Hour, 40 * time.Hour},
		"down: 503":                 {time.Minute, 8 * time.Hour},
		"down: no answer":           {time.Minute, 3 * time.Hour},
		"down: swallows":            {time.Minute, 20 * time.Minute},
		"backup":                    {0, 0},
		"pause":                     {6 * time.Second, 4 * time.Minute},
	}
	if several {
		return all
	}
	all["restore"] = [2]time.Duration{time.Minute, 5 * time.Hour}
	all["clock ahead"] = [2]time.Duration{time.Minute, 5 * time.Hour}
	all["clock behind"] = [2]time.Duration{time.Minute, 5 * time.Hour}
	all["started with the clock ahead"] = [2]time.Duration{time.Minute, 3 * time.Hour}
	all["the machine slept"] = [2]time.Duration{time.Minute, 5 * time.Hour}
	return all
}

// changes are what people do.
func edits() []string {
	return []string{
		"session cancelled", "session moved", "date skipped", "group paused", "group resumed", "reminder paused", "reminder resumed",
		"rule changed", "zone changed", "quiet hours changed", "place taken away", "place added", "reminder removed", "reminder restored",
		"group removed", "group restored", "reminder added", "signed again",
	}
}

// timings lists the edits that change when something is due.
func timings() []string { return []string{"session moved", "rule changed", "zone changed"} }

// size says how large a world is.
type size struct {
	weeks, groups int
}

// write makes the script of a seed.
func write(seed uint64, of size) script {
	r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // to be seen again
	s := script{
		seed: seed, start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.IntN(365*24*60)) * time.Minute),
		length: time.Duration(of.weeks) * 7 * 24 * time.Hour, groups: of.groups, replicas: 1,
	}
	if r.IntN(3) == 0 {
		s.replicas = 2
	}
	if r.IntN(3) == 0 {
		s.keep = 30 * 24 * time.Hour
	}
	possible := faults(s.replicas > 1)
	kinds := make([]string, 0, len(possible))
	for k := range possible {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	// In the last two days nothing happens, so that every delivery can end.
	span := s.length - 48*time.Hour
	add := func(kind string, least, most time.Duration) {
		e := event{n: uint64(len(s.events) + 1), kind: kind, at: time.Duration(r.Int64N(int64(span))), span: least} //nolint:gosec // small
		if most > least {
			// Short ones more often than long ones.
			f := r.Float64()
			e.span += time.Duration(f * f * float64(most-least))
		}
		s.events = append(s.events, e)
	}
	for range of.weeks * (5 + r.IntN(5)) {
		k := kinds[r.IntN(len(kinds))]
		add(k, possible[k][0], possible[k][1])
	}
	if s.replicas == 1 && r.IntN(2) == 0 {
		n := len(s.events)
		add("backup", 0, 0)
		add("restore", time.Minute, 5*time.Hour)
		s.events[n].at /= 2
		s.events[n+1].at = s.events[n].at + time.Duration(r.Int64N(int64(span-s.events[n].at)))
		// Often somebody has changed a reminder between the backup and the restore, which
		// undoes it.
		for range r.IntN(4) {
			add(timings()[r.IntN(len(timings()))], 0, 0)
			last := &s.events[len(s.events)-1]
			last.at = s.events[n].at + time.Duration(r.Int64N(int64(s.events[n+1].at-s.events[n].at)+1))
		}
	}
	for range of.weeks * (1 + of.groups/3) * 2 {
		all := edits()
		add(all[r.IntN(len(all))], 0, 0)
	}
	// Sometimes somebody then pauses what was just planned.
	if r.IntN(3) == 0 {
		add("paused when due", 0, 0)
	}
	s.writeView(of, span)
	slices.SortStableFunc(s.events, func(a, b event) int { return int(a.at - b.at) })
	return s
}

// only keeps the events of the given numbers.
func (s script) only(numbers []uint64) script {
	s.events = slices.DeleteFunc(slices.Clone(s.events), func(e event) bool { return !slices.Contains(numbers, e.n) })
	return s
}

// before leaves out the events from a moment on.
func (s script) before(end time.Duration) script {
	s.events = slices.DeleteFunc(slices.Clone(s.events), func(e event) bool { return e.at > end })
	return s
}

func (s script) numbers() []uint64 {
	var out []uint64
	for _, e := range s.events {
		out = append(out, e.n)
	}
	return out
}

func (s script) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %d groups, %d processes, from %s\n", s.length, s.groups, s.replicas, s.start.Format(time.RFC3339))
	for _, e := range s.events {
		fmt.Fprintf(&b, "  %s\n", e)
	}
	return b.String()
}

// hook is a place in the program at which a fault can be made to happen.
type hook int

const (
	inPlan hook = iota
	beforeCarry
	afterBegin
	beforeRequest
	beforeSend
	atSend
	afterSend
	beforeSettle
	afterSettle
)

// shot takes the next fault that waits for a hook.
func (w *world) shot(h hook) (event, bool) {
	if len(w.shots[h]) == 0 {
		return event{}, false
	}
	e := w.shots[h][0]
	w.shots[h] = w.shots[h][1:]
	w.count.Faults++
	return e, true
}

// maybeKill kills the process that is at work if a fault says so.
func (w *world) maybeKill(r *replica, h hook) {
	if e, ok := w.shot(h); ok {
		w.killLater(r, e.span)
		panic(killed{})
	}
}

// killLater kills a process after its present task, which must panic right after this call.
func (w *world) killLater(r *replica, away time.Duration) { w.doomed = append(w.doomed, doom{r, away}) }

type doom struct {
	r    *replica
	away time.Duration
}

// pause suspends a process while its request is open.
func (w *world) pause(r *replica, span time.Duration) {
	r.paused = w.truth().Add(span)
	w.hinder(hindrance{from: w.truth(), to: r.paused, slack: 2 * time.Minute})
	w.park(span)
}

// happen carries out an event.
func (w *world) happen(e event) {
	c := w.script.choice(e)
	until := w.truth().Add(e.span)
	net := w.nets[platforms[c.IntN(2)]]
	one := w.replicas[c.IntN(len(w.replicas))]
	waits := map[string]hook{
		"killed while planning": inPlan, "killed after the grant": afterBegin, "killed before the request": beforeSend,
		"killed after the post": afterSend, "killed before settling": beforeSettle, "killed after settling": afterSettle,
		"answer lost": atSend, "request lost": atSend, "answer late": atSend, "refused once": atSend, "message refused": atSend, "429 once": atSend,
		"pause": beforeRequest, "paused when due": beforeCarry,
	}
	w.count.Events++
	if h, ok := waits[e.kind]; ok {
		w.shots[h] = append(w.shots[h], e)
		return
	}
	if slices.Contains(viewEdits(), e.kind) {
		if w.skew == 0 {
			w.changeView(e, c)
		}
		return
	}
	if slices.Contains(edits(), e.kind) {
		if w.skew == 0 {
			w.clinic.change(e.kind, c)
		}
		return
	}
	w.count.Faults++
	lasts := func(list *[]trial, place bool, mode string, slack time.Duration) {
		t := trial{until: until, mode: mode}
		h := hindrance{from: w.truth(), to: until, slack: slack, platform: net.name}
		if place {
			t.place = w.clinic.anyPlace(c, net.name)
			h.place = t.place
		}
		*list = append(slices.DeleteFunc(*list, func(o trial) bool { return !o.until.After(w.truth()) }), t)
		w.hinder(h)
	}
	switch e.kind {
	case "killed":
		w.kill(one, e.span)
	case "stopped":
		w.stop(one, e.span)
	case "429 for a platform":
		lasts(&net.limits, false, "", 5*time.Minute)
	case "429 for a place":
		lasts(&net.limits, true, "", 65*time.Minute)
	case "403 for a place":
		lasts(&net.shut, true, "", 12*time.Minute)
	case "down: 503":
		lasts(&net.down, false, "503", 5*time.Minute)
	case "down: no answer":
		lasts(&net.down, false, "silent", 5*time.Minute)
	case "down: swallows":
		lasts(&net.down, false, "swallows", 5*time.Minute)
	case "backup":
		w.backUp()
	case "restore":
		w.restore(e.span)
	case "clock ahead":
		w.clock(w.script.ahead(c, 100*time.Second, 8000*time.Second, 26*time.Hour, 40*24*time.Hour, 3*year), e.span)
	case "clock behind":
		w.clock(-[]time.Duration{100 * time.Second, 8000 * time.Second, 26 * time.Hour, 40 * 24 * time.Hour}[c.IntN(4)], e.span)
	case "started with the clock ahead":
		for _, r := range w.replicas {
			w.kill(r, time.Second)
		}
		w.clock(w.script.ahead(c, 8000*time.Second, 40*24*time.Hour, 3*year), e.span)
	case "clock right":
		w.clock(0, 0)
	case "the machine slept":
		w.hinder(hindrance{from: w.truth(), to: until, slack: 2 * time.Minute})
		w.slept += e.span
	default:
		w.fail("no such event: %s", e.kind)
	}
}

const year = 365 * 24 * time.Hour

// ahead chooses by how much a clock is ahead. By years it is about once in a world of a year, and
// as often as by the others in a world of a week: each time, the program puts what it missed in
// all these years on record.
func (s script) ahead(c *rand.Rand, all ...time.Duration) time.Duration {
	skew := all[c.IntN(len(all))]
	if most := int(s.length / (28 * 24 * time.Hour)); skew > year && most > 1 && c.IntN(most) > 0 {
		return all[len(all)-2]
	}
	return skew
}

// clock sets the machine's clock wrong for a while; right if skew is 0.
func (w *world) clock(skew, span time.Duration) {
	if w.skew < 0 { // what arrived while it was behind looks older than it is
		clear(w.checks.sent)
	}
	w.skew, w.right = skew, w.truth().Add(span)
	if skew == 0 {
		w.checks.clockRight = w.truth()
		return
	}
	w.checks.clockWrong = true
	if skew > 0 {
		w.checks.ahead = append(w.checks.ahead, [2]time.Time{w.machine(), w.right.Add(skew + time.Minute)})
	} else {
		w.checks.behind = append(w.checks.behind, [2]time.Time{w.machine(), w.truth()})
	}
	w.hinder(hindrance{from: earlier(w.truth(), w.machine()), to: w.right, slack: 3 * time.Minute})
}
