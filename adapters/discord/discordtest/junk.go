package discordtest

import "strings"

// Junk delivers what an app must not answer: presses of controls that are not its own, of another
// version or too long, what another bot wrote, and interactions with parts missing or of kinds that
// Discord may add. It returns the IDs of the presses.
func (s *Server) Junk() (ids []string) {
	for _, id := range []string{"another-bots-button", "0/strategies/?", "1/strategies/?" + strings.Repeat("x=y&", 40), ""} {
		ids = append(ids, s.Do(Ask{Kind: Component, CustomID: id}).ID)
	}
	s.Dispatch("MESSAGE_CREATE", map[string]any{"id": "1", "channel_id": ChannelID, "content": "hello", "author": map[string]any{"id": "2", "bot": true}})
	s.Dispatch("INTERACTION_CREATE", map[string]any{"id": "3", "application_id": "4", "token": "x", "type": 77})
	s.Dispatch("INTERACTION_CREATE", map[string]any{"type": 2})
	s.Dispatch("INTERACTION_CREATE", []string{"nothing"})
	return ids
}
