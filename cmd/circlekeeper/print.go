package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"circlekeeper/bot"
	"circlekeeper/scheduler"
)

// Format is the flag that chooses how a listing is printed.
type Format struct {
	Format string `help:"text or json." enum:"text,json" default:"text"`
}

// FormatOrCalendar is Format with the choice of a calendar.
type FormatOrCalendar struct {
	Format string `help:"text, json, or ics: an iCalendar file." enum:"text,json,ics" default:"text"`
}

// checkLimit refuses a limit below 1.
func checkLimit(most int) error {
	if most < 1 {
		return &bot.UserError{Message: "--limit takes a whole number, 1 or more, such as 100"}
	}
	return nil
}

// counted returns a number with its noun: "1 card", "2 cards".
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// asCalendar is the format of an iCalendar file.
const asCalendar = "ics"

// list prints rows for people, or v for programs.
func (p program) list(f Format, v any, header string, rows [][]string) error {
	if f.Format == "json" {
		if list := reflect.ValueOf(v); v == nil || list.Kind() == reflect.Slice && list.IsNil() {
			v = []any{} // an empty list is [], not null
		}
		enc := json.NewEncoder(p.out)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(v)
	}
	var t table
	for _, r := range rows {
		t.add(r...)
	}
	return t.print(p.out, header)
}

// table is rows of cells. It keeps each row as one string with tabs between the cells, because there
// may be hundreds of thousands.
type table struct{ rows []string }

func (t *table) add(cells ...string) { t.rows = append(t.rows, strings.Join(cells, "\t")) }

// print prints a table under its header, each column as wide as its widest cell.
func (t table) print(w io.Writer, header string) error {
	if len(t.rows) == 0 {
		_, err := fmt.Fprintln(w, "nothing to list")
		return err
	}
	header = strings.ReplaceAll(header, " ", "\t")
	var widths []int
	widen := func(row string) {
		for i, cell := range strings.Split(row, "\t") {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	out := bufio.NewWriter(w)
	write := func(row string) {
		cells := strings.Split(row, "\t")
		for i, cell := range cells[:len(cells)-1] {
			fmt.Fprint(out, cell, strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+2))
		}
		fmt.Fprintln(out, cells[len(cells)-1])
	}
	widen(header)
	for _, row := range t.rows {
		widen(row)
	}
	write(header)
	for _, row := range t.rows {
		write(row)
	}
	return out.Flush()
}

// bothNames returns a value's JSON with lower-case names, as in all listings, and again with
// the capitalised names of version 0.1. The version after the next will leave the latter out.
func bothNames(v any) (any, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		return nil, err
	}
	return withBoth(out), nil
}

func withBoth(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = withBoth(v[i])
		}
	case map[string]any:
		maps.Copy(v, lowered(v).(map[string]any))
	}
	return v
}

// lowered returns a value's JSON with lower-case names only.
func lowered(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = lowered(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, value := range v {
			out[strings.ToLower(name)] = lowered(value)
		}
		return out
	}
	return v
}

// when returns an occurrence's time for JSON, by the group's clock.
func when(o scheduler.Occurrence, zone *time.Location) string {
	if o.At.IsZero() {
		return "-"
	}
	return o.At.In(zone).Format("Mon 2006-01-02 15:04 MST")
}
