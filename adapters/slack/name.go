package slack

import (
	"regexp"
	"slices"
	"sync/atomic"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// defaultName is the name of the bot's only slash command. If another app has this name, the
// workspace uses another one. The program learns that name from a setting, and from each typed
// command.
const defaultName = "/circle"

// commandName is a name that Slack takes for a command.
// https://docs.slack.dev/interactivity/implementing-slash-commands
var commandName = regexp.MustCompile(`^/[^\s/<>&"]{1,31}$`)

// name is the command's name in this workspace. The zero value is the default name.
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

// said writes the commands in spans as people type them in this workspace: "/circle crisis". It
// does not change the given spans, which may be shared.
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

// message does for a message what said does for spans. A page with another name of the command is
// another page.
func (n *name) message(m bot.Message) bot.Message {
	var as name // as it is now: a command that is typed meanwhile may change n
	as.now.Store(n.now.Load())
	m.Blocks, m.Footer = content.EachItem(m.Blocks, as.said), as.said(m.Footer)
	if m.Page != "" {
		m.Page += " " + as.String()
	}
	return m
}

// answer does for an answer what said does for spans.
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

// board does for a board what said does for spans.
func (n *name) board(b bot.Board) bot.Board {
	b.Sections = slices.Clone(b.Sections)
	for i, m := range b.Sections {
		b.Sections[i] = n.message(m)
	}
	return b
}
