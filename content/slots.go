package content

import (
	"slices"
	"strings"
)

// The slots in the text of a notice about one session. Only moments are put there: a reviewer has
// signed every other word of the notice.
const (
	PlannedSlot = "planned" // when the session was to begin
	StartSlot   = "start"   // when it begins now
)

// slotsOf are the slots that a card must have, by its ID; none for all other cards.
func slotsOf(id string) []string {
	switch id {
	case "session-cancelled", "session-restored":
		return []string{PlannedSlot}
	case "session-moved":
		return []string{PlannedSlot, StartSlot}
	}
	return nil
}

// Fill replaces the slots in blocks by spans. They get the style of the text around them, too.
func Fill(blocks []Block, fill func(slot string) []Span) []Block {
	return EachItem(blocks, func(item []Span) (out []Span) {
		for _, s := range item {
			out = append(out, fillSpan(s, fill)...)
		}
		return out
	})
}

func fillSpan(s Span, fill func(slot string) []Span) []Span {
	var out []Span
	plain := func(text string) {
		if text != "" {
			s.Text = text
			out = append(out, s)
		}
	}
	rest := s.Text
	for {
		before, after, open := strings.Cut(rest, "{")
		name, next, shut := strings.Cut(after, "}")
		if !open || !shut {
			plain(rest)
			return out
		}
		plain(before)
		for _, f := range fill(name) {
			f.Bold, f.Italic = f.Bold || s.Bold, f.Italic || s.Italic
			out = append(out, f)
		}
		rest = next
	}
}

// wrongSlots says what is wrong with the slots of a card; "" if nothing is. A notice may have
// braces only around its slots.
func wrongSlots(c Card) string {
	var has []string
	stray := strings.ContainsAny(Plain(Fill(c.Answer, func(slot string) []Span { has = append(has, slot); return nil })), "{}")
	want := slotsOf(c.ID)
	slices.Sort(has)
	has = slices.Compact(has)
	known := slices.ContainsFunc(has, func(s string) bool { return s == PlannedSlot || s == StartSlot })
	switch {
	case c.Kind != Session && known:
		return "only a notice about a session has {" + PlannedSlot + "} or {" + StartSlot + "}"
	case c.Kind != Session:
		return ""
	case want == nil:
		return "the notices about a session are session-cancelled, session-moved and session-restored"
	case stray || !slices.Equal(has, want):
		return "the notice " + c.ID + " has {" + strings.Join(want, "} and {") + "} and no other braces"
	case len(c.Sections) > 0:
		return "a notice about a session has no sections"
	}
	return ""
}
