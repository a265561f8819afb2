package slacktest

import (
	"encoding/json"
	"slices"
	"time"
)

// said is a message's words and blocks, checked.
func said(c call) (text string, blocks []Block, fault string, why []string) {
	text = c.text("text")
	if raw := c.args["blocks"]; raw != nil {
		if json.Unmarshal(raw, &blocks) != nil {
			return text, nil, "invalid_blocks_format", nil
		}
	}
	switch why = checkBlocks(blocks, 50); {
	case len(why) > 0:
		return text, blocks, "invalid_blocks", why
	case text == "" && len(blocks) == 0:
		return text, blocks, "no_text", nil
	case len(text) > 40000:
		return text, blocks, "msg_too_long", nil
	}
	return text, blocks, "", nil
}

func refused(why []string) answer {
	return answer{"response_metadata": map[string]any{"messages": why}}
}

func (s *Server) postMessage(c call) (answer, string) {
	id := c.text("channel")
	ch := &Channel{ID: id, Members: []string{BotUser}}
	if id != Direct {
		var fault string
		ch, fault = s.channel(c)
		switch {
		case fault != "":
			return nil, fault
		case ch.Archived:
			return nil, "is_archived"
		case !ch.has(BotUser):
			return nil, "not_in_channel"
		case ch.Refuses != "":
			return nil, ch.Refuses
		}
	}
	text, blocks, fault, why := said(c)
	if fault != "" {
		return refused(why), fault
	}
	m := Message{Channel: ch.ID, User: BotUser, BotID: BotID, Text: text, Blocks: blocks}
	if raw := c.args["metadata"]; raw != nil {
		if json.Unmarshal(raw, &m.Metadata) != nil || m.Metadata.EventType == "" || m.Metadata.EventPayload == nil {
			return nil, "invalid_metadata_format"
		}
		if len(raw) > 16000 {
			return nil, "metadata_too_large"
		}
	}
	if m.Thread = c.text("thread_ts"); m.Thread != "" && !slices.ContainsFunc(s.world.messages[ch.ID], func(o Message) bool { return o.TS == m.Thread }) {
		return nil, "thread_not_found"
	}
	if !s.paced(ch.ID) {
		return nil, "ratelimited"
	}
	m.TS = s.ts()
	m.Silent = silent(blocks) && !pings(text, c.truth("link_names") || c.text("parse") == "full")
	s.world.messages[ch.ID] = append(s.world.messages[ch.ID], m)
	return answer{"channel": ch.ID, "ts": m.TS, "message": map[string]any{"text": text, "ts": m.TS, "bot_id": BotID}}, ""
}

func (s *Server) updateMessage(c call) (answer, string) {
	text, blocks, fault, why := said(c)
	if fault != "" {
		return refused(why), fault
	}
	ch, i, fault := ownMessage(s, c, "cant_update_message")
	switch {
	case fault != "":
		return nil, fault
	case ch.Fixed != "":
		return nil, ch.Fixed
	}
	m := &s.world.messages[ch.ID][i]
	m.Text, m.Blocks = text, blocks
	m.Edits++
	return answer{"channel": m.Channel, "ts": m.TS, "text": text}, ""
}

// deleteMessage takes a message away. What was answered below it stays.
// https://docs.slack.dev/reference/methods/chat.delete
func (s *Server) deleteMessage(c call) (answer, string) {
	ch, i, fault := ownMessage(s, c, "cant_delete_message")
	switch {
	case fault != "":
		return nil, fault
	case ch.Keeps != "":
		return nil, ch.Keeps
	}
	s.world.messages[ch.ID] = slices.Delete(s.world.messages[ch.ID], i, i+1)
	return answer{"channel": ch.ID, "ts": c.text("ts")}, ""
}

// pin pins a message, whoever wrote it.
// https://docs.slack.dev/reference/methods/pins.add
func pin(s *Server, c call) (answer, string) {
	ch, fault := s.channel(c)
	switch {
	case fault != "":
		return nil, fault
	case !ch.has(BotUser):
		return nil, "not_in_channel"
	}
	all := s.world.messages[ch.ID]
	i := slices.IndexFunc(all, func(m Message) bool { return m.TS == c.text("timestamp") })
	switch {
	case c.text("timestamp") == "":
		return nil, "no_item_specified"
	case i < 0:
		return nil, "message_not_found"
	case all[i].Pinned:
		return nil, "already_pinned"
	}
	all[i].Pinned = true
	return nil, ""
}

// ownMessage returns where the bot's message of a call is. If the message is somebody else's,
// it returns the given error.
// https://docs.slack.dev/reference/methods/chat.update#errors
func ownMessage(s *Server, c call, others string) (ch *Channel, i int, fault string) {
	ch, fault = s.channel(c)
	if fault != "" {
		return nil, 0, fault
	}
	if s.o.Pace >= 0 && !s.world.within(c.method, tier3, time.Minute, s.o.Now()) {
		return nil, 0, "ratelimited"
	}
	all := s.world.messages[ch.ID]
	i = slices.IndexFunc(all, func(m Message) bool { return m.TS == c.text("ts") })
	switch {
	case i < 0:
		return nil, 0, "message_not_found"
	case all[i].BotID != BotID:
		return nil, 0, others
	}
	return ch, i, ""
}

// threads tells whether there are answers to a message.
// https://docs.slack.dev/reference/methods/chat.postEphemeral
func (s *Server) threads(channel, ts string) bool {
	return slices.ContainsFunc(s.world.messages[channel], func(m Message) bool { return m.Thread == ts })
}

func (s *Server) postEphemeral(c call) (answer, string) {
	text, blocks, fault, why := said(c)
	if fault != "" {
		return refused(why), fault
	}
	if id := c.text("channel"); id != Direct {
		ch, fault := s.channel(c)
		switch {
		case fault != "":
			return nil, fault
		case !ch.has(BotUser):
			return nil, "not_in_channel"
		case !ch.has(c.text("user")):
			return nil, "user_not_in_channel"
		}
	}
	thread := c.text("thread_ts")
	if thread != "" && !s.threads(c.text("channel"), thread) {
		return nil, "thread_not_found" // one that nobody has answered in is not shown either
	}
	ts := s.ts()
	s.show(c.text("channel"), c.text("user"), Shown{
		Ephemeral: true, Thread: thread, Text: text, Blocks: blocks, Silent: silent(blocks) && !pings(text, c.truth("link_names")),
	})
	return answer{"message_ts": ts}, ""
}
