package chat

import (
	"context"
	"slices"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// signingHandler is where reviewers read what waits for them and sign it.
type signingHandler struct{ *kit }

// rows are the commands of reviewers. Each request checks that a reviewer asks.
func (h *signingHandler) rows() []row {
	name := arg("name", "Which card; leave it out to see those that wait for you", offered)
	lang := arg("lang", "In which language, such as en or es")
	mine := func(r row) row {
		r.Who = bot.Reviewers
		return r
	}
	return []row{
		mine(read("cards", "For reviewers: the cards that wait for your signature", h.cards, name, lang)),
		behind(mine(asking(read("sign", "", h.sign, name, lang), arg("until", "")))),
	}
}

// errStranger is the answer to people who are no reviewers. It does not name the reviewers.
func errStranger() error {
	return bot.Wrong("Only reviewers can read and sign cards here. The clinic chooses who they are. You can still use all other commands.")
}

// session is a reviewer at work.
type session struct {
	bot.Reviewer
	by     bot.Actor
	w      *words.Reader
	signed content.SignOff
	groups []bot.Group
	now    time.Time
}

// open finds out which reviewer asks. Its error is errStranger if none does.
func (h *signingHandler) open(ctx context.Context, r asked) (session, error) {
	if h.store == nil || r.Is == nil {
		return session{}, errStranger()
	}
	all, err := h.store.Reviewers(ctx)
	if err != nil {
		return session{}, err
	}
	reviewer, ok := bot.Find(all, func(v bot.Reviewer) bool { return v.ID(r.Platform) != "" && r.Is(ctx, v.ID(r.Platform)) })
	if !ok {
		return session{}, errStranger()
	}
	out := session{Reviewer: reviewer, by: bot.Actor{ID: string(r.Platform) + ":" + reviewer.ID(r.Platform)}, w: r.w, now: h.now()}
	if out.groups, err = h.store.Groups(ctx); err != nil {
		return session{}, err
	}
	given, err := h.store.Approvals(ctx)
	out.signed = h.deck.SignOff(given)
	return out, err
}

// waiting are the cards that the reviewer can sign.
func (h *signingHandler) waiting(at session) []content.Card {
	return h.deck.Waiting(at.Name, at.groups, at.signed, at.now)
}

// cards shows what waits, or one card.
func (h *signingHandler) cards(ctx context.Context, r asked) (bot.Answer, error) {
	at, err := h.open(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	if r.Args["name"] == "" {
		return bot.Answer{Message: h.list(at, r.Flow.Page), Update: true}, nil
	}
	c, ok := h.find(at, r.Args["name"], r.Args["lang"])
	if !ok {
		return h.near(at, r)
	}
	m := h.card(at, c)
	if r.Actor.May() {
		m.Actions = append(m.Actions, (&takeBackHandler{h.kit}).buttons(at.w, c.ID)...)
	}
	return bot.Answer{Message: m}, nil
}

// near shows the card that was meant, or offers the cards that may have been meant.
func (h *signingHandler) near(at session, r asked) (bot.Answer, error) {
	name, lang := r.Args["name"], r.Args["lang"]
	found, near := h.pages.Search(at.w.Lang(), name, signableKinds())
	if c, ok := h.find(at, found, lang); ok {
		return bot.Answer{Message: h.card(at, c)}, nil
	}
	near = slices.DeleteFunc(near, func(n cards.Named) bool { _, ok := h.find(at, n.ID, lang); return !ok })
	if len(near) == 0 {
		return bot.Answer{}, bot.About("name", bot.Wrong("There is no card %q to sign. Leave the name out to see what waits for you.", bot.Short(name, 60)))
	}
	return h.pages.Offer(r.Request, near, func(n cards.Named) bot.Call {
		c, _ := h.find(at, n.ID, lang)
		return callOf(c)
	}), nil
}

// choices offers a reviewer the cards by their titles and IDs, first those that wait;
// nobody else is offered any.
func (h *signingHandler) choices(ctx context.Context, r asked) []bot.Choice {
	at, err := h.open(ctx, r)
	if err != nil {
		return nil
	}
	var out []bot.Choice
	for _, c := range slices.Concat(h.waiting(at), h.deck.Library().All()) {
		if shown, ok := h.deck.Library().Card(c.ID, at.w.Lang()); ok && signable(c) {
			out = append(out, bot.Choice{Name: bot.Short(shown.Title, 100-len(" ()")-len(c.ID)) + " (" + c.ID + ")", Value: c.ID})
		}
	}
	return changes.Matching(r.Args["name"], out)
}

// find is a card by its ID or title. It searches the cards that wait first.
func (h *signingHandler) find(at session, name, lang string) (content.Card, bool) {
	lang = strings.ToLower(strings.TrimSpace(lang))
	return bot.Find(slices.Concat(h.waiting(at), h.deck.Library().All()), func(c content.Card) bool {
		named := strings.EqualFold(c.ID, strings.TrimSpace(name)) || words.Fold(c.Title) == words.Fold(name)
		return named && (lang == "" || lang == c.Lang) && signable(c)
	})
}

// signable reports whether reviewers can sign a card in chat. They cannot sign the crisis card:
// the person who telephoned its numbers signs it at the command line.
func signable(c content.Card) bool { return c.Kind != content.Crisis }

func signableKinds() []content.Kind {
	return slices.DeleteFunc(content.Kinds(), func(k content.Kind) bool { return !signable(content.Card{Kind: k}) })
}

// list names what waits, a menu's worth to a page.
func (h *signingHandler) list(at session, page int) bot.Message {
	w, all := at.w, h.waiting(at)
	m := bot.Message{Title: w.T("Cards to sign")}
	if len(all) == 0 {
		m.Blocks = []content.Block{content.Text(w.T("No card waits for your signature."))}
		return m
	}
	m.Blocks = []content.Block{content.Text(w.N(len(all), "%d card waits for your signature.", "%d cards wait for your signature.", len(all)) + " " + w.T("Cards that not enough reviewers have signed are not posted."))}
	some, beside := cards.OnPage(w, bot.NewCall("cards"), page, cards.MaxMenu, all)
	m.Menu = &bot.Menu{Label: w.T("Choose a card"), Options: bot.Each(some, func(c content.Card) bot.Action {
		return bot.Action{Label: bot.Short(c.Title+" ("+c.Lang+")", 75), Hint: bot.Short(at.standing(c), 100), Call: callOf(c)}
	})}
	m.Actions = append([]bot.Action{{Label: w.T("Read the first one"), Call: callOf(all[0]), Style: bot.Primary}}, beside...)
	return m
}

// standing says whether a card is signed off.
func (at session) standing(c content.Card) string {
	standing, _ := at.signed.Status(c, at.now)
	return words.Standing(at.w, standing, at.signed.Waits(c, at.now.AddDate(0, 0, bot.ReviewSoon)))
}

func callOf(c content.Card) bot.Call { return bot.NewCall("cards", "name", c.ID, "lang", c.Lang) }

// card shows a card as the channel will see it, the text behind its buttons, what changed, and
// the hash of all this.
func (h *signingHandler) card(at session, c content.Card) bot.Message {
	w := at.w
	m := bot.Message{Title: c.Title, Note: words.Plain(words.Sentence(words.Join(at.standing(c))))}
	if c.Draft {
		m.Note += " " + w.T("This is a draft translation.")
	}
	m.Blocks = append([]content.Block{content.HeadingText(w.T("As the channel will see it"))}, h.deck.Posted(c).Blocks...)
	for _, section := range c.Sections {
		m.Blocks = append(m.Blocks, content.HeadingText(w.T("Behind the button: %s", section.Title)))
		m.Blocks = append(m.Blocks, section.Blocks...)
	}
	if len(c.Limits) > 1 {
		m.Blocks = append(m.Blocks, content.HeadingText(w.T("The limits, in full where the answer is private")))
		m.Blocks = append(m.Blocks, c.Limits...)
	}
	m.Blocks = append(m.Blocks, content.HeadingText(w.T("What changed")))
	m.Blocks = append(m.Blocks, at.changes(c)...)
	m.Blocks = append(m.Blocks, content.HeadingText(w.T("What you sign")))
	facts := []string{w.T("Card: %s (%s)", c.ID, c.Lang), w.T("Source: %s", c.Source), w.T("Hash: %s", c.Hash)}
	for _, a := range at.signed.Signatures(c, at.now) {
		facts = append(facts, w.T("Signed by %s until %s", a.Reviewer, w.Calendar.Day(a.ReviewBy)))
	}
	if n := at.signed.Missing(c, at.now); n > 0 {
		facts = append(facts, w.N(n, "%d signature is missing.", "%d signatures are missing.", n))
	}
	m.Blocks = append(m.Blocks, content.Bullets(facts...))
	sign := bot.NewSub("sign", "", "name", c.ID, "lang", c.Lang)
	sign.Flow.Seen = c.Hash[:seenDigits]
	m.Actions = []bot.Action{{Label: w.T("Approve until a date"), Call: sign, Style: bot.Primary}}
	if next, ok := h.after(at, c); ok {
		m.Actions = append(m.Actions, bot.Action{Label: w.T("Leave it, read the next one"), Call: callOf(next)})
	}
	m.Actions = append(m.Actions, bot.Action{Label: w.T("All cards that wait"), Call: bot.NewCall("cards")})
	return m
}

// sectionTime is how long a Home waits for its section of a reviewer.
const sectionTime = 2 * time.Second

// seenDigits is how many digits of a hash a button has room for.
const seenDigits = 16

// after is the waiting card that comes after c; after the last one comes the first. ok is false
// if no other waits.
func (h *signingHandler) after(at session, c content.Card) (content.Card, bool) {
	all := h.waiting(at)
	i := slices.IndexFunc(all, func(w content.Card) bool { return w.ID == c.ID && w.Lang == c.Lang })
	switch {
	case len(all) == 0, len(all) == 1 && i == 0:
		return content.Card{}, false
	}
	return all[(i+1)%len(all)], true
}

// changes says what became of a card's words since they were last signed.
func (at session) changes(c content.Card) []content.Block {
	w := at.w
	standing, last := at.signed.Status(c, at.now)
	switch {
	case standing == content.NeverApproved:
		return []content.Block{content.Text(w.T("Nobody has signed this card before: all of it is new."))}
	case standing != content.ChangedSince:
		return []content.Block{content.Text(w.T("Nothing since %s signed it on %s.", last.Reviewer, w.Calendar.Day(last.At)))}
	case last.Text == "":
		return []content.Block{content.Text(w.T("It changed since %s signed it on %s, but the earlier text was not kept.", last.Reviewer, w.Calendar.Day(last.At)))}
	}
	out := words.Changed(w, content.Changes(last.Text, c.Text()))
	if out == nil {
		return []content.Block{content.Text(w.T("No words have changed since %s signed it on %s, only the layout or a link.", last.Reviewer, w.Calendar.Day(last.At)))}
	}
	return append([]content.Block{content.Text(w.T("Since %s signed it on %s, in these lines:", last.Reviewer, w.Calendar.Day(last.At)))}, out...)
}

// sign asks until when, and signs the very words that were shown.
func (h *signingHandler) sign(ctx context.Context, r asked) (bot.Answer, error) {
	at, err := h.open(ctx, r)
	if err != nil {
		return bot.Answer{}, err
	}
	w := at.w
	c, ok := h.deck.Library().Exact(r.Args["name"], r.Args["lang"])
	switch {
	case !ok || !signable(c):
		return bot.Answer{}, bot.Wrong("This card is no longer there. Nothing was signed.")
	case r.Flow.Seen != c.Hash[:seenDigits]:
		m := h.card(at, c)
		m.Blocks = append([]content.Block{content.Text(w.T("These words changed after they were shown to you, so nothing was signed. Please read them as they are now."))}, m.Blocks...)
		return bot.Answer{Message: m}, nil
	case !r.Submit:
		return bot.Answer{Form: at.form(c, r, nil)}, nil
	}
	a, err := at.signature(c, r.Args["until"])
	if err != nil {
		return bot.Answer{Form: at.form(c, r, err)}, nil
	}
	next, more := h.after(at, c) // before c is signed and leaves the list: else the first would come again
	if err := h.store.Approve(ctx, at.by, a); err != nil {
		return bot.Answer{}, err
	}
	given, err := h.store.Approvals(ctx)
	if err != nil {
		return bot.Answer{}, err
	}
	if h.deck.SetApprovals(given) {
		h.Touch()
	}
	at.signed = h.deck.SignOff(given)
	done := h.done(at, c, a)
	if more {
		done.Message.Actions = []bot.Action{{Label: w.T("Read the next one"), Call: callOf(next), Style: bot.Primary}, {Label: w.T("All cards that wait"), Call: bot.NewCall("cards")}}
	}
	return done, nil
}

// form asks until when a signature is valid.
func (at session) form(c content.Card, r asked, err error) *bot.Form {
	w := at.w
	f := &bot.Form{Title: w.T("Approve a card"), Submit: w.T("Approve"), Call: bot.NewCall("sign", "name", c.ID, "lang", c.Lang)}
	f.Call.Flow.Seen = r.Flow.Seen
	f.Preview = []content.Block{content.Text(w.T("You approve “%s” (%s) exactly as it was shown to you. Hash: %s", c.Title, c.Lang, c.Hash))}
	field := bot.Field{Name: "until", Label: w.T("Until which day"), Hint: w.T("At most %d months from today. From that day on, the card waits for you again.", content.MaxReview), Value: at.lastDay().Say(scheduler.VoiceOf(w.Locale())), Required: true}
	if written, ok := r.Args["until"]; ok {
		field.Value = bot.Short(written, 200)
	}
	if err != nil {
		field.Error = words.Sentence(w.Fault(err))
	}
	f.Fields = []bot.Field{field}
	return f
}

// signature is the reviewer's approval of a card until a day. until is text that they wrote.
func (at session) signature(c content.Card, until string) (content.Approval, error) {
	day, err := changes.Asker{Words: at.w, Now: at.now}.ReviewDay(until, at.groups)
	if err != nil || !day.After(at.now) || day.After(at.now.UTC().AddDate(0, content.MaxReview, 0)) {
		half := scheduler.CivilOf(at.now.In(changes.ClinicZone(at.groups)).AddDate(0, 6, 0))
		return content.Approval{}, bot.About("until", bot.Wrong("until %q: write a day after today and not after %s, such as %s", bot.Short(until, 60), at.lastDay(), scheduler.DayText(half)))
	}
	return content.NewApproval(c, at.Name, at.now, day)
}

// lastDay is the last day until which a signature may be valid: by the clinic's clock and in UTC, in which
// days of signatures are said. So it is the earlier one where these differ.
func (at session) lastDay() scheduler.DayText {
	last := at.now.UTC().AddDate(0, content.MaxReview, 0)
	utc, clinic := scheduler.CivilOf(last), scheduler.CivilOf(last.In(changes.ClinicZone(at.groups)))
	if clinic.Time().Before(utc.Time()) {
		utc = clinic
	}
	return scheduler.DayText(utc)
}

// done says what was signed, and what is left.
func (h *signingHandler) done(at session, c content.Card, a content.Approval) bot.Answer {
	w := at.w
	said := [][]content.Span{w.Say("You approved “%s” (%s) until %s. Hash: %s", c.Title, c.Lang, w.Calendar.Day(a.ReviewBy), a.Hash)}
	if n := at.signed.Missing(c, at.now); n > 0 {
		said = append(said, words.Join(w.N(n, "It will be posted when %d more reviewer has signed it.", "It will be posted when %d more reviewers have signed it.", n)))
	}
	left := len(h.waiting(at))
	return words.Notice(append(said, words.Join(w.N(left, "%d card waits for your signature.", "%d cards wait for your signature.", left)))...)
}

// section is the section of a reviewer's Home with the cards that wait; none for other people.
func (h *signingHandler) section(ctx context.Context, r asked) ([]bot.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, sectionTime)
	defer cancel()
	at, err := h.open(ctx, r)
	if _, said := bot.ForPerson(err); said {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []bot.Message{h.list(at, 0)}, nil
}
