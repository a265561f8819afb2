package slack

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// Limits of Block Kit, in characters unless said otherwise.
// https://docs.slack.dev/reference/block-kit/blocks
const (
	maxBlocks  = 50 // in a message
	maxModal   = 100
	maxHeader  = 150
	maxSection = 3000 // documented for sections; kept for rich text too
	maxLabel   = 75   // of a button or option
	maxHint    = 75   // under an option
	maxOption  = 75   // an option's value
	maxHolder  = 150  // a menu's placeholder
	maxOptions = 100
	maxButtons = 25
	maxText    = 3900 // of the text beside the blocks: Slack advises less than 4000
)

// The beginning of a control's action_id tells how its call is written.
const (
	buttonID = "call."
	linkID   = "link."
	menuID   = "menu."
	menuGap  = "|" // marks where the option's value goes; no call contains one
)

// render lays a message out as Block Kit.
//
// Text goes where Slack does not parse it, into plain text and rich text, so that nothing in it
// can ping, link or change its look. Only a text with a tel: link is a mrkdwn section, escaped:
// buttons and rich text accept only web addresses, and a number to call must never be refused.
// The controls carry the reader's language, unless it is unknown or English.
func render(m bot.Message, lang string) []slack.Block {
	var out []slack.Block
	if m.Title != "" {
		out = append(out, slack.NewHeaderBlock(plain(clip(m.Title, maxHeader))))
	}
	if m.Note != "" {
		out = append(out, aside(m.Note))
	}
	out = append(out, prose(m.Blocks)...)
	if m.Menu != nil {
		if menu := choices(*m.Menu, lang); menu != nil {
			out = append(out, menu)
		}
	}
	out = append(out, actions(m.Actions, lang)...)
	if len(m.Footer) > 0 {
		out = append(out, aside(words.Plain(m.Footer)))
	}
	return out
}

// plain is text that Slack shows as it is.
func plain(s string) *slack.TextBlockObject {
	no := false
	return &slack.TextBlockObject{Type: slack.PlainTextType, Text: s, Emoji: &no}
}

func aside(s string) slack.Block {
	return slack.NewContextBlock("", plain(clip(s, maxSection)))
}

// prose lays out a card's blocks in as few rich text blocks as their size allows. It splits
// between the card's blocks, then between words.
func prose(blocks []content.Block) []slack.Block {
	var p page
	for _, b := range blocks {
		switch {
		case callable(b):
			p.flush()
			p.done = append(p.done, sections(b)...)
		case b.Kind == content.List:
			p.list(b)
		default:
			p.text(b)
		}
	}
	p.flush()
	return p.done
}

// page collects text until a rich text block is full.
type page struct {
	done []slack.Block
	run  []slack.RichTextElement
	size int
	gap  string // between the text before and the text to come
}

func (p *page) flush() {
	if len(p.run) > 0 {
		p.done = append(p.done, slack.NewRichTextBlock("", p.run...))
	}
	p.run, p.size = nil, 0
}

func (p *page) room(n int) {
	if p.size+n > maxSection {
		p.flush()
	}
	p.size += n
}

func (p *page) text(b content.Block) {
	for _, item := range b.Items {
		for _, part := range split(item, maxSection-2) {
			p.room(length(part) + len(p.gap))
			elements := rich(part, b.Kind == content.Heading)
			// Paragraphs in a row share a section, because two sections would have no gap
			// between them.
			if last, ok := last(p.run).(*slack.RichTextSection); ok {
				last.Elements = append(append(last.Elements, slack.NewRichTextSectionTextElement(p.gap, nil)), elements...)
			} else {
				p.run = append(p.run, slack.NewRichTextSection(elements...))
			}
			p.gap = "\n\n"
			if b.Kind == content.Heading {
				p.gap = "\n"
			}
		}
	}
}

func (p *page) list(b content.Block) {
	list := &bullets{}
	for _, item := range b.Items {
		for _, part := range split(item, maxSection) {
			if p.size+length(part) > maxSection && len(list.items) > 0 {
				p.run = append(p.run, list)
				list = &bullets{}
			}
			p.room(length(part))
			list.items = append(list.items, slack.NewRichTextSection(rich(part, false)...))
		}
	}
	if len(list.items) > 0 {
		p.run = append(p.run, list)
	}
}

func last(run []slack.RichTextElement) slack.RichTextElement {
	if len(run) == 0 {
		return nil
	}
	return run[len(run)-1]
}

// bullets is a list in rich text. The library's own type writes fields that Slack's description
// of the format does not have.
type bullets struct {
	items []slack.RichTextElement
}

func (*bullets) RichTextElementType() slack.RichTextElementType { return slack.RTEList }

func (b *bullets) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Type     slack.RichTextElementType `json:"type"`
		Style    string                    `json:"style"`
		Elements []slack.RichTextElement   `json:"elements"`
	}{slack.RTEList, "bullet", b.items})
}

func rich(item []content.Span, bold bool) []slack.RichTextSectionElement {
	var out []slack.RichTextSectionElement
	for _, s := range item {
		if s.Text == "" {
			continue
		}
		var style *slack.RichTextSectionTextStyle
		if s.Bold || s.Italic || bold {
			style = &slack.RichTextSectionTextStyle{Bold: s.Bold || bold, Italic: s.Italic}
		}
		if m, ok := s.Fact.(content.Moment); ok {
			date := slack.NewRichTextSectionDateElement(m.At.Unix(), dateFormat, nil, &s.Text)
			date.Style = style
			out = append(out, date, slack.NewRichTextSectionTextElement(" ("+m.Clock+")", style))
		} else if id := channel(s); id != "" {
			out = append(out, slack.NewRichTextSectionChannelElement(id, style))
		} else if web(s.Link) {
			out = append(out, slack.NewRichTextSectionLinkElement(s.Link, s.Text, style))
		} else {
			out = append(out, slack.NewRichTextSectionTextElement(s.Text, style))
		}
	}
	if len(out) == 0 {
		out = append(out, slack.NewRichTextSectionTextElement(" ", nil))
	}
	return out
}

// dateFormat makes Slack write a moment in its reader's language, time zone and clock.
// https://docs.slack.dev/messaging/formatting-message-text#date-formatting
const dateFormat = "{date_long}, {time}"

// callable tells whether a block holds a number to call.
func callable(b content.Block) bool {
	return content.AnySpan(func(s content.Span) bool { return strings.HasPrefix(s.Link, "tel:") }, b)
}

// sections writes a block as mrkdwn, one item a line.
func sections(b content.Block) []slack.Block {
	var lines []string
	for _, item := range b.Items {
		mark := ""
		if b.Kind == content.List {
			mark = "• "
		}
		for _, part := range split(item, maxSection/6) { // a character takes at most five when escaped
			lines = append(lines, mark+mrkdwn(part, b.Kind == content.Heading))
		}
	}
	var out []slack.Block
	text := ""
	flush := func() {
		if text != "" {
			out = append(out, slack.NewSectionBlock(&slack.TextBlockObject{Type: slack.MarkdownType, Text: text, Verbatim: true}, nil, nil))
		}
		text = ""
	}
	for _, line := range lines {
		if utf8.RuneCountInString(text)+utf8.RuneCountInString(line)+1 > maxSection {
			flush()
		}
		if text != "" {
			text += "\n"
		}
		text += line
	}
	flush()
	return out
}

// mrkdwn writes spans in Slack's markup. It leaves out a style that Slack would not recognise.
func mrkdwn(item []content.Span, bold bool) string {
	var b strings.Builder
	for _, s := range item {
		text := escape(s.Text)
		moment, dated := s.Fact.(content.Moment)
		id := channel(s)
		switch {
		case dated:
			text = "<!date^" + strconv.FormatInt(moment.At.Unix(), 10) + "^" + dateFormat + "|" + strings.ReplaceAll(text, "|", "/") + "> (" + escape(moment.Clock) + ")"
		case id != "":
			text = "<#" + id + ">"
		case strings.HasPrefix(s.Link, "tel:") && number(s.Link), web(s.Link):
			text = "<" + strings.NewReplacer("|", "%7C", "<", "%3C", ">", "%3E", "&", "&amp;").Replace(s.Link) + "|" + strings.ReplaceAll(text, "|", "/") + ">"
		case strings.TrimSpace(s.Text) != s.Text || s.Text == "" || strings.ContainsAny(s.Text, "*_\n"):
		case s.Bold || bold:
			text = "*" + text + "*"
		case s.Italic:
			text = "_" + text + "_"
		}
		b.WriteString(text)
	}
	return b.String()
}

// number tells whether a tel: address holds a number and nothing else.
func number(link string) bool {
	digits, ok := strings.CutPrefix(link, "tel:")
	return ok && digits != "" && len(digits) <= 30 && strings.Trim(digits, "+0123456789-.(),;*# ") == ""
}

func web(link string) bool {
	return strings.HasPrefix(link, "https://") || strings.HasPrefix(link, "http://")
}

// escape writes text so that Slack sees no markup sequence in it.
// https://docs.slack.dev/messaging/formatting-message-text#escaping
func escape(s string) string {
	if !strings.ContainsAny(s, "&<>") {
		return s
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// choices is a menu. The part that all options' calls share is in the menu's action_id (255
// characters), the rest in each option's value (75).
func choices(m bot.Menu, lang string) slack.Block {
	calls := bot.Each(m.Options, func(o bot.Action) string { return o.Call.Encode() })
	prefix, suffix := common(slices.DeleteFunc(slices.Clone(calls), func(c string) bool { return c == "" }))
	var options []*slack.OptionBlockObject
	for i, o := range m.Options {
		call := calls[i]
		if call == "" || len(call)-len(prefix)-len(suffix) > maxOption || len(options) == maxOptions {
			continue // too long; people can type it instead
		}
		var hint *slack.TextBlockObject
		if o.Hint != "" {
			hint = plain(clip(o.Hint, maxHint))
		}
		value := call[len(prefix) : len(call)-len(suffix)]
		options = append(options, slack.NewOptionBlockObject(value, plain(clip(o.Label, maxLabel)), hint))
	}
	if len(options) == 0 {
		return nil
	}
	id := controlID(menuID, lang, prefix+menuGap+suffix)
	return slack.NewActionBlock("", slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain(clip(m.Label, maxHolder)), id, options...))
}

// common is the beginning and the end that all calls share. It leaves at least one character to
// each call.
func common(calls []string) (prefix, suffix string) {
	if len(calls) == 0 {
		return "", ""
	}
	first := calls[0]
	prefix = first[:len(first)-1]
	for _, c := range calls {
		for !strings.HasPrefix(c[:len(c)-1], prefix) {
			prefix = prefix[:len(prefix)-1]
		}
	}
	suffix = first[len(prefix)+1:]
	for _, c := range calls {
		for !strings.HasSuffix(c[len(prefix)+1:], suffix) {
			suffix = suffix[1:]
		}
	}
	return prefix, suffix
}

// actions is a row of buttons. Numbers to call are text, because Slack's buttons accept only
// web addresses.
func actions(list []bot.Action, lang string) []slack.Block {
	var out []slack.Block
	var buttons []slack.BlockElement
	for i, a := range list {
		if strings.HasPrefix(a.Link, "tel:") {
			out = append(out, sections(content.Block{Items: [][]content.Span{{{Text: a.Label, Link: a.Link}}}})...)
			continue
		}
		b := slack.NewButtonBlockElement("", "", plain(clip(a.Label, maxLabel)))
		switch call := encode(a.Call); {
		case web(a.Link):
			b.ActionID, b.URL = linkID+strconv.Itoa(i), a.Link
		case a.Link == "" && a.Call.Command != "" && call != "":
			b.ActionID, b.Value = controlID(buttonID, lang, strconv.Itoa(i)), call
		default:
			continue
		}
		switch a.Style {
		case bot.Primary:
			b.Style = slack.StylePrimary
		case bot.Danger:
			b.Style = slack.StyleDanger
		}
		if len(buttons) < maxButtons {
			buttons = append(buttons, b)
		}
	}
	if len(buttons) > 0 {
		out = append(out, slack.NewActionBlock("", buttons...))
	}
	return out
}
