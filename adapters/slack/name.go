package slack

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// defaultName is what the core calls the one command that Slack has. Where another app
// owns that name, the workspace gives it another, which the setting and each command
// that is typed tell: what is shown says that one instead.
const defaultName = "/circle"

// commandName is a name that Slack takes for a command.
// https://docs.slack.dev/interactivity/implementing-slash-commands
var commandName = regexp.MustCompile(`^/[^\s/<>&"]{1,31}$`)

// inText finds the default name where it stands as a word.
var inText = regexp.MustCompile(`(^|[^\pL\pN/._-])/circle($|[^\pL\pN/_-])`)

// name is what the command is called in this workspace.
type name struct{ now atomic.Pointer[string] }

// learn notes a name, if it is one.
func (n *name) learn(command string) {
	if now := n.now.Load(); commandName.MatchString(command) && (now == nil || *now != command) {
		n.now.Store(&command)
	}
}

// other is the name, or "" where it is the default one.
func (n *name) other() string {
	if now := n.now.Load(); now != nil && *now != defaultName {
		return *now
	}
	return ""
}

// in puts the name into a text.
func (n *name) in(text string) string {
	if other := n.other(); other != "" {
		return inText.ReplaceAllString(text, "${1}"+regexpLiteral(other)+"${2}")
	}
	return text
}

// regexpLiteral keeps a name from being read as a part of the match.
func regexpLiteral(s string) string {
	var out []byte
	for i := range len(s) {
		if s[i] == '$' {
			out = append(out, '$')
		}
		out = append(out, s[i])
	}
	return string(out)
}

// message puts the name into all that is read of a message. What is in it may be shared
// and stays as it is.
func (n *name) message(m bot.Message) bot.Message {
	if n.other() == "" {
		return m
	}
	return rewrite(n.in).message(m)
}

// form puts the name into what a form says; what stands in its fields is the reader's.
func (n *name) form(f *bot.Form) *bot.Form {
	if f == nil || n.other() == "" {
		return f
	}
	return rewrite(n.in).form(f)
}

// Typed writes the commands that a text for another platform names as people type them
// in Slack: "/circle crisis" for "/crisis". The text may be the core's for the
// playground, which shows how it would look in Slack.
type Typed struct{ known *regexp.Regexp }

// NewTyped knows commands by their names, in whatever language: "crisis", "ayuda".
func NewTyped(names []string) Typed {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = regexp.QuoteMeta(n)
	}
	return Typed{regexp.MustCompile(`(^|[^\pL\pN/._-])/(` + strings.Join(quoted, "|") + `)($|[^\pL\pN/_-])`)}
}

// Message writes all that is read of a message so; m stays as it is.
func (t Typed) Message(m bot.Message) bot.Message {
	return rewrite(func(s string) string {
		return t.known.ReplaceAllString(s, "${1}"+defaultName+" ${2}${3}")
	}).message(m)
}

// rewrite changes what is read.
type rewrite func(string) string

func (w rewrite) message(m bot.Message) bot.Message {
	m.Title, m.Note, m.Footer, m.Blocks, m.Actions = w(m.Title), w(m.Note), w(m.Footer), w.blocks(m.Blocks), w.actions(m.Actions)
	if m.Menu != nil {
		m.Menu = &bot.Menu{Label: w(m.Menu.Label), Options: w.actions(m.Menu.Options)}
	}
	return m
}

func (w rewrite) blocks(all []content.Block) []content.Block {
	return content.EachSpan(all, func(s content.Span) content.Span {
		s.Text = w(s.Text)
		return s
	})
}

func (w rewrite) actions(all []bot.Action) []bot.Action {
	out := slices.Clone(all)
	for i := range out {
		out[i].Label, out[i].Hint = w(out[i].Label), w(out[i].Hint)
	}
	return out
}

func (w rewrite) form(f *bot.Form) *bot.Form {
	out := *f
	out.Title, out.Preview, out.Fields = w(f.Title), w.blocks(f.Preview), slices.Clone(f.Fields)
	for i := range out.Fields {
		out.Fields[i].Label, out.Fields[i].Hint, out.Fields[i].Error = w(out.Fields[i].Label), w(out.Fields[i].Hint), w(out.Fields[i].Error)
	}
	return &out
}

// naming is the core, whose answers say what the command is called here.
type naming struct {
	bot.Handler
	name *name
}

// boarding is naming for a core that has a board.
type boarding struct {
	naming
	bot.Boarder
}

// called lets a core's answers say what the command is called here.
func (n *name) called(h bot.Handler) bot.Handler {
	if b, ok := h.(bot.Boarder); ok {
		return boarding{naming{h, n}, b}
	}
	return naming{h, n}
}

// Handle answers as the core does.
func (h naming) Handle(ctx context.Context, r bot.Request) bot.Answer {
	a := h.Handler.Handle(ctx, r)
	a.Message, a.Form = h.name.message(a.Message), h.name.form(a.Form)
	return a
}

// Board is the core's.
func (h boarding) Board(ctx context.Context, r bot.Request, page int) bot.Board {
	b := h.Boarder.Board(ctx, r, page)
	b.Sections = slices.Clone(b.Sections)
	for i, m := range b.Sections {
		b.Sections[i] = h.name.message(m)
	}
	return b
}
