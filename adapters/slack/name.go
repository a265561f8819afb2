package slack

import (
	"regexp"
	"slices"
	"sync/atomic"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// defaultName is what the one command is called that Slack has. Where another app owns
// that name, the workspace gives it another, which the setting and each command that is
// typed tell.
const defaultName = "/circle"

// commandName is a name that Slack takes for a command.
// https://docs.slack.dev/interactivity/implementing-slash-commands
var commandName = regexp.MustCompile(`^/[^\s/<>&"]{1,31}$`)

// name is what the command is called in this workspace. The zero name is the default one.
type name struct{ now atomic.Pointer[string] }

// learn notes a name, if it is one.
func (n *name) learn(command string) {
	if now := n.now.Load(); (now == nil || *now != command) && commandName.MatchString(command) {
		n.now.Store(&command)
	}
}

func (n *name) String() string {
	if now := n.now.Load(); now != nil {
		return *now
	}
	return defaultName
}

// said writes the commands that spans name as people type them here: "/circle crisis". The
// spans may be shared and stay as they are.
func (n *name) said(spans []content.Span) []content.Span {
	if !slices.ContainsFunc(spans, func(s content.Span) bool { _, names := s.Fact.(content.Command); return names }) {
		return spans
	}
	spans = slices.Clone(spans)
	for i, s := range spans {
		if c, names := s.Fact.(content.Command); names {
			spans[i].Text = n.String() + " " + string(c)
		}
	}
	return spans
}

// message is said for a message.
func (n *name) message(m bot.Message) bot.Message {
	m.Blocks, m.Footer = content.EachItem(m.Blocks, n.said), n.said(m.Footer)
	return m
}

// answer is said for an answer.
func (n *name) answer(a bot.Answer) bot.Answer {
	a.Message = n.message(a.Message)
	if a.Form != nil {
		f := *a.Form
		f.Preview, f.Fields = content.EachItem(f.Preview, n.said), slices.Clone(f.Fields)
		for i := range f.Fields {
			f.Fields[i].Error = n.said(f.Fields[i].Error)
		}
		a.Form = &f
	}
	return a
}

// board is said for a board.
func (n *name) board(b bot.Board) bot.Board {
	b.Sections = slices.Clone(b.Sections)
	for i, m := range b.Sections {
		b.Sections[i] = n.message(m)
	}
	return b
}
