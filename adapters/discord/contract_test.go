package discord

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"circlekeeper/adapters/adaptertest"
	"circlekeeper/adapters/discord/discordtest"
)

// contract is Discord's own description of its API with the limits it leaves
// out, if the environment variable CONTRACTS names the folder that has it.
type contract struct{ whole *adaptertest.Contract }

func newContract(t *testing.T) *contract {
	t.Helper()
	dir := os.Getenv("CONTRACTS")
	if dir == "" {
		t.Log("CONTRACTS is not set: payloads are not held against Discord's own description")
		return nil
	}
	whole, err := adaptertest.Discord(dir)
	must(t, err)
	return &contract{whole}
}

// check says what a request breaks, or nothing.
func (c *contract) check(r discordtest.Request) string {
	if c == nil || len(r.Body) == 0 {
		return ""
	}
	if err := c.whole.Validate(r.Method+" "+r.Route, r.Body); err != nil {
		return fmt.Sprintf("%s %s: %v: %s", r.Method, r.Route, err, r.Body)
	}
	return ""
}

// broken lists what the requests so far break.
func (c *contract) broken(s *discordtest.Server) []string {
	var out []string
	for _, r := range s.Requests() {
		if why := c.check(r); why != "" {
			out = append(out, why)
		}
	}
	return out
}

// Everything this package's own tests make is held against the contract.
func TestContract(t *testing.T) {
	t.Parallel()
	c := newContract(t)
	if c == nil {
		t.Skip("set CONTRACTS to the folder with discord-openapi.json")
	}
	for name, m := range messages() {
		b, err := Preview(m)
		must(t, err)
		if why := c.check(discordtest.Request{Method: "POST", Route: "/channels/{channel_id}/messages", Body: b}); why != "" {
			t.Errorf("%s: %s", name, why)
		}
		all, err := private(m)
		must(t, err)
		for _, p := range all {
			if why := c.check(discordtest.Request{Method: "POST", Route: "/interactions/{interaction_id}/{interaction_token}/callback", Body: callback(4, p)}); why != "" {
				t.Errorf("%s, answered: %s", name, why)
			}
		}
	}
	b, err := Manifest(table())
	must(t, err)
	if why := c.check(discordtest.Request{Method: "PUT", Route: "/applications/{application_id}/commands", Body: b}); why != "" {
		t.Error(why)
	}
	for _, bad := range []string{`{"content":5}`, `{"nonce":"` + strings.Repeat("x", 26) + `"}`} {
		if c.check(discordtest.Request{Method: "POST", Route: "/channels/{channel_id}/messages", Body: []byte(bad)}) == "" {
			t.Errorf("%s passes", bad)
		}
	}
}
