package database

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/content"
)

// viewEdits lists the events that concern what groups keep in view.
func viewEdits() []string {
	return []string{"agreements wanted in view", "agreements signed", "agreements withdrawn in a channel", "agreements deleted by people", "403 on pin"}
}

// concernsView tells whether an event can change what must be in view. Most faults cannot, and
// nor can what becomes of reminders and sessions.
func concernsView(kind string) bool {
	return slices.Contains(viewEdits(), kind) || strings.HasPrefix(kind, "group ") || strings.HasPrefix(kind, "place ") ||
		slices.Contains([]string{"zone changed", "quiet hours changed", "signed again", "restore", "the machine slept"}, kind)
}

// writeView adds the events of what is kept in view to a script. It has random numbers of its
// own, so that the other events of a seed stay the same.
func (s *script) writeView(of size, span time.Duration) {
	r := rand.New(rand.NewPCG(s.seed, 1<<32)) //nolint:gosec // to be seen again
	for range of.weeks * (2 + of.groups/5) {
		s.events = append(s.events, event{
			n: uint64(len(s.events) + 1), kind: pick(r, viewEdits()), //nolint:gosec // small
			at: time.Duration(r.Int64N(int64(span))), span: time.Duration(1+r.IntN(30)) * time.Hour,
		})
	}
}

// wantsView tells whether a group keeps its agreements in view from the beginning.
func (c *clinic) wantsView(n int) bool {
	return rand.New(rand.NewPCG(c.w.script.seed, 1<<33+uint64(n))).IntN(3) == 0 //nolint:gosec // to be seen again
}

// changeView carries out an event of what is kept in view.
func (w *world) changeView(e event, r *rand.Rand) {
	c := w.clinic
	g := c.groups[pick(r, c.ids)]
	switch e.kind {
	case "agreements wanted in view":
		if g.gone {
			return
		}
		g.InView = !g.InView
		w.open(func(db *DB) { w.must(db.SetGroup(context.Background(), moderator, g.Group)) })
	case "agreements signed":
		c.signAgreements(r)
	case "403 on pin":
		p := w.nets[platforms[r.IntN(2)]]
		t := trial{place: c.anyPlace(r, p.name), until: w.truth().Add(e.span)}
		p.unpinned = append(p.unpinned, t)
		w.hinder(hindrance{from: w.truth(), to: t.until, platform: p.name, place: t.place})
	default:
		w.open(func(db *DB) { w.takeAway(db, e, r) })
	}
}

// takeAway lets staff withdraw, or people delete, a post that is kept in view.
func (w *world) takeAway(db *DB, e event, r *rand.Rand) {
	there := w.believed(db)
	if len(there) == 0 {
		return
	}
	d := pick(r, there)
	if e.kind == "agreements deleted by people" {
		w.nets[d.Place.Platform].take(d.Place, d.Message)
		return
	}
	w.must(db.Post(context.Background(), moderator, bot.Revise(d, bot.OfWithdrawal, fmt.Sprint("by staff ", e.n), w.machine())))
}

// signAgreements approves the cards of what groups agree on for a year: mostly all of them, so
// that all can be shown; now and then a part for some hours only.
func (c *clinic) signAgreements(r *rand.Rand) {
	now := c.w.machine()
	part := r.IntN(4) == 0
	var given []content.Approval
	for _, card := range c.w.shared.library.All() {
		if card.Kind != content.Agreement && card.Kind != content.Confidentiality {
			continue
		}
		span := 365 * 24 * time.Hour
		if part && r.IntN(10) == 0 {
			span = time.Duration(1+r.IntN(50)) * time.Hour
		}
		given = append(given, content.Approval{Card: card.ID, Lang: card.Lang, Hash: card.Hash, Reviewer: reviewer, At: now, ReviewBy: now.Add(span)})
	}
	c.approve(given)
}

// seen is the part of a message that people read.
func seen(m bot.Message) string { return fmt.Sprintf("%s %v", m.Title, m.Blocks) }

// agreement is the text that must stand in view. settled is false if there is none, or if it is
// not yet certain which.
type agreement struct {
	text    string
	settled bool
}

// agreed returns what must stand in view in a place at a moment, by what was signed.
func (c *clinic) agreed(g bot.Group, to bot.Place, now time.Time) agreement {
	deck := c.w.deck
	m, _, why := deck.PostOf(bot.Delivery{Kind: bot.OfView, Place: to}, g, deck.Signed(), now)
	return agreement{seen(m), why.IsZero() && !cards.Unsettled(deck, g.Langs, now)}
}

// viewLeaves checks a message that is to be kept in view at the moment when its request leaves
// the program.
func (w *world) viewLeaves(d bot.Delivery, m bot.Message) {
	w.count.Posts++
	g, now := w.clinic.groups[d.Group], w.machine()
	switch {
	case g == nil || g.gone || !g.InView || !slices.Contains(g.Places, d.Place):
		w.fail("put in view although nobody wants it: %s", w.name(d))
	case g.Paused.After(now):
		w.fail("put in view while paused: %s", w.name(d))
	}
	calendar, err := g.Calendar()
	w.must(err)
	if calendar.Quiet(now) {
		w.fail("put in view in quiet hours: %s", w.name(d))
	}
	text, before := w.clinic.agreed(g.Group, d.Place, now).text, w.clinic.agreed(g.Group, d.Place, now.Add(-bot.Patience-bot.SendTimeout)).text
	if text != seen(m) && before != seen(m) {
		w.fail("other words are put in view than are signed: %s", w.name(d))
	}
}

// viewSpot is where a group keeps its agreements in view.
type viewSpot struct {
	group string
	place bot.Place
}

// believed lists the posts in view that stand according to the records, with what is needed to
// find and revise them.
func (w *world) believed(db *DB) []bot.Delivery {
	all, err := list(context.Background(), db.sql, func(r row) (d bot.Delivery, err error) {
		var place string
		if err := r.Scan(&d.Key, &d.Kind, &d.Group, &place, &d.Card, &d.Message); err != nil {
			return d, err
		}
		return d, d.Place.UnmarshalText([]byte(place))
	}, `select d.key, d.kind, d.group_id, d.place, d.card, d.message from deliveries d
		where d.card = 'agreements' and d.kind = 'view' and `+stillStands+` order by d.at desc, d.key`)
	w.must(err)
	return slices.DeleteFunc(all, func(d bot.Delivery) bool { return w.nets[d.Place.Platform].message(d.Place, d.Message).gone })
}

// views checks what is kept in view. Nothing may stand twice, and if nothing has disturbed a
// place for long, it must show what was agreed on.
func (w *world) views(r *replica) {
	there := make(map[viewSpot]bot.Delivery)
	for _, d := range w.believed(r.db) {
		at := viewSpot{d.Group, d.Place}
		if _, ok := there[at]; ok {
			w.fail("in view twice: %s", w.name(d))
		}
		there[at] = d
	}
	if w.truth().Sub(w.checks.stirred) < idle+time.Hour {
		return
	}
	for at, d := range there {
		g := w.clinic.groups[at.group]
		wanted := g != nil && !g.gone && g.InView && slices.Contains(g.Places, at.place)
		if !wanted && !w.disturbed(at.place) {
			w.fail("in view although nobody wants it: %s", w.name(d))
		}
	}
	texts := make(map[string]agreement)
	for _, id := range w.clinic.ids {
		g := w.clinic.groups[id]
		for _, place := range g.Places {
			if !g.InView || g.gone || w.disturbed(place) {
				continue
			}
			alike := fmt.Sprint(place.Platform, g.Langs) // these decide the text
			if _, ok := texts[alike]; !ok {
				texts[alike] = w.clinic.agreed(g.Group, place, w.machine())
			}
			if a := texts[alike]; a.settled {
				w.rightInView(r, g.Group, place, there[viewSpot{id, place}], a.text)
			}
		}
	}
}

// rightInView checks one place that nothing has disturbed for long, and where text was agreed on.
func (w *world) rightInView(r *replica, g bot.Group, place bot.Place, d bot.Delivery, text string) {
	x := w.nets[place.Platform].message(place, d.Message)
	switch {
	case d.Key == "" && w.mayLack(r, g, place):
	case d.Key == "":
		w.fail("not in view in %s: what %s agrees on", place, g.ID)
	case w.inGap(x.edited): // edited by a lost database, which the restored one does not know
	case x.seen != text && w.revising(r, d): // a lost database's post was found; its text is corrected after the next look
	case x.seen != text:
		w.fail("other words are in view than are signed: %s", w.name(d))
	case !x.pinned:
		w.fail("not pinned: %s", w.name(d))
	}
}

// revising tells whether a revision of a post is under way.
func (w *world) revising(r *replica, post bot.Delivery) bool {
	var n int
	w.must(r.db.sql.QueryRow(`select count(*) from deliveries where follows = $1 and state in ('due', 'sending')`, post.Key).Scan(&n))
	return n > 0
}

// mayLack tells whether it is right that nothing is in view: the post was just held back, or
// people took it away.
func (w *world) mayLack(r *replica, g bot.Group, place bot.Place) bool {
	calendar, err := g.Calendar()
	w.must(err)
	for _, before := range []time.Duration{0, idle, 2 * idle} {
		if now := w.machine().Add(-before); g.Paused.After(now) || calendar.Quiet(now) {
			return true
		}
	}
	last, err := list(context.Background(), r.db.sql, scanDelivery, `select `+deliveryColumns+` from deliveries d
		where d.card = 'agreements' and d.kind = 'view' and d.group_id = $1 and d.place = $2 and d.state = 'sent' order by d.at desc limit 1`, g.ID, placeColumn(place))
	w.must(err)
	if len(last) == 0 {
		return false
	}
	// The program notices that people deleted a post only when it corrects it next.
	return last[0].Became == bot.OfWithdrawal || last[0].Became != bot.OfRemoval && w.nets[place.Platform].message(place, last[0].Message).gone
}

// viewLooked is how often the simulation looks at what is kept in view, besides after what
// concernsView. The program looks every two seconds, but that finds no more faults.
const viewLooked = idle

// viewRested is how long it takes at most until all is right in view after the last
// disturbance: the program leaves a failed revision alone for a day, then come the next look,
// the next moment at which something is awake, and the request.
const viewRested = 24*time.Hour + viewLooked + idle + time.Hour

// disturbed tells whether something has kept a place from being right within viewRested.
func (w *world) disturbed(p bot.Place) bool {
	return slices.ContainsFunc(w.checks.hindrances, func(h hindrance) bool {
		return h.about(p) && h.to.Add(h.slack).After(w.truth().Add(-viewRested))
	})
}

// view keeps what groups agree on in view, after each event that concernsView and now and then.
// The program does so every two seconds.
func (r *replica) view(ctx context.Context) error {
	mark, err := r.db.ApprovalsMark(ctx)
	if err != nil {
		return err
	}
	if mark != r.signed {
		given, err := r.db.Approvals(ctx)
		if err != nil {
			return err
		}
		r.deck.SetApprovals(given)
		r.signed = mark
	}
	return r.engine.housekeeping.view(ctx)
}

// InView implements bot.Planner.
func (p planner) InView(groups []bot.Group, record []bot.Delivery, now time.Time) []bot.Delivery {
	due := p.Planner.InView(groups, record, now)
	switch p.w.known {
	case viewStays:
		due = slices.DeleteFunc(due, func(d bot.Delivery) bool { return d.Kind == bot.OfRemoval })
	case viewGivenUp:
		due = slices.DeleteFunc(due, func(d bot.Delivery) bool {
			return d.Kind == bot.OfCorrection && slices.ContainsFunc(record, func(o bot.Delivery) bool { return o.Follows == d.Follows && o.State == bot.Failed })
		})
	}
	return due
}

var _ bot.Pinner = (*platform)(nil)

// message returns the post with an ID in a place; if there is none, a post that is marked as
// gone.
func (p *platform) message(to bot.Place, id string) *posted {
	i, err := strconv.Atoi(id)
	if err != nil || i < 1 || i > len(p.posts) || p.posts[i-1].place != to {
		return &posted{gone: true}
	}
	return &p.posts[i-1]
}

// take deletes a post.
func (p *platform) take(to bot.Place, id string) {
	if x := p.message(to, id); !x.gone {
		x.gone = true
		p.by[to.String()+" "+x.key]--
	}
}

// revise changes a post that stands.
func (p *platform) revise(ctx context.Context, to bot.Place, id string, do func(x *posted)) error {
	change := func() {
		if x := p.message(to, id); !x.gone {
			do(x)
		}
	}
	if err := p.meets(ctx, to, change); err != nil {
		return err
	}
	p.w.park(latency)
	if p.message(to, id).gone {
		return &bot.PlatformError{Kind: bot.ErrGone, Detail: "there is no such message"}
	}
	change()
	return nil
}

// Delete implements bot.Adapter. In the simulation no group keeps only its newest posts, so only
// what is kept in view is ever deleted.
func (p *platform) Delete(ctx context.Context, to bot.Place, id string) error {
	return p.revise(ctx, to, id, func(x *posted) {
		if !x.view {
			p.w.fail("message %s in %s is deleted", id, to)
		}
		p.take(to, id)
	})
}

// Edit implements bot.Adapter.
func (p *platform) Edit(ctx context.Context, to bot.Place, id string, m bot.Message) error {
	return p.revise(ctx, to, id, func(x *posted) {
		if x.key != m.Key {
			p.w.fail("an edit of message %s in %s bears another key", id, to)
		}
		if text := fmt.Sprintf("%+v", m); strings.Contains(text, canary) {
			p.w.fail("a message names somebody: %s", text)
		}
		x.seen, x.edited = seen(m), p.w.truth()
	})
}

// Pin implements bot.Pinner.
func (p *platform) Pin(ctx context.Context, to bot.Place, id string) error {
	if err := p.MayPin(ctx, to, true); err != nil {
		return err
	}
	return p.revise(ctx, to, id, func(x *posted) { x.pinned = true })
}

// MayPin implements bot.Pinner.
func (p *platform) MayPin(_ context.Context, to bot.Place, _ bool) error {
	if _, ok := stands(p.unpinned, p.w.truth(), to); ok {
		return &bot.PlatformError{Kind: bot.ErrFixed, Detail: "the bot may not pin there"}
	}
	return nil
}
