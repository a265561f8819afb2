package slacktest

import (
	"slices"
	"strings"
	"time"
)

// Channel is a channel as the fake knows it.
type Channel struct {
	ID       string
	Name     string // without the # in front; the ID in small letters if empty
	Private  bool
	Archived bool
	Shared   bool     // with another organization, through Slack Connect
	Invited  bool     // another organization is invited and has not come yet
	Refuses  string   // the error that chat.postMessage gives: "restricted_action"
	Fixed    string   // the error that chat.update gives: "edit_window_closed"
	Keeps    string   // the error that chat.delete gives: "cant_delete_message"
	Members  []string // the bot too, if it is in it
}

// Message stands in a channel.
type Message struct {
	Channel  string
	TS       string
	Thread   string // the message it answers; empty for one in the channel itself
	User     string
	BotID    string
	Text     string
	Blocks   []Block
	Metadata *Metadata
	Edits    int // how often it was changed
	Pinned   bool
	Silent   bool // nobody is pinged by it: no mention, in words or blocks
}

// Metadata is what an app attached to its message.
type Metadata struct {
	EventType    string         `json:"event_type"`
	EventPayload map[string]any `json:"event_payload"`
}

type world struct {
	channels map[string]*Channel
	messages map[string][]Message   // by channel, oldest first
	canvases map[string]*Canvas     // by channel
	posted   map[string][]time.Time // by channel, and by method what counts for the whole workspace
}

func newWorld() world {
	w := world{channels: map[string]*Channel{}, messages: map[string][]Message{}, canvases: map[string]*Canvas{}, posted: map[string][]time.Time{}}
	for _, c := range []Channel{
		{ID: GroupChannel, Name: "evening-circle", Members: []string{BotUser, Member, Staff, Outsider, Facilitator}},
		{ID: StaffChannel, Name: "staff", Private: true, Members: []string{BotUser, Staff, Outsider}},
		{ID: FacilitatorChannel, Name: "evening-facilitators", Private: true, Members: []string{BotUser, Facilitator, Outsider}},
	} {
		w.channels[c.ID] = &c
	}
	return w
}

// SetChannel adds a channel or replaces it.
func (s *Server) SetChannel(c Channel) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	c.Members = slices.Clone(c.Members)
	s.world.channels[c.ID] = &c
}

// RemoveChannel makes a channel unknown.
func (s *Server) RemoveChannel(id string) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	delete(s.world.channels, id)
}

// Messages lists what stands in a channel, oldest first.
func (s *Server) Messages(channel string) []Message {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return slices.Clone(s.world.messages[channel])
}

// Say lets somebody else write to a channel. It tells the message's name.
func (s *Server) Say(channel, user, text string) (ts string) {
	return s.Reply(channel, "", user, text)
}

// Reply lets somebody else write in the thread that a message begins.
func (s *Server) Reply(channel, thread, user, text string) (ts string) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	ts = s.ts()
	s.world.messages[channel] = append(s.world.messages[channel], Message{Channel: channel, TS: ts, Thread: thread, User: user, Text: text})
	s.Tell()
	return ts
}

func (c *Channel) has(user string) bool { return slices.Contains(c.Members, user) }

// paced takes a free moment of a channel, or says that there is none.
func (s *Server) paced(channel string) bool {
	return s.o.Pace < 0 || s.world.within(channel, s.o.Pace, time.Second, s.o.Now())
}

// tier3 is how often a method of that tier can be called in a minute: fifty times, and a
// few more that Slack lets pass.
// https://docs.slack.dev/apis/web-api/rate-limits
const tier3 = 55

// within counts what happens under a name, and says whether it is not too much.
func (w *world) within(name string, most int, span time.Duration, now time.Time) bool {
	recent := slices.DeleteFunc(w.posted[name], func(t time.Time) bool { return now.Sub(t) >= span })
	if len(recent) >= most {
		w.posted[name] = recent
		return false
	}
	w.posted[name] = append(recent, now)
	return true
}

// pings tells whether text that Slack parses would notify somebody. Control
// sequences need a raw <, so escaped ones do not; a channel's name notifies nobody:
// https://docs.slack.dev/messaging/formatting-message-text
func pings(text string, linkNames bool) bool {
	for _, mark := range []string{"<!", "<@"} {
		if strings.Contains(text, mark) {
			return true
		}
	}
	return linkNames && strings.Contains(text, "@")
}
