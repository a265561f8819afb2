package chat

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/bot/delivery"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// Bounds of the board, so that people can read it at a glance.
const (
	boardPage      = 20   // sections on a page of Home
	overviewPage   = 8    // sections in an answer to /overview
	boardDays      = 8    // today and the next seven
	boardLines     = 12   // of a day
	boardCards     = 15   // cards without approval that are named one by one
	boardPosts     = 1000 // posts of today that are read
	boardMeetings  = 50   // sessions of a group that are read
	boardReminders = 10   // reminders of a group that are named one by one
	boardTrouble   = 10   // troubles named one by one
)

// boardHandler makes the board.
type boardHandler struct{ *kit }

// Board is the board for staff, moderators and facilitators, or the welcome for members. It
// checks the right of the person who asks first.
func (b *Bot) Board(ctx context.Context, request bot.Request, page int) (board bot.Board) {
	r := b.asked(request)
	defer func() {
		if recover() != nil {
			b.log.Error("board panicked", "at", panicked())
			board = bot.Board{Sections: []bot.Message{sorry(r).Message}, Pages: 1}
		}
		board.Sections[len(board.Sections)-1].Footer = words.Pointer(r.w)
	}()
	control := &boardHandler{b.kit}
	toSign, err := (&signingHandler{b.kit}).section(ctx, r)
	if err != nil { // show the rest of the Home without it
		b.log.Error("cards to sign could not be looked up", "fault", kindOf(err))
	}
	if r = b.admitted(ctx, r); !r.Actor.May() {
		return bot.Board{Sections: append(toSign, control.welcome(r)), Pages: 1}
	}
	if err = b.Changes.Ready(r.Actor); err == nil {
		board, _, err = control.overview(ctx, r, page, boardPage)
	}
	if err != nil {
		b.log.Error("the board could not be made", "fault", kindOf(err))
		return bot.Board{Sections: []bot.Message{sorry(r).Message}, Pages: 1}
	}
	if board.Page == 0 {
		board.Sections = append(toSign, board.Sections...)
	}
	sections := make([]*bot.Message, len(board.Sections))
	for i := range board.Sections {
		sections[i] = &board.Sections[i]
	}
	b.channels.named(ctx, r.Platform, b.now(), sections...)
	return board
}

// welcome says what this is, and has a button for each topic, contact and help.
func (h *boardHandler) welcome(r asked) bot.Message {
	m := words.Notice(r.w.Say("This is an automated bot with fixed text. It is not a person, and nobody watches it. Only you can see its answers.")).Message
	m.Title, m.Actions = r.w.T("What you can ask"), h.deck.Topics(r.w)
	return m
}

// desk has the data that the board is made of.
type desk struct {
	r         asked
	zone      *time.Location
	now       time.Time
	groups    []bot.Group // what comes next first
	by        map[string]bot.Group
	reminders map[string][]bot.Reminder // by group, what comes next first
	troubles  []bot.OpenTrouble
	bad       map[bot.Place]bot.OpenTrouble // places that posts do not reach
	concerns  []bot.Concern
	ahead     []delivery.Coming // today and on the next seven days

	unapproved []content.Card // in the groups' languages
}

// today is the day that the reader has now, from its first moment.
func (d desk) today() time.Time {
	now := d.now.In(d.zone)
	return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, d.zone)
}

// section is one part of the board, made when its page is shown.
type section struct {
	group bot.Group // that it is about; zero for none
	make  func() bot.Message
}

// sections are the parts of the board: what needs attention, today and the week, and each group.
func (h *boardHandler) sections(ctx context.Context, d desk) ([]section, error) {
	today, week, err := h.days(ctx, d)
	if err != nil {
		return nil, err
	}
	out := []section{{make: func() bot.Message { return h.attention(d) }}}
	for _, c := range d.concerns {
		out = append(out, section{make: func() bot.Message { return h.concernSection(d, c) }})
	}
	out = append(out, section{make: func() bot.Message { return today }}, section{make: func() bot.Message { return week }})
	for _, g := range d.groups {
		out = append(out, section{g, func() bot.Message { return h.groupSection(d, g) }})
	}
	if len(d.unapproved) > 0 {
		out = append(out, section{make: func() bot.Message { return h.unapprovedSection(d) }})
	}
	return out, nil
}

// overview is a page of the board, of so many sections, with the groups on it.
func (h *boardHandler) overview(ctx context.Context, r asked, page, size int) (board bot.Board, groups []bot.Group, err error) {
	d, err := h.deskOf(ctx, r)
	if err != nil {
		return board, nil, err
	}
	all, err := h.sections(ctx, d)
	if err != nil {
		return board, nil, err
	}
	board.Pages = (len(all) + size - 1) / size
	board.Page = min(max(page, 0), board.Pages-1)
	for _, s := range all[board.Page*size : min((board.Page+1)*size, len(all))] {
		board.Sections = append(board.Sections, s.make())
		if s.group.ID != "" {
			groups = append(groups, s.group)
		}
	}
	return board, groups, nil
}

// answer answers /overview: a page of the board as one message. A message has room for few
// buttons, so a group's buttons are behind a menu.
func (h *boardHandler) answer(ctx context.Context, r asked) (bot.Answer, error) {
	board, groups, err := h.overview(ctx, r, r.Flow.Page, overviewPage)
	if err != nil {
		return bot.Answer{}, err
	}
	own := bot.NewCall("overview")
	m := bot.Message{Title: board.Sections[0].Title}
	for i, section := range board.Sections {
		if i > 0 {
			m.Blocks = append(m.Blocks, content.HeadingText(section.Title))
		}
		m.Blocks = append(m.Blocks, section.Blocks...)
	}
	m.Menu = groupMenu(r.w, groups, bot.NewSub("group", "show"))
	m.Actions = append(cards.Turns(own, board.Page, board.Pages-1, bot.Action{Label: r.w.T("Previous page")}, bot.Action{Label: r.w.T("Next page")}), h.additions(r)...)
	return bot.Answer{Message: m, Update: true}, nil
}

func (h *boardHandler) deskOf(ctx context.Context, r asked) (desk, error) {
	d := desk{r: r, now: h.now()}
	var err error
	if d.groups, d.reminders, err = h.inOrder(ctx, r); err != nil {
		return d, err
	}
	d.by = bot.GroupsByID(d.groups)
	open, err := h.store.Troubles(ctx)
	if err != nil {
		return d, err
	}
	d.bad = placesIn(open)
	d.troubles = slices.DeleteFunc(open, func(t bot.OpenTrouble) bool { return !d.told(t) })
	if r.Platform == h.staff.Platform && !r.Actor.IsFacilitator() { // a concern may be about a facilitator
		if d.concerns, err = h.store.Concerns(ctx); err != nil {
			return d, err
		}
	}
	d.zone = clockOf(r, d.by)
	all := slices.Concat(slices.Collect(maps.Values(d.reminders))...)
	d.ahead, _ = delivery.Ahead(h.deck, d.by, all, d.now, d.today().AddDate(0, 0, boardDays))
	d.unapproved = h.deck.Unapproved(d.groups)
	return d, nil
}

// told reports whether the reader is told of a trouble: staff of every one, others if it is
// about a group of theirs or about their whole platform.
func (d desk) told(t bot.OpenTrouble) bool {
	if d.r.Platform == bot.Slack && !d.r.Actor.IsFacilitator() {
		return true
	}
	if _, ours := d.by[t.Group]; t.Group != "" {
		return ours
	}
	p, ok := t.Subject.Platform()
	return ok && p == d.r.Platform
}

// attention is the section with what needs attention, or that nothing does, and the state of
// the platforms and places.
func (h *boardHandler) attention(d desk) bot.Message {
	w := d.r.w
	urgent, calm := h.platforms(d)
	troubles := bot.Each(d.troubles, func(t bot.OpenTrouble) []content.Span {
		return w.Say("Trouble: %s, since %s (%s).", h.about(d, t), w.Moment(t.Since, d.zone), w.Reason(t.Reason))
	})
	urgent = slices.Concat(urgent, words.AtMost(w, boardTrouble, troubles), willBeSkipped(d))
	if n := len(d.concerns); n > 0 {
		urgent = append(urgent, w.Say("Open concerns: %d", n))
	}
	if n := len(d.unapproved); n > 0 {
		urgent = append(urgent, w.Say("Cards without a clinician’s approval: %d", n))
	}
	if _, soon := h.deck.Reviews(d.groups, h.now()); soon > 0 {
		urgent = append(urgent, w.Say("Cards to be reviewed within %d days: %d", bot.ReviewSoon, soon))
	}
	m := bot.Message{Title: w.T("Overview"), Actions: h.additions(d.r)}
	if len(urgent) == 0 {
		m.Blocks = append(m.Blocks, content.Text(w.T("Nothing needs attention right now.")))
	} else {
		m.Blocks = append(m.Blocks, content.HeadingText(w.T("What needs attention")), words.Bullets(urgent...))
	}
	if len(calm) > 0 {
		m.Blocks = append(m.Blocks, words.Paragraph(words.Beside(calm, " ")))
	}
	return m
}

// willBeSkipped counts, by reason, the posts of the next days that will be skipped although
// nobody decided so, as they would with a pause or a cancelled session.
func willBeSkipped(d desk) [][]content.Span {
	count := make(map[bot.Reason]int)
	for _, c := range d.ahead {
		count[c.Skipped]++
	}
	var out [][]content.Span
	for _, why := range []bot.Reason{{Code: bot.QuietHours}, {Code: bot.NotApproved}} {
		if n := count[why]; n > 0 {
			out = append(out, words.Join(d.r.w.N(n, "%d post in the next seven days will be skipped: %s.", "%d posts in the next seven days will be skipped: %s.", n, d.r.w.Reason(why))))
		}
	}
	return out
}

// platforms says how each platform is, and the channels that are used of it: first of those with a
// problem, then of the others.
func (h *boardHandler) platforms(d desk) (urgent, calm [][]content.Span) {
	w := d.r.w
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
	if reachesPlace(d.r, h.staff) && !d.r.Actor.IsFacilitator() {
		seen(h.staff)
	}
	for _, g := range d.groups {
		seen(g.Moderators)
		for _, p := range g.Places {
			seen(p)
		}
	}
	for _, platform := range []bot.Platform{bot.Discord, bot.Slack, bot.Playground} {
		n, bad := len(places[platform]), 0
		if n == 0 {
			continue
		}
		for _, p := range places[platform] {
			if _, ok := d.bad[p]; ok {
				bad++
			}
		}
		line := w.T("%s works.", platform.Name())
		if down[platform] {
			line = w.T("%s has a problem right now.", platform.Name())
		}
		if bad == 0 {
			line += " " + w.N(n, "Posts reach %d channel.", "Posts reach all %d channels.", n)
		} else {
			line += " " + w.N(bad, "Posts do not reach %d channel of %d.", "Posts do not reach %d channels of %d.", bad, n)
		}
		if down[platform] || bad > 0 {
			urgent = append(urgent, words.Join(line))
		} else {
			calm = append(calm, words.Join(line))
		}
	}
	return urgent, calm
}

// additions are the buttons below the board.
func (h *boardHandler) additions(r asked) []bot.Action {
	out := []bot.Action{{Label: r.w.T("Add a reminder"), Call: bot.NewSub("reminder", "add"), Style: bot.Primary}}
	if !r.Actor.IsFacilitator() {
		out = append(out, bot.Action{Label: r.w.T("Add a group"), Call: bot.NewSub("group", "add")})
	}
	return append(out, bot.Action{Label: r.w.T("History"), Call: bot.NewSub("reminder", "history")}, monthButton(r.w))
}

// about names what a trouble is about, by the names that people know.
func (h *boardHandler) about(d desk, t bot.OpenTrouble) []content.Span {
	names := words.Names{Group: d.by[t.Group].Name}
	for _, rem := range d.reminders[t.Group] {
		if t.Subject == bot.AboutReminder.Of(rem.ID) {
			names.Topic = h.deck.TopicTitle(rem.Topic, d.r.w.Lang())
		}
	}
	return words.Subject(d.r.w, names, t.Subject)
}

// unapprovedSection names the cards without approval, and who can approve them.
func (h *boardHandler) unapprovedSection(d desk) bot.Message {
	lines := bot.Each(d.unapproved, func(c content.Card) []content.Span { return words.Join(c.Title + " (" + c.Lang + ")") })
	says := d.r.w.T("They are not posted until a clinician has read and approved them. The person who runs this bot records the approval.")
	if h.deck.Samples {
		says = d.r.w.T("Here they are posted as samples. On Discord and Slack no card is posted until a clinician has read and approved it.")
	}
	return bot.Message{Title: d.r.w.T("Cards without approval"), Blocks: []content.Block{content.Text(says), words.Bullets(words.AtMost(d.r.w, boardCards, lines)...)}}
}

func (h *boardHandler) concernSection(d desk, c bot.Concern) bot.Message {
	name := cmp.Or(d.by[c.Group].Name, c.Group)
	text := fmt.Sprintf("%s, %s, %s (%s)", d.r.w.Category(c.Category), name, words.SayDates(d.r.w, c.Day), d.r.w.HowMany(c.Count))
	if c.State == bot.ConcernTaken {
		text += ". " + d.r.w.T("In progress") + "."
	}
	return bot.Message{Title: d.r.w.T("Open concern"), Blocks: []content.Block{content.Text(text)}, Actions: delivery.ConcernActions(d.r.w, c.ID, c.State)}
}

// event is something that happens at a moment, with the line that says it.
type event struct {
	at   time.Time
	line []content.Span
}

// days are the sections for today, with today's posts so far, and for the days that follow.
func (h *boardHandler) days(ctx context.Context, d desk) (today, week bot.Message, err error) {
	from := d.today()
	all, err := h.posted(ctx, d, from)
	if err != nil {
		return today, week, err
	}
	all = append(all, d.meetings(from, from.AddDate(0, 0, boardDays))...)
	for _, c := range d.ahead {
		all = append(all, event{c.At, h.comingLine(d.r.w, c, d.zone)})
	}
	slices.SortStableFunc(all, func(a, b event) int { return a.at.Compare(b.at) })
	nothing := []content.Block{content.Text(d.r.w.T("Nothing is planned."))}
	today.Title = d.r.w.T("Today") + ", " + d.r.w.Calendar.Date(from)
	if today.Blocks = d.day(all, 0); today.Blocks == nil {
		today.Blocks = nothing
	}
	week.Title = d.r.w.T("The next seven days")
	for n := 1; n < boardDays; n++ {
		if lines := d.day(all, n); lines != nil {
			week.Blocks = append(append(week.Blocks, content.HeadingText(d.r.w.Calendar.Date(from.AddDate(0, 0, n)))), lines...)
		}
	}
	if week.Blocks == nil {
		week.Blocks = nothing
	}
	return today, week, nil
}

// posted lists the posts that were due since a moment, with what became of them.
func (h *boardHandler) posted(ctx context.Context, d desk, since time.Time) ([]event, error) {
	all, err := h.store.Deliveries(ctx, bot.DeliveryFilter{Since: since, Limit: boardPosts})
	if err != nil {
		return nil, err
	}
	topics, err := bot.TopicsOf(ctx, h.store, all)
	if err != nil {
		return nil, err
	}
	var out []event
	for _, p := range all {
		g, ok := d.by[p.Group]
		if p.Kind != bot.OfReminder || !ok || p.At.Before(since) {
			continue
		}
		out = append(out, event{p.At, words.Join(d.r.w.Clock(p.At, d.zone)+": "+g.Name+", "+postTitle(h.deck, d.r.w, p, topics)+", ", p.Place, ": "+words.Outcome(d.r.w, p))})
	}
	return out, nil
}

// meetings are the groups' sessions between two moments, also those that do not take place. One
// that was moved and then cancelled is among them at both of its times.
func (d desk) meetings(from, to time.Time) []event {
	var out []event
	for _, g := range d.groups {
		calendar, err := g.Calendar()
		if err != nil {
			continue // its calendar cannot be read, which is a trouble of its own
		}
		for _, m := range calendar.Meetings(from, to, boardMeetings) {
			out = append(out, d.meeting(g, m, m.At))
		}
		for _, m := range calendar.Dropped(from, to) {
			out = append(out, d.meeting(g, m, m.MovedAt))
		}
	}
	return out
}

// meeting says of one session of a group, at a time at which people may expect it, whether it
// takes place.
func (d desk) meeting(g bot.Group, m scheduler.Meeting, at time.Time) event {
	w := d.r.w
	said := w.Say("%s meets", g.Name)
	switch {
	case m.Cancelled && at.Equal(m.MovedAt):
		said = w.Say("%s does not meet: the session, moved from %s, is cancelled", g.Name, w.Moment(m.PlannedAt, groupZone(g)))
	case m.Cancelled:
		said = w.Say("%s does not meet: the session is cancelled", g.Name)
	case m.Skipped:
		said = w.Say("%s does not meet: no session on this date", g.Name)
	case m.Moved():
		said = w.Say("%s meets, moved from %s", g.Name, w.Moment(m.PlannedAt, groupZone(g)))
	}
	return event{at, words.Join(w.Clock(at, d.zone)+": ", said)}
}

// day are the lines of the n-th day from today; nil if there are none.
func (d desk) day(all []event, n int) []content.Block {
	from, to := d.today().AddDate(0, 0, n), d.today().AddDate(0, 0, n+1)
	var lines [][]content.Span
	for _, e := range all {
		if !e.at.Before(from) && e.at.Before(to) {
			lines = append(lines, e.line)
		}
	}
	if lines == nil {
		return nil
	}
	return []content.Block{words.Bullets(words.AtMost(d.r.w, boardLines, lines)...)}
}
