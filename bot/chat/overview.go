package chat

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/bot/delivery"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

var _ bot.Boarder = (*Bot)(nil)

// Bounds of the board.
const (
	boardPage    = 20   // sections on a page
	boardDays    = 8    // today and the next seven
	boardLines   = 40   // of a day
	boardCards   = 15   // without approval named one by one
	boardPosts   = 1000 // of today's posts looked at
	boardSoon    = 1000 // reminders looked at for the days ahead, the soonest first
	boardTrouble = 10   // troubles named one by one
)

// boardHandler makes the board.
type boardHandler struct{ *kit }

// Board is what staff see of everything, and what members see instead. Rights
// are looked at first.
func (b *Bot) Board(ctx context.Context, r bot.Request, page int) (board bot.Board) {
	defer func() {
		if recover() != nil {
			b.log.Error("board panicked", "at", panicked())
			board = bot.Board{Sections: []bot.Message{b.sorry(r).Message}, Pages: 1}
		}
	}()
	toSign, err := b.signing.section(ctx, r)
	if err != nil { // the rest of the Home is worth more
		b.log.Error("cards to sign could not be looked up", "fault", kindOf(err))
	}
	if !r.Actor.May() {
		return bot.Board{Sections: append(toSign, b.board.welcome(r)), Pages: 1}
	}
	board, err = b.board.overview(ctx, r, page)
	if err != nil {
		b.log.Error("board failed", "fault", kindOf(err))
		return bot.Board{Sections: []bot.Message{b.sorry(r).Message}, Pages: 1}
	}
	if board.Page == 0 {
		board.Sections = append(toSign, board.Sections...)
	}
	board.Sections[len(board.Sections)-1].Footer = cards.Pointer(b.in(r))
	return board
}

// welcome says what this is, and where help is.
func (h *boardHandler) welcome(r bot.Request) bot.Message {
	w := h.in(r)
	m := h.say(r, w.T("This is an automated bot with fixed text. It is not a person, and nobody watches it. Only you can see its answers.")).Message
	m.Title = w.T("What you can ask")
	m.Actions = []bot.Action{{Label: w.T("What you can ask"), Call: bot.NewCall("help")}, {Label: w.T("Help now"), Call: bot.NewCall("crisis")}, {Label: w.T("Contact the clinic"), Call: bot.NewCall("contact")}}
	return m
}

// desk is what the board is made of.
type desk struct {
	r         bot.Request
	w         *words.Reader
	lang      string
	zone      *time.Location
	groups    []bot.Group
	by        map[string]bot.Group
	reminders map[string][]bot.Reminder // by group
	troubles  []bot.OpenTrouble
	bad       map[bot.Place]bot.OpenTrouble // places that posts do not reach
	concerns  []bot.Concern

	unapproved []content.Card // in the groups' languages
}

func (h *boardHandler) overview(ctx context.Context, r bot.Request, page int) (bot.Board, error) {
	d, err := h.deskOf(ctx, r)
	if err != nil {
		return bot.Board{}, err
	}
	days, err := h.days(ctx, d)
	if err != nil {
		return bot.Board{}, err
	}
	sections := []func() bot.Message{func() bot.Message { return h.healthSection(d) }}
	for _, c := range d.concerns {
		sections = append(sections, func() bot.Message { return h.concernSection(d, c) })
	}
	for _, m := range days {
		sections = append(sections, func() bot.Message { return m })
	}
	if m, any := unapprovedSection(d); any {
		sections = append(sections, func() bot.Message { return m })
	}
	for _, g := range d.groups {
		sections = append(sections, func() bot.Message { return h.groupSection(d, g) })
		for _, rem := range d.reminders[g.ID] {
			sections = append(sections, func() bot.Message { return h.reminderSection(d, rem, g) })
		}
	}
	board := bot.Board{Pages: (len(sections) + boardPage - 1) / boardPage}
	board.Page = min(max(page, 0), board.Pages-1)
	for _, section := range sections[board.Page*boardPage : min((board.Page+1)*boardPage, len(sections))] {
		board.Sections = append(board.Sections, section())
	}
	return board, nil
}

func (h *boardHandler) deskOf(ctx context.Context, r bot.Request) (desk, error) {
	d := desk{r: r, w: h.in(r), lang: h.lang(r.Lang), zone: time.UTC, by: make(map[string]bot.Group), reminders: make(map[string][]bot.Reminder)}
	var err error
	if d.groups, err = h.groups(ctx, r); err != nil {
		return d, err
	}
	all, err := h.store.Reminders(ctx, "")
	if err != nil {
		return d, err
	}
	for _, rem := range all {
		d.reminders[rem.Group] = append(d.reminders[rem.Group], rem)
	}
	if d.troubles, err = h.store.Troubles(ctx); err != nil {
		return d, err
	}
	d.bad = placesIn(d.troubles)
	if r.Platform == h.staff.Platform {
		if d.concerns, err = h.store.Concerns(ctx); err != nil {
			return d, err
		}
	}
	zone := r.Zone
	for _, g := range d.groups {
		d.by[g.ID] = g
		zone = cmp.Or(zone, g.Zone)
	}
	if loc, err := scheduler.ParseZone(zone); err == nil {
		d.zone = loc
	}
	d.unapproved = h.deck.Unapproved(d.groups)
	return d, nil
}

// healthSection says how the platforms and places are, and what waits for staff.
func (h *boardHandler) healthSection(d desk) bot.Message {
	w := d.w
	down := make(map[bot.Platform]bool)
	for _, t := range d.troubles {
		if p, ok := t.Subject.Platform(); ok {
			down[p] = true
		}
	}
	places := make(map[bot.Platform][]bot.Place)
	seen := func(p bot.Place) {
		if p != (bot.Place{}) && !slices.Contains(places[p.Platform], p) {
			places[p.Platform] = append(places[p.Platform], p)
		}
	}
	seen(h.staff)
	for _, g := range d.groups {
		seen(g.Moderators)
		for _, p := range g.Places {
			seen(p)
		}
	}
	var lines [][]content.Span
	for _, platform := range []bot.Platform{bot.Discord, bot.Slack, bot.Playground} {
		if len(places[platform]) == 0 {
			continue
		}
		bad := 0
		for _, p := range places[platform] {
			if _, ok := d.bad[p]; ok {
				bad++
			}
		}
		line := w.T("%s works.", titleOf(platform))
		if down[platform] {
			line = w.T("%s has a problem right now.", titleOf(platform))
		}
		if n := len(places[platform]); bad == 0 {
			line += " " + w.N(n, "Posts reach %d channel.", "Posts reach all %d channels.", n)
		} else {
			line += " " + w.N(bad, "Posts do not reach %d channel of %d.", "Posts do not reach %d channels of %d.", bad, n)
		}
		lines = append(lines, words.Join(line))
	}
	for _, t := range d.troubles[:min(len(d.troubles), boardTrouble)] {
		lines = append(lines, w.Say("Trouble: %s, since %s (%s).", h.about(d, t), w.Moment(t.Since, d.zone), w.Reason(t.Reason)))
	}
	if more := len(d.troubles) - boardTrouble; more > 0 {
		lines = append(lines, w.Say("And %d more.", more))
	}
	lines = append(lines, w.Say("Cards without a clinician’s approval: %d", len(d.unapproved)), w.Say("Open concerns: %d", len(d.concerns)))
	return bot.Message{
		Title: w.T("Overview"), Blocks: []content.Block{words.Bullets(lines...)},
		Actions: []bot.Action{
			{Label: w.T("Add a reminder"), Call: sub("reminder", "add"), Style: bot.Primary},
			{Label: w.T("Add a group"), Call: sub("group", "add")},
			{Label: w.T("History"), Call: sub("reminder", "history")},
			monthButton(w),
		},
	}
}

// about names what a trouble is about, by what people call it.
func (h *boardHandler) about(d desk, t bot.OpenTrouble) []content.Span {
	names := words.Names{Group: d.by[t.Group].Name}
	for _, rem := range d.reminders[t.Group] {
		if t.Subject == bot.ReminderSubject(rem.ID) {
			names.Topic = h.deck.TopicTitle(rem.Topic, d.lang)
		}
	}
	return d.w.Subject(t.Subject, names)
}

// unapprovedSection names those cards and who can do something about it.
func unapprovedSection(d desk) (m bot.Message, any bool) {
	all := d.unapproved
	var lines []string
	for _, c := range all[:min(len(all), boardCards)] {
		lines = append(lines, fmt.Sprintf("%s (%s, %s)", c.Title, c.ID, c.Lang))
	}
	if more := len(all) - boardCards; more > 0 {
		lines = append(lines, d.w.T("And %d more.", more))
	}
	return bot.Message{Title: d.w.T("Cards without approval"), Blocks: []content.Block{content.Text(d.w.T("They are not posted until a clinician has read and approved them. The person who runs this bot records the approval.")), content.Bullets(lines...)}}, len(all) > 0
}

func titleOf(p bot.Platform) string { return strings.ToUpper(string(p[:1])) + string(p[1:]) }

func (h *boardHandler) concernSection(d desk, c bot.Concern) bot.Message {
	name := cmp.Or(d.by[c.Group].Name, c.Group)
	text := fmt.Sprintf("%s, %s, %s (%s)", d.w.Category(c.Category), name, d.w.Dates(c.Day), d.w.HowMany(c.Count))
	if c.State == bot.ConcernTaken {
		text += ". " + d.w.T("In progress") + "."
	}
	return bot.Message{Title: d.w.T("Open concern"), Blocks: []content.Block{content.Text(text)}, Actions: delivery.ConcernActions(d.w, c.ID, c.State)}
}

// event is one line of a day.
type event struct {
	at   time.Time
	line []content.Span
}

// days are the sections of today, with what was posted already, and of the days
// that follow.
func (h *boardHandler) days(ctx context.Context, d desk) ([]bot.Message, error) {
	now := h.now().In(d.zone)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, d.zone)
	all, err := h.posted(ctx, d, today)
	if err != nil {
		return nil, err
	}
	all = append(all, h.planned(d, today.AddDate(0, 0, boardDays))...)
	slices.SortStableFunc(all, func(a, b event) int { return a.at.Compare(b.at) })
	var out []bot.Message
	for n := range boardDays {
		if m, any := daySection(d, today, n, all); any {
			out = append(out, m)
		}
	}
	return out, nil
}

// posted is what became of the posts that have been due since a moment.
func (h *boardHandler) posted(ctx context.Context, d desk, since time.Time) ([]event, error) {
	all, err := h.store.Deliveries(ctx, bot.DeliveryFilter{Since: since, Limit: boardPosts})
	if err != nil {
		return nil, err
	}
	var out []event
	for _, p := range all {
		g, ok := d.by[p.Group]
		if p.Kind != bot.OfReminder || !ok || p.At.Before(since) {
			continue
		}
		out = append(out, event{p.At, words.Join(g.Name+", "+h.deck.TopicTitle(p.Card, d.lang)+", ", p.Place, ": "+d.w.Outcome(p))})
	}
	return out, nil
}

// planned is what comes until a moment.
func (h *boardHandler) planned(d desk, end time.Time) []event {
	var out []event
	for _, rem := range soon(d, end) {
		g := d.by[rem.Group]
		calendar, rule, err := bot.Timing(rem, g)
		if err != nil {
			continue // it rests; its own section says why
		}
		line := words.Join(g.Name+", "+h.deck.TopicTitle(rem.Topic, d.lang)+", ", where(g, d.r.Platform))
		if !h.deck.AnyApproved(rem.Topic, g) {
			line = words.Join(line, ": "+d.w.T("will be skipped, not approved yet"))
		}
		for o, ok := rem.Next, true; ok && o.At.Before(end); o, ok = calendar.Next(rule, o) {
			if calendar.CalledOff(rule, o) == 0 {
				out = append(out, event{o.At, line})
			}
		}
	}
	return out
}

// soon are the reminders that come before a moment, the soonest first.
func soon(d desk, end time.Time) []bot.Reminder {
	var out []bot.Reminder
	for _, some := range d.reminders {
		for _, rem := range some {
			if _, ok := d.by[rem.Group]; ok && !rem.Next.At.IsZero() && rem.Next.At.Before(end) {
				out = append(out, rem)
			}
		}
	}
	slices.SortFunc(out, func(a, b bot.Reminder) int {
		return cmp.Or(a.Next.At.Compare(b.Next.At), strings.Compare(a.ID, b.ID))
	})
	return out[:min(len(out), boardSoon)]
}

// daySection shows the n-th day from today, and reports whether anything is to be said
// of it: of today always.
func daySection(d desk, today time.Time, n int, all []event) (m bot.Message, any bool) {
	from, to := today.AddDate(0, 0, n), today.AddDate(0, 0, n+1)
	var lines [][]content.Span
	more := 0
	for _, e := range all {
		switch {
		case e.at.Before(from) || !e.at.Before(to):
		case len(lines) == boardLines:
			more++
		default:
			lines = append(lines, words.Join(d.w.Clock(e.at, d.zone)+": ", e.line))
		}
	}
	if more > 0 {
		lines = append(lines, d.w.Say("And %d more.", more))
	}
	m = bot.Message{Title: d.w.Date(from), Blocks: []content.Block{words.Bullets(lines...)}}
	if n == 0 {
		m.Title = d.w.T("Today") + ", " + m.Title
		if len(lines) == 0 {
			m.Blocks = []content.Block{content.Text(d.w.T("Nothing is planned."))}
		}
	}
	return m, n == 0 || len(lines) > 0
}

// where names a group's channels on the reader's platform, and the other platforms
// that it has channels on.
func where(g bot.Group, reader bot.Platform) []content.Span {
	var out [][]content.Span
	var named []bot.Platform
	for _, p := range g.Places {
		switch {
		case p.Platform == reader:
			out = append(out, words.Join(p))
		case !slices.Contains(named, p.Platform):
			named = append(named, p.Platform)
			out = append(out, words.Join(titleOf(p.Platform)))
		}
	}
	return words.Beside(out, ", ")
}

func (h *boardHandler) groupSection(d desk, g bot.Group) bot.Message {
	w := d.w
	m := bot.Message{Title: g.Name, Blocks: []content.Block{words.Paragraph(words.Beside(h.groupLines(d.r, g, d.bad), " · "))}}
	pause := bot.Action{Label: w.T("Pause"), Call: sub("group", "pause", "group", g.ID)}
	if rest := w.Resting(g.Paused, h.now(), d.zone); rest != nil {
		m.Blocks = append(m.Blocks, words.Paragraph(rest))
		pause = bot.Action{Label: w.T("Resume"), Call: sub("group", "resume", "group", g.ID)}
	}
	m.Actions = []bot.Action{
		pause, {Label: w.T("Edit"), Call: sub("group", "edit", "group", g.ID)},
		{Label: w.T("Channels and meetings"), Call: sub("group", "meetings", "group", g.ID)},
		{Label: w.T("Confidence was broken"), Call: sub("group", "breach", "group", g.ID)},
		{Label: w.T("Remove"), Call: sub("group", "remove", "group", g.ID), Style: bot.Danger},
	}
	return m
}

func (h *boardHandler) reminderSection(d desk, rem bot.Reminder, g bot.Group) bot.Message {
	w := d.w
	text := fmt.Sprintf("%s, %s (%s)", g.Name, w.Describe(rem.Rule), rem.ID)
	m := bot.Message{Title: h.deck.TopicTitle(rem.Topic, d.lang), Blocks: []content.Block{content.Text(text)}}
	state := w.Resting(later(rem.Paused, g.Paused), h.now(), d.zone)
	if state == nil && !rem.Next.At.IsZero() {
		state = w.Say("Next: %s", w.Moment(rem.Next.At, d.zone))
	}
	if fault := h.fault(d.r, rem, g); fault != nil {
		state = fault
	}
	if state != nil {
		m.Blocks = append(m.Blocks, words.Paragraph(state))
	}
	pause := bot.Action{Label: w.T("Pause"), Call: sub("reminder", "pause", "id", rem.ID)}
	if rem.Paused.After(h.now()) {
		pause = bot.Action{Label: w.T("Resume"), Call: sub("reminder", "resume", "id", rem.ID)}
	}
	m.Actions = []bot.Action{pause, {Label: w.T("Edit"), Call: sub("reminder", "edit", "id", rem.ID)}}
	if h.testPlace(g, d.r.Platform) != (bot.Place{}) {
		m.Actions = append(m.Actions, bot.Action{Label: w.T("Test"), Call: sub("reminder", "test", "id", rem.ID)})
	}
	m.Actions = append(m.Actions, bot.Action{Label: w.T("Remove"), Call: sub("reminder", "remove", "id", rem.ID), Style: bot.Danger})
	return m
}
