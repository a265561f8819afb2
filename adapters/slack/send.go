package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/slack-go/slack"

	"circlekeeper/bot"
)

// eventType names the metadata of what the bot posts. Every app in the workspace
// can read it, so it says nothing; the key is opaque.
const eventType = "circle_post"

// Limits of searching a channel's history.
const (
	historyPage  = 200
	historyPages = 25
	clockSkew    = time.Minute // between Slack's clock and ours
)

// Send posts m to a channel, as bot.Adapter says.
func (a *Adapter) Send(ctx context.Context, to bot.Place, m bot.Message) (bot.Receipt, error) {
	m = a.name.message(m)
	if m.InView {
		return canvas{a, to}.draw(ctx, m)
	}
	options, err := messageOptions(m)
	if err != nil {
		return bot.Receipt{}, err
	}
	ts, err := a.post(ctx, to.Channel, m.Thread, options)
	if m.Thread != "" && errors.Is(err, errThread) { // nothing was posted: it goes to the channel instead
		ts, err = a.post(ctx, to.Channel, "", options)
	}
	if err != nil {
		return bot.Receipt{}, err
	}
	a.sent.Set(to.Channel+" "+ts, m.Key)
	return receipt(ts), nil
}

func (a *Adapter) post(ctx context.Context, channel, thread string, options []slack.MsgOption) (ts string, err error) {
	if thread != "" {
		options = append(options[:len(options):len(options)], slack.MsgOptionTS(thread))
	}
	ctx, left := trace(ctx)
	_, ts, err = a.api.PostMessageContext(ctx, channel, options...)
	return ts, sendFault(err, left.Load())
}

// messageOptions is a message in Slack's format, or the reason why it is too large.
func messageOptions(m bot.Message) ([]slack.MsgOption, error) {
	blocks := render(m, "")
	if len(blocks) > maxBlocks {
		return nil, &bot.PlatformError{Kind: bot.ErrRejected, Detail: fmt.Sprintf("too long for one Slack message: %d blocks, allowed are %d; make the card shorter", len(blocks), maxBlocks)}
	}
	options := textOptions(aloud(m), blocks)
	if m.Key != "" {
		options = append(options, slack.MsgOptionMetadata(metadata(m)))
	}
	return options, nil
}

// Edit replaces a message that the bot posted by m; see bot.Adapter.
func (a *Adapter) Edit(ctx context.Context, to bot.Place, messageID string, m bot.Message) error {
	m = a.name.message(m)
	if isCanvas(messageID) {
		return canvas{a, to}.redraw(ctx, messageID, m)
	}
	options, err := messageOptions(m)
	if err != nil {
		return err
	}
	ctx, left := trace(ctx)
	_, _, _, err = a.api.UpdateMessageContext(ctx, to.Channel, messageID, options...)
	return sendFault(err, left.Load())
}

// Delete deletes a message that the bot posted; see bot.Adapter. Slack lets a bot delete no
// other messages, and keeps the answers below it.
// https://docs.slack.dev/reference/methods/chat.delete
func (a *Adapter) Delete(ctx context.Context, to bot.Place, messageID string) error {
	if isCanvas(messageID) {
		return canvas{a, to}.erase(ctx, messageID)
	}
	ctx, left := trace(ctx)
	_, _, err := a.api.DeleteMessageContext(ctx, to.Channel, messageID)
	return sendFault(err, left.Load())
}

// textOptions is a message's text such that nothing in it pings, links or unfurls by itself.
// The text is escaped already.
func textOptions(text string, blocks []slack.Block) []slack.MsgOption {
	return []slack.MsgOption{
		slack.MsgOptionText(text, false),
		slack.MsgOptionBlocks(blocks...),
		slack.MsgOptionDisableLinkUnfurl(),
		slack.MsgOptionDisableMediaUnfurl(),
		slack.MsgOptionParse(false),
		slack.MsgOptionLinkNames(false),
		slack.MsgOptionDisableMarkdown(),
	}
}

func metadata(m bot.Message) slack.SlackMetadata {
	return slack.SlackMetadata{EventType: eventType, EventPayload: map[string]any{"key": m.Key}}
}

// receipt reads a message's timestamp, which is also its ID.
func receipt(ts string) bot.Receipt {
	r := bot.Receipt{ID: ts}
	whole, part, _ := strings.Cut(ts, ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return r
	}
	micros, err := strconv.ParseInt(part, 10, 64)
	if err != nil {
		micros = 0
	}
	r.At = time.Unix(seconds, micros*1000).UTC()
	return r
}

// Find looks for m by the key in its metadata, in its thread if it belongs to one and in the
// channel's history; see bot.Adapter. Servers and proxies may have removed the metadata of a
// message; then its words are compared.
func (a *Adapter) Find(ctx context.Context, to bot.Place, m bot.Message, since time.Time) (bot.Receipt, bool, error) {
	if m.Key == "" {
		return bot.Receipt{}, false, errors.New("a message without key cannot be found")
	}
	if m.InView {
		return bot.Receipt{}, false, canvas{a, to}.none(ctx)
	}
	m = a.name.message(m)
	if m.Thread != "" {
		r, found, err := a.find(ctx, to, m, since, func(oldest, cursor string) ([]slack.Message, string, error) {
			page, _, next, err := a.api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
				ChannelID: to.Channel, Timestamp: m.Thread, Oldest: oldest, Cursor: cursor, Inclusive: true,
				Limit: historyPage, IncludeAllMetadata: true,
			})
			return page, next, err
		})
		if found || err != nil && !errors.Is(err, errThread) {
			return r, found, err
		}
	}
	return a.find(ctx, to, m, since, a.history(ctx, to))
}

// pages reads a page of messages since a Slack timestamp, and returns where the next page
// begins.
type pages func(oldest, cursor string) (page []slack.Message, next string, err error)

// history reads a channel's messages, the newest first.
func (a *Adapter) history(ctx context.Context, to bot.Place) pages {
	return func(oldest, cursor string) ([]slack.Message, string, error) {
		got, err := a.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
			ChannelID: to.Channel, Oldest: oldest, Cursor: cursor, Inclusive: true,
			Limit: historyPage, IncludeAllMetadata: true,
		})
		if err == nil {
			err = got.Err()
		}
		if err != nil {
			return nil, "", err
		}
		return got.Messages, got.ResponseMetaData.NextCursor, nil
	}
}

// look passes the messages since a Slack timestamp to take, until that returns true. whole is
// false if there are more than it reads.
func (read pages) look(oldest string, take func(slack.Message) bool) (whole bool, err error) {
	cursor := ""
	for range historyPages {
		page, next, err := read(oldest, cursor)
		if err := lookFault(err); err != nil {
			return false, err
		}
		if slices.ContainsFunc(page, take) || next == "" {
			return true, nil
		}
		cursor = next
	}
	return false, nil
}

// Posts implements bot.Adapter. It does not find replies in threads.
func (a *Adapter) Posts(ctx context.Context, to bot.Place, since time.Time) (list []bot.Posted, whole bool, err error) {
	me, err := a.whoami(ctx, false)
	if err != nil {
		return nil, false, err
	}
	whole, err = a.history(ctx, to).look(stamp(since.Add(-clockSkew)), func(found slack.Message) bool {
		if key := a.keyOf(to, found); key != "" && me.posted(found) {
			list = append(list, bot.Posted{Key: key, Receipt: receipt(found.Timestamp)})
		}
		return false
	})
	return list, whole, err
}

// posted tells whether a message is the bot's own.
func (me identity) posted(m slack.Message) bool {
	return m.BotID != "" && m.BotID == me.bot || m.User != "" && m.User == me.user
}

// stamp is an instant as a Slack timestamp.
func stamp(t time.Time) string { return fmt.Sprintf("%d.%06d", t.Unix(), t.Nanosecond()/1000) }

// lookFault is the error that prevented reading a channel's messages; nil if there is none.
func lookFault(err error) error {
	if err = fault(err); errors.Is(err, errScope) { // Slack answers, but the app may not read this kind of channel
		err = &bot.PlatformError{Kind: bot.ErrUnreachable, Detail: "cannot look for the message: " + bot.Detail(err), Err: err}
	}
	return err
}

func (a *Adapter) find(ctx context.Context, to bot.Place, m bot.Message, since time.Time, read pages) (r bot.Receipt, found bool, err error) {
	me, err := a.whoami(ctx, false)
	if err != nil {
		return r, false, err
	}
	from := stamp(since.Add(-clockSkew))
	fresh := false // whether there are messages since then
	byKey := false
	take := func(there slack.Message) bool {
		key := a.keyOf(to, there)
		fresh = fresh || there.Timestamp >= from
		if found = me.posted(there) && (key == m.Key || key == "" && !byKey && sameWords(there, m)); found {
			r = receipt(there.Timestamp)
		}
		return found
	}
	whole, err := read.look(from, take)
	switch {
	case err != nil || found:
	case !fresh:
		// There are no messages since then, or our clock is so far ahead of Slack's that there
		// can be none. So the newest ones are searched, by key only.
		byKey = true
		page, _, err := read("", "")
		_ = slices.ContainsFunc(page, take) // the result is in r
		return r, found, lookFault(err)
	case !whole:
		err = fmt.Errorf("more than %d messages since then: the look-up did not reach the end", historyPage*historyPages)
	}
	return r, found, err
}

// sameWords compares a message of which no key is known: a wrong no would post it twice.
func sameWords(found slack.Message, m bot.Message) bool {
	want := letters(aloud(m))
	return want != "" && letters(found.Text) == want
}

// keyOf is the key in a message, or the one under which this process posted it; empty if
// neither is known.
func (a *Adapter) keyOf(in bot.Place, found slack.Message) string {
	key, _ := found.Metadata.EventPayload["key"].(string)
	sent, _ := a.sent.Get(in.Channel + " " + found.Timestamp)
	return cmp.Or(key, sent)
}

// marked matches what Slack puts into angle brackets when it returns a text: links and
// channels, each with its label after a bar.
var marked = regexp.MustCompile(`<([^<>|]*)(?:\|([^<>]*))?>`)

// letters reduces an escaped text to what Slack does not change in it.
// https://docs.slack.dev/messaging/formatting-message-text
func letters(text string) string {
	text = marked.ReplaceAllStringFunc(text, func(s string) string {
		m := marked.FindStringSubmatch(s)
		if m[2] == "" || strings.HasPrefix(m[1], "#") {
			return m[1]
		}
		return m[2]
	})
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, html.UnescapeString(text))
}

// Inspect asks Slack about the channel, as bot.Adapter says.
// https://docs.slack.dev/reference/objects/conversation-object
func (a *Adapter) Inspect(ctx context.Context, to bot.Place) (bot.Channel, error) {
	ch, err := a.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: to.Channel})
	switch {
	case err != nil:
		return bot.Channel{}, fault(err)
	case ch.IsArchived:
		return bot.Channel{}, answeredCode("is_archived")
	case !ch.IsMember && !ch.IsIM:
		return bot.Channel{}, answeredCode("not_in_channel")
	}
	personal := ch.IsIM || ch.IsMpIM
	return bot.Channel{
		Name:   ch.Name,
		Open:   !ch.IsPrivate && !ch.IsGroup && !personal,
		Shared: ch.IsExtShared || ch.IsPendingExtShared,
	}, nil
}

// Preview is the body that Send would post, as JSON: text, blocks and metadata. command is the
// slash command's name.
func Preview(m bot.Message, command string) ([]byte, error) {
	var n name
	n.learn(command)
	m = n.message(m)
	body := struct {
		Text     string               `json:"text"`
		Blocks   []slack.Block        `json:"blocks"`
		Metadata *slack.SlackMetadata `json:"metadata,omitempty"`
		Unfurl   bool                 `json:"unfurl_links"`
		Media    bool                 `json:"unfurl_media"`
	}{Text: aloud(m), Blocks: render(m, "")}
	if m.Key != "" {
		data := metadata(m)
		body.Metadata = &data
	}
	return json.MarshalIndent(body, "", "  ")
}
