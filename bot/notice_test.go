package bot

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"circlekeeper/scheduler"
)

// editor is a channel that can change what was posted.
type editor struct {
	channel
	edits []Message
	err   error
}

func (e *editor) Edit(_ context.Context, _ Place, id string, m Message) error {
	if id != "17.1" {
		return ErrUnreachable
	}
	e.edits = append(e.edits, m)
	return e.err
}

// A follow-up amends the first notice before it is posted itself; whether that
// works does not matter to it.
func TestFollowUpAmendsTheFirst(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		first string
		err   error
		edits int
	}{
		"in place":        {"17.1", nil, 1},
		"cannot be found": {"17.1", errors.New("down"), 1},
		"never posted":    {"", nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSetup(t)
			to := Place{Discord, "1", "2"}
			trouble := OpenTrouble{Trouble: Trouble{Subject: "late", Reason: "x"}, Since: monday()}
			first := NoticeTo(to, trouble.NoticeID(false), trouble.Notice(false), monday())
			first.Message = tc.first
			p := &page{now: monday, work: Work{Delivery: NoticeTo(to, trouble.NoticeID(true), trouble.Notice(true), monday()), First: first}}
			net := &editor{err: tc.err}
			again, err := NewCourier(s.Bot, []Adapter{net}, slog.New(slog.DiscardHandler), monday).Carry(t.Context(), p)
			if again != 0 || err != nil || p.ended.State != scheduler.Sent || len(net.sent) != 1 || len(net.edits) != tc.edits {
				t.Fatalf("%v, %v: %+v; %d sent, %d edits", again, err, p.ended, len(net.sent), len(net.edits))
			}
			if net.sent[0].Thread != tc.first || tc.edits > 0 && net.edits[0].Key != first.Key {
				t.Errorf("sent %+v, amended %+v", net.sent, net.edits)
			}
		})
	}
}
