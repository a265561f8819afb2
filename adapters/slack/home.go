package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/scheduler"
)

// Limits and times of keeping Homes up to date.
// https://docs.slack.dev/reference/methods/views.publish
const (
	homesMost = 100                    // people whose open Home is remembered
	homeSpan  = 12 * time.Hour         // after its last use; Slack does not tell when a Home is closed
	homeCalm  = 2 * time.Second        // changes within this time are shown together
	homePause = 700 * time.Millisecond // between two publications: Slack allows about a hundred a minute
	homeLook  = time.Minute            // how often it is checked whether a reader's day has ended
)

// pageID begins the action_id of the buttons that turn pages.
const pageID = "page."

// homes remembers which staff have the Home open, for a while and in memory only.
type homes struct {
	mu   sync.Mutex
	open map[string]*home
}

// home is a Home that this process published last. If another process has published it since,
// Slack refuses this one's next publication, and this process forgets the Home.
type home struct {
	mu   sync.Mutex // held while it is published, so that the newest version stays
	hash string     // Slack's name for the published version; read and written under mu

	// Read and written under homes.mu.
	q    request
	used time.Time
	day  string // the day that it shows
	zone *time.Location
}

// shows notes for which day a Home was published.
func (o *home) shows(now time.Time, zone *time.Location) {
	o.zone, o.day = zone, now.In(zone).Format(time.DateOnly)
}

// note remembers that a Home is open, and which part of it its reader sees.
func (h *homes) note(q request, now time.Time) *home {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open == nil {
		h.open = make(map[string]*home)
	}
	kept := request{user: q.user, team: q.team, enterprise: q.enterprise, at: q.at, home: true}
	if o, ok := h.open[q.user]; ok {
		o.q, o.used = kept, now
		return o
	}
	if len(h.open) >= homesMost {
		users := slices.Collect(maps.Keys(h.open))
		delete(h.open, slices.MinFunc(users, func(a, b string) int { return h.open[a].used.Compare(h.open[b].used) }))
	}
	o := &home{q: kept, used: now}
	h.open[q.user] = o
	return o
}

// on calls do with somebody's Home, if it is open.
func (h *homes) on(user string, do func(*home)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if o, ok := h.open[user]; ok {
		do(o)
	}
}

func (h *homes) forget(user string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.open, user)
}

// all lists who has a Home open, the last one to use it first. With over, it lists only those
// for whom the day that it shows ended a little while ago.
func (h *homes) all(now time.Time, over bool) []request {
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []*home
	for user, o := range h.open {
		switch {
		case now.Sub(o.used) > homeSpan:
			delete(h.open, user)
		case over && (o.zone == nil || now.Add(-homeLook).In(o.zone).Format(time.DateOnly) <= o.day):
		default:
			list = append(list, o)
		}
	}
	slices.SortFunc(list, func(a, b *home) int { return b.used.Compare(a.used) })
	out := make([]request, len(list))
	for i, o := range list {
		out[i] = o.q
	}
	return out
}

// showHome publishes the Home of somebody who opened it or turned a page, with a note above it if
// there is one. If they are staff, the program keeps it up to date from then on.
func (s *serving) showHome(ctx context.Context, q request, above ...slack.Block) error {
	r, err := s.people.reader(ctx, q)
	var o *home
	switch {
	case err != nil: // without a look-up nobody has rights
		s.people.doubt(err)
		w := s.in(q.lang)
		unsure := w.Say("We cannot check right now what you may see here. Please try again in a moment. In a crisis, use %s, or call %s.", words.Command(bot.Crisis), w.Numbers())
		above = []slack.Block{aside(words.Plain(s.name.said(unsure))), slack.NewActionBlock("", turnTo("again", w.T("Try again"), q.at))}
		r.Is, r.In, q.at = nil, nil, spot{}
	case r.Actor.May():
		o = s.homes.note(q, s.now())
		o.mu.Lock()
		defer o.mu.Unlock()
	}
	if o == nil {
		s.homes.forget(q.user)
	}
	return s.publish(ctx, q.user, r, q.at, o, "", above...) // a facilitator’s has pages
}

// renewHome publishes an open Home again, at the part that its reader sees. If that could be
// wrong, the Home stays as it is.
func (s *serving) renewHome(ctx context.Context, q request) error {
	r, err := s.people.reader(ctx, q)
	if err != nil {
		s.people.doubt(err)
		return nil
	}
	var o *home
	var at spot
	s.homes.on(q.user, func(open *home) { o, at = open, open.q.at })
	if o == nil {
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if !r.Actor.May() {
		s.homes.forget(q.user)
		at = spot{}
	}
	err = s.publish(ctx, q.user, r, at, o, o.hash)
	if errors.Is(err, errConflict) { // another process has published it since
		s.homes.forget(q.user)
		return nil
	}
	return err
}

// publish shows somebody their board. If hash is not empty, it does so only if what they see
// still has this hash. It notes what was published in o, whose lock must be held.
func (s *serving) publish(ctx context.Context, user string, r bot.Request, at spot, o *home, hash string, above ...slack.Block) error {
	now := s.now()
	v := s.board(ctx, r, at)
	v.Blocks.BlockSet = append(above, v.Blocks.BlockSet...)
	p := slack.PublishViewContextRequest{UserID: user, View: v}
	if hash != "" {
		p.Hash = &hash
	}
	shown, err := s.api.PublishViewContext(ctx, p)
	if err != nil {
		return fault(err)
	}
	if o != nil {
		zone, err := scheduler.ParseZone(r.Zone)
		if err != nil {
			zone = time.UTC
		}
		o.hash = shown.Hash
		s.homes.on(user, func(o *home) { o.shows(now, zone) })
	}
	return nil
}

func (s *serving) board(ctx context.Context, r bot.Request, at spot) slack.HomeTabViewRequest {
	lang := s.speaks(r.Lang)
	w := s.in(lang)
	return slack.HomeTabViewRequest{
		Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: lay(s.name.board(s.h.Board(ctx, r, at.page)), at.part, lang, w)},
		PrivateMetadata: privateMetadata{Spot: at.String(), Lang: lang}.String(), // for a process that did not publish this Home
	}
}

// spot is a part of a board: a page and, if that has more blocks than a Home may have, a part
// of the page. Both count from 0.
type spot struct{ page, part int }

const lastPart = 99 // stands for the last part, whatever its number

func (s spot) String() string { return fmt.Sprintf("%d.%d", s.page, s.part) }

// parseSpot reads what String wrote. Any other text is the first part.
func parseSpot(text string) spot {
	var s spot
	if n, err := fmt.Sscanf(text, "%d.%d", &s.page, &s.part); n != 2 || err != nil || s.page < 0 || s.part < 0 {
		return spot{}
	}
	return s
}

// lay lays out a part of a board within the blocks that a Home may have, with buttons to the
// other parts and pages.
func lay(b bot.Board, part int, lang string, w *words.Reader) []slack.Block {
	const most = maxModal - 4 // leaves room for a note and a button above, and for the buttons below
	parts := [][]slack.Block{nil}
	for i, m := range b.Sections {
		section := render(m, lang)
		section = section[:min(len(section), most)]
		apart(section, i)
		if last := len(parts) - 1; len(parts[last])+len(section) <= most {
			parts[last] = append(parts[last], section...)
		} else {
			parts = append(parts, section)
		}
	}
	part = max(min(part, len(parts)-1), 0)
	var turn []slack.BlockElement
	switch {
	case part > 0:
		turn = append(turn, turnTo("back", w.T("Previous page"), spot{b.Page, part - 1}))
	case b.Page > 0:
		turn = append(turn, turnTo("back", w.T("Previous page"), spot{b.Page - 1, lastPart}))
	}
	switch {
	case part+1 < len(parts):
		turn = append(turn, turnTo("on", w.T("Next page"), spot{b.Page, part + 1}))
	case b.Page+1 < b.Pages:
		turn = append(turn, turnTo("on", w.T("Next page"), spot{b.Page + 1, 0}))
	}
	if len(turn) == 0 {
		return parts[part]
	}
	where := w.T("Page %d of %d", b.Page+1, b.Pages)
	if len(parts) > 1 {
		where = w.T("Page %d of %d, part %d of %d", b.Page+1, b.Pages, part+1, len(parts))
	}
	return append(parts[part], slack.NewActionBlock("", turn...), aside(where))
}

// apart makes the action_ids of a section differ from those of other sections, because a view
// may have each only once.
func apart(section []slack.Block, n int) {
	for _, block := range section {
		row, ok := block.(*slack.ActionBlock)
		if !ok || row.Elements == nil {
			continue
		}
		for _, e := range row.Elements.ElementSet {
			switch e := e.(type) {
			case *slack.ButtonBlockElement:
				e.ActionID += "." + strconv.Itoa(n)
			case *slack.SelectBlockElement:
				e.ActionID += menuGap + strconv.Itoa(n)
			}
		}
	}
}

func turnTo(name, label string, to spot) *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(pageID+name, to.String(), plain(label))
}

// keepHomes publishes the open Homes again whenever what they show has changed, and when a new
// day begins. changed is closed at the first change after serving began.
func (s *serving) keepHomes(ctx context.Context, changed <-chan struct{}) {
	look := time.NewTicker(s.look)
	defer look.Stop()
	for {
		over := false
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			over = true
		case <-changed:
			if !s.sleep(ctx, homeCalm) {
				return
			}
			changed = s.h.Changed() // taken before the Homes are read, so that no change is missed
		}
		for _, q := range s.homes.all(s.now(), over) {
			if !s.refresh(ctx, q) || !s.sleep(ctx, homePause) {
				return
			}
		}
	}
}

// refresh publishes one Home, and tells whether to go on. A Home that Slack refuses is left
// until the next change.
func (s *serving) refresh(ctx context.Context, q request) bool {
	defer s.desk.Recover()
	for range 2 {
		once, cancel := context.WithTimeout(ctx, tellTime)
		err := s.renewHome(once, q)
		cancel()
		var limited *bot.RateLimited
		switch {
		case ctx.Err() != nil:
			return false
		case errors.As(err, &limited):
			if !s.sleep(ctx, limited.After) {
				return false
			}
			continue
		case err != nil:
			s.logOrStop("Home could not be brought up to date", err)
		}
		return true
	}
	return true
}

// PreviewHome is a reader's Home as JSON, with the command's usual name. at is the page, as the
// buttons that turn pages name it; any other text means the first page.
func PreviewHome(w *words.Reader, at string, board func(page int) bot.Board) ([]byte, error) {
	from := parseSpot(at)
	blocks := lay(new(name).board(board(from.page)), from.part, w.Lang(), w)
	return json.MarshalIndent(slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks}}, "", "  ")
}
