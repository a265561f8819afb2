package playground

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// dialect is a platform's text markup, as far as this bot uses it.
type dialect struct {
	marks    []mark // longer ones first
	markdown bool   // has headings, subtext, lists, [label](address), bare addresses, and backslashes that escape a character
	angles   func(m *markup, inner string) bool
	decode   func(string) string // decodes plain text
}

type mark struct{ sign, tag string }

// https://docs.discord.com/developers/reference#message-formatting and
// https://support.discord.com/hc/articles/210298617
func discordDialect() dialect {
	return dialect{
		marks: []mark{
			{"**", "strong"}, {"__", "u"}, {"~~", "s"}, {"||", "span"},
			{"*", "em"}, {"_", "em"},
		},
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
		marks: []mark{{"*", "strong"}, {"_", "em"}, {"~", "s"}},
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

// prose draws text line by line: lists, quotes and headings where the dialect
// has them, and paragraphs between empty lines.
func (m *markup) prose(text string, d dialect) {
	block := "" // the HTML element that is open
	leave := func() {
		m.close(block)
		block = ""
	}
	enter := func(tag string) {
		if block != tag {
			leave()
			m.open(tag)
			block = tag
		} else if tag == "p" || tag == "blockquote" {
			m.b.WriteString("<br>")
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		tag, class, rest := d.line(line)
		switch tag {
		case "":
			leave()
		case "p", "blockquote":
			enter(tag)
			m.inline(rest, d)
		case "ul", "ol":
			enter(tag)
			m.open("li")
			m.inline(rest, d)
			m.close("li")
		default: // a heading or subtext stands alone
			leave()
			m.open(tag, class...)
			m.inline(rest, d)
			m.close(tag)
		}
	}
	leave()
}

// line returns what kind a line is; "" for an empty one.
func (d dialect) line(s string) (tag string, class []string, rest string) {
	trimmed := strings.TrimSpace(s)
	if trimmed == "" {
		return "", nil, ""
	}
	if r, ok := strings.CutPrefix(d.decode(trimmed), "> "); ok {
		return "blockquote", nil, r
	}
	if !d.markdown {
		return "p", nil, s
	}
	for _, h := range []struct{ sign, tag, class string }{
		{"# ", "h3", "big"}, {"## ", "h4", "middle"}, {"### ", "h5", "small"}, {"-# ", "div", "subtext"},
	} {
		if r, ok := strings.CutPrefix(trimmed, h.sign); ok {
			return h.tag, []string{"class", h.class}, r
		}
	}
	for _, bullet := range []string{"- ", "* "} {
		if r, ok := strings.CutPrefix(trimmed, bullet); ok {
			return "ul", nil, r
		}
	}
	if n := strings.TrimLeft(trimmed, "0123456789"); n != trimmed && strings.HasPrefix(n, ". ") {
		return "ol", nil, n[2:]
	}
	return "p", nil, s
}

// inline draws a run of text with its marks.
func (m *markup) inline(s string, d dialect) {
	var plain strings.Builder
	flush := func() {
		m.text(d.decode(plain.String()))
		plain.Reset()
	}
	before := rune(0)
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		if d.markdown && r == '\\' && len(s) > 1 && strings.IndexByte("\\`*_{}[]()<>#+-.!|~:@/", s[1]) >= 0 {
			plain.WriteByte(s[1])
			before, s = rune(s[1]), s[2:]
			continue
		}
		if n := m.special(s, before, d, flush); n > 0 {
			before, _ = utf8.DecodeLastRuneInString(s[:n])
			s = s[n:]
			continue
		}
		plain.WriteString(s[:size])
		before, s = r, s[size:]
	}
	flush()
}

// special draws the markup with which s begins, and returns its length; 0 if it begins with
// none. It calls flush before it draws.
func (m *markup) special(s string, before rune, d dialect, flush func()) int {
	switch {
	case s[0] == '`':
		if end := strings.IndexByte(s[1:], '`'); end > 0 {
			flush()
			m.el("code", d.decode(s[1:1+end]))
			return end + 2
		}
	case s[0] == '<':
		if end := strings.IndexByte(s, '>'); end > 0 {
			inner := &markup{w: m.w}
			if d.angles(inner, s[1:end]) {
				flush()
				m.b.WriteString(inner.b.String())
				return end + 1
			}
		}
	case s[0] == '[' && d.markdown:
		mid := closing(s[1:], "](", d)
		if mid <= 0 {
			return 0
		}
		address := s[1+mid+2:]
		end := strings.IndexByte(address, ')')
		if end <= 0 {
			return 0
		}
		href := safe(strings.Trim(address[:end], "<>"))
		if href == "" {
			return 0
		}
		flush()
		m.anchor(href)
		m.inline(s[1:1+mid], d)
		m.close("a")
		return 1 + mid + 2 + end + 1
	case d.markdown && (strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")):
		end := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '<' || r == ')' })
		if end < 0 {
			end = len(s)
		}
		link := strings.TrimRight(s[:end], ".,;:!?*_")
		flush()
		m.span(link, false, false, link)
		return len(link)
	}
	for _, k := range d.marks {
		if !strings.HasPrefix(s, k.sign) {
			continue
		}
		inner := s[len(k.sign):]
		end := closing(inner, k.sign, d)
		if end <= 0 || unicode.IsSpace(rune(inner[0])) || unicode.IsSpace(rune(inner[end-1])) {
			continue
		}
		after, _ := utf8.DecodeRuneInString(inner[end+len(k.sign):])
		if loose := k.sign == "_" || !d.markdown; loose && (isWord(before) || isWord(after)) {
			continue
		}
		flush()
		m.open(k.tag)
		m.inline(inner[:end], d)
		m.close(k.tag)
		return len(k.sign)*2 + end
	}
	return 0
}

// closing finds where a mark ends, and skips escaped characters. If the mark's character is
// repeated more often than in the mark, the first ones close inner marks.
func closing(s, sign string, d dialect) int {
	for i := 0; i < len(s); i++ {
		if d.markdown && s[i] == '\\' {
			i++
			continue
		}
		if s[i] != sign[0] {
			continue
		}
		if sign == "](" {
			if strings.HasPrefix(s[i:], sign) {
				return i
			}
			continue
		}
		run := len(s[i:]) - len(strings.TrimLeft(s[i:], sign[:1]))
		if run == len(sign) || run == 3 {
			return i + run - len(sign)
		}
		i += run - 1
	}
	return -1
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
