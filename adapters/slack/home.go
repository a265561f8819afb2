package slack

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"circlekeeper/bot"
)

// Keeping Homes up to date. https://docs.slack.dev/reference/methods/views.publish
const (
	homesMost = 100                    // people whose open Home is known
	homeSpan  = time.Hour              // how long it counts as open: Slack does not tell that it was closed
	homeCalm  = 2 * time.Second        // what changes together is shown together
	homePause = 700 * time.Millisecond // between two: Slack takes about a hundred a minute
)

// pageID begins the action_id of the buttons that turn pages.
const pageID = "page."

// homes knows which staff have the Home open, for a while and in memory only.
type homes struct {
	mu   sync.Mutex
	open map[string]*home
}

type home struct {
	mu sync.Mutex // held while it is published, so that the newest stays
	q  ask
	at time.Time // when it was opened or used; read and written under homes.mu
}

// note remembers that a Home is open, and where in it its reader is.
func (h *homes) note(q ask, now time.Time) (o *home, at spot) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open == nil {
		h.open = make(map[string]*home)
	}
	kept := ask{user: q.user, team: q.team, enterprise: q.enterprise, at: q.at, home: true}
	if o, ok := h.open[q.user]; ok {
		if q.kind == opened {
			o.q = kept
		}
		o.at = now
		return o, o.q.at
	}
	if len(h.open) >= homesMost {
		oldest := ""
		for user, o := range h.open {
			if oldest == "" || o.at.Before(h.open[oldest].at) {
				oldest = user
			}
		}
		delete(h.open, oldest)
	}
	o = &home{q: kept, at: now}
	h.open[q.user] = o
	return o, kept.at
}

func (h *homes) forget(user string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.open, user)
}

// all lists who has it open, who used it last first.
func (h *homes) all(now time.Time) []ask {
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []*home
	for user, o := range h.open {
		if now.Sub(o.at) > homeSpan {
			delete(h.open, user)
			continue
		}
		list = append(list, o)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].at.After(list[j].at) })
	out := make([]ask, len(list))
	for i, o := range list {
		out[i] = o.q
	}
	return out
}

// showHome publishes the Home of one reader. It is kept up to date from then on
// if they are staff.
func (s *serving) showHome(ctx context.Context, q ask, note string) error {
	actor, zone := s.actor(ctx, q)
	at := q.at
	if actor.May() {
		var o *home
		o, at = s.homes.note(q, s.now())
		o.mu.Lock()
		defer o.mu.Unlock()
	} else {
		s.homes.forget(q.user)
	}
	r := bot.Request{Platform: bot.Slack, Place: bot.Place{Platform: bot.Slack}, Actor: actor, Zone: zone}
	v := s.board(ctx, r, at)
	if note != "" {
		v.Blocks.BlockSet = append([]slack.Block{quiet(note)}, v.Blocks.BlockSet...)
	}
	_, err := s.api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: q.user, View: v})
	return fault(err)
}

func (s *serving) board(ctx context.Context, r bot.Request, at spot) slack.HomeTabViewRequest {
	board := bot.Board{Sections: []bot.Message{notice(wordsHome).Message}, Pages: 1}
	if b, ok := s.h.(bot.Boarder); ok {
		board = b.Board(ctx, r, at.page)
	}
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: lay(board, at.part)}}
}

// spot is a place in a board: one of its pages and, where that has more blocks
// than a Home may have, a part of it. Both count from 0.
type spot struct{ page, part int }

const lastPart = 99 // whichever it is

func (s spot) String() string { return fmt.Sprintf("%d.%d", s.page, s.part) }

// parseSpot reads what String wrote; anything else is the beginning.
func parseSpot(text string) spot {
	var s spot
	if n, err := fmt.Sscanf(text, "%d.%d", &s.page, &s.part); n != 2 || err != nil || s.page < 0 || s.part < 0 {
		return spot{}
	}
	return s
}

// lay lays a part of a board out within the blocks that a Home may have, with
// the way to the other parts and pages.
func lay(b bot.Board, part int) []slack.Block {
	const most = maxModal - 3 // a note may stand above, and below the way to go on
	parts := [][]slack.Block{nil}
	for _, m := range b.Sections {
		section := render(m)
		section = section[:min(len(section), most)]
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
		turn = append(turn, turnTo("back", labelBack, spot{b.Page, part - 1}))
	case b.Page > 0:
		turn = append(turn, turnTo("back", labelBack, spot{b.Page - 1, lastPart}))
	}
	switch {
	case part+1 < len(parts):
		turn = append(turn, turnTo("on", labelOn, spot{b.Page, part + 1}))
	case b.Page+1 < b.Pages:
		turn = append(turn, turnTo("on", labelOn, spot{b.Page + 1, 0}))
	}
	if len(turn) == 0 {
		return parts[part]
	}
	where := fmt.Sprintf(wordsPage, b.Page+1, b.Pages)
	if len(parts) > 1 {
		where += fmt.Sprintf(wordsPart, part+1, len(parts))
	}
	return append(parts[part], slack.NewActionBlock("", turn...), quiet(where))
}

func turnTo(name, label string, to spot) *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(pageID+name, to.String(), plain(label))
}

// keepHomes publishes the open Homes anew whenever what they show has changed.
func (s *serving) keepHomes(ctx context.Context) {
	b, ok := s.h.(bot.Boarder)
	if !ok {
		return
	}
	changed := b.Changed()
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
		if !s.sleep(ctx, homeCalm) {
			return
		}
		changed = b.Changed() // before they are read, so that no change is lost
		for _, q := range s.homes.all(s.now()) {
			if !s.refresh(ctx, q) || !s.sleep(ctx, homePause) {
				return
			}
		}
	}
}

// refresh publishes one Home and tells whether to go on. One that Slack will not
// take is left until the next change.
func (s *serving) refresh(ctx context.Context, q ask) bool {
	defer s.survive()
	for range 2 {
		once, cancel := context.WithTimeout(ctx, workTime)
		err := s.showHome(once, q, "")
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
			s.trouble("Home could not be brought up to date", err)
		}
		return true
	}
	return true
}
