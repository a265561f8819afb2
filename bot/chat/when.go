package chat

import (
	"fmt"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// when writes a moment in a zone: weekday, date, time and zone.
func (p *phrasebook) when(t time.Time, zone *time.Location) string {
	local := t.In(zone)
	return fmt.Sprintf(p.moment, p.weekdays[local.Weekday()], local.Day(), p.months[local.Month()-1], local.Year(), local.Format("15:04 MST"))
}

// times lists occurrences in a group's zone.
func (p *phrasebook) times(next []scheduler.Occurrence, zone *time.Location) []content.Block {
	if len(next) == 0 {
		return []content.Block{content.Text(p.noNext)}
	}
	list := content.Block{Kind: content.List}
	for _, o := range next {
		list.Items = append(list.Items, []content.Span{{Text: p.when(o.At, zone)}})
	}
	return []content.Block{content.Text(fmt.Sprintf(p.nextTimes, zone)), list}
}

// resting says that something is paused, or nothing.
func (p *phrasebook) resting(until, now time.Time, zone *time.Location) string {
	switch {
	case !until.After(now):
		return ""
	case until.Equal(bot.Forever):
		return p.paused
	}
	return fmt.Sprintf(p.pausedUntil, p.when(until, zone))
}

// length writes a duration without what is zero: "1h30m".
func length(d time.Duration) string {
	s := d.Round(time.Second).String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(s, zero) {
			s = s[:len(s)-2]
		}
	}
	return s
}
