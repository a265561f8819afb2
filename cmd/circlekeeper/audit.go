package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"circlekeeper/adapters/database"
	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

type auditCommand struct {
	Since Age `help:"How far back: 30d or 12h." default:"365d"`
	Limit int `help:"How many at the most." default:"1000"`
	Format
}

func (cmd auditCommand) Run(ctx context.Context, p program, c *Config) error {
	if err := checkLimit(cmd.Limit); err != nil {
		return err
	}
	db, err := database.Open(ctx, c.DatabaseURL, p.now, c.logger(p))
	if err != nil {
		return err
	}
	defer db.Close()
	entries, err := db.Audit(ctx, p.now().Add(-time.Duration(cmd.Since)), cmd.Limit)
	if err != nil {
		return err
	}
	rows := make([][]string, len(entries))
	last := make(map[string]map[string]any) // how each target was left
	for i, e := range slices.Backward(entries) {
		kind, _, _ := strings.Cut(e.Action, " ")
		target := kind + " " + e.Target
		now := fields(e.Detail)
		rows[i] = []string{e.At.Format(time.RFC3339), e.Actor, e.Action, e.Target, became(now, last[target])}
		if len(now) > 0 {
			last[target] = now
		}
	}
	return p.list(cmd.Format, entries, "AT ACTOR ACTION TARGET BECAME", rows)
}

// fields are those of what an entry made of its target; none where it was removed.
func fields(detail string) map[string]any {
	var out map[string]any
	if err := json.Unmarshal([]byte(detail), &out); err != nil {
		return nil
	}
	for _, name := range []string{"id", "key", "next", "version"} { // the program's own
		delete(out, name)
	}
	return out
}

// became names the fields that are not as they were, or all where it is not known how
// they were.
func became(now, before map[string]any) string {
	if len(now) == 0 {
		return ""
	}
	changed := maps.Clone(now)
	for name, was := range before {
		if v, ok := now[name]; !ok {
			changed[name] = nil
		} else if reflect.DeepEqual(v, was) {
			delete(changed, name)
		}
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(changed)) {
		out = append(out, name+": "+inWords(changed[name]))
	}
	return strings.Join(out, "; ")
}

// inWords writes a field for people.
func inWords(v any) string {
	var parts []string
	switch v := v.(type) {
	case nil:
		return "none"
	case float64: // all numbers on record are lengths of time
		return words.InEnglish().Length(time.Duration(v))
	case []any:
		for _, item := range v {
			parts = append(parts, inWords(item))
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, name+" "+inWords(v[name]))
		}
	case string:
		if v == bot.Forever.Format(time.RFC3339) {
			return "with no end"
		}
		return v
	default:
		return fmt.Sprint(v)
	}
	return strings.Join(parts, ", ")
}
