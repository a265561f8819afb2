package slacktest

import (
	"encoding/json"
	"fmt"
)

// Canvas is a channel's canvas.
type Canvas struct {
	ID       string
	Title    string
	Markdown string
	Edits    int
}

// document reads what is to stand in a canvas.
func document(raw []byte) (string, bool) {
	var d struct {
		Type     string `json:"type"`
		Markdown string `json:"markdown"`
	}
	ok := json.Unmarshal(raw, &d) == nil && d.Type == "markdown" && len(d.Markdown) <= 1<<20
	return d.Markdown, ok
}

// createCanvas makes a channel's canvas; a channel has one.
// https://docs.slack.dev/reference/methods/conversations.canvases.create
func createCanvas(s *Server, c call) (answer, string) {
	c.args["channel"] = c.args["channel_id"]
	ch, fault := s.channel(c)
	text, ok := document([]byte(c.text("document_content")))
	switch {
	case fault != "":
		return nil, fault
	case !ch.has(BotUser):
		return nil, "not_in_channel"
	case !ok:
		return nil, "invalid_arguments"
	case s.world.canvases[ch.ID] != nil:
		return nil, "channel_canvas_already_exists"
	}
	s.serial++
	made := &Canvas{ID: fmt.Sprintf("F%08d", s.serial), Title: c.text("title"), Markdown: text}
	s.world.canvases[ch.ID] = made
	return answer{"canvas_id": made.ID}, ""
}

// canvasNamed is the channel whose canvas a call names.
func canvasNamed(s *Server, c call) (channel string, fault string) {
	for id, found := range s.world.canvases {
		if found.ID == c.text("canvas_id") && s.world.channels[id].has(BotUser) {
			return id, ""
		}
	}
	return "", "canvas_not_found"
}

// editCanvas supports one kind of change only: to replace the whole content.
// https://docs.slack.dev/reference/methods/canvases.edit
func editCanvas(s *Server, c call) (answer, string) {
	var changes []struct {
		Operation string          `json:"operation"`
		Section   string          `json:"section_id"`
		Content   json.RawMessage `json:"document_content"`
	}
	if json.Unmarshal([]byte(c.text("changes")), &changes) != nil || len(changes) != 1 {
		return nil, "invalid_arguments" // it takes one change at a time
	}
	text, ok := document(changes[0].Content)
	if !ok || changes[0].Operation != "replace" || changes[0].Section != "" {
		return nil, "invalid_arguments"
	}
	channel, fault := canvasNamed(s, c)
	if fault != "" {
		return nil, fault
	}
	s.world.canvases[channel].Markdown = text
	s.world.canvases[channel].Edits++
	return nil, ""
}

// deleteCanvas takes a canvas away.
// https://docs.slack.dev/reference/methods/canvases.delete
func deleteCanvas(s *Server, c call) (answer, string) {
	channel, fault := canvasNamed(s, c)
	if fault == "" {
		delete(s.world.canvases, channel)
	}
	return nil, fault
}

// CanvasOf is a channel's canvas; the zero Canvas if it has none.
func CanvasOf(s *Server, channel string) Canvas {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if c := s.world.canvases[channel]; c != nil {
		return *c
	}
	return Canvas{}
}

// SetCanvas makes a channel's canvas as people do, or removes it if the given one has no ID.
func SetCanvas(s *Server, channel string, c Canvas) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	delete(s.world.canvases, channel)
	if c.ID != "" {
		s.world.canvases[channel] = &c
	}
}
