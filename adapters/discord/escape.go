package discord

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"circlekeeper/bot"
	"circlekeeper/content"
)

var (
	// An address stays as it is; in angle brackets it shows no preview.
	bareLink = regexp.MustCompile(`https?://[^\s<>]*[^\s<>.,;:!?)\]'"]`)
	// What Discord takes for layout at the start of a line.
	lineMark = regexp.MustCompile(`(?m)^([ \t]*)(#{1,3}|[-+]|-#|\d+\.)( |$)`)
	// Telephone numbers in a label: "988", and "+1 (323) 488-4114" or "323-488-4114".
	shortNumber = regexp.MustCompile(`\d+`)
	longNumber  = regexp.MustCompile(`(?:\+?\d{1,3}[ .-]?)?\(\d+\)[ .-]?\d[\d .-]*\d|\+?\d[\d .-]{5,}\d`)
	everyone    = regexp.MustCompile(`(?i)@(everyone|here)`)
	silenced    = regexp.MustCompile(`(?i)@\x{200b}(everyone|here)`)
)

// marks are the characters that Discord takes for Markdown within a line.
const marks = "\\*_~`|<>[]"

// escape writes plain text so that Discord shows it as it is.
// https://support.discord.com/hc/en-us/articles/210298617
func escape(s string) string {
	if !strings.Contains(s, "://") {
		return escapeText(s)
	}
	var b strings.Builder
	for s != "" {
		at := bareLink.FindStringIndex(s)
		if at == nil {
			b.WriteString(escapeText(s))
			break
		}
		b.WriteString(escapeText(s[:at[0]]))
		b.WriteString("<" + s[at[0]:at[1]] + ">")
		s = s[at[1]:]
	}
	return b.String()
}

// unescape reads what escape wrote.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i++; i < len(s) {
				b.WriteByte(s[i])
			}
		case '<': // an address in angle brackets stays as it is
			end := strings.IndexByte(s[i:], '>')
			if end < 0 {
				end = len(s) - i
			}
			b.WriteString(s[i+1 : i+end])
			i += end
		default:
			b.WriteByte(s[i])
		}
	}
	return silenced.ReplaceAllString(b.String(), "@$1")
}

// escapeText looks for each kind of mark before it uses a regular expression, because most text
// has none.
func escapeText(s string) string {
	if strings.ContainsAny(s, marks) {
		var b strings.Builder
		for i := range len(s) {
			if strings.IndexByte(marks, s[i]) >= 0 {
				b.WriteByte('\\')
			}
			b.WriteByte(s[i])
		}
		s = b.String()
	}
	if strings.ContainsAny(s, "\n#-+.") {
		s = lineMark.ReplaceAllStringFunc(s, func(m string) string {
			i := strings.IndexAny(m, "#-+.")
			return m[:i] + `\` + m[i:]
		})
	}
	if strings.Contains(s, "@") {
		// A character without width: the words look the same, but mention nobody.
		s = everyone.ReplaceAllString(s, "@\u200b$1")
	}
	return s
}

// span writes one run of text in Discord's Markdown.
func span(s content.Span) string {
	inner := strings.TrimSpace(s.Text)
	if inner == "" {
		return s.Text
	}
	// Marks next to a space have no effect.
	start := strings.Index(s.Text, inner)
	before, after := s.Text[:start], s.Text[start+len(inner):]
	var out string
	if s.Link != "" {
		out = link(inner, s.Link)
	} else {
		out = escape(inner)
	}
	switch fact := s.Fact.(type) {
	case content.Moment:
		return before + timestamp(fact) + after
	case bot.Place:
		if fact.Platform == bot.Discord && isID(fact.Channel) {
			out = "<#" + fact.Channel + ">"
		}
	case bot.Role: // notifies nobody: no message allows mentions
		if fact.Platform == bot.Discord && isID(fact.ID) {
			out = "<@&" + fact.ID + ">"
		}
	}
	if s.Italic {
		out = "*" + out + "*"
	}
	if s.Bold {
		out = "**" + out + "**"
	}
	return before + out + after
}

// timestamp writes a moment by the reader's own clock and language, with the group's clock
// beside it.
// https://docs.discord.com/developers/reference#message-formatting-timestamp-styles
func timestamp(m content.Moment) string {
	return "<t:" + strconv.FormatInt(m.At.Unix(), 10) + ":F> (" + escape(m.Clock) + ")"
}

// link writes a link to a page, or a number to call.
func link(text, to string) string {
	if dials, ok := strings.CutPrefix(to, "tel:"); ok {
		return call(text, dials)
	}
	u, ok := webLink(to)
	switch {
	case !ok:
		return escape(text)
	case text == to:
		return "<" + u + ">"
	}
	// Discord shows no masked link whose text holds an address.
	if bareLink.MatchString(text) {
		return escape(text) + " <" + u + ">"
	}
	return "[" + escape(text) + "](<" + u + ">)"
}

// call writes a number to call, in the label if that has it, otherwise after the label.
func call(label, dials string) string {
	if slices.Contains(shortNumber.FindAllString(label, -1), dials) {
		return escape(label)
	}
	for _, at := range longNumber.FindAllStringIndex(label, -1) {
		number := content.Span{Text: label[at[0]:at[1]], Link: "tel:" + dials}.Number()
		if number != "" {
			return escape(label[:at[0]]) + callable(number) + escape(label[at[1]:])
		}
	}
	return escape(label) + " (" + callable(dials) + ")"
}

// callable writes a telephone number so that a tap calls it. Discord makes a link of a number
// with a country code; old clients show its brackets. A short number such as 911 has no country
// code and stays text, which telephones make a link of.
// https://docs.discord.com/developers/reference#message-formatting
func callable(number string) string {
	if strings.HasPrefix(number, "+") {
		return "<" + number + ">"
	}
	return escape(number)
}

// webLink writes an https address without characters that would end a link.
func webLink(s string) (string, bool) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return "", false
	}
	return strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", " ", "%20", "\\", "%5C").Replace(u.String()), true
}

// size counts characters as Discord's clients do.
func size(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// cut shortens a label to n characters.
func cut(s string, n int) string {
	if size(s) <= n {
		return s
	}
	k := 0
	for i, r := range s {
		if k += utf16.RuneLen(r); k >= n {
			return strings.TrimRight(s[:i], " ") + "…"
		}
	}
	return s
}
