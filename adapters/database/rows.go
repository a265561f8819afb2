package database

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"circlekeeper/bot"
)

// batch reads and writes the rows of one transaction of the planner, some hundreds at a time.
// One statement for each row would cost several times as much, and on a server a round trip
// each. The rows travel in one parameter, as a JSON array of arrays.
type batch struct {
	db *handle
	tx *sql.Tx
}

// rows is the SQL that unfolds the rows in a parameter. v.value is one of them, v.value ->> 0
// its first column as text.
func (b batch) rows(parameter string) string {
	if b.db.pool == nil {
		return `(select value from jsonb_each(` + parameter + `) limit -1) v`
	}
	return `json_array_elements(cast(` + parameter + ` as json)) v (value)`
}

// among is the condition that a column equals the first column of one of the rows. It is
// written so that PostgreSQL expects few rows and uses an index.
func (b batch) among(column, parameter string) string {
	all := `select v.value ->> 0 from ` + b.rows(parameter)
	if b.db.pool == nil {
		return column + ` in (` + all + `)`
	}
	return column + ` = any (array(` + all + `))`
}

// rowsText makes the parameter. Columns may be texts, numbers, nil and jobs.
func rowsText(rows [][]any) string {
	text, _ := json.Marshal(rows) // cannot fail
	return string(text)
}

// idsOf makes rows of one column, such as the ID of each reminder.
func idsOf(reminders []bot.Reminder, of func(bot.Reminder) string) string {
	return rowsText(bot.Each(reminders, func(r bot.Reminder) []any { return []any{of(r)} }))
}

func ownID(r bot.Reminder) string { return r.ID }

// groups are the groups of reminders, removed ones too, by their IDs.
func (b batch) groups(ctx context.Context, reminders []bot.Reminder) (map[string]bot.Group, error) {
	found, err := groupsWhere(ctx, b.tx, b.among("g.id", "$1"),
		idsOf(reminders, func(r bot.Reminder) string { return r.Group }))
	groups := bot.GroupsByID(found)
	for _, r := range reminders {
		if _, ok := groups[r.Group]; !ok && err == nil {
			err = fmt.Errorf("group %s of reminder %s: %w", r.Group, r.ID, bot.ErrNotFound)
		}
	}
	return groups, err
}

// saveNext writes when reminders come next, or that they never do and why.
func (b batch) saveNext(ctx context.Context, reminders ...bot.Reminder) error {
	if len(reminders) == 0 {
		return nil
	}
	rows := make([][]any, len(reminders))
	for i, r := range reminders {
		rows[i] = []any{r.ID, nil, "", string(r.Fault.Code), r.Fault.Record()}
		if !r.Next.At.IsZero() {
			rows[i][1], rows[i][2] = millis(r.Next.At), r.Next.Nominal.String()
		}
	}
	where := `reminders.id = v.value ->> 0`
	if b.db.pool != nil { // so that it reads no whole table; SQLite would compare each with each
		where += ` and ` + b.among("reminders.id", "$1")
	}
	return execute(ctx, b.tx, `
		update reminders set next_at = cast(v.value ->> 1 as bigint), next_nominal = v.value ->> 2, fault_code = v.value ->> 3, fault = v.value ->> 4
		from `+b.rows("$1")+` where `+where, rowsText(rows))
}
