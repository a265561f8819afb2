package discord

import (
	"strings"
	"testing"

	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
)

// Discord vouches for whoever did something, in a server and in a direct message, over
// the gateway and over HTTP, and for nobody else.
func TestVouchesForThePerson(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	const other = "500000000000000009"
	for _, a := range []discordtest.Ask{{}, {Direct: true}, {User: other}, {User: other, Direct: true}, {Rights: discordtest.ManageGuild}} {
		a.Kind, a.Name = discordtest.Command, "cards"
		_, raw, err := s.Payload(a)
		must(t, err)
		in, err := decode(raw)
		must(t, err)
		r, _, err := in.request(nil)
		must(t, err)
		who, not := "500000000000000001", other
		if a.User != "" {
			who, not = not, who
		}
		if !r.Is(t.Context(), who) || r.Is(t.Context(), not) || r.Is(t.Context(), "") {
			t.Errorf("%+v: %t for whoever asked, %t for somebody else", a, r.Is(t.Context(), who), r.Is(t.Context(), not))
		}
		if r.Actor.May() != (a.Rights != 0) || strings.Contains(r.Place.String(), who) {
			t.Errorf("%+v: the request names whoever asked", a)
		}
	}
	for _, raw := range []string{`{"id":"1","application_id":"2","token":"x","type":2}`, `{"id":"1","application_id":"2","token":"x","type":2,"user":{"id":"me"}}`} {
		in, err := decode([]byte(raw))
		must(t, err)
		if r, _, err := in.request(nil); err != nil || r.Is(t.Context(), "") || r.Is(t.Context(), "me") || r.Platform != bot.Discord {
			t.Errorf("%s: vouched for: %v", raw, err)
		}
	}
}

// The roles of facilitators are looked up, in the database, for those alone who have a
// role in the server.
func TestWithoutRolesNobodyIsLookedUp(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]bool{
		`{"id":"1","application_id":"2","token":"x","type":2,"guild_id":"3","member":{"user":{"id":"4"},"roles":["5"]}}`: true,
		`{"id":"1","application_id":"2","token":"x","type":2,"guild_id":"3","member":{"user":{"id":"4"},"roles":[]}}`:    false,
		`{"id":"1","application_id":"2","token":"x","type":2,"user":{"id":"4"}}`:                                         false,
	} {
		in, err := decode([]byte(raw))
		must(t, err)
		if r, _, err := in.request(nil); err != nil || (r.In != nil) != want {
			t.Errorf("%s: looked up %t, %v", raw, r.In != nil, err)
		}
	}
}
