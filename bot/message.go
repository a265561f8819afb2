package bot

import (
	"slices"
	"strings"

	"circlekeeper/content"
)

// Message is what the bot says, independent of the platform. An adapter renders all of it,
// in this order: title, note, blocks, menu, actions, footer. The text must be readable with
// embeds turned off and for a screen reader. Channels, roles, commands and moments are facts
// of spans (content.Span): a platform shows its own channels and roles by name, and each
// command as people type it there.
type Message struct {
	Key     string // opaque, at most 25 characters; empty for private answers
	Title   string // may be empty
	Note    string // a mark above the text, such as "Draft, not approved yet"; may be empty
	Blocks  []content.Block
	Menu    *Menu
	Actions []Action       // buttons, at most 10
	Footer  []content.Span // one quiet line, such as the pointer to help in a crisis; may be empty
	Silent  bool           // post without a notification where the platform can
	Thread  string         // Receipt.ID of the bot's message that this one follows up; may be empty
	// InView asks the platform to keep the message in view. If the platform has no way of its
	// own to do that, such as Slack's canvas, the post is pinned. It is not part of what people read.
	InView bool
	// Page names a card, a menu or help that is the same for everybody: an adapter may keep its
	// rendering. Two messages with the same name are the same. It is empty for all other
	// messages, and is not part of what people read.
	Page string
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

// Style is how much an action stands out. It never carries a meaning that the label does
// not have.
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
	Update  bool // the answer replaces the message with the button

	// Field is the argument that a refusal is about; empty if it is about none, and for
	// every other answer. With Field set, a platform can keep a submitted form open and
	// show the refusal in it.
	Field string
}

// MaxFields is how many fields a form may have: Discord shows no more.
const MaxFields = 5

// Form asks for a few values. Submitting it makes a request for Call with the fields'
// values added to its arguments.
//
// Some platforms cannot answer a form with a form, or cannot show a form after a delay.
// They show a button instead. It opens the form again, by Call with Flow.Again set, and
// the fields have the values that the person wrote before.
type Form struct {
	Title  string // at most 24 characters
	Call   Call
	Submit string  // label, at most 24 characters
	Fields []Field // at most MaxFields

	// Preview is shown above the fields, if the platform can: what would be saved, or
	// what somebody else changed meanwhile. May be empty.
	Preview []content.Block
}

// Field is one value in a form.
type Field struct {
	Name     string // the argument's name
	Label    string // at most 45 characters
	Hint     string // may be empty
	Value    string // what is in the field when the form opens
	Required bool
	Max      int // characters; 0 means 200
	// Choices are what can be picked, at most 100; nil for free text. A platform that
	// cannot show as many takes text instead: the core also reads a choice's name.
	Choices []Choice
	// Complete says that Handler.Complete offers values for this field while somebody
	// types. A platform that cannot ask for them takes free text.
	Complete bool
	Place    bool           // a channel: picked if the platform can, else typed
	Role     bool           // a role on Discord, a channel on Slack: picked if the platform can, else typed
	Several  bool           // any number: of channels with semicolons between, of choices with commas
	Error    []content.Span // why the value given before was refused; may be empty
}

// Picked returns the values of the choices that f.Value names, by value or by name. ok is
// false if f.Value has anything else in it.
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

// Options returns a field's choices in the order in which a form shows them. If several can
// be picked, those of f.Value come first, in its order: so a field that nobody touches comes
// back as it was.
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
