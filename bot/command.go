package bot

import (
	"cmp"
	"maps"
	"slices"
)

// The commands that the program itself leads to.
const (
	Crisis = "crisis" // help now: nothing may delay it
	Help   = "help"   // what can be asked; also the answer to a mention or a bare /circle
)

// Audience says who may use a command.
type Audience int

// The audiences of a command.
const (
	Anyone     Audience = iota
	Moderators          // moderators on Discord, staff on Slack; facilitators where a row allows it
	Reviewers           // the clinicians whom the administrator named to sign cards
)

// Words is one text in the languages the bot speaks, by BCP 47 tag. "en" is
// always there.
type Words map[string]string

// In gives the text in a language, or in English.
func (w Words) In(lang string) string { return cmp.Or(w[lang], w["en"]) }

// Command is one row of the command table.
type Command struct {
	Name    string   // lower case, at most 32 characters
	Local   Words    // localised names, without "en"; may be nil
	Also    Words    // what else people type for it, with commas between; may be nil
	Summary Words    // at most 100 characters each
	Who     Audience // also checked by Handle, whatever the platform showed
	// Facilitators says that facilitators may use the command too, for their own groups. A
	// command with sub-commands leaves it false; each sub-command says it for itself.
	Facilitators bool
	// OnMessage is the command's name in the menu of a message, at most 24 characters;
	// nil if it is not in that menu. The program does not read the message.
	OnMessage Words
	Args      []Arg // required ones first
	Subs      []Command
}

// ForFacilitators reports whether facilitators may use the command, or one below it.
func (c Command) ForFacilitators() bool {
	return c.Facilitators || slices.ContainsFunc(c.Subs, Command.ForFacilitators)
}

// NameIn is the command's name as readers of a language see it.
func (c Command) NameIn(lang string) string { return cmp.Or(c.Local[lang], c.Name) }

// Names are all that the command is called, in any language.
func (c Command) Names() []string { return append(slices.Collect(maps.Values(c.Local)), c.Name) }

// Arg is one argument of a command. Its value is text.
type Arg struct {
	Name     string
	Local    Words // localised names, where a platform shows them, without "en"; may be nil
	Also     Words // what else people type for it, with commas between; may be nil
	Label    Words // what its value is called where it is shown; may be nil
	Summary  Words
	Required bool
	Complete bool // Handler.Complete offers values while typing
	Place    bool // a channel
	Role     bool // a role on Discord, a channel on Slack
	Max      int  // characters; 0 means 200
}

// Names are all that an argument is called, in any language.
func (a Arg) Names() []string { return append(slices.Collect(maps.Values(a.Local)), a.Name) }
