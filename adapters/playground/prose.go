package playground

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// dialect is a platform's text markup, as far as our adapters write it.
type dialect struct {
	signs    string // the characters with which markup begins
	marks    []mark // longer ones first
	markdown bool   // has headings, subtext, lists, [label](address), and backslashes that escape a character
	angles   func(m *markup, inner string) bool
	decode   func(string) string // decodes plain text
}

type mark struct{ sign, tag string }

// https://docs.discord.com/developers/reference#message-formatting and
// https://support.discord.com/hc/articles/210298617
func discordDialect() dialect {
	return dialect{
		signs:    `\<[*`,
		marks:    []mark{{"**", "strong"}, {"*", "em"}},
		markdown: true,
		angles: func(m *markup, inner string) bool {
			if at, ok := timestamp(inner); ok {
				m.moment(at)
				return true
			}
			link := safe(inner)
			if number, ok := strings.CutPrefix(inner, "+"); ok && strings.Trim(number, "0123456789 ()-") == "" {
				link = "tel:+" + strings.NewReplacer(" ", "", "(", "", ")", "", "-", "").Replace(number)
			}
			if link == "" {
				return false
			}
			m.span(inner, false, false, link)
			return true
		},
		decode: func(s string) string { return s },
	}
}

// timestamp reads Discord's "t:1764522000:F".
func timestamp(inner string) (time.Time, bool) {
	digits, ok := strings.CutPrefix(inner, "t:")
	digits, style := strings.CutSuffix(digits, ":F")
	n, err := strconv.ParseInt(digits, 10, 64)
	return time.Unix(n, 0), ok && style && err == nil
}

// moment writes a point in time as the two platforms do for their readers.
func (m *markup) moment(at time.Time) {
	at = at.Local()
	m.time(at, "date", m.w.Calendar.Date(at)+" "+m.w.Calendar.TimeOfDay(at))
}

// time writes a moment by this machine's clock; a script on the page then rewrites it by the
// visitor's clock and locale. shows says how much: "clock", "seconds" or "date".
func (m *markup) time(at time.Time, shows, said string) {
	m.el("time", said, "datetime", at.UTC().Format(time.RFC3339), "data-shows", shows)
}

// slackDate reads "date^1764522000^{date_long}".
func slackDate(inner string) (time.Time, bool) {
	rest, ok := strings.CutPrefix(inner, "!date^")
	digits, _, more := strings.Cut(rest, "^")
	n, err := strconv.ParseInt(digits, 10, 64)
	return time.Unix(n, 0), ok && more && err == nil
}

// https://docs.slack.dev/messaging/formatting-message-text
func slackDialect() dialect {
	decode := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace
	return dialect{
		signs: "<*_~`",
		marks: []mark{{"*", "strong"}, {"_", "em"}, {"~", "s"}, {"`", "code"}},
		angles: func(m *markup, inner string) bool {
			if at, ok := slackDate(inner); ok {
				m.moment(at)
				return true
			}
			link, label, named := strings.Cut(inner, "|")
			switch {
			case strings.HasPrefix(inner, "!") && named:
				m.text(decode(label))
			case safe(decode(link)) != "" && named:
				m.span(decode(label), false, false, decode(link))
			case safe(decode(link)) != "":
				m.span(decode(link), false, false, decode(link))
			default:
				return false
			}
			return true
		},
		decode: decode,
	}
}

// prose draws text line by line: lists and headings where the dialect has them, and paragraphs
// between empty lines.
func (m *markup) prose(text string, d dialect) {
	block := "" // the HTML element that is open
	for line := range strings.SplitSeq(text, "\n") {
		tag, class, rest := d.line(line)
		switch {
		case tag != block:
			m.close(block)
			block = tag
			m.open(tag, class...)
		case tag == "p":
			m.b.WriteString("<br>")
		}
		item := ""
		if tag == "ul" {
			item = "li"
		}
		m.open(item)
		m.inline(rest, d)
		m.close(item)
		if class != nil { // a heading or subtext stands alone
			m.close(block)
			block = ""
		}
	}
	m.close(block)
}

// line returns what kind a line is; "" for an empty one.
func (d dialect) line(s string) (tag string, class []string, rest string) {
	trimmed := strings.TrimSpace(s)
	if trimmed == "" {
		return "", nil, ""
	}
	for _, h := range []struct{ sign, tag, class string }{
		{"## ", "h4", "middle"}, {"### ", "h5", "small"}, {"-# ", "div", "subtext"},
	} {
		if r, ok := strings.CutPrefix(trimmed, h.sign); ok && d.markdown {
			return h.tag, []string{"class", h.class}, r
		}
	}
	if r, ok := strings.CutPrefix(trimmed, "- "); ok && d.markdown {
		return "ul", nil, r
	}
	return "p", nil, s
}

// inline draws a run of text with its marks.
func (m *markup) inline(s string, d dialect) {
	for at := 0; at < len(s); {
		n := strings.IndexAny(s[at:], d.signs)
		if n < 0 {
			n = len(s) - at
		}
		if n > 0 {
			m.text(d.decode(s[at : at+n]))
		} else if n = m.special(s[at:], d); n == 0 {
			n = m.mark(s, at, d)
		}
		at += n
	}
}

// maskedLink matches a label in brackets with an address behind it.
var maskedLink = regexp.MustCompile(`^\[((?:\\.|[^\\\]])+)\]\(<?([^<>()]+)>?\)`)

// special draws the link, the reference or the escaped character with which s begins, and returns
// its length; 0 if s begins with none.
func (m *markup) special(s string, d dialect) int {
	switch s[0] {
	case '\\':
		if len(s) > 1 && strings.IndexByte("\\`*_{}[]()<>#+-.!|~:@/", s[1]) >= 0 {
			m.text(s[1:2])
			return 2
		}
	case '<':
		if end := strings.IndexByte(s, '>'); end > 0 && d.angles(m, s[1:end]) {
			return end + 1
		}
	case '[':
		if link := maskedLink.FindStringSubmatch(s); link != nil && safe(link[2]) != "" {
			m.anchor(link[2])
			m.inline(link[1], d)
			m.close("a")
			return len(link[0])
		}
	}
	return 0
}

// mark draws what stands between the mark at s[at] and the one that closes it, or else one character as
// it is. It returns the length of what it drew.
func (m *markup) mark(s string, at int, d dialect) int {
	before, _ := utf8.DecodeLastRuneInString(s[:at])
	for _, k := range d.marks {
		inner, ok := strings.CutPrefix(s[at:], k.sign)
		after, _ := utf8.DecodeRuneInString(inner)
		if !ok || unicode.IsSpace(after) || string(after) == k.sign || !d.markdown && (isWord(before) || string(before) == k.sign) {
			continue
		}
		n := d.closing(inner, k.sign)
		if n < 0 {
			continue
		}
		m.open(k.tag)
		if k.tag == "code" {
			m.text(d.decode(inner[:n]))
		} else {
			m.inline(inner[:n], d)
		}
		m.close(k.tag)
		return n + 2*len(k.sign)
	}
	m.text(s[at : at+1])
	return 1
}

// closing is where the sign stands that closes a mark; -1 if none does. Of three signs in a row, the last
// ones close the outer mark.
func (d dialect) closing(inner, sign string) int {
	for at := 0; at < len(inner); {
		run := len(inner[at:]) - len(strings.TrimLeft(inner[at:], sign[:1]))
		end := at + run
		before, _ := utf8.DecodeLastRuneInString(inner[:at])
		after, _ := utf8.DecodeRuneInString(inner[end:])
		switch {
		case at > 0 && (run == len(sign) || run == 3 && d.markdown) && !unicode.IsSpace(before) && (d.markdown || !isWord(after)):
			return end - len(sign)
		case run > 0:
			at = end
		case d.markdown && inner[at] == '\\':
			at += 2
		default:
			at++
		}
	}
	return -1
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
