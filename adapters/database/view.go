package database

import (
	"context"
	"fmt"
	"time"

	"circlekeeper/bot"
)

// Of what is kept in view.
const (
	viewEvery = 2 * time.Second // how soon it follows a change
	viewMost  = 10_000          // how much of its record is looked at
	ofView    = `card = 'agreements'`
)

// view keeps what groups agree on in view, in all processes alike.
func (h *housekeeping) view(ctx context.Context) error {
	if h.clock.doubtful() {
		return nil
	}
	var wanted bool
	err := h.db.sql.QueryRowContext(ctx, `
		select exists (select 1 from groups where in_view = 1) or exists (select 1 from deliveries where `+ofView+`)`).Scan(&wanted)
	if err != nil || !wanted {
		return err
	}
	groups, err := h.db.Groups(ctx)
	if err != nil {
		return err
	}
	record, err := list(ctx, h.db.sql, scanDelivery, `
		select `+deliveryColumns+` from deliveries d where d.`+ofView+` order by d.at desc, d.key limit `+fmt.Sprint(viewMost))
	if err != nil {
		return err
	}
	due := h.Planner.InView(groups, record, h.db.now())
	if len(due) == 0 {
		return nil
	}
	return h.db.Post(ctx, bot.Actor{}, due...)
}
