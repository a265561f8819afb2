package discordtest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestMessageLimits(t *testing.T) {
	t.Parallel()
	x := func(n int) string { return strings.Repeat("x", n) }
	button := func(id string) string { return fmt.Sprintf(`{"type":2,"style":2,"label":"b","custom_id":%q}`, id) }
	row := func(in ...string) string {
		return fmt.Sprintf(`{"type":1,"components":[%s]}`, strings.Join(in, ","))
	}
	with := func(rows ...string) string {
		return fmt.Sprintf(`{"content":"x","components":[%s]}`, strings.Join(rows, ","))
	}
	options := func(n int) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf(`{"label":"o","value":"%d"}`, i))
		}
		return fmt.Sprintf(`{"type":3,"custom_id":"m","options":[%s]}`, strings.Join(all, ","))
	}
	for _, c := range []struct {
		name, body string
		at         where
		ok         bool
	}{
		{"2000 characters", `{"content":"` + x(2000) + `"}`, inChannel, true},
		{"2001 characters", `{"content":"` + x(2001) + `"}`, inChannel, false},
		{"empty", `{"content":" "}`, inChannel, false},
		{"an embed", `{"content":"x","embeds":[{"description":"x"}]}`, inChannel, false},
		{"nonce of 26", `{"content":"x","nonce":"` + x(26) + `"}`, inChannel, false},
		{"five buttons", with(row(button("1"), button("2"), button("3"), button("4"), button("5"))), inChannel, true},
		{"six buttons in a row", with(row(button("1"), button("2"), button("3"), button("4"), button("5"), button("6"))), inChannel, false},
		{"six rows", with(row(button("1")), row(button("2")), row(button("3")), row(button("4")), row(button("5")), row(button("6"))), inChannel, false},
		{"same id", with(row(button("1"), button("1"))), inChannel, false},
		{"id of 101", with(row(button(x(101)))), inChannel, false},
		{"25 options", with(row(options(25))), inChannel, true},
		{"26 options", with(row(options(26))), inChannel, false},
		{"tel link", with(row(`{"type":2,"style":5,"label":"b","url":"tel:1"}`)), inChannel, false},
		{"private in a channel", `{"content":"x","flags":64}`, inChannel, false},
		{"private answer", `{"content":"x","flags":64}`, inAnswer, true},
		{"quiet edit", `{"content":"x","flags":4096}`, inEdit, false},
		{"no JSON", `{`, inChannel, false},
	} {
		if _, no := checkMessage([]byte(c.body), c.at); (no.status == 0) != c.ok {
			t.Errorf("%s: %+v", c.name, no)
		}
	}
}

func TestWhoWouldBePinged(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]bool{
		`{"content":"@everyone"}`: true,
		`{"content":"<@1>"}`:      true,
		`{"content":"@everyone","allowed_mentions":{"parse":[]}}`: false,
		`{"content":"<@1>","allowed_mentions":{"users":["1"]}}`:   true,
		`{"content":"everyone"}`:                                  false,
	} {
		var b body
		if err := json.Unmarshal([]byte(raw), &b); err != nil {
			t.Fatal(err)
		}
		if got := b.message([]byte(raw)).Pings; got != want {
			t.Errorf("%s pings: %v", raw, got)
		}
	}
}

func TestCommandLimits(t *testing.T) {
	t.Parallel()
	for raw, ok := range map[string]bool{
		`[{"name":"a","description":"d"}]`:                                true,
		`[{"name":"A","description":"d"}]`:                                false,
		`[{"name":"a","description":""}]`:                                 false,
		`[{"name":"a","description":"d"},{"name":"a","description":"d"}]`: false,
		`[{"name":"a","description":"d","options":[{"type":3,"name":"x","description":"d"},` +
			`{"type":3,"name":"y","description":"d","required":true}]}]`: false,
		`[{"name":"a","description":"d","options":[{"type":3,"name":"x","description":"d","required":true},` +
			`{"type":3,"name":"y","description":"d"}]}]`: true,
	} {
		if why := checkCommands([]byte(raw)); (why == "") != ok {
			t.Errorf("%s: %q", raw, why)
		}
	}
}
