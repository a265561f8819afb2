package bot

import (
	"context"
	"fmt"
	"log/slog"
)

// Call names what is asked: a command of the table, a sub-command if it has any, and
// arguments by name. Buttons, menus and forms carry a call. The call has all of their state,
// so they work after a restart.
type Call struct {
	Command string            // "strategies"
	Sub     string            // "add" in "/reminder add"; empty if the command has none
	Args    map[string]string // by the table's argument names
	Flow    Flow              // the state of a conversation of buttons and forms
}

// Request is one question or change that a person asks for. It has nothing that names the
// person, unless they may change things.
type Request struct {
	Call
	Platform Platform
	Place    Place  // where it was asked; Channel is empty in a direct message
	Around   Place  // the channel that Place is a thread of; zero if it is none
	Lang     string // BCP 47 of the reader, or empty
	Actor    Actor  // the zero Actor for a member
	Submit   bool   // the call comes from a filled form
	Misnamed string // a word that was typed like an argument's name, but is none; mostly empty

	// Is reports whether the person who asks is the platform's user with this ID. The
	// core uses it to recognise reviewers, whose IDs the administrator gave; it learns
	// nothing about other people. nil if the platform does not say who asks.
	Is func(ctx context.Context, id string) bool

	// In asks the platform whether the person who asks has a role at this moment. If so,
	// it returns them as an Actor with that role alone; else, and after an error, the
	// zero Actor. nil if the platform does not say who asks.
	In func(ctx context.Context, role Role) Actor

	// Zone is the IANA name of the reader's time zone. It is set for staff alone, if the
	// platform tells it; empty means the group's zone.
	Zone string
	// Preview says that a filled form can be shown again in its own place: the
	// core then shows what would be saved before it saves.
	Preview bool
}

// LogValue keeps what was asked, and where, out of logs.
func (r Request) LogValue() slog.Value { return slog.StringValue("request") }

// Format keeps the request out of messages, whatever the verb.
func (r Request) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("request")) }

// LogValue keeps arguments out of logs: members wrote them.
func (c Call) LogValue() slog.Value { return slog.StringValue("call") }

// Actor is a moderator, staff member or facilitator: someone whose changes are recorded.
// The zero Actor is anyone else. Adapters set it only from a right that the
// platform vouches for in this very request or look-up.
type Actor struct {
	ID    string // "discord:123", "slack:U123", "cli"; never logged
	Roles []Role // of a facilitator, who may change the groups that name one of them; none for all others
}

// May reports whether the actor may change things.
func (a Actor) May() bool { return a.ID != "" }

// LogValue keeps identities out of logs.
func (a Actor) LogValue() slog.Value { return slog.BoolValue(a.May()) }

// GoString keeps identities out of dumps.
func (a Actor) GoString() string { return a.String() }

// String keeps identities out of messages.
func (a Actor) String() string {
	if a.May() {
		return "moderator"
	}
	return "member"
}
