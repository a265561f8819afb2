package discordtest

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// Permissions the fake knows:
// https://docs.discord.com/developers/topics/permissions
const (
	Administrator   int64 = 1 << 3
	ManageGuild     int64 = 1 << 5
	ViewChannel     int64 = 1 << 10
	SendMessages    int64 = 1 << 11
	EmbedLinks      int64 = 1 << 14
	ReadHistory     int64 = 1 << 16
	Connect         int64 = 1 << 20
	SendInThreads   int64 = 1 << 38
	PinMessages     int64 = 1 << 51 // nobody has it unless it is allowed
	everyonesRights       = ViewChannel | SendMessages | EmbedLinks | ReadHistory | Connect | SendInThreads
)

// Message is a message as it stands in a channel or before one person.
type Message struct {
	ID      string
	Author  string
	Nonce   string
	At      time.Time
	Content string // with Components V2, the words of the text displays
	Flags   int
	Pings   bool // somebody would have been notified by a mention
	Body    json.RawMessage
	ReplyTo string // the message it answers; empty for none
	Edits   int    // how often it was changed
	Pinned  bool

	components []component
}

type overwrite struct {
	ID    string `json:"id"`
	Type  int    `json:"type"`
	Allow string `json:"allow"`
	Deny  string `json:"deny"`
}

type channel struct {
	guild      string
	name       string
	kind       int
	parent     string
	owner      string    // of a thread: who began it
	needsTag   bool      // a forum whose posts have to bear a tag
	closed     time.Time // when a thread was closed
	archived   bool
	locked     bool
	joined     bool          // of a private thread: the bot was added to it
	slow       time.Duration // slowmode that also holds for the bot; 0 for none
	blocked    string        // words that AutoMod blocks there; empty for none
	overwrites []overwrite
	messages   []Message
}

// slowFor is how long slowmode keeps the bot from posting; 0 if it does not.
func (c *channel) slowFor(now time.Time) time.Duration {
	for i := len(c.messages) - 1; i >= 0; i-- {
		if c.messages[i].Author == BotID {
			return max(c.messages[i].At.Add(c.slow).Sub(now), 0)
		}
	}
	return 0
}

// find gives the message of that ID, or nil.
func (c *channel) find(id string) *Message {
	for i := range c.messages {
		if c.messages[i].ID == id {
			return &c.messages[i]
		}
	}
	return nil
}

func (c *channel) drop(id string) {
	c.messages = slices.DeleteFunc(c.messages, func(m Message) bool { return m.ID == id })
}

// direct is the type of a channel between the bot and one person.
const direct = 1

type nonced struct {
	channel string
	message Message
}

type world struct {
	channels map[string]*channel
	guilds   map[string]int64 // everyone's rights
	nonces   map[string]nonced
	direct   map[string]string // channels by person
	commands json.RawMessage
	puts     int
	endpoint any // the application's interactions endpoint; nil for none
}

func newWorld() world {
	return world{
		channels: map[string]*channel{ChannelID: {guild: GuildID, name: ChannelName}},
		guilds:   map[string]int64{GuildID: everyonesRights},
		nonces:   map[string]nonced{},
		direct:   map[string]string{},
		commands: json.RawMessage("[]"),
	}
}

// nonceWindow is how long a nonce is remembered; the documents say "the past few minutes".
const nonceWindow = 3 * time.Minute

// AddChannel makes a text channel in the guild and returns its ID.
func (s *Server) AddChannel() string { return s.AddKind(0, "") }

// AddKind makes a channel of another kind (5 announcement, 11 thread, 15
// forum…), under a parent if it has one.
func (s *Server) AddKind(kind int, parent string) string {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	id := s.id()
	s.world.channels[id] = &channel{guild: GuildID, name: "channel-" + id, kind: kind, parent: parent}
	return id
}

// change changes a channel, if it is there.
func (s *Server) change(id string, how func(*channel)) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if c := s.world.channels[id]; c != nil {
		how(c)
	}
}

// Call gives a channel a name.
func (s *Server) Call(id, name string) {
	s.change(id, func(c *channel) { c.name = name })
}

// Join adds the bot to a private thread.
func (s *Server) Join(id string) {
	s.change(id, func(c *channel) { c.joined = true })
}

// Lock closes a thread for members.
func (s *Server) Lock(id string) {
	s.Archive(id)
	s.change(id, func(c *channel) { c.locked = true })
}

// Archive archives a thread. A new message opens it again.
func (s *Server) Archive(id string) {
	s.change(id, func(c *channel) { c.archived, c.closed = true, s.o.Now() })
}

// NeedTags makes a forum require a tag on each post.
func (s *Server) NeedTags(id string, need bool) {
	s.change(id, func(c *channel) { c.needsTag = need })
}

// DeleteChannel removes a channel with its messages.
func (s *Server) DeleteChannel(id string) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	delete(s.world.channels, id)
}

// Kick takes the bot out of the guild.
func (s *Server) Kick() {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	delete(s.world.guilds, GuildID)
}

// Invite brings the bot back into the guild.
func (s *Server) Invite() {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.world.guilds[GuildID] = everyonesRights
}

// Deny takes rights from the bot in a channel; 0 gives all back.
func (s *Server) Deny(id string, rights int64) {
	s.change(id, func(c *channel) {
		c.overwrites = []overwrite{{ID: BotRole, Allow: "0", Deny: strconv.FormatInt(rights, 10)}}
	})
}

// Allow gives the bot rights in a channel that not everybody has.
func Allow(s *Server, id string, rights int64) {
	s.change(id, func(c *channel) {
		c.overwrites = append(c.overwrites, overwrite{ID: BotRole, Allow: strconv.FormatInt(rights, 10), Deny: "0"})
	})
}

// Fix lets somebody pin a message.
func Fix(s *Server, id, message string) {
	s.change(id, func(c *channel) {
		if m := c.find(message); m != nil {
			m.Pinned = true
		}
	})
}

// Hide takes the right to see a channel from everybody but the bot and the moderators.
func (s *Server) Hide(id string) {
	s.change(id, func(c *channel) {
		view := strconv.FormatInt(ViewChannel, 10)
		c.overwrites = []overwrite{{ID: c.guild, Allow: "0", Deny: view}, {ID: BotRole, Allow: view, Deny: "0"}, {ID: ModeratorRole, Allow: view, Deny: "0"}}
	})
}

// Slow gives a channel slowmode: one post in so long a time; 0 for none.
// https://docs.discord.com/developers/resources/channel#channel-object
func (s *Server) Slow(id string, d time.Duration) {
	s.change(id, func(c *channel) { c.slow = d })
}

// Block makes AutoMod block messages with these words; "" ends that.
func (s *Server) Block(id, words string) {
	s.change(id, func(c *channel) { c.blocked = words })
}

// Messages lists what stands in a channel, oldest first.
func (s *Server) Messages(id string) []Message {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	c := s.world.channels[id]
	if c == nil {
		return nil
	}
	return append([]Message(nil), c.messages...)
}

// Unpost deletes a message, as a moderator does.
func Unpost(s *Server, id, message string) {
	s.change(id, func(c *channel) { c.drop(message) })
}

// Say posts somebody else's message to a channel and returns its ID.
func (s *Server) Say(id, author, content string) string {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	said := s.id()
	if c := s.world.channels[id]; c != nil {
		c.messages = append(c.messages, Message{ID: said, Author: author, At: s.o.Now(), Content: content})
	}
	return said
}

// Write sends a direct message of a person's to the bot, and returns the channel, of which each
// person has one. If the bot asked for the intent, it receives the message with its text.
// https://docs.discord.com/developers/events/gateway#message-content-intent
func (s *Server) Write(user, text string) string {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	id := s.world.direct[user]
	if id == "" {
		id = s.id()
		s.world.direct[user] = id
		s.world.channels[id] = &channel{kind: direct}
	}
	m := Message{ID: s.id(), Author: user, At: s.o.Now(), Content: text}
	ch := s.world.channels[id]
	ch.messages = append(ch.messages, m)
	s.hear(id, m)
	return id
}

// hear tells the bot of a direct message, its own included, if it asked to be told.
func (s *Server) hear(channel string, m Message) {
	if s.gate.intents&directMessages != 0 {
		s.dispatch("MESSAGE_CREATE", s.messageJSON(channel, m, false))
	}
}

// Commands is the list registered last, and how often one was written.
func (s *Server) Commands() (json.RawMessage, int) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.world.commands, s.world.puts
}

// SetEndpoint sets the endpoint as a person does in the Developer Portal; "" removes it.
func (s *Server) SetEndpoint(url string) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.world.endpoint = nil
	if url != "" {
		s.world.endpoint = url
	}
}

// Revoke makes the bot's token invalid, as a new token in the Developer Portal does: every
// request is refused and every gateway connection ends.
func (s *Server) Revoke() {
	s.Mu.Lock()
	s.o.Token = "revoked"
	s.gate.sessions, s.gate.current = map[string]*session{}, nil
	s.Mu.Unlock()
	s.Hangup(4004)
}

// rights computes what the bot may do in a channel.
func (s *Server) rights(c *channel) int64 {
	if c.kind == direct {
		return everyonesRights
	}
	have, in := s.world.guilds[c.guild]
	if !in {
		return 0
	}
	at := c
	if c.parent != "" && s.world.channels[c.parent] != nil {
		at = s.world.channels[c.parent]
	}
	for _, o := range at.overwrites { // everybody's come first
		if o.ID == c.guild || o.ID == BotRole {
			deny, _ := strconv.ParseInt(o.Deny, 10, 64)
			allow, _ := strconv.ParseInt(o.Allow, 10, 64)
			have = have&^deny | allow
		}
	}
	if have&ViewChannel == 0 || c.kind == 12 && !c.joined {
		return 0 // the rest is denied with it
	}
	return have
}
