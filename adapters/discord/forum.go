package discord

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// A forum has no messages but posts: threads with a name. A thread's ID is also that of its
// first message. A post has no nonce, so only Find prevents a second one.
// https://docs.discord.com/developers/resources/channel#start-thread-in-forum-or-media-channel

// codeNoTag is Discord's refusal of a post without one.
const codeNoTag = 40067

const needsTag = "the forum wants a tag on each post: turn off Require people to select tags in its settings, or choose another channel"

// maxPostName is how long the name of a post may be.
const maxPostName = 100

// forum is a channel that may be one.
type forum struct{ room }

// named moves the name of a post out of a message. The rest becomes the text of the post.
func named(m bot.Message) (name string, rest bot.Message) {
	name = oneLine(m.Title)
	if size(name) <= maxPostName {
		m.Title = ""
	}
	if name == "" {
		name, _, _ = strings.Cut(strings.TrimSpace(content.Plain(m.Blocks)), "\n")
	}
	if name = strings.TrimSpace(cut(name, maxPostName)); name == "" {
		name = "Circlekeeper"
	}
	return name, m
}

// is tells whether the channel is a forum. Discord is asked once.
func (f forum) is(ctx context.Context) (bool, error) {
	if is, known := f.forums.Get(f.to.Channel); known {
		return is, nil
	}
	ch, err := f.channel(ctx, f.to.Channel)
	return ch.Type == discordgo.ChannelTypeGuildForum, err
}

// known tells, without asking, whether the channel is certainly a forum.
func (f forum) known() bool {
	is, _ := f.forums.Get(f.to.Channel)
	return is
}

// thread returns where a message goes that follows up another: below that post. ok is false for
// a message that does not.
func (f forum) thread(m bot.Message) (below room, ok bool) {
	at := f.to
	at.Channel = m.Thread
	return room{f.Adapter, at}, isID(m.Thread)
}

// send makes a post of a message. A message that follows up another goes below that post,
// unless the post is gone or closed.
func (f forum) send(ctx context.Context, m bot.Message) (bot.Receipt, error) {
	if below, ok := f.thread(m); ok {
		r, err := below.send(ctx, m)
		if !errors.Is(err, bot.ErrUnreachable) {
			return r, err
		}
	}
	m.Thread = ""
	name, rest := named(m)
	p, err := post(rest)
	if err != nil {
		return bot.Receipt{}, unfit(err)
	}
	p.Nonce, p.EnforceNonce = "", false
	path := "/channels/" + url.PathEscape(f.to.Channel) + "/threads"
	var got struct {
		ID    string `json:"id"`
		First posted `json:"message"`
	}
	if err := f.do(ctx, http.MethodPost, path, "POST "+path, map[string]any{"name": name, "message": p}, &got); err != nil {
		return bot.Receipt{}, refusal(err)
	}
	if got.ID == "" {
		return bot.Receipt{}, errNoMessage
	}
	f.sent.Set(got.ID, m.Key)
	at := got.First.At
	if at.IsZero() {
		at = instant(got.ID)
	}
	return bot.Receipt{ID: got.ID, At: at.UTC()}, nil
}

// forumLook bounds how many posts walk opens.
const forumLook = 50

// walk does for the first messages of the bot's posts what room.walk does for messages, the newest
// first.
func (f forum) walk(ctx context.Context, after string, take func(posted) bool) (empty, whole bool, err error) {
	since := time.Now()
	if after != "" {
		since = instant(after)
	}
	ids, err := f.own(ctx, since)
	if err != nil {
		return false, false, err
	}
	if after != "" {
		ids = slices.DeleteFunc(ids, func(id string) bool { return !later(id, after) })
	}
	for _, id := range ids[:min(len(ids), forumLook)] {
		var p posted
		path := "/channels/" + id + "/messages"
		err := f.do(ctx, http.MethodGet, path+"/"+id, "GET "+path, nil, &p)
		switch {
		case refusedWith(err, http.StatusNotFound, 0): // the message was deleted
		case err != nil:
			return false, false, refusal(err)
		case take(f.withKey(p)):
			return false, false, nil
		}
	}
	return len(ids) == 0, len(ids) <= forumLook || after == "", nil
}

// own returns the IDs of the bot's posts in the forum, the newest first. Of closed posts it
// returns those closed since an instant, or last.
func (f forum) own(ctx context.Context, since time.Time) ([]string, error) {
	self, err := f.me(ctx)
	if err != nil {
		return nil, refusal(err)
	}
	var ids []string
	keep := func(all []*discordgo.Channel) {
		for _, t := range all {
			if t.ParentID == f.to.Channel && t.OwnerID == self && isID(t.ID) && !slices.Contains(ids, t.ID) {
				ids = append(ids, t.ID)
			}
		}
	}
	var open discordgo.ThreadsList
	if err := f.get(ctx, "/guilds/"+url.PathEscape(f.to.Space)+"/threads/active", &open); err != nil {
		return nil, refusal(err)
	}
	keep(open.Threads)
	path := "/channels/" + url.PathEscape(f.to.Channel) + "/threads/archived/public"
	before := ""
	for range findPages {
		var closed discordgo.ThreadsList
		if err := f.get(ctx, path+"?limit=100"+before, &closed); err != nil {
			return nil, refusal(err)
		}
		keep(closed.Threads)
		if !closed.HasMore || len(closed.Threads) == 0 {
			break
		}
		last := closed.Threads[len(closed.Threads)-1].ThreadMetadata
		if last == nil || last.ArchiveTimestamp.Before(since) {
			break
		}
		before = "&before=" + url.QueryEscape(last.ArchiveTimestamp.Format(time.RFC3339Nano))
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(b, a)) })
	return ids, nil
}
