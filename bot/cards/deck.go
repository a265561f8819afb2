// Package cards says which card is shown or posted, by the present approvals, and how it is
// laid out: as a private answer or as a post.
package cards

import (
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// Deck is the cards with their approvals. It has the approvals in memory, so that nobody waits
// for a database to read a card. It is safe for concurrent use, also while the cards are
// replaced.
type Deck struct {
	Help    *Help // whom to call in a crisis
	Samples bool  // the cards are samples to try the program, which nobody signs. Set it before serving

	needed  int // different reviewers who have to sign a card; 0 means one
	library atomic.Pointer[content.Library]
	books   *words.Books
	now     func() time.Time
	signed  atomic.Pointer[content.SignOff]
}

// New makes a deck without approvals; needed is how many different reviewers have to
// sign a card, 0 means one.
func New(library *content.Library, books *words.Books, now func() time.Time, needed int) *Deck {
	d := &Deck{books: books, now: now, needed: needed}
	d.Help = &Help{deck: d, builtIn: content.BuiltInLines()}
	d.library.Store(library)
	d.signed.Store(&content.SignOff{})
	return d
}

// Reader is the reader of a language, with the clinic's own sentences.
func (d *Deck) Reader(lang string) *words.Reader { return d.books.Reader(lang) }

// Clinic is the reader of notices, see words.Books.Clinic.
func (d *Deck) Clinic() *words.Reader { return d.books.Clinic() }

// SetApprovals replaces the approvals and reports whether they changed.
func (d *Deck) SetApprovals(given []content.Approval) (changed bool) {
	signed := d.SignOff(given)
	old := d.signed.Swap(&signed)
	return !reflect.DeepEqual(*old, signed)
}

// Library is the cards in force at this moment. The next call may return another library: a
// caller that needs several things of one must keep it.
func (d *Deck) Library() *content.Library { return d.library.Load() }

// Signed is the approvals that stand now.
func (d *Deck) Signed() content.SignOff { return *d.signed.Load() }

// Approved reports whether a clinician has approved exactly these words.
func (d *Deck) Approved(c content.Card) bool { return d.signed.Load().Approved(c, d.now()) }

// Choose picks, among the approved cards of a topic, the one that was planned longest ago: so
// no card comes again before all others. used has when each was last planned. If none is
// approved, Choose returns the one planned longest ago. Post then refuses that card, and the
// record says which card has no approval.
func (d *Deck) Choose(topic string, g bot.Group, used map[string]time.Time, signed content.SignOff, now time.Time) (card string, why bot.Reason) {
	library := d.Library()
	ids, ok := library.Topic(topic)
	if !ok || len(ids) == 0 {
		return "", bot.Reason{Code: bot.Withdrawn}
	}
	longestAgo := slices.Clone(ids)
	slices.SortStableFunc(longestAgo, func(a, b string) int { return used[a].Compare(used[b]) })
	playground := allPlayground(g.Places)
	may := func(id string) bool { return len(d.postable(library, id, g.Langs, playground, signed, now)) > 0 }
	return longestAgo[max(slices.IndexFunc(longestAgo, may), 0)], bot.Reason{}
}

// postable returns a card in those of langs in which it may be posted now; langs is English if
// it is empty. Two languages may share one card, of a wider language: it comes once. The
// playground may post cards without approval too; they are marked.
func (d *Deck) postable(library *content.Library, id string, langs []string, playground bool, signed content.SignOff, now time.Time) []content.Card {
	var out []content.Card
	for _, lang := range spoken(langs) {
		c, ok := d.spoken(library, id, lang)
		twice := slices.ContainsFunc(out, func(other content.Card) bool { return other.Lang == c.Lang })
		if ok && !twice && (c.Exempt || playground || signed.Approved(c, now)) {
			out = append(out, c)
		}
	}
	return out
}

// spoken is a card in a language or a wider one. For the crisis card it is the one with the
// lines in force.
func (d *Deck) spoken(library *content.Library, id, lang string) (content.Card, bool) {
	c, ok := library.Spoken(id, lang)
	if !ok || id != bot.Crisis {
		return c, ok
	}
	// If the card for a country has the same words as that of its language, it is that one.
	if wider, has := library.Spoken(id, content.Wider(c.Lang)); has && d.Help.alike(wider.Lang, c.Lang) {
		c = wider
	}
	if d.Help.Unusual() {
		c = d.Help.Card(c.Lang)
	}
	return c, true
}

func allPlayground(places []bot.Place) bool {
	return !slices.ContainsFunc(places, func(p bot.Place) bool { return p.Platform != bot.Playground })
}

// Unapproved are the cards in the groups' languages that have no approval.
func (d *Deck) Unapproved(groups []bot.Group) []content.Card {
	return slices.DeleteFunc(d.wanted(groups), d.Approved)
}

// Reviews counts the cards, in the groups' languages, that have no approval at the moment now,
// and those whose approval ends within bot.ReviewSoon days.
func (d *Deck) Reviews(groups []bot.Group, now time.Time) (unapproved, soon int) {
	signed := d.Signed()
	for _, c := range d.wanted(groups) {
		switch {
		case !signed.Approved(c, now):
			unapproved++
		case !signed.Approved(c, now.AddDate(0, 0, bot.ReviewSoon)):
			soon++
		}
	}
	return unapproved, soon
}

// wanted are the cards in the groups' languages that need an approval.
func (d *Deck) wanted(groups []bot.Group) []content.Card {
	langs, library := spokenIn(groups), d.Library()
	return slices.DeleteFunc(library.All(), func(c content.Card) bool { return !reads(library, langs, c) || c.Exempt })
}

// TopicTitle is what a topic is called: a rotation, a card's title, or the topic itself.
func (d *Deck) TopicTitle(topic, lang string) string {
	return words.TopicName(d.books.Reader(lang), d.Library(), topic)
}

// PostTitle is the title of a delivery's card; of an OfView delivery, that of its agreements.
func PostTitle(d *Deck, p bot.Delivery, lang string) string {
	if p.Card == bot.Agreements { // it is not the ID of a card or rotation
		return words.List(d.books.Reader(lang), bot.Agreements).Title
	}
	return d.TopicTitle(p.Card, lang)
}

// Post makes the message with which a card is posted, in those of langs in which it is approved
// at the moment now. hash has the hashes of these words. why says why the card cannot be posted;
// zero if it can.
func (d *Deck) Post(id string, to bot.Platform, langs []string, signed content.SignOff, now time.Time) (m bot.Message, hash string, why bot.Reason) {
	if c, ok := d.Library().Card(id, words.English); ok && c.Kind == content.Session { // nothing would fill its slots
		return bot.Message{}, "", bot.Reason{Code: bot.Withdrawn}
	}
	return d.post(id, to, langs, signed, now, func(_ string, blocks []content.Block) []content.Block { return blocks })
}

// PostOf makes the message of a delivery to a group, as Post does.
func (d *Deck) PostOf(p bot.Delivery, g bot.Group, signed content.SignOff, now time.Time) (m bot.Message, hash string, why bot.Reason) {
	if p.Kind == bot.OfShare && !p.Nominal.IsZero() { // a notice about the session of that moment
		return d.PostSession(p.Card, p.Place.Platform, g, p.Nominal, signed, now)
	}
	if p.Kind == bot.OfView {
		return inView(d, p.Place.Platform, g.Langs, signed, now)
	}
	m, hash, why = d.Post(p.Card, p.Place.Platform, g.Langs, signed, now)
	if p.Kind == bot.OfTest {
		m.Note = "Test: the group does not see this post"
	}
	return m, hash, why
}

// Withdrawn is the message that replaces a withdrawn post, in a group's languages; English if
// langs is empty.
func (d *Deck) Withdrawn(langs []string) bot.Message {
	var m bot.Message
	var all []string
	for _, lang := range spoken(langs) {
		w := d.books.Reader(lang)
		said := w.T("This message was withdrawn. Please ignore what it said. If you have questions, ask a facilitator.")
		if slices.Contains(all, said) { // such as es-MX, which says it as es does
			continue
		}
		all = append(all, said)
		m.Blocks = append(m.Blocks, content.Text(said))
		if m.Actions == nil {
			m.Actions = []bot.Action{helpNow(w)}
		}
	}
	return m
}

// helpNow is the button to the crisis card. AsNew makes the private answer a new message, so
// that it does not replace the post.
func helpNow(w *words.Reader) bot.Action {
	return bot.Action{Label: w.T("Help now"), Call: bot.NewCall(bot.Crisis).AsNew()}
}

// spoken is langs, or English if there are none.
func spoken(langs []string) []string {
	if len(langs) == 0 {
		return []string{words.English}
	}
	return langs
}

// post does what Post does; fill completes the blocks in each language.
func (d *Deck) post(id string, to bot.Platform, langs []string, signed content.SignOff, now time.Time, fill func(lang string, blocks []content.Block) []content.Block) (m bot.Message, hash string, why bot.Reason) {
	library := d.Library()
	if _, ok := library.Card(id, words.English); !ok {
		return bot.Message{}, "", bot.Reason{Code: bot.Withdrawn}
	}
	some := d.postable(library, id, langs, to == bot.Playground, signed, now)
	if len(some) == 0 {
		return bot.Message{}, "", bot.Reason{Code: bot.NotApproved}
	}
	var hashes []string
	for i, c := range some {
		hashes = append(hashes, c.Hash)
		part := d.Message(c, signed.Approved(c, now))
		part.Blocks = fill(c.Lang, Commands(part.Blocks, d.books.Reader(c.Lang)))
		if i == 0 {
			m = part
			continue
		}
		m.Blocks = append(append(m.Blocks, content.HeadingText(c.Title)), part.Blocks...)
	}
	return m, strings.Join(hashes, " "), bot.Reason{}
}

// Preview is what would be posted of a card to a group with these languages, if there is
// such a card.
func (d *Deck) Preview(id string, langs []string) (m bot.Message, ok bool) {
	m, _, why := d.Post(id, bot.Playground, langs, d.Signed(), d.now())
	return m, why.IsZero()
}

// Message lays a card out for a channel: when it is shared, when a reminder posts it, and in a
// preview. If it is not approved, a note marks the words. If it promises confidentiality, it
// has one sentence about the limits, and a button to their full text.
func (d *Deck) Message(c content.Card, approved bool) bot.Message {
	w := d.books.Reader(c.Lang)
	m := bot.Message{Title: c.Title, Note: d.Note(c, approved, w), Blocks: slices.Concat(d.Help.outages(c), c.Answer, c.LimitsInShort())}
	// AsNew makes private answers new messages, so that they do not replace the post.
	if c.Kind == content.Panel {
		m.Actions = d.topics(w)
	}
	if len(c.Sections) > 0 {
		m.Actions = append(m.Actions, bot.Action{Label: w.T("Read more (only you see it)"), Call: callOf(c).AsNew()})
	}
	if limits, ok := d.Library().Card("limits", c.Lang); ok && len(c.Limits) > 0 {
		m.Actions = append(m.Actions, bot.Action{Label: bot.Short(limits.Title, 75), Call: callOf(limits).AsNew()})
	}
	if c.ID != bot.Crisis {
		m.Actions = append(m.Actions, helpNow(w))
	}
	return m
}

// Topics are buttons that open each topic and the crisis card, for people who cannot or do not
// want to type a command.
func (d *Deck) Topics(w *words.Reader) []bot.Action { return append(d.topics(w), helpNow(w)) }

func (d *Deck) topics(w *words.Reader) []bot.Action {
	lang := w.Lang()
	var out []bot.Action
	for _, list := range Lists() {
		title := words.List(w, list.Name).Title
		if len(d.Library().Cards(list.Kind, lang)) > 0 {
			out = append(out, bot.Action{Label: title, Call: callOfList(list.Name).AsNew()})
		}
	}
	for _, id := range []string{"why-trust", "contact", "concern", "privacy"} {
		if c, ok := d.Library().Card(id, lang); ok {
			out = append(out, bot.Action{Label: bot.Short(c.Title, 75), Call: callOf(c).AsNew()})
		}
	}
	return out
}

// Note marks words that no clinician has approved yet.
func (d *Deck) Note(c content.Card, approved bool, w *words.Reader) string {
	switch {
	case approved || c.Exempt:
		return ""
	case d.Samples:
		return w.T("Sample card")
	case c.Draft:
		return w.T("Draft translation: not yet approved by a clinician.")
	}
	return w.T("Draft: not yet approved by a clinician.")
}

// List is a kind that opens as a list.
type List struct {
	Name string
	Kind content.Kind
}

// Lists are all lists, in the order in which they are offered.
func Lists() []List {
	return []List{
		{"strategies", content.Strategy}, {"challenges", content.Challenge},
		{"agreements", content.Agreement}, {"confidentiality", content.Confidentiality},
	}
}

// ListNamed is the list with a name.
func ListNamed(name string) (l List, ok bool) {
	return bot.Find(Lists(), func(l List) bool { return l.Name == name })
}

// ListOf is the name of the list of a kind's cards; empty if they have no list.
func ListOf(k content.Kind) string {
	l, _ := bot.Find(Lists(), func(l List) bool { return l.Kind == k })
	return l.Name
}

// callOfList is the call that shows a list. The list of confidentiality has no command of its
// own.
func callOfList(name string) bot.Call {
	if name == "confidentiality" {
		return bot.NewCall("agreements", "name", name)
	}
	return bot.NewCall(name)
}

// callOf is the call that shows a card.
func callOf(c content.Card) bot.Call {
	switch c.Kind {
	case content.Strategy, content.Challenge:
		return bot.NewCall(ListOf(c.Kind), "name", c.ID)
	case content.Agreement, content.Confidentiality, content.Limits:
		return bot.NewCall("agreements", "name", c.ID)
	case content.Panel:
		return bot.NewCall(bot.Help)
	case content.Foundation:
		if c.ID == "why-trust" {
			return bot.NewCall("why")
		}
		return bot.NewCall("why", "name", c.ID)
	}
	return bot.NewCall(string(c.Kind))
}
