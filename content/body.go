package content

import (
	"bytes"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// SectionIDs are the parts a card can have behind a button.
func SectionIDs() []string { return []string{"more", "facilitators"} }

// body reads the Markdown below the front matter. It refuses everything that platforms would
// show in different ways, so that people read what the reviewer signed.
func (d *draft) body(src []byte, firstLine int) {
	b := &bodyReader{draft: d, into: d, src: src, first: firstLine}
	p := parser.NewParser(
		parser.WithBlockParsers(parser.DefaultBlockParsers()...),
		parser.WithInlineParsers(parser.DefaultInlineParsers()...),
		parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
		parser.WithAttribute(),
	)
	root := p.Parse(text.NewReader(src))
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		b.block(n)
	}
	switch {
	case d.withdrawn:
		if root.HasChildren() {
			d.refuse(firstLine, "a withdrawn card has no text")
		}
	case len(d.card.Answer) == 0:
		d.refuse(firstLine, "no text before the first heading")
	}
	for i, s := range d.card.Sections {
		if len(s.Blocks) == 0 {
			d.refuse(d.sections[i], "the section %q is empty", s.Title)
		}
	}
	for _, r := range d.reasons {
		if len(r.card.Answer) == 0 {
			d.refuse(r.title, "the reason %q is empty", r.card.ID)
		}
	}
}

type bodyReader struct {
	*draft
	into  *draft // the card that is being read: the file's first one, or a further reason
	src   []byte
	first int // the file's line on which src starts
	line  int // the last line that is known, for nodes without one
}

// at is the line of a node in the file.
func (b *bodyReader) at(n ast.Node) int {
	pos := n.Pos()
	if pos < 0 && n.Type() == ast.TypeBlock && n.Lines() != nil && n.Lines().Len() > 0 {
		pos = n.Lines().At(0).Start
	}
	if pos >= 0 {
		b.line = b.first + bytes.Count(b.src[:min(pos, len(b.src))], []byte("\n"))
	}
	return max(b.line, b.first)
}

func (b *bodyReader) block(n ast.Node) {
	line := b.at(n)
	switch n := n.(type) {
	case *ast.Paragraph:
		if spans := withNamed(b.spans(n, line)); len(spans) > 0 {
			b.add(line, Block{Kind: Paragraph, Items: [][]Span{spans}})
		}
	case *ast.List:
		b.list(n, line)
	case *ast.Heading:
		b.heading(n, line)
	case *ast.LinkReferenceDefinition:
		b.refuse(line, "write a link's address right after its text: [text](https://…)")
	default:
		b.refuse(line, "%s is not allowed", kindName(n))
	}
}

// add puts a block at the end of the part that is being read.
func (b *bodyReader) add(line int, block Block) {
	to := b.into
	to.lines = append(to.lines, line)
	if n := len(to.card.Sections); n > 0 {
		s := &to.card.Sections[n-1]
		s.Blocks = append(s.Blocks, block)
		return
	}
	to.card.Answer = append(to.card.Answer, block)
}

func (b *bodyReader) list(n *ast.List, line int) {
	if n.IsOrdered() {
		b.refuse(line, "a numbered list is not allowed: use bullets")
		return
	}
	block := Block{Kind: List}
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		at := b.at(item)
		only := item.FirstChild()
		if only == nil || only.NextSibling() != nil {
			b.refuse(at, "a bullet holds one paragraph, no more and no less")
			continue
		}
		switch only.(type) {
		case *ast.TextBlock, *ast.Paragraph:
			at = b.at(only)
			if spans := withNamed(b.spans(only, at)); len(spans) > 0 {
				block.Items = append(block.Items, spans)
			}
		default:
			b.refuse(b.at(only), "%s in a list is not allowed", kindName(only))
		}
	}
	if len(block.Items) > 0 {
		b.add(line, block)
	}
}

func (b *bodyReader) heading(n *ast.Heading, line int) {
	if n.Level != 2 {
		b.refuse(line, "only headings of the second level, ##, are allowed")
		return
	}
	var id string
	for _, a := range n.Attributes() {
		value, isText := a.Value.([]byte)
		if string(a.Name) != "id" || !isText {
			b.refuse(line, "a heading takes only {#more} or {#facilitators}")
			return
		}
		id = string(value)
	}
	if number, ok := strings.CutPrefix(id, "reason-"); ok {
		b.reason(number, line)
		return
	}
	if b.into != b.draft {
		b.refuse(line, "further reasons come last, behind {#more} and {#facilitators}")
		return
	}
	if !slices.Contains(SectionIDs(), id) {
		b.refuse(line, "a heading must end in {#more} or {#facilitators}")
		return
	}
	if slices.ContainsFunc(b.card.Sections, func(s Section) bool { return s.ID == id }) {
		b.refuse(line, "the section {#%s} is there twice", id)
		return
	}
	spans := b.spans(n, line)
	if len(spans) != 1 || spans[0] != (Span{Text: spans[0].Text}) || utf8.RuneCountInString(spans[0].Text) > 40 {
		b.refuse(line, "a heading is plain text of 1 to 40 characters")
		return
	}
	b.sections = append(b.sections, line)
	b.card.Sections = append(b.card.Sections, Section{ID: id, Title: spans[0].Text})
}

// maxReasons is how many reasons one file gives for the same agreement.
const maxReasons = 9

// reason begins a further reason for the same agreement. It is a separate card: it is posted,
// hashed and signed by itself.
func (b *bodyReader) reason(number string, line int) {
	d := b.draft
	next := len(d.reasons) + 2
	switch {
	case !d.card.Kind.hasReasons():
		b.refuse(line, "only cards of kind %q and %q have further reasons", Agreement, Confidentiality)
	case number != strconv.Itoa(next) || next > maxReasons:
		b.refuse(line, "further reasons are {#reason-2} to {#reason-%d}, in this order; here {#reason-%d} is due", maxReasons, min(next, maxReasons))
	}
	c := d.card
	c.Base, c.ID, c.Answer, c.Sections = c.ID, c.ID+"-"+strconv.Itoa(next), nil, nil
	if !validID(c.ID) {
		b.refuse(line, "the id %q of this reason is too long", c.ID)
	}
	c.Order += (next - 1) * (maxOrder + 1)
	b.into = &draft{card: c, limits: d.limits, option: d.option, title: line}
	d.reasons = append(d.reasons, b.into)
}

// spans reads the text of a paragraph, bullet or heading.
func (b *bodyReader) spans(parent ast.Node, line int) []Span {
	before := len(b.problems)
	var out []Span
	b.inline(parent, Span{}, line, &out)
	out = tidy(out)
	if len(out) == 0 && len(b.problems) == before {
		b.refuse(line, "empty text")
	}
	return out
}

var entity = regexp.MustCompile(`&(#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);`)

func (b *bodyReader) inline(parent ast.Node, style Span, line int, out *[]Span) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			raw := n.Value(b.src)
			if entity.Match(raw) {
				b.refuse(line, "write the character itself instead of %s", entity.Find(raw))
			}
			if n.HardLineBreak() {
				b.refuse(line, "a forced line break is not allowed: start a paragraph or a list")
			}
			s := style
			s.Text = string(util.UnescapePunctuations(raw))
			if n.SoftLineBreak() {
				s.Text += " "
				line++
			}
			*out = append(*out, s)
		case *ast.Emphasis:
			s := style
			s.Italic, s.Bold = s.Italic || n.Level == 1, s.Bold || n.Level == 2
			b.inline(n, s, line, out)
		case *ast.Link:
			s := style
			s.Link = b.link(string(n.Destination), len(n.Title) > 0, line)
			b.inline(n, s, line, out)
		case *ast.AutoLink:
			s := style
			s.Text = string(n.Label(b.src))
			s.Link = b.link(string(n.URL(b.src)), false, line)
			*out = append(*out, s)
		default:
			b.refuse(line, "%s is not allowed", kindName(n))
		}
	}
}

func (b *bodyReader) link(to string, titled bool, line int) string {
	if titled {
		b.refuse(line, "a link takes no title")
	}
	if reason := badLink(to); reason != "" {
		b.refuse(line, "link %q: %s", to, reason)
	}
	return to
}

var dialled = regexp.MustCompile(`^(\+[0-9]{7,15}|[0-9]{3,6})$`)

// badLink says what is wrong with an address; "" if nothing is.
func badLink(to string) string {
	u, err := url.Parse(to)
	switch {
	case err != nil || strings.ContainsAny(to, " \t\n<>\"`\\"):
		return "not an address"
	case u.Scheme == "tel":
		if !dialled.MatchString(u.Opaque) {
			return "write tel:+ and the number with its country code, digits only"
		}
	case u.Scheme != "https":
		return "only https: and tel: are allowed"
	case u.User != nil || u.Port() != "" || !strings.Contains(strings.Trim(u.Host, "."), "."):
		return "write https:// and the site's name"
	}
	return ""
}

// tidy joins neighbouring spans of one style and makes one space of each run of white space, so
// that texts that read the same have the same spans. A space between two styles gets neither:
// no platform shows "**bold **" in bold.
func tidy(in []Span) []Span {
	var out []Span
	space := false // a space is due before the next word
	for _, s := range in {
		words := fold(s.Text)
		if words == "" {
			space = space || s.Text != ""
			continue
		}
		space = space || strings.ContainsRune(" \t\n", rune(s.Text[0]))
		after := strings.ContainsRune(" \t\n", rune(s.Text[len(s.Text)-1]))
		gap := ""
		if space && len(out) > 0 {
			gap = " "
		}
		s.Text, space = words, after
		if len(out) == 0 {
			out = append(out, s)
			continue
		}
		last := &out[len(out)-1]
		switch {
		case sameStyle(*last, s):
			last.Text += gap + s.Text
			continue
		case gap == "":
		case sameStyle(s, Span{}):
			s.Text = gap + s.Text
		case sameStyle(*last, Span{}):
			last.Text += gap
		default:
			out = append(out, Span{Text: gap})
		}
		out = append(out, s)
	}
	return out
}

func sameStyle(a, b Span) bool {
	return a.Bold == b.Bold && a.Italic == b.Italic && a.Link == b.Link
}

// kindName is what an editor of cards calls a piece of Markdown.
func kindName(n ast.Node) string {
	switch n.Kind() {
	case ast.KindHTMLBlock, ast.KindRawHTML:
		return "HTML"
	case ast.KindImage:
		return "an image"
	case ast.KindCodeBlock, ast.KindFencedCodeBlock, ast.KindCodeSpan:
		return "code"
	case ast.KindBlockquote:
		return "a quotation block"
	case ast.KindThematicBreak:
		return "a rule"
	case ast.KindList:
		return "a list"
	}
	return n.Kind().String()
}
