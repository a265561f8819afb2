package database

import (
	"database/sql"
	"fmt"
	"testing"
)

// TestKeptStatements asks the same again and again, also while the answer is still being
// read, after the table has changed, and more different things than are kept.
func TestKeptStatements(t *testing.T) {
	t.Parallel()
	db, err := openStatements("file:" + t.TempDir() + "/kept.db")
	must(t, err)
	defer db.Close()
	conn, err := db.Conn(t.Context())
	must(t, err)
	defer conn.Close()
	exec := func(query string, args ...any) {
		t.Helper()
		if _, err := conn.ExecContext(t.Context(), query, args...); err != nil {
			t.Fatal(err)
		}
	}
	const all = `select * from t where n > $1 order by n`
	read := func(above int, each func()) (got []int, columns int) {
		t.Helper()
		rows, err := conn.QueryContext(t.Context(), all, above)
		must(t, err)
		defer rows.Close()
		names, err := rows.Columns()
		must(t, err)
		for rows.Next() {
			var n int
			var rest sql.NullString
			must(t, rows.Scan([]any{&n, &rest}[:len(names)]...))
			got = append(got, n)
			if each != nil {
				each()
			}
		}
		must(t, rows.Err())
		return got, len(names)
	}
	exec(`create table t (n integer); create table other (n integer)`)
	for n := range 3 {
		exec(`insert into t (n) values ($1)`, n)
	}
	inner := 0
	outer, _ := read(0, func() {
		got, _ := read(-1, nil)
		inner += len(got)
	})
	if fmt.Sprint(outer) != "[1 2]" || inner != 6 {
		t.Errorf("outside %v, inside %d rows; want [1 2] and 6", outer, inner)
	}
	exec(`alter table t add column word text`)
	if got, columns := read(1, nil); fmt.Sprint(got) != "[2]" || columns != 2 {
		t.Errorf("after the change %v in %d columns, want [2] in 2", got, columns)
	}
	for n := range 2 * mostKept {
		exec(fmt.Sprintf(`update t set n = n where n = $1 and %d > 0`, n), n)
	}
	err = conn.Raw(func(c any) error {
		if kept := len(c.(*connection).kept); kept == 0 || kept > mostKept {
			t.Errorf("%d statements are kept, want 1 to %d", kept, mostKept)
		}
		return nil
	})
	must(t, err)
	if got, _ := read(-1, nil); len(got) != 3 {
		t.Errorf("%v at the end, want three", got)
	}
}
