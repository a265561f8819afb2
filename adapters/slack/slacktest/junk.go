package slacktest

import "strings"

// Junk delivers what an app must not answer: what other bots wrote, presses of controls that are not
// its own, of an older version or too long, and envelopes with parts missing or of kinds that Slack
// may add.
func (s *Server) Junk() error {
	for _, a := range []Ask{
		{Kind: Mention, Bot: true, Text: "help"},
		{Kind: Write, Bot: true, Text: "help"},
		{Kind: Write, Subtype: "message_changed"},
		{Kind: Write, User: BotUser, Bot: true},
		{Kind: Press, ActionID: "somebody-elses", Value: "buy"},
		{Kind: Press, ActionID: "call.0", Value: "0/strategies/?"},
		{Kind: Press, ActionID: "call.0", Value: "1/strategies/?" + strings.Repeat("x", 200)},
		{Kind: Press, ActionID: "link.0"},
		{Kind: Pick, ActionID: "menu.1/stra", Value: ""},
		{Kind: Submit},
	} {
		if _, err := s.Do(a); err != nil {
			return err
		}
	}
	for _, e := range []any{
		map[string]any{"type": "slash_commands", "envelope_id": "J1"},
		map[string]any{"type": "slash_commands", "envelope_id": "J2", "payload": "text"},
		map[string]any{"type": "interactive", "envelope_id": "J3", "payload": map[string]any{"type": "block_actions"}},
		map[string]any{"type": "events_api", "envelope_id": "J4", "payload": map[string]any{"event": 7}},
		map[string]any{"type": "events_api", "envelope_id": "J5", "payload": map[string]any{"event": map[string]any{"type": "reaction_added", "user": "U1"}}},
		map[string]any{"type": "something_new", "envelope_id": "J6", "payload": map[string]any{}},
		map[string]any{"envelope_id": 7}, []int{1}, "text", nil,
	} {
		s.Send(e)
	}
	return nil
}
