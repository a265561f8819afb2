package bot

import (
	"slices"
	"strings"

	"circlekeeper/content"
)

// Message is what the bot says, independent of the platform. An adapter renders
// all of it, in this order: title, note, blocks, menu, actions, footer. The words stay
// readable where embeds are off and to a screen reader. Channels, roles, commands and
// moments are facts of spans (content.Span): a platform shows its own channels and roles by
// name, and each command as people type it there.
type Message struct {
	Key     string // opaque, at most 25 characters; empty for private answers
	Title   string // may be empty
	Note    string // a mark above the text, such as "Draft, not approved yet"; may be empty
	Blocks  []content.Block
	Menu    *Menu
	Actions []Action       // buttons, at most 10
	Footer  []content.Span // one quiet line, such as the pointer to help in a crisis; may be empty
	Silent  bool           // post without a notification where the platform can
	Thread  string         // Receipt.ID of the bot's message in the channel that this one follows up; may be empty
	InView  bool           // it is always to be in view: a platform that has a better place for that than a pinned message puts it there; not seen
	Page    bool           // a card, a menu or help as everybody reads it: an adapter may keep how it drew it; not seen
}

// Menu lets the reader pick one of up to 25 options.
type Menu struct {
	Label   string // what is chosen: "Choose a strategy"
	Options []Action
}

// Action is a button or a menu's option: either a link or a call.
type Action struct {
	Label string // at most 75 characters
	Hint  string // one line under a menu option, at most 100 characters; may be empty
	Link  string // https: or tel: address; then Call is empty
	Call  Call   // what pressing it asks the bot
	Style Style
}

// Style is how much an action stands out; never the only carrier of meaning.
type Style int

// The styles of an action.
const (
	Plain Style = iota
	Primary
	Danger
)

// Answer is a message or, where Form is set, a form to fill in. It is shown to
// the asking person alone.
type Answer struct {
	Message Message
	Form    *Form
	Update  bool // a button's answer takes the place of the message it stands on

	// Field is the argument that a refusal is about; empty if it is not about one, and
	// for every other answer. A form that was sent can stay as it is then.
	Field string
}

// MaxFields is how many fields a form may have: no more are shown by Discord.
const MaxFields = 5

// Form asks for a few values. Submitting it makes a request for Call with the
// fields' values added to its arguments.
// A platform that cannot show a form in answer to a form, or late, offers a button
// instead, which opens it once more, by Call with Flow.Again set; what was written so
// far then stands in the fields again.
type Form struct {
	Title  string // at most 24 characters
	Call   Call
	Submit string  // label, at most 24 characters
	Fields []Field // at most MaxFields

	// Preview stands above the fields, where the platform can show it: what would
	// be saved, or what somebody else changed meanwhile. May be empty.
	Preview []content.Block
}

// Field is one value in a form.
type Field struct {
	Name     string // the argument's name
	Label    string // at most 45 characters
	Hint     string // may be empty
	Value    string // what stands there at first
	Required bool
	Max      int // characters; 0 means 200
	// Choices are what can be picked, at most 100; nil for free text. Where a
	// platform shows fewer, it takes text: the core understands a choice's name too.
	Choices []Choice
	// Complete says that Handler.Complete offers values for the form's call and this
	// field while somebody types; text where a platform cannot ask for them.
	Complete bool
	Place    bool           // a channel of the platform: picked where it can be, else text
	Role     bool           // a role on Discord, a channel on Slack: picked where it can be, else text
	Several  bool           // any number: of channels with semicolons between, of choices with commas
	Error    []content.Span // why the value given before was refused; may be empty
}

// Picked are the values of the choices that stand in a field at first, each of which may
// be written by its name. ok is false if anything else stands there.
func (f Field) Picked() (values []string, ok bool) {
	if f.Value == "" {
		return nil, true
	}
	written := []string{f.Value}
	if f.Several {
		written = strings.Split(f.Value, ",")
	}
	for _, text := range written {
		text = strings.TrimSpace(text)
		i := slices.IndexFunc(f.Choices, func(c Choice) bool { return c.Value == text })
		if i < 0 {
			i = slices.IndexFunc(f.Choices, func(c Choice) bool { return c.Name == text })
		}
		if i < 0 {
			return nil, false
		}
		values = append(values, f.Choices[i].Value)
	}
	return values, true
}

// Options are a field's choices as they are drawn. Where several can be picked, those that
// stand in it come first, in their order: what is not touched comes back as it was.
func (f Field) Options() []Choice {
	picked, _ := f.Picked()
	if !f.Several {
		return f.Choices
	}
	at := func(c Choice) int {
		if i := slices.Index(picked, c.Value); i >= 0 {
			return i
		}
		return len(picked)
	}
	return slices.SortedStableFunc(slices.Values(f.Choices), func(a, b Choice) int { return at(a) - at(b) })
}

// Choice is a value with the name people see.
type Choice struct {
	Name  string // at most 75 characters
	Value string // at most 75 characters
}
