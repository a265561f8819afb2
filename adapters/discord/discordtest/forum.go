package discordtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// needsTag is the flag of a forum in which each post must have a tag.
const needsTag = 1 << 4

// forum is the type of a channel that holds posts.
const forum = 15

// Post is a post in a forum: a thread whose first message has its ID.
type Post struct {
	ID       string
	Name     string
	Messages []Message
}

// Posts lists a forum's posts, the oldest first.
func (s *Server) Posts(id string) []Post {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	var out []Post
	for _, at := range slices.Sorted(maps.Keys(s.world.channels)) {
		if c := s.world.channels[at]; c.parent == id {
			out = append(out, Post{at, c.name, slices.Clone(c.messages)})
		}
	}
	return out
}

// postInForum makes a post.
// https://docs.discord.com/developers/resources/channel#start-thread-in-forum-or-media-channel
func (s *Server) postInForum(c call) answer {
	id := c.r.PathValue("channel_id")
	ch, no := s.channelFor(id, SendMessages)
	if ch == nil {
		return no
	}
	if ch.kind != forum {
		return fail(400, 50024, "Cannot execute action on this channel type")
	}
	var b struct {
		Name    string          `json:"name"`
		Tags    []string        `json:"applied_tags"`
		Message json.RawMessage `json:"message"`
	}
	if json.Unmarshal(c.body, &b) != nil {
		return fail(400, 50109, "The request body contains invalid JSON.")
	}
	if b.Name != strings.TrimSpace(b.Name) || b.Name == "" || size(b.Name) > 100 {
		return s.refuseAnswer(invalidForm("name", "Must be between 1 and 100 in length."), "a post's name")
	}
	if ch.needsTag && len(b.Tags) == 0 {
		return fail(400, 40067, "A tag is required to create a forum post in this channel")
	}
	said, no := checkMessage(b.Message, inChannel)
	if no.status != 0 {
		return s.refuseAnswer(no, fmt.Sprintf("message refused: %v", no.body))
	}
	if said.Nonce != "" || said.EnforceNonce || said.Reference != nil {
		return s.refuseAnswer(invalidForm("message", "a post in a forum has neither nonce nor reference"), "a nonce in a forum")
	}
	now := s.o.Now()
	if wait := s.world.slowIn(id, ch, now); wait > 0 {
		return answer{http.StatusTooManyRequests, problem{Message: "This action cannot be performed due to slowmode rate limit", Code: 20016, After: wait.Seconds()}}
	}
	m := said.message(b.Message)
	if ch.blocked != "" && strings.Contains(b.Name+"\n"+m.Content, ch.blocked) {
		return fail(400, 200000, "Message was blocked by automatic moderation")
	}
	m.ID, m.Author, m.At = s.id(), BotID, now
	post := &channel{guild: ch.guild, name: b.Name, kind: 11, parent: id, owner: BotID, messages: []Message{m}}
	s.world.channels[m.ID] = post
	out := post.object(m.ID)
	out["message"] = s.messageJSON(m.ID, m, false)
	return answer{http.StatusCreated, out}
}

// slowIn returns how long a forum's slowmode keeps the bot from posting.
func (w *world) slowIn(id string, f *channel, now time.Time) time.Duration {
	var wait time.Duration
	for _, c := range w.channels {
		if c.parent == id && c.owner == BotID && len(c.messages) > 0 {
			wait = max(wait, c.messages[0].At.Add(f.slow).Sub(now))
		}
	}
	return wait
}

// getOpen lists a guild's threads that are not closed.
// https://docs.discord.com/developers/resources/guild#list-active-guild-threads
func (s *Server) getOpen(c call) answer {
	guild := c.r.PathValue("guild_id")
	if _, ok := s.world.guilds[guild]; !ok {
		return fail(404, 10004, "Unknown Guild")
	}
	list := []any{}
	for _, id := range slices.Sorted(maps.Keys(s.world.channels)) {
		if ch := s.world.channels[id]; ch.guild == guild && ch.kind >= 10 && ch.kind <= 12 && !ch.archived && s.rights(ch)&ViewChannel != 0 {
			list = append(list, ch.object(id))
		}
	}
	return answer{200, map[string]any{"threads": list, "members": []any{}}}
}

// getClosed lists the threads below a channel that are closed, those closed last first.
// https://docs.discord.com/developers/resources/channel#list-public-archived-threads
func (s *Server) getClosed(c call) answer {
	id := c.r.PathValue("channel_id")
	ch, no := s.channelFor(id, ReadHistory)
	if ch == nil {
		return no
	}
	limit := 50
	if n, err := strconv.Atoi(c.r.URL.Query().Get("limit")); err == nil && n >= 2 && n <= 100 {
		limit = n
	}
	before, err := time.Parse(time.RFC3339Nano, c.r.URL.Query().Get("before"))
	var closed []string
	for at, t := range s.world.channels {
		if t.parent == id && t.archived && (err != nil || t.closed.Before(before)) {
			closed = append(closed, at)
		}
	}
	slices.SortFunc(closed, func(a, b string) int { return s.world.channels[b].closed.Compare(s.world.channels[a].closed) })
	list := []any{}
	for _, at := range closed[:min(limit, len(closed))] {
		list = append(list, s.world.channels[at].object(at))
	}
	return answer{200, map[string]any{"threads": list, "members": []any{}, "has_more": len(closed) > limit}}
}

func (s *Server) getMessage(c call) answer {
	id := c.r.PathValue("channel_id")
	ch, no := s.channelFor(id, ReadHistory)
	if ch == nil {
		return no
	}
	m := ch.find(c.r.PathValue("message_id"))
	if m == nil {
		return fail(404, 10008, "Unknown Message")
	}
	return answer{200, s.messageJSON(id, *m, s.o.ShowNonce)}
}
