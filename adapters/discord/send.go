package discord

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"circlekeeper/bot"
)

// posted is a message as Discord returns it.
type posted struct {
	ID     string      `json:"id"`
	At     time.Time   `json:"timestamp"`
	Nonce  any         `json:"nonce"`
	Text   string      `json:"content"`
	Parts  []component `json:"components"`
	Author struct {
		ID string `json:"id"`
	} `json:"author"`

	key string // that it has, or under which this process posted it; empty if neither is known
}

func (p posted) receipt() bot.Receipt { return bot.Receipt{ID: p.ID, At: p.At.UTC()} }

func messagesPath(to bot.Place) string {
	return "/channels/" + url.PathEscape(to.Channel) + "/messages"
}

// Send posts m once: as a message, or in a forum as a post.
func (a *Adapter) Send(ctx context.Context, to bot.Place, m bot.Message) (bot.Receipt, error) {
	f := forum{room{a, to}}
	if f.known() {
		return f.send(ctx, m)
	}
	r, err := room{a, to}.send(ctx, m)
	if err == nil {
		a.forums.Set(to.Channel, false)
	}
	if refusedWith(err, http.StatusBadRequest, 50008) || refusedWith(err, http.StatusBadRequest, 50024) { // the channel takes no messages
		switch is, asked := f.is(ctx); {
		case asked != nil:
			return bot.Receipt{}, asked
		case is:
			return f.send(ctx, m)
		}
	}
	return r, err
}

// room is a channel or thread that takes messages.
type room struct {
	*Adapter

	to bot.Place
}

// errNoMessage reports an answer that should contain the posted message and does not.
var errNoMessage = fmt.Errorf("discord: no message in the answer: %w", bot.ErrUnknown)

// send posts m as a message. If the same key is sent again within a few minutes, Discord
// answers with the first message and posts nothing.
// https://docs.discord.com/developers/resources/message#create-message
func (a room) send(ctx context.Context, m bot.Message) (bot.Receipt, error) {
	p, err := post(m)
	if err != nil {
		return bot.Receipt{}, unfit(err)
	}
	path := messagesPath(a.to)
	var got posted
	err = a.do(ctx, http.MethodPost, path, "POST "+path, p, &got)
	var refused *apiError
	if p.Reference != nil && errors.As(err, &refused) && refused.code == 160002 { // a reply needs the right to read the channel's history
		p.Reference = nil // nothing was posted: try without the reply
		err = a.do(ctx, http.MethodPost, path, "POST "+path, p, &got)
	}
	if err != nil {
		return bot.Receipt{}, refusal(err)
	}
	if got.ID == "" {
		return bot.Receipt{}, errNoMessage
	}
	a.sent.Set(got.ID, m.Key)
	return got.receipt(), nil
}

// edited is the body that edits a message. It also names the parts that are now empty.
type edited struct {
	Content    *string     `json:"content"`
	Embeds     []string    `json:"embeds"` // none
	Components []component `json:"components"`
	Mentions   mentions    `json:"allowed_mentions"`
	Flags      int         `json:"flags"`
}

// Edit replaces a message that the bot posted by m; see bot.Adapter. A message made of
// components stays so, because Discord refuses content in it.
// https://docs.discord.com/developers/resources/message#edit-message
func (a *Adapter) Edit(ctx context.Context, to bot.Place, messageID string, m bot.Message) error {
	if !isID(messageID) {
		return unfit(errors.New("no message has such an ID"))
	}
	f := forum{room{a, to}}
	is, err := f.is(ctx)
	if err != nil {
		return err
	}
	if is { // a post's ID is that of its first message
		_, m = named(m)
		to.Channel = messageID
	}
	p, err := post(m)
	if err != nil {
		return unfit(err)
	}
	err = room{a, to}.edit(ctx, messageID, p)
	if is && refusedWith(err, http.StatusNotFound, 10003) {
		if _, fault := a.channel(ctx, f.to.Channel); fault != nil { // the whole forum is gone
			return fault
		}
		return &bot.PlatformError{Kind: bot.ErrGone, Detail: "the forum's post is gone", Err: err}
	}
	if p.Content != "" && refusedWith(err, http.StatusBadRequest, 0) {
		if p, err := long(m); err == nil {
			return refusal(room{a, to}.edit(ctx, messageID, p))
		}
	}
	return refusal(err)
}

func (a room) edit(ctx context.Context, messageID string, p payload) error {
	path := messagesPath(a.to)
	body := edited{Embeds: []string{}, Components: p.Components, Mentions: nobody(), Flags: p.Flags & (flagNoPreviews | flagV2)}
	if p.Content != "" {
		body.Content = &p.Content
	}
	return a.do(ctx, http.MethodPatch, path+"/"+messageID, "PATCH "+path, body, nil)
}

// Delete deletes a message that the bot posted; see bot.Adapter. A post in a forum stays,
// because it is a thread in which others may have answered. The author is checked first: with
// the right to manage messages, Discord would delete anybody's message.
// https://docs.discord.com/developers/resources/message#delete-message
func (a *Adapter) Delete(ctx context.Context, to bot.Place, messageID string) error {
	if !isID(messageID) {
		return unfit(errors.New("no message has such an ID"))
	}
	switch is, err := (forum{room{a, to}}).is(ctx); {
	case err != nil:
		return err
	case is:
		return &bot.PlatformError{Kind: bot.ErrFixed, Detail: "in a forum older posts stay, because members may have answered in them: choose a text channel, or let all posts of the reminder stay"}
	}
	self, err := a.me(ctx)
	if err != nil {
		return refusal(err)
	}
	path := messagesPath(to)
	var there posted
	err = a.do(ctx, http.MethodGet, path+"/"+messageID, "GET "+path, nil, &there)
	if err != nil {
		return refusal(err)
	}
	if there.Author.ID != self {
		advice, kind := meaning(50005)
		return &bot.PlatformError{Kind: kind, Detail: advice}
	}
	return refusal(a.do(ctx, http.MethodDelete, path+"/"+messageID, "DELETE "+path, nil, nil))
}

// findPages bounds how far Find looks: a thousand messages.
const findPages = 10

// Find looks for m among the bot's messages since a minute before the given instant, because
// clocks differ; in a forum, among its posts and below the one that m follows up.
func (a *Adapter) Find(ctx context.Context, to bot.Place, m bot.Message, since time.Time) (bot.Receipt, bool, error) {
	f := forum{room{a, to}}
	switch is, err := f.is(ctx); {
	case err != nil:
		return bot.Receipt{}, false, err
	case !is:
		return f.find(ctx, m, since, f.room.walk)
	}
	if below, ok := f.thread(m); ok {
		r, found, err := below.find(ctx, m, since, below.walk)
		if found || err != nil && !errors.Is(err, bot.ErrUnreachable) {
			return r, found, err
		}
	}
	m.Thread = ""
	_, rest := named(m)
	return f.find(ctx, rest, since, f.walk)
}

// find looks for m among what walk reads. m's buttons have its key. A message without buttons is
// compared by its words if Discord does not tell its nonce and this process did not post it.
func (a room) find(ctx context.Context, m bot.Message, since time.Time, walk walker) (r bot.Receipt, found bool, err error) {
	want, err := post(m)
	if err != nil {
		return r, false, err
	}
	byKey := false
	take := func(there posted) bool {
		if found = there.key != "" && there.key == want.Nonce || !byKey && there.is(want); found {
			r = there.receipt()
		}
		return found
	}
	empty, whole, err := walk(ctx, snowflake(since.Add(-time.Minute)), take)
	if err == nil && empty {
		// Nothing was written since then, or our clock is so far ahead of Discord's that nothing can
		// have been: look among the newest messages of any age, by key only.
		byKey = true
		empty, whole, err = walk(ctx, "", take)
	}
	switch {
	case err != nil || found:
	case empty: // so is the list for a bot that may not read the channel
		_, err = a.Inspect(ctx, a.to)
		if errors.Is(err, bot.ErrImpaired) { // only a person can make looking possible
			err = &bot.PlatformError{Kind: bot.ErrUnreachable, Detail: bot.Detail(err), Err: err}
		}
		if err != nil {
			err = fmt.Errorf("cannot look for the message: %w", err)
		}
	case !whole:
		err = errors.New("too many messages since then to look through")
	}
	return r, found, err
}

// Posts implements bot.Adapter. It looks as far as Find does.
func (a *Adapter) Posts(ctx context.Context, to bot.Place, since time.Time) (list []bot.Posted, whole bool, err error) {
	f := forum{room{a, to}}
	is, err := f.is(ctx)
	if err != nil {
		return nil, false, err
	}
	walk := f.room.walk
	if is {
		walk = f.walk
	}
	_, whole, err = walk(ctx, snowflake(since.Add(-time.Minute)), func(p posted) bool {
		if p.key != "" {
			list = append(list, bot.Posted{Key: p.key, Receipt: p.receipt()})
		}
		return false
	})
	return list, whole, err
}

// walker passes the bot's messages after an ID to take, until that returns true; without an ID,
// those among the newest messages. empty means that the bot sees no messages there, whole that
// it has looked through all.
type walker func(ctx context.Context, after string, take func(posted) bool) (empty, whole bool, err error)

// walk is the walker of a channel or thread.
func (a room) walk(ctx context.Context, after string, take func(posted) bool) (empty, whole bool, err error) {
	self, err := a.me(ctx)
	if err != nil {
		return false, false, err
	}
	for page := range findPages {
		path := messagesPath(a.to) + "?limit=100"
		if after != "" {
			path += "&after=" + after
		}
		var got []posted
		if err := a.get(ctx, path, &got); err != nil {
			return false, false, refusal(err)
		}
		newest := after == ""
		for _, p := range got {
			if p.Author.ID == self && take(a.withKey(p)) {
				return false, false, nil
			}
			if later(p.ID, after) {
				after = p.ID
			}
		}
		if newest || len(got) < 100 {
			return len(got) == 0 && page == 0, true, nil
		}
	}
	return false, false, nil
}

// withKey is a message with its key, as far as that is known.
func (a *Adapter) withKey(p posted) posted {
	nonce, _ := p.Nonce.(string)
	sent, _ := a.sent.Get(p.ID)
	p.key = cmp.Or(nonce, keyOn(p.Parts), sent)
	return p
}

// is compares by key if one is known, otherwise by words.
func (p posted) is(want payload) bool {
	if p.key != "" && want.Nonce != "" {
		return p.key == want.Nonce
	}
	return keyOn(want.Components) == "" && strings.TrimSpace(p.Text) == strings.TrimSpace(want.Content) &&
		slices.Equal(said(p.Parts), said(want.Components))
}

// said is the text of components in reading order.
func said(list []component) []string {
	var out []string
	for _, c := range list {
		if c.Type == typeText {
			out = append(out, strings.TrimSpace(c.Content))
		}
		out = append(out, said(c.Components)...)
	}
	return out
}

// snowflake is the lowest ID that Discord gives out at an instant:
// https://docs.discord.com/developers/reference#snowflakes
func snowflake(t time.Time) string {
	ms := max(t.Sub(instant("0")).Milliseconds(), 0)
	return strconv.FormatInt(ms<<22, 10)
}

// instant is when Discord gave out an ID; long ago for a text that is no ID.
func instant(id string) time.Time {
	at, _ := discordgo.SnowflakeTimestamp(id)
	return at
}

// later compares two IDs, which are numbers without leading zeros.
func later(a, b string) bool {
	return len(a) > len(b) || len(a) == len(b) && a > b
}
