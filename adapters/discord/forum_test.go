package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"circlekeeper/adapters/adaptertest"
	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
	"circlekeeper/content"
)

// forumHarness posts to a forum.
type forumHarness struct {
	*harness

	place bot.Place
}

func openForum(t *testing.T, c *contract) adaptertest.Harness {
	t.Helper()
	h := open(t, c, false, "/threads")
	f := &forumHarness{h, here}
	f.place.Channel = h.s.AddKind(15, "")
	if _, err := h.a.Inspect(soon(t), f.place); err != nil { // so that the checks' short times are for posting alone
		t.Fatal(err)
	}
	return f
}

func (h *forumHarness) Place() bot.Place { return h.place }

func (h *forumHarness) Closed() bot.Place {
	p := here
	p.Channel = h.s.AddKind(15, "")
	h.s.Deny(p.Channel, discordtest.SendMessages)
	return p
}

func (h *forumHarness) Posted(p bot.Place) []adaptertest.Post {
	var out []adaptertest.Post
	for _, post := range h.s.Posts(p.Channel) {
		for _, said := range h.harness.Posted(bot.Place{Channel: post.ID}) {
			said.Text = post.Name + "\n" + said.Text
			out = append(out, said)
		}
	}
	return out
}

func (h *forumHarness) Excuse(c adaptertest.Case) string {
	return map[adaptertest.Case]string{
		adaptertest.SameKey:  "a post in a forum bears no nonce: Find keeps it from being doubled",
		adaptertest.Deletion: "members may have answered in a forum's post, so that it stays",
	}[c]
}

// newForum is a new adapter, the fake Discord behind it, and a forum there.
func newForum(t *testing.T) (*discordtest.Server, *Adapter, bot.Place) {
	t.Helper()
	s := discordtest.New(t, discordtest.Options{Bucket: 1000, Global: 1000})
	a, _ := newAdapter(t, s)
	forum := here
	forum.Channel = s.AddKind(15, "")
	return s, a, forum
}

func card(key, title string) bot.Message {
	return bot.Message{
		Key: key, Title: title, Blocks: []content.Block{content.Text("Only what is said here stays here.")},
		Actions: []bot.Action{{Label: "Help now", Call: bot.NewCall("crisis").AsNew()}},
	}
}

// A forum takes a reminder as a post that is named after its card, whose name people do
// not read twice; by whichever process it is looked up, it is found once; it can be changed.
func TestForum(t *testing.T) {
	t.Parallel()
	s, a, forum := newForum(t)
	began := time.Now()
	long := strings.Repeat("A long title ", 12)
	for i, title := range []string{"What is shared here stays here", long, ""} {
		m := card("key-of-a-card-"+string(rune('a'+i)), title)
		r, err := a.Send(soon(t), forum, m)
		must(t, err)
		posts := s.Posts(forum.Channel)
		p := posts[len(posts)-1]
		if p.ID != r.ID || size(p.Name) > 100 || len(p.Messages) != 1 || time.Since(r.At) > time.Minute {
			t.Fatalf("%+v, receipt %+v", p, r)
		}
		said := p.Messages[0].Content
		switch i {
		case 0:
			if p.Name != title || strings.Contains(said, title) {
				t.Errorf("the post %q says %q", p.Name, said)
			}
		case 1:
			if !strings.HasPrefix(p.Name, "A long title A long") || !strings.Contains(said, strings.TrimSpace(long)) {
				t.Errorf("the post %q says %q", p.Name, said)
			}
		default:
			if p.Name != "Only what is said here stays here." {
				t.Errorf("a message without title is called %q", p.Name)
			}
		}
		// Another process finds it, open or closed, by a right or a wrong clock.
		for name, look := range map[string]func() (bot.Receipt, bool, error){
			"open": func() (bot.Receipt, bool, error) {
				b, _ := newAdapter(t, s)
				return b.Find(soon(t), forum, m, began)
			},
			"a clock ahead": func() (bot.Receipt, bool, error) {
				b, _ := newAdapter(t, s)
				return b.Find(soon(t), forum, m, began.AddDate(0, 0, 2))
			},
			"closed": func() (bot.Receipt, bool, error) {
				b, _ := newAdapter(t, s)
				s.Archive(r.ID)
				return b.Find(soon(t), forum, m, began)
			},
		} {
			if got, found, err := look(); err != nil || !found || got.ID != r.ID {
				t.Errorf("%s: found %v %+v, %v", name, found, got, err)
			}
		}
		changed := card(m.Key, title)
		changed.Blocks = []content.Block{content.Text("Changed words.")}
		for _, by := range []string{"the one that posted it", "another process"} {
			b := a
			if by == "another process" {
				b, _ = newAdapter(t, s)
			}
			if err := b.Edit(soon(t), forum, r.ID, changed); err != nil {
				t.Errorf("edit by %s: %v", by, err)
			}
		}
		if now := s.Messages(r.ID)[0]; !strings.Contains(now.Content, "Changed words") || now.Edits != 2 {
			t.Errorf("after an edit: %+v", now)
		}
	}
	if _, found, err := a.Find(soon(t), forum, card("key-of-no-card", "x"), began); found || err != nil {
		t.Errorf("found what was never sent: %v %v", found, err)
	}
	// A post that is gone is no fault, and not found; it cannot be changed any more.
	gone := s.Posts(forum.Channel)[0].ID
	s.DeleteChannel(gone)
	if err := a.Edit(soon(t), forum, gone, card("key-of-a-card-a", "")); !errors.Is(err, bot.ErrUnreachable) {
		t.Errorf("edit of a deleted post: %v", err)
	}
	if _, found, err := a.Find(soon(t), forum, card("key-of-a-card-a", ""), began); found || err != nil {
		t.Errorf("found what was deleted: %v %v", found, err)
	}
	refusedNothing(t, s)
}

// Among more posts than are looked through, what was not found may still be there; among older ones,
// it is not.
func TestForumOfManyPosts(t *testing.T) {
	t.Parallel()
	_, a, forum := newForum(t)
	began := time.Now()
	for i := range forumLook + 1 {
		_, err := a.Send(soon(t), forum, card(fmt.Sprint("key-of-card-", i), "A card"))
		must(t, err)
	}
	never := card("key-of-no-card", "A card")
	if _, found, err := a.Find(soon(t), forum, never, began); found || err == nil {
		t.Errorf("sure without looking at all: %v %v", found, err)
	}
	if _, found, err := a.Find(soon(t), forum, never, began.AddDate(0, 0, 2)); found || err != nil {
		t.Errorf("among older posts: %v %v", found, err)
	}
	list, whole, err := a.Posts(soon(t), forum, began)
	if err != nil || whole || len(list) != forumLook {
		t.Errorf("%d posts, all of them: %v, %v", len(list), whole, err)
	}
}

// What follows up a post stands below it, or by itself where that one is gone or locked.
func TestForumReplies(t *testing.T) {
	t.Parallel()
	s, a, forum := newForum(t)
	first, err := a.Send(soon(t), forum, card("key-of-a-notice", "Trouble"))
	must(t, err)
	for i, end := range []func(string){func(string) {}, s.Archive, s.Lock, s.DeleteChannel} {
		end(first.ID)
		m := card("key-of-a-reply-"+string(rune('a'+i)), "")
		m.Thread = first.ID
		before := len(s.Posts(forum.Channel))
		r, err := a.Send(soon(t), forum, m)
		must(t, err)
		stands := len(s.Posts(forum.Channel)) - before
		if want := i / 2; stands != want {
			t.Errorf("%d: %d new posts, want %d", i, stands, want)
		}
		b, _ := newAdapter(t, s)
		if got, found, err := b.Find(soon(t), forum, m, first.At); err != nil || !found || got.ID != r.ID {
			t.Errorf("%d: found %v %+v, %v, want %s", i, found, got, err, r.ID)
		}
	}
	refusedNothing(t, s)
}

// What a forum refuses is told as a fact, with what to do.
func TestForumRefusals(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{Bucket: 1000, Global: 1000})
	a, _ := newAdapter(t, s)
	refused := func(change func(id string)) (error, error) {
		forum := here
		forum.Channel = s.AddKind(15, "")
		change(forum.Channel)
		_, err := a.Send(soon(t), forum, card("key", "Title"))
		if n := len(s.Posts(forum.Channel)); n > 0 {
			t.Errorf("%d posts stand there", n)
		}
		_, check := a.Inspect(soon(t), forum)
		return err, check
	}
	for want, change := range map[string]func(string){
		"Require people to select tags": func(id string) { s.NeedTags(id, true) },
		"Create Posts":                  func(id string) { s.Deny(id, discordtest.SendMessages) },
		"View Channel":                  func(id string) { s.Deny(id, discordtest.ViewChannel) },
	} {
		send, check := refused(change)
		if !errors.Is(send, bot.ErrUnreachable) || !errors.Is(check, bot.ErrUnreachable) || !strings.Contains(bot.Detail(check), want) {
			t.Errorf("%s: send %v, check %v", want, send, check)
		}
	}
	send, check := refused(func(id string) { s.Block(id, "said here") })
	if !errors.Is(send, bot.ErrRejected) || bot.Detail(send) == "" || check != nil {
		t.Errorf("AutoMod: send %v, check %v", send, check)
	}
	// A forum that the bot may not read takes posts, but none can be looked up.
	forum := here
	forum.Channel = s.AddKind(15, "")
	s.Deny(forum.Channel, discordtest.ReadHistory)
	if _, err := a.Inspect(soon(t), forum); !errors.Is(err, bot.ErrImpaired) {
		t.Errorf("without history: %v", err)
	}
	if _, _, err := a.Find(soon(t), forum, card("key", "Title"), time.Now()); !errors.Is(err, bot.ErrUnreachable) {
		t.Errorf("look-up without history: %v", err)
	}
	s.Deny(forum.Channel, 0)
	s.Slow(forum.Channel, time.Hour)
	if _, err := a.Send(soon(t), forum, card("key-1", "Title")); err != nil {
		t.Fatal(err)
	}
	var limited *bot.RateLimited
	if _, err := a.Send(soon(t), forum, card("key-2", "Title")); !errors.As(err, &limited) || !limited.Slowmode {
		t.Errorf("slowmode: %v", err)
	}
	// What kind of channel it is may not be known for a moment: nothing was posted then.
	s.Fail(discordtest.Fault{Route: "GET /channels/{channel_id}", Status: http.StatusBadGateway})
	other := here
	other.Channel = s.AddKind(15, "")
	if _, err := a.Send(soon(t), other, card("key-3", "Title")); err == nil || errors.Is(err, bot.ErrUnknown) || errors.Is(err, bot.ErrUnreachable) {
		t.Errorf("in doubt: %v", err)
	}
	if _, err := a.Send(soon(t), other, card("key-3", "Title")); err != nil {
		t.Error(err)
	}
}

// How posts stand in a kind of channel is told where it is not simply as messages.
func TestKindsOfChannel(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{Bucket: 1000, Global: 1000})
	a, _ := newAdapter(t, s)
	for kind, want := range map[int]string{0: "", 5: "Publish", 15: "post of its own"} {
		p := here
		p.Channel = s.AddKind(kind, "")
		ch, err := a.Inspect(soon(t), p)
		if err != nil || (want == "") != (ch.Way == "") || !strings.Contains(ch.Way, want) {
			t.Errorf("%d: %q, %v", kind, ch.Way, err)
		}
		if _, err := a.Send(soon(t), p, card("key", "Title")); err != nil {
			t.Errorf("%d: %v", kind, err)
		}
	}
	channels, err := a.Channels(context.Background(), here.Space)
	if err != nil || !slices.ContainsFunc(channels, func(n bot.Named) bool { return len(s.Posts(n.Place.Channel)) > 0 }) {
		t.Errorf("the forum cannot be chosen by name: %v, %v", channels, err)
	}
	refusedNothing(t, s)
}
