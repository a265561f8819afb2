package discordtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (s *Server) routes() {
	s.handle("GET", "/gateway/bot", byBot, func(call) answer {
		return answer{200, map[string]any{
			"url": "ws://" + s.Addr + "/gateway", "shards": 1,
			"session_start_limit": map[string]int{
				"total": 1000, "remaining": s.gate.startsLeft, "reset_after": 86400000, "max_concurrency": 1,
			},
		}}
	})
	app := func(call) answer {
		return answer{200, map[string]any{"id": AppID, "name": "Fake", "bot_public": false, "verify_key": PublicKey(), "interactions_endpoint_url": s.world.endpoint}}
	}
	s.handle("GET", "/applications/@me", byBot, app)
	s.handle("GET", "/oauth2/applications/@me", byBot, app)
	s.handle("GET", "/users/@me", byBot, func(call) answer {
		return answer{200, map[string]any{"id": BotID, "username": "fake", "discriminator": "0000", "bot": true}}
	})
	s.handle("GET", "/users/@me/guilds", byBot, func(call) answer {
		list := []any{}
		for id := range s.world.guilds {
			list = append(list, map[string]any{"id": id, "name": GuildName})
		}
		return answer{200, list}
	})
	s.handle("GET", "/applications/{application_id}/commands", byBot, s.getCommands)
	s.handle("PUT", "/applications/{application_id}/commands", byBot, s.putCommands)

	s.handle("POST", "/channels/{channel_id}/messages", byBot, s.postMessage)
	s.handle("GET", "/channels/{channel_id}/messages", byBot, s.getMessages)
	s.handle("PATCH", "/channels/{channel_id}/messages/{message_id}", byBot, s.editMessage)
	s.handle("GET", "/channels/{channel_id}/messages/{message_id}", byBot, s.getMessage)
	s.handle("DELETE", "/channels/{channel_id}/messages/{message_id}", byBot, func(c call) answer { return deleteMessage(s, c) })
	s.handle("PUT", "/channels/{channel_id}/messages/pins/{message_id}", byBot, func(c call) answer { return pinMessage(s, c) })
	s.handle("POST", "/channels/{channel_id}/threads", byBot, s.postInForum)
	s.handle("GET", "/channels/{channel_id}/threads/archived/public", byBot, s.getClosed)
	s.handle("GET", "/guilds/{guild_id}/threads/active", byBot, s.getOpen)
	s.handle("GET", "/channels/{channel_id}", byBot, s.getChannel)
	s.handle("GET", "/guilds/{guild_id}/channels", byBot, s.getChannels)
	s.handle("GET", "/guilds/{guild_id}/roles", byBot, s.getRoles)
	s.handle("GET", "/guilds/{guild_id}/members/{user_id}", byBot, s.getMember)

	s.handle("POST", callbackRoute, byToken, s.callback)
	s.handle("POST", "/webhooks/{webhook_id}/{webhook_token}", byToken, s.followUp)
	s.handle("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", byToken, s.editOriginal)

	s.Mux.HandleFunc(base+"/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_ = json.NewEncoder(w).Encode(problem{Message: "404: Not Found"})
		s.record(r, "unknown", nil, http.StatusNotFound)
	})
}

func (s *Server) getCommands(c call) answer {
	if c.r.PathValue("application_id") != AppID {
		return fail(403, 20012, "You are not authorized to perform this action on this application")
	}
	return answer{200, s.world.commands}
}

// putCommands stores the list as Discord returns it: with IDs, versions and default values.
func (s *Server) putCommands(c call) answer {
	if c.r.PathValue("application_id") != AppID {
		return fail(403, 20012, "You are not authorized to perform this action on this application")
	}
	if why := checkCommands(c.body); why != "" {
		return s.refuseAnswer(invalidForm("commands", why), "commands: "+why)
	}
	var list []map[string]any
	d := json.NewDecoder(bytes.NewReader(c.body))
	d.UseNumber()
	if err := d.Decode(&list); err != nil {
		return fail(400, 50109, "The request body contains invalid JSON.")
	}
	for _, cmd := range list {
		cmd["id"], cmd["application_id"], cmd["version"] = s.id(), AppID, s.id()
		for k, v := range map[string]any{"type": 1, "nsfw": false, "description": "", "dm_permission": true, "default_permission": true,
			"name_localizations": nil, "description_localizations": nil, "default_member_permissions": nil} {
			if _, ok := cmd[k]; !ok {
				cmd[k] = v
			}
		}
		if n, ok := cmd["default_member_permissions"].(json.Number); ok {
			cmd["default_member_permissions"] = n.String() // it answers in text
		}
	}
	b, err := json.Marshal(list)
	if err != nil {
		return fail(500, 0, "500: Internal Server Error")
	}
	s.world.commands = b
	s.world.puts++
	return answer{200, s.world.commands}
}

func (s *Server) channelFor(id string, need int64) (*channel, answer) {
	c := s.world.channels[id]
	if c == nil {
		return nil, fail(404, 10003, "Unknown Channel")
	}
	have := s.rights(c)
	if have&ViewChannel == 0 {
		return nil, fail(403, 50001, "Missing Access")
	}
	if have&need != need {
		return nil, fail(403, 50013, "Missing Permissions")
	}
	return c, answer{}
}

func (s *Server) postMessage(c call) answer {
	id := c.r.PathValue("channel_id")
	ch, no := s.channelFor(id, 0)
	if ch == nil {
		return no
	}
	need := SendMessages
	switch {
	case ch.kind >= 10 && ch.kind <= 12:
		need = SendInThreads
	case ch.kind == 2 || ch.kind == 13:
		need |= Connect
	}
	if _, no := s.channelFor(id, need); no.status != 0 {
		return no
	}
	switch {
	case ch.kind == 4 || ch.kind >= 14:
		return fail(400, 50008, "Cannot send messages in a non-text channel")
	case ch.locked:
		return fail(400, 50083, "Thread is archived")
	}
	ch.archived = false // a message opens it again
	b, no := checkMessage(c.body, inChannel)
	if no.status != 0 {
		return s.refuseAnswer(no, fmt.Sprintf("message refused: %v", no.body))
	}
	if ref := b.Reference; ref != nil {
		if _, no := s.channelFor(id, ReadHistory); no.status != 0 {
			return fail(400, 160002, "Cannot reply without permission to read message history")
		}
		if ref.Must == nil || *ref.Must { // the default
			if ch.find(ref.Message) == nil {
				return s.refuseAnswer(invalidForm("message_reference", "Unknown message"), "a reply to nothing")
			}
		}
	}
	now := s.o.Now()
	if b.EnforceNonce && b.Nonce != "" {
		if n, ok := s.world.nonces[b.Nonce]; ok && n.channel == id && now.Sub(n.message.At) < nonceWindow {
			return answer{200, s.messageJSON(id, n.message, true)}
		}
	}
	m := b.message(c.body)
	if wait := ch.slowFor(now); wait > 0 {
		return answer{http.StatusTooManyRequests, problem{Message: "This action cannot be performed due to slowmode rate limit", Code: 20016, After: wait.Seconds()}}
	}
	if ch.blocked != "" && strings.Contains(m.Content, ch.blocked) {
		return fail(400, 200000, "Message was blocked by automatic moderation")
	}
	m.ID, m.Author, m.At = s.id(), BotID, now
	if b.Reference != nil && ch.find(b.Reference.Message) != nil {
		m.ReplyTo = b.Reference.Message
	}
	ch.messages = append(ch.messages, m)
	if ch.kind == direct {
		s.hear(id, m)
	}
	if b.Nonce != "" {
		s.world.nonces[b.Nonce] = nonced{id, m}
	}
	return answer{200, s.messageJSON(id, m, true)}
}

func (s *Server) editMessage(c call) answer {
	id := c.r.PathValue("channel_id")
	ch, m, no := ownMessage(s, c, fail(403, 50005, "Cannot edit a message authored by another user"))
	switch {
	case m == nil:
		return no
	case ch.locked:
		return fail(400, 50083, "Thread is archived")
	}
	var said map[string]json.RawMessage
	if err := json.Unmarshal(c.body, &said); err != nil {
		return fail(400, 50109, "The request body contains invalid JSON.")
	}
	if no := s.checkSwitch(m, said); no.status != 0 {
		return no
	}
	b, no := checkMessage(c.body, inEdit)
	if no.status != 0 {
		return s.refuseAnswer(no, fmt.Sprintf("message refused: %v", no.body))
	}
	now := b.message(c.body)
	for field, take := range map[string]func(){ // what is not said stays
		"content": func() { m.Content = now.Content }, "components": func() { m.components = now.components }, "flags": func() { m.Flags = now.Flags },
	} {
		if _, ok := said[field]; ok {
			take()
		}
	}
	m.Pings, m.Edits = m.Pings || now.Pings, m.Edits+1
	return answer{200, s.messageJSON(id, *m, false)}
}

// deleteMessage deletes a message. The bot has no right to manage messages here, so it may
// delete only its own.
// https://docs.discord.com/developers/resources/message#delete-message
func deleteMessage(s *Server, c call) answer {
	ch, m, no := ownMessage(s, c, fail(403, 50013, "Missing Permissions"))
	switch {
	case m == nil:
		return no
	case ch.archived || ch.locked:
		return fail(400, 50083, "Thread is archived")
	}
	ch.drop(m.ID)
	return answer{status: 204}
}

// mostPins is how many messages a channel may have pinned.
const mostPins = 250

// pinMessage pins a message, whoever wrote it.
// https://docs.discord.com/developers/resources/message#pin-message
func pinMessage(s *Server, c call) answer {
	ch, no := s.channelFor(c.r.PathValue("channel_id"), PinMessages)
	if ch == nil {
		return no
	}
	m := ch.find(c.r.PathValue("message_id"))
	pins := 0
	for _, m := range ch.messages {
		if m.Pinned {
			pins++
		}
	}
	switch {
	case m == nil:
		return fail(404, 10008, "Unknown Message")
	case ch.archived || ch.locked:
		return fail(400, 50083, "Thread is archived")
	case !m.Pinned && pins >= mostPins:
		return fail(400, 30003, "Maximum number of pins reached for the channel (250)")
	}
	m.Pinned = true
	return answer{status: 204}
}

// ownMessage returns the bot's message of a call. It returns nil and the answer to give if the
// message does not exist, or is somebody else's.
func ownMessage(s *Server, c call, others answer) (*channel, *Message, answer) {
	ch, no := s.channelFor(c.r.PathValue("channel_id"), 0)
	if ch == nil {
		return nil, nil, no
	}
	m := ch.find(c.r.PathValue("message_id"))
	switch {
	case m == nil:
		return nil, nil, fail(404, 10008, "Unknown Message")
	case m.Author != BotID:
		return nil, nil, others
	}
	return ch, m, answer{}
}

// checkSwitch checks an edit against the message's kind: a message with content may become one
// of components only if it empties the content, and a message of components stays one.
// https://docs.discord.com/developers/resources/message#edit-message
func (s *Server) checkSwitch(m *Message, said map[string]json.RawMessage) answer {
	var flags int
	_ = json.Unmarshal(said["flags"], &flags) // 0 where nothing is said
	was, is := m.Flags&flagComponentsV2 != 0, flags&flagComponentsV2 != 0
	empty := func(field string, now bool) bool {
		v, ok := said[field]
		return !ok && !now || string(v) == "null" && field == "content" || string(v) == "[]"
	}
	switch {
	case was && !(empty("content", false) && empty("embeds", false)): // no complaint: one may try
		return invalidForm("content", "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2")
	case was && !is && said["components"] != nil:
		return invalidForm("flags", "IS_COMPONENTS_V2 cannot be taken away")
	case !was && is && !(empty("content", m.Content != "") && empty("embeds", false)):
		return s.refuseAnswer(invalidForm("flags", "content and embeds are emptied first"), "components beside content")
	}
	return answer{}
}

func (s *Server) messageJSON(channel string, m Message, nonce bool) map[string]any {
	out := map[string]any{
		"id": m.ID, "channel_id": channel, "type": 0, "flags": m.Flags,
		// Discord trims what it stores.
		"content": strings.TrimSpace(m.Content), "timestamp": m.At.UTC().Format(time.RFC3339Nano),
		"author": map[string]any{"id": m.Author, "username": "fake", "bot": m.Author == BotID},
		"embeds": []any{}, "components": m.components,
	}
	if m.Flags&flagComponentsV2 != 0 {
		out["content"] = ""
	}
	if nonce && m.Nonce != "" {
		out["nonce"] = m.Nonce
	}
	return out
}

func (s *Server) getMessages(c call) answer {
	id := c.r.PathValue("channel_id")
	ch, no := s.channelFor(id, 0)
	if ch == nil {
		return no
	}
	out := []any{}
	if s.rights(ch)&ReadHistory == 0 {
		return answer{200, out} // as documented: no error, no messages
	}
	q := c.r.URL.Query()
	limit := 50
	if v := q.Get("limit"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > 100 {
			return invalidForm("limit", "int value should be between 1 and 100")
		}
		limit = n
	}
	after, _ := strconv.ParseUint(q.Get("after"), 10, 64)
	var picked []Message
	for _, m := range ch.messages {
		n, _ := strconv.ParseUint(m.ID, 10, 64)
		if n > after {
			picked = append(picked, m)
		}
	}
	if len(picked) > limit {
		if q.Has("after") {
			picked = picked[:limit]
		} else {
			picked = picked[len(picked)-limit:]
		}
	}
	for i := len(picked) - 1; i >= 0; i-- {
		out = append(out, s.messageJSON(id, picked[i], s.o.ShowNonce))
	}
	return answer{200, out}
}

func (s *Server) getChannel(c call) answer {
	id := c.r.PathValue("channel_id")
	ch, no := s.channelFor(id, 0)
	if ch == nil {
		return no
	}
	return answer{200, ch.object(id)}
}

// getChannels lists a guild's channels but its threads.
func (s *Server) getChannels(c call) answer {
	guild := c.r.PathValue("guild_id")
	if _, ok := s.world.guilds[guild]; !ok {
		return fail(404, 10004, "Unknown Guild")
	}
	list := []any{}
	for _, id := range slices.Sorted(maps.Keys(s.world.channels)) {
		if ch := s.world.channels[id]; ch.guild == guild && (ch.kind < 10 || ch.kind > 12) {
			list = append(list, ch.object(id))
		}
	}
	return answer{200, list}
}

// object is a channel as Discord describes it.
func (c *channel) object(id string) map[string]any {
	out := map[string]any{"id": id, "type": c.kind, "guild_id": c.guild, "name": c.name, "permission_overwrites": c.overwrites, "parent_id": nil, "rate_limit_per_user": int(c.slow.Seconds())}
	if c.parent != "" {
		out["parent_id"] = c.parent
	}
	if c.kind >= 10 && c.kind <= 12 {
		out["thread_metadata"] = map[string]any{"archived": c.archived, "locked": c.locked, "auto_archive_duration": 4320, "archive_timestamp": c.closed.UTC().Format(time.RFC3339Nano)}
		out["owner_id"] = c.owner
	}
	if c.needsTag {
		out["flags"] = needsTag
	}
	return out
}

func (s *Server) getRoles(c call) answer {
	id := c.r.PathValue("guild_id")
	rights, ok := s.world.guilds[id]
	if !ok {
		return fail(404, 10004, "Unknown Guild")
	}
	return answer{200, []any{
		map[string]any{"id": id, "name": "@everyone", "permissions": strconv.FormatInt(rights, 10)},
		map[string]any{"id": BotRole, "name": "fake", "permissions": "0"},
		map[string]any{"id": ModeratorRole, "name": "moderators", "permissions": "0"},
		map[string]any{"id": FacilitatorRole, "name": "facilitators", "permissions": "0"},
	}}
}

func (s *Server) getMember(c call) answer {
	if _, ok := s.world.guilds[c.r.PathValue("guild_id")]; !ok {
		return fail(404, 10004, "Unknown Guild")
	}
	if c.r.PathValue("user_id") != BotID {
		return fail(404, 10007, "Unknown Member")
	}
	return answer{200, map[string]any{"user": map[string]any{"id": BotID, "bot": true}, "roles": []string{BotRole}}}
}
