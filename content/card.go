// Package content has the bot's cards of guidance. It reads, checks and hashes them, and says which
// a clinician has signed off.
package content

import (
	"strings"
	"time"
)

// Kind groups cards that are listed, rotated and checked alike.
type Kind string

// The kinds of card.
const (
	Foundation      Kind = "foundation"      // why trust matters, the therapist's part
	Strategy        Kind = "strategy"        // the six strategies
	Challenge       Kind = "challenge"       // the four challenges and what helps
	Agreement       Kind = "agreement"       // one agreement and its reason
	Confidentiality Kind = "confidentiality" // one reminder about confidentiality, with its limits
	Contact         Kind = "contact"         // the clinic
	Crisis          Kind = "crisis"          // help now; made of packs of numbers, and no file replaces it
	Concern         Kind = "concern"         // who to turn to
	Privacy         Kind = "privacy"         // what is kept
	Panel           Kind = "panel"           // the text above the buttons of /panel in a group's channel
	Limits          Kind = "limits"          // the limits of confidentiality, which other cards include
	Session         Kind = "session"         // a notice about one session, with slots for its moments
)

// hasReasons says whether a file of the kind may give several reasons for one
// agreement.
func (k Kind) hasReasons() bool { return k == Agreement || k == Confidentiality }

// Card is one approved piece of guidance in one language.
type Card struct {
	ID     string // lower case, digits and hyphens, at most 40 characters: "strategy-listening"
	Lang   string // BCP 47: "en", "es"
	Kind   Kind
	Title  string // at most 100 characters
	Source string // where the facts come from
	Order  int    // place among cards of the kind

	Answer   []Block   // the key answer, at most 120 words
	Sections []Section // behind buttons: "more", "facilitators"
	Limits   []Block   // the limits of confidentiality, in short first; empty unless the card promises privacy

	// Base is the card of which this one gives another reason; empty for all others.
	// Its ID is Base with "-2", "-3" and so on behind it.
	Base string
	// Exempt says that the card may be posted without an approval, because a delay could do
	// more harm than a wrong word. It is set for the crisis card, and for the contact card if
	// its words are the compiled-in ones; never for a whole kind.
	Exempt bool

	Draft bool   // shipped as a draft for a qualified translator
	Hash  string // SHA-256 in lower-case hex over everything above that people read
	File  string // the file that it was read from, for messages to editors
	Also  string // what people call it besides its title, so that a search finds it; nobody reads it
}

// LimitsInShort is the first paragraph of the limits, which a post in a channel has; the rest is
// behind a button. It is empty if Limits is.
func (c Card) LimitsInShort() []Block { return c.Limits[:min(1, len(c.Limits))] }

// Section is a further part of a card, shown on request.
type Section struct {
	ID     string // "more", "facilitators"
	Title  string // the heading and the button's label, at most 40 characters
	Blocks []Block
}

// BlockKind says how a block is laid out.
type BlockKind int

// The layouts a block can have.
const (
	Paragraph BlockKind = iota
	List                // each of Items is one bullet
	Heading
)

// Block is one piece of text with a layout. A paragraph or heading has exactly
// one item; a list has one per bullet.
type Block struct {
	Kind  BlockKind
	Items [][]Span
}

// Span is a run of text of one style. Text is plain: adapters escape it for
// their platform.
type Span struct {
	Text         string
	Bold, Italic bool
	Link         string // https: or tel: address, or empty

	// Fact is the value that Text writes, if there is one: a Moment, a Command, or a channel
	// or role of package bot. A platform that can show the value in its own way does so; the
	// others show Text. Facts can be compared with ==. A card's only facts are Named, and its
	// hash does not depend on them.
	Fact any `json:"-"`
}

// Number is the telephone number that Link dials, in the form of Text, with its country code:
// "+1 (323) 488-4114". Short numbers, such as "911", have no code. It is "" if Text is not
// exactly a number.
func (s Span) Number() string {
	dials, ok := strings.CutPrefix(s.Link, "tel:")
	written := digits(s.Text)
	if !ok || written == "" || !strings.HasSuffix(dials, written) || strings.Trim(s.Text, "+0123456789 ().-") != "" {
		return ""
	}
	code := strings.TrimSuffix(dials, written)
	if code != "" && code != "+" {
		code += " "
	}
	return code + strings.TrimPrefix(s.Text, "+")
}

// digits are the digits of a text.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// Command is a command as its reader types it: "group list", "grupo lista". It does not have the
// slash or other prefix, which depends on the platform.
type Command string

// String is the command with a slash, as most platforms need it.
func (c Command) String() string { return "/" + string(c) }

// Moment is a point in time. A platform that can show times by the reader's own clock shows At so,
// and Clock beside it.
type Moment struct {
	At    time.Time
	Clock string // the same by the group's clock, in short: "Mon 9:00 AM PST"
}

// Text is a paragraph of plain text.
func Text(s string) Block {
	return Block{Kind: Paragraph, Items: [][]Span{{{Text: s}}}}
}

// HeadingText is a heading of plain text.
func HeadingText(s string) Block {
	return Block{Kind: Heading, Items: [][]Span{{{Text: s}}}}
}

// Bullets is a list of plain texts.
func Bullets(items ...string) Block {
	b := Block{Kind: List}
	for _, s := range items {
		b.Items = append(b.Items, []Span{{Text: s}})
	}
	return b
}
