package slack

import (
	"os"
	"testing"

	"circlekeeper/adapters/adaptertest"
)

// contract reads Slack's description of its formats from the folder that
// CONTRACTS names. Without it there is none, and payloads are held against the
// fake's limits only.
func contract(t *testing.T) *adaptertest.Contract {
	t.Helper()
	dir := os.Getenv("CONTRACTS")
	if dir == "" {
		t.Log("CONTRACTS is not set: payloads are held against the fake's limits only")
		return nil
	}
	c, err := adaptertest.Slack(dir)
	must(t, err)
	return c
}

func TestContract(t *testing.T) {
	t.Parallel()
	c := contract(t)
	if c == nil {
		t.Skip("CONTRACTS is not set")
	}
	for name, m := range messages() {
		body, err := Preview(m, defaultName)
		must(t, err)
		if name == "empty" {
			continue // nothing to say is never sent
		}
		if err := c.Validate("message", body); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if c.Validate("blocks", []byte(`[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]`)) == nil {
		t.Error("the contract accepts anything")
	}
}
