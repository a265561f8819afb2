package slacktest

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// address is what Slack makes a link of, whoever wrote it.
var address = regexp.MustCompile(`https?://[^\s<>)]+|\b[a-z0-9.-]+\.(?:org|com|gov)\b`)

// channel finds a channel that the bot can see. Private ones it is not in do
// not exist for it.
func (s *Server) channel(c call) (*Channel, string) {
	ch, ok := s.world.channels[c.text("channel")]
	if !ok || ch.Private && !ch.has(BotUser) {
		return nil, "channel_not_found"
	}
	return ch, ""
}

func (s *Server) info(c call) (answer, string) {
	ch, fault := s.channel(c)
	if fault != "" {
		return nil, fault
	}
	out := ch.object()
	if c := s.world.canvases[ch.ID]; c != nil {
		out["properties"] = map[string]any{"canvas": map[string]any{"file_id": c.ID, "is_empty": c.Markdown == ""}}
	}
	return answer{"channel": out}, ""
}

// object is a channel as Slack describes it.
func (c *Channel) object() map[string]any {
	return map[string]any{
		"id": c.ID, "is_channel": true, "is_private": c.Private, "is_archived": c.Archived,
		"is_ext_shared": c.Shared, "is_shared": c.Shared, "is_pending_ext_shared": c.Invited,
		"is_member": c.has(BotUser), "name": cmp.Or(c.Name, strings.ToLower(c.ID)), "is_read_only": c.Refuses != "",
	}
}

// joined lists the channels that the bot is in.
func (s *Server) joined(c call) (answer, string) {
	var in []map[string]any
	for _, id := range slices.Sorted(maps.Keys(s.world.channels)) {
		ch := s.world.channels[id]
		if ch.has(BotUser) && !(ch.Archived && c.truth("exclude_archived")) {
			in = append(in, ch.object())
		}
	}
	from, to, next := page(c, len(in), 999)
	return answer{"channels": in[from:to], "response_metadata": map[string]string{"next_cursor": next}}, ""
}

// page cuts a list as the cursor and limit say.
func page(c call, n, most int) (from, to int, next string) {
	from, _ = strconv.Atoi(c.text("cursor")) // no cursor starts at 0
	limit, _ := strconv.Atoi(c.text("limit"))
	if limit <= 0 || limit > most {
		limit = most
	}
	from = min(max(from, 0), n)
	to = min(from+limit, n)
	if to < n {
		next = strconv.Itoa(to)
	}
	return from, to, next
}

func (s *Server) members(c call) (answer, string) {
	ch, fault := s.channel(c)
	if fault != "" {
		return nil, fault
	}
	from, to, next := page(c, len(ch.Members), 1000)
	return answer{"members": ch.Members[from:to], "response_metadata": map[string]string{"next_cursor": next}}, ""
}

func (s *Server) history(c call) (answer, string) {
	return s.past(c, func(m Message) bool { return m.Thread == "" })
}

// replies lists a thread; its first message is always in it.
func (s *Server) replies(c call) (answer, string) {
	ts := c.text("ts")
	found := false
	for _, m := range s.world.messages[c.text("channel")] {
		found = found || m.TS == ts
	}
	if !found {
		return nil, "thread_not_found"
	}
	return s.past(c, func(m Message) bool { return m.Thread == ts || m.TS == ts })
}

func (s *Server) past(c call, belongs func(Message) bool) (answer, string) {
	ch, fault := s.channel(c)
	if fault == "" && !ch.has(BotUser) {
		fault = "not_in_channel"
	}
	if fault != "" {
		return nil, fault
	}
	oldest, _ := strconv.ParseFloat(c.text("oldest"), 64) // none means from the beginning
	var found []map[string]any
	all := s.world.messages[ch.ID]
	for i := len(all) - 1; i >= 0; i-- {
		m := all[i]
		at, err := strconv.ParseFloat(m.TS, 64)
		if !belongs(m) || err != nil || at < oldest || at == oldest && !c.truth("inclusive") {
			continue
		}
		out := map[string]any{"type": "message", "ts": m.TS, "user": m.User, "text": m.Text}
		if m.BotID != "" {
			out["bot_id"] = m.BotID
		}
		if s.o.NoData {
			out["text"] = address.ReplaceAllString(m.Text, "<$0|$0>")
		} else if m.Metadata != nil {
			if c.truth("include_all_metadata") {
				out["metadata"] = m.Metadata
			} else {
				out["metadata"] = map[string]any{"event_type": m.Metadata.EventType}
			}
		}
		found = append(found, out)
	}
	from, to, next := page(c, len(found), 999)
	return answer{"messages": found[from:to], "has_more": next != "", "response_metadata": map[string]string{"next_cursor": next}}, ""
}
