package delivery

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// editor is a channel that can change what was posted.
type editor struct {
	channel
	edits []bot.Message
	gone  []string // IDs of what was deleted
	err   error
}

func (e *editor) Edit(_ context.Context, _ bot.Place, id string, m bot.Message) error {
	if id != "17.1" {
		return bot.ErrUnreachable
	}
	e.edits = append(e.edits, m)
	return e.err
}

func (e *editor) Delete(_ context.Context, _ bot.Place, id string) error {
	e.gone = append(e.gone, id)
	return e.err
}

// The first notice is edited before its follow-up is posted. After a fault that may pass, it is
// tried again; a fault that stays does not keep the follow-up back.
func TestFollowUpAmendsTheFirst(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		first string
		err   error
		edits int
	}{
		"in place":         {"17.1", nil, 1},
		"down for a while": {"17.1", errors.New("down"), 1 + amendTries},
		"rate limited":     {"17.1", &bot.RateLimited{After: time.Second}, 1 + amendTries},
		"gone":             {"17.1", bot.ErrUnreachable, 1},
		"too long":         {"17.1", bot.ErrRejected, 1},
		"never posted":     {"", nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to, now := channel12, func() time.Time { return due }
			trouble := bot.OpenTrouble{Trouble: bot.Trouble{Subject: bot.Subject{Kind: bot.AboutLateness}, Reason: bot.Reason{Code: bot.Late}}, Since: due}
			first := bot.NoticeTo(to, trouble.News(bot.Began), due)
			first.Message = tc.first
			p := &page{now: now, work: bot.Work{Delivery: bot.NoticeTo(to, trouble.News(bot.Healed), due), First: first}}
			net := &editor{err: tc.err}
			courier := NewCourier(deck(t, &content.Library{}, now), []bot.Adapter{net}, slog.New(slog.DiscardHandler), now)
			again, err := courier.Carry(t.Context(), p)
			for again > 0 && err == nil && len(net.edits) < 10 {
				if len(net.sent) > 0 || p.work.Delivery.State != bot.Due {
					t.Fatalf("%d sent, %s", len(net.sent), p.work.Delivery.State)
				}
				again, err = courier.Carry(t.Context(), p)
			}
			if again != 0 || err != nil || p.ended.State != bot.Sent || len(net.sent) != 1 || len(net.edits) != tc.edits {
				t.Fatalf("%v, %v: %+v; %d sent, %d edits", again, err, p.ended, len(net.sent), len(net.edits))
			}
			if net.sent[0].Thread != tc.first || tc.edits > 0 && net.edits[0].Key != first.Key {
				t.Errorf("sent %+v, amended %+v", net.sent, net.edits)
			}
		})
	}
}

// A notice and its buttons are in the language of the clinic.
func TestNoticesSpeakTheClinicsLanguage(t *testing.T) {
	t.Parallel()
	for locale, want := range map[string][2]string{
		"":      {"Trouble: some reminders were skipped", "History"},
		"es-MX": {"Problema: algunos recordatorios no se publicaron", "Historial"},
		"ko-KR": {"Trouble: some reminders were skipped", "History"}, // not spoken here
	} {
		books, err := words.Open(words.Options{Locale: locale})
		must(t, err)
		now := func() time.Time { return due }
		courier := NewCourier(cards.New(&content.Library{}, books, now, 1), nil, slog.New(slog.DiscardHandler), now)
		trouble := bot.OpenTrouble{Trouble: bot.Trouble{Subject: bot.Subject{Kind: bot.AboutLateness}, Reason: bot.Reason{Code: bot.Late}}, Since: due}
		m := courier.Notice(bot.Work{Delivery: bot.NoticeTo(channel12, trouble.News(bot.Began), due)})
		if said := content.Plain(m.Blocks); !strings.HasPrefix(said, want[0]) || m.Actions[0].Label != want[1] {
			t.Errorf("LOCALE %q: %s; the button is %s", locale, said, m.Actions[0].Label)
		}
	}
}
