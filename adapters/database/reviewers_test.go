package database

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

func TestReviewers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db, by := open(), bot.Actor{ID: "cli"}
		one := bot.Reviewer{Name: "One, LMFT 1", Slack: "U1", Discord: "11"}
		two := bot.Reviewer{Name: "Two, LCSW 2"}
		for _, r := range []bot.Reviewer{two, one} {
			must(t, db.AddReviewer(t.Context(), by, r))
		}
		for _, r := range []bot.Reviewer{
			{Name: "one, lmft 1"}, {Name: "Three, PSY 3", Slack: "U1"}, {Name: "Three, PSY 3", Discord: "11"},
		} {
			if err := db.AddReviewer(t.Context(), by, r); !errors.Is(err, bot.ErrExists) {
				t.Errorf("%+v is added beside %+v: %v", r, one, err)
			}
		}
		if got, err := db.Reviewers(t.Context()); err != nil || !reflect.DeepEqual(got, []bot.Reviewer{one, two}) {
			t.Errorf("reviewers %+v, %v", got, err)
		}
		must(t, db.RemoveReviewer(t.Context(), by, one.Name))
		if err := db.RemoveReviewer(t.Context(), by, one.Name); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("removed twice: %v", err)
		}
		if got, err := db.Reviewers(t.Context()); err != nil || !reflect.DeepEqual(got, []bot.Reviewer{two}) {
			t.Errorf("reviewers %+v, %v", got, err)
		}
		entries, err := db.Audit(t.Context(), time.Time{}, 10)
		if err != nil || len(entries) != 3 {
			t.Fatalf("audit %+v, %v", entries, err)
		}
		for _, e := range entries {
			if e.Actor != "cli" || !strings.HasPrefix(e.Action, "reviewer ") {
				t.Errorf("audit %+v", e)
			}
		}
	})
}

// Two signatures under the same words are two rows; one reviewer's later one takes the
// place of the earlier.
func TestSeveralSign(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db, by := open(), bot.Actor{ID: "cli"}
		sign := func(reviewer string, at time.Time) content.Approval {
			return content.Approval{Card: "c", Lang: "en", Hash: "h", Reviewer: reviewer, At: at, ReviewBy: at.AddDate(1, 0, 0), Text: "words"}
		}
		one, two, again := sign("One, LMFT 1", monday), sign("Two, LCSW 2", monday.Add(time.Hour)), sign("One, LMFT 1", monday.Add(2*time.Hour))
		must(t, db.Approve(t.Context(), by, one, two, again))
		got, err := db.Approvals(t.Context())
		if err != nil || !reflect.DeepEqual(got, []content.Approval{two, again}) {
			t.Errorf("approvals %+v, %v", got, err)
		}
		if !content.NewSignOff(got, 2).Approved(content.Card{ID: "c", Lang: "en", Hash: "h"}, monday.Add(3*time.Hour)) {
			t.Error("two signatures are not enough")
		}
	})
}
