package database

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// Approvals implements bot.Store.
func (db signingStore) Approvals(ctx context.Context) ([]content.Approval, error) {
	return approvals(ctx, db.sql, `text from approvals`)
}

// signedOff gives what was signed of one card, or of all cards if card is empty. The signed
// words are left out.
func signedOff(ctx context.Context, q querier, card string, reviewers int) (content.SignOff, error) {
	from, args := `'' from approvals`, []any(nil)
	if card != "" {
		from, args = from+` where card = $1`, []any{card}
	}
	given, err := approvals(ctx, q, from, args...)
	return content.NewSignOff(given, reviewers), err
}

// approvals lists approvals. from is the end of the SQL: the last column, which is the signed
// words or empty, and the table.
func approvals(ctx context.Context, q querier, from string, args ...any) ([]content.Approval, error) {
	return list(ctx, q, func(r row) (a content.Approval, err error) {
		var at, by int64
		err = r.Scan(&a.Card, &a.Lang, &a.Hash, &a.Reviewer, &at, &by, &a.Text)
		a.At, a.ReviewBy = instant(at), instant(by)
		return a, err
	}, `select card, lang, hash, reviewer, approved_at, review_by, `+from+` order by card, lang, approved_at`, args...)
}

// lastSigned keeps what was signed of all cards until that changes. The planner needs it
// whenever a reminder is due, and the courier for posts that are made of many cards.
type lastSigned struct {
	mu   sync.Mutex
	mark string
	of   content.SignOff
}

func (l *lastSigned) read(ctx context.Context, q querier, reviewers int) (content.SignOff, error) {
	mark, err := approvalsMark(ctx, q)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil || mark == l.mark {
		return l.of, err
	}
	of, err := signedOff(ctx, q, "", reviewers)
	if err == nil {
		l.mark, l.of = mark, of
	}
	return of, err
}

// ApprovalsMark changes when an approval was given, renewed or taken
// back, or a crisis line put out of service or back.
func (db signingStore) ApprovalsMark(ctx context.Context) (string, error) {
	return approvalsMark(ctx, db.sql)
}

func approvalsMark(ctx context.Context, q querier) (string, error) {
	var n, down int64
	var given, until, ends string
	err := q.QueryRowContext(ctx, `select a.*, d.* from
		(select count(*), coalesce(sum(approved_at), 0), coalesce(sum(review_by), 0) from approvals) a,
		(select count(*), coalesce(sum(at + until), 0) from down_lines) d`).Scan(&n, &given, &until, &down, &ends)
	return fmt.Sprint(n, " ", given, " ", until, " ", down, " ", ends), err
}

// Approve implements bot.Store.
func (db signingStore) Approve(ctx context.Context, by bot.Actor, given ...content.Approval) error {
	return db.write(ctx, func(tx *sql.Tx) error {
		for _, a := range given {
			_, err := tx.ExecContext(ctx, `
				insert into approvals (card, lang, hash, reviewer, approved_at, review_by, text) values ($1, $2, $3, $4, $5, $6, $7)
				on conflict (card, lang, hash, reviewer) do update set approved_at = excluded.approved_at, review_by = excluded.review_by, text = excluded.text`,
				a.Card, a.Lang, a.Hash, a.Reviewer, millis(a.At), millis(a.ReviewBy), a.Text)
			if err != nil {
				return err
			}
			a.Text = "" // the approval's own row keeps the words; the audit row names their hash
			if err := db.record(ctx, tx, by, "content approve", a.Card+" "+a.Lang, a); err != nil {
				return err
			}
		}
		return nil
	})
}
