package adaptertest

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

// contracts is the folder of the platforms' descriptions.
func contracts(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("CONTRACTS")
	if dir == "" {
		t.Skip("CONTRACTS does not name the folder of the platforms' descriptions")
	}
	return dir
}

type payload struct{ name, body, wrong string } // wrong is part of the error; empty for what is right

func (p payload) hold(t *testing.T, c *Contract) {
	t.Helper()
	t.Parallel()
	err := c.Validate(p.name, []byte(p.body))
	switch {
	case p.wrong == "" && err != nil:
		t.Errorf("refused: %v", err)
	case p.wrong != "" && (err == nil || !strings.Contains(err.Error(), p.wrong)):
		t.Errorf("%v, want an error with %q", err, p.wrong)
	}
}

func rows(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`{"type":1,"components":[{"type":2,"style":2,"label":"x","custom_id":"id%d"}]}`, i))
	}
	return strings.Join(all, ",")
}

func TestDiscordContract(t *testing.T) {
	t.Parallel()
	c, err := Discord(contracts(t))
	if err != nil {
		t.Fatal(err)
	}
	const (
		create   = "POST /channels/{channel_id}/messages"
		callback = "POST /interactions/{interaction_id}/{interaction_token}/callback"
		follow   = "POST /webhooks/{webhook_id}/{webhook_token}"
		edit     = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original"
		commands = "PUT /applications/{application_id}/commands"
	)
	x := func(n int) string { return strings.Repeat("x", n) }
	embeds := func(n int) string {
		return `{"embeds":[{"description":"` + x(n) + `"},{"description":"` + x(n) + `"}]}`
	}
	button := func(s string) string {
		return `{"content":"a","components":[{"type":1,"components":[{"type":2,` + s + `}]}]}`
	}
	choices := func(n int) string {
		return `{"type":8,"data":{"choices":[` + strings.TrimSuffix(strings.Repeat(`{"name":"a","value":"b"},`, n), ",") + `]}}`
	}
	modal := func(rows string) string {
		return `{"type":9,"data":{"custom_id":"1/a/?","title":"A form","components":[` + rows + `]}}`
	}
	input := `{"type":18,"label":"When","component":{"type":4,"custom_id":"at","style":1}}`
	for i, p := range []payload{
		{create, `{"content":"Hello","nonce":"key","enforce_nonce":true,"allowed_mentions":{"parse":[]},"flags":4096}`, ""},
		{create, `{"content":5}`, "content"},
		{create, `{"content":"a","nonce":"` + x(26) + `"}`, "nonce"},
		{create, `{"content":"` + x(2001) + `"}`, "at most 2000"},
		{create, `{"content":"  "}`, "empty"},
		{create, embeds(3000), ""},
		{create, embeds(3001), "at most 6000"},
		{create, `{"content":"a","components":[` + rows(5) + `]}`, ""},
		{create, `{"content":"a","components":[` + rows(6) + `]}`, "at most 5"},
		{create, `{"content":"a","components":[` + rows(1) + "," + rows(1) + `]}`, "stands there 2 times"},
		{create, button(`"style":5,"label":"Map","url":"https://example.org"`), ""},
		{create, button(`"style":5,"label":"Map"`), "needs a url"},
		{create, button(`"style":1,"label":"Map"`), "needs a url"},
		{create, button(`"style":1,"custom_id":"a"`), "without a label"},
		{create, `{"flags":32768,"components":[{"type":10,"content":"a"}]}`, ""},
		{create, `{"components":[{"type":10,"content":"a"}],"content":"a"}`, "Components V2"},
		{create, `{"flags":32768,"content":"a","components":[{"type":10,"content":"a"}]}`, "no place"},
		{callback, `{"type":4,"data":{"content":"Hello","flags":64}}`, ""},
		{callback, `{"type":4,"data":{"flags":64}}`, "empty"},
		{callback, `{"type":5,"data":{"flags":64}}`, ""},
		{callback, `{"type":5,"data":{"flags":4}}`, "only EPHEMERAL"},
		{callback, `{"type":7,"data":{"content":"` + x(2001) + `"}}`, "2000"},
		{callback, `{"type":44}`, "callback"},
		{callback, choices(25), ""},
		{callback, choices(26), "callback"},
		{callback, modal(input), ""},
		{callback, modal(input + "," + input), "stands there 2 times"},
		{callback, modal(strings.TrimSuffix(strings.Repeat(`{"type":10,"content":"a"},`, 6), ",")), "at most 5"},
		{callback, strings.Replace(modal(input), "A form", x(46), 1), "callback"},
		{follow, `{"content":"More","flags":64}`, ""},
		{follow, `{"content":"` + x(2001) + `"}`, "2000"},
		{edit, `{"content":"Done"}`, ""},
		{edit, `{"components":[]}`, ""},
		{edit, `{"content":["Done"]}`, "content"},
		{commands, `[{"name":"help","description":"What can be asked","name_localizations":{"es-ES":"ayuda"}}]`, ""},
		{commands, `[{"name":"Help","description":"What can be asked"}]`, "no name"},
		{commands, `[{"name":"help me","description":"What can be asked"}]`, "no name"},
		{commands, `[{"name":"help","description":"` + x(101) + `"}]`, "description"},
		{commands, `[{"name":"help"}]`, "no description"},
		{commands, `[{"name":"a","description":"b"},{"name":"a","description":"b"}]`, "two commands"},
		{commands, `[{"name":"a","description":"b","options":[{"type":3,"name":"c","description":"d"},{"type":3,"name":"e","description":"f","required":true}]}]`, "comes after optional"},
		{commands, `[{"name":"a","description":"b","options":[{"type":3,"name":"c","description":"d"},{"type":3,"name":"c","description":"d"}]}]`, "two options"},
		{commands, `[{"name":"a","description":"b","options":[` + strings.TrimSuffix(heavy(20), ",") + `]}]`, "at most 8000"},
		{"GET /nothing", `{}`, "nothing"},
		{create, `{`, "EOF"},
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) { p.hold(t, c) })
	}
}

// heavy is n options of about 500 characters.
func heavy(n int) string {
	out := ""
	for i := range n {
		out += fmt.Sprintf(`{"type":3,"name":"o%d","description":"%s","choices":[{"name":"%s","value":"%s"},{"name":"%s","value":"%s"}]},`, i,
			strings.Repeat("d", 100), strings.Repeat("n", 100), strings.Repeat("v", 100), strings.Repeat("m", 100), strings.Repeat("w", 100))
	}
	return out
}

func TestSlackContract(t *testing.T) {
	t.Parallel()
	c, err := Slack(contracts(t))
	if err != nil {
		t.Fatal(err)
	}
	const section = `{"type":"section","text":{"type":"mrkdwn","text":"Hello"}}`
	many := func(n int) string { return "[" + strings.TrimSuffix(strings.Repeat(section+",", n), ",") + "]" }
	button := func(id string) string {
		return `{"type":"button","text":{"type":"plain_text","text":"More"},"action_id":"` + id + `","value":"1/help/?"}`
	}
	actions := func(elements string) string { return `[{"type":"actions","elements":[` + elements + `]}]` }
	menu := func(options string) string {
		return actions(`{"type":"static_select","action_id":"m","placeholder":{"type":"plain_text","text":"Choose"},"options":[` + options + `]}`)
	}
	option := `{"text":{"type":"plain_text","text":"One"},"value":"1"}`
	input := `{"type":"input","block_id":"at","label":{"type":"plain_text","text":"When"},"element":{"type":"plain_text_input","action_id":"at"}}`
	modal := func(title, rest string) string {
		return `{"type":"modal","title":{"type":"plain_text","text":"` + title + `"},"blocks":[` + input + `]` + rest + `}`
	}
	submit := `,"submit":{"type":"plain_text","text":"Save"}`
	for i, p := range []payload{
		{"blocks", many(50), ""},
		{"blocks", many(51), "at most 50"},
		{"blocks", `[{"type":"section"}]`, "without text"},
		{"blocks", `[{"type":"sections"}]`, "blocks"},
		{"blocks", `[{"type":"section","text":{"type":"mrkdwn","text":""}}]`, "empty mrkdwn"},
		{"blocks", `[{"type":"section","text":{"type":"mrkdwn","text":"` + strings.Repeat("x", 3001) + `"}}]`, "blocks"},
		{"blocks", `[{"type":"header","text":{"type":"plain_text","text":"` + strings.Repeat("x", 151) + `"}}]`, "blocks"},
		{"blocks", actions(button("a") + "," + button("b")), ""},
		{"blocks", actions(button("a") + "," + button("a")), "stands there 2 times"},
		{"blocks", actions(""), "without elements"},
		{"blocks", menu(option), ""},
		{"blocks", menu(""), "no options"},
		{"blocks", menu(option + "," + option), "same value twice"},
		{"message", `{"text":"Hello","blocks":` + many(2) + `,"metadata":{"event_type":"circlekeeper","event_payload":{"key":"k"}}}`, ""},
		{"message", `{"text":" ","blocks":` + many(2) + `}`, "no text"},
		{"message", `{"text":"` + strings.Repeat("x", 4001) + `"}`, "4001"},
		{"message", `{"text":"Hello","blocks":[{"type":"divider","more":1}]}`, "message"},
		{"message", `{"text":"Hello","metadata":{"event_type":"a b","event_payload":{}}}`, "alphanumeric"},
		{"metadata", `{"event_type":"circlekeeper","event_payload":{"key":"k"}}`, ""},
		{"metadata", `{"event_type":"circlekeeper"}`, "event_payload"},
		{"metadata", `{"event_type":"circlekeeper","event_payload":{"key":"` + strings.Repeat("k", 1000) + `"}}`, "less than 1000"},
		{"modal", modal("A form", submit), ""},
		{"modal", modal("A form", ""), "no submit"},
		{"modal", modal(strings.Repeat("x", 25), submit), "title"},
		{"modal", modal("A form", submit+`,"private_metadata":"`+strings.Repeat("x", 3001)+`"`), "private_metadata"},
		{"modal", strings.Replace(modal("A form", submit), `"modal"`, `"home"`, 1), "modal"},
		{"home", `{"type":"home","blocks":` + many(100) + `}`, ""},
		{"home", `{"type":"home","blocks":` + many(101) + `}`, "at most 100"},
		{"home", `{"type":"home","blocks":[{"type":"section","block_id":"a","fields":[]},{"type":"divider","block_id":"a"}]}`, "stands there 2 times"},
		{"request", `{"channel":"C0123456789"}`, ""},
		{"request", `{"channel":"C0123456789","text":"Hello","blocks":` + many(2) + `}`, ""},
		{"request", `{"text":"Hello","blocks":[{"type":"sections"}]}`, "message"},
		{"request", `{"text":"Hello","metadata":{"event_type":"circlekeeper"}}`, "metadata"},
		{"request", `{"envelope_id":"E1","payload":{"response_action":"update","view":` + modal("A form", submit) + `}}`, ""},
		{"request", `{"envelope_id":"E1","payload":{"response_action":"update","view":` + modal("A form", "") + `}}`, "no submit"},
		{"request", `{"view":{"type":"workflow_step"}}`, "workflow_step"},
		{"card", `{}`, "card"},
	} {
		if p.wrong != "EOF" && !json.Valid([]byte(p.body)) {
			t.Fatalf("%d is no JSON: %s", i, p.body)
		}
		t.Run(fmt.Sprint(i), func(t *testing.T) { p.hold(t, c) })
	}
}

func TestContractMissing(t *testing.T) {
	t.Parallel()
	if _, err := Discord(t.TempDir()); err == nil {
		t.Error("read what is not there")
	}
	if _, err := Slack(t.TempDir()); err == nil {
		t.Error("read what is not there")
	}
}
