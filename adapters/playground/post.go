package playground

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"circlekeeper/bot"
)

// kept is how many messages a channel remembers, for pages opened later and for
// Find.
const kept = 200

// post is one message in a channel.
type post struct {
	seq  int
	key  string
	at   time.Time
	html map[string]string // drawn once in each language: what stands around the message is in the reader's
}

// channel holds the last messages of a channel and wakes whoever watches it.
type channel struct {
	Channel

	mu      sync.Mutex
	last    int // the newest post's number
	posts   []post
	changed chan struct{} // closed and replaced at each post
}

func newChannel(c Channel) *channel {
	return &channel{Channel: c, changed: make(chan struct{})}
}

// after gives the posts behind a number, the newest number, and a channel that
// is closed when there are more.
func (c *channel) after(seq int) ([]post, int, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := len(c.posts)
	for i > 0 && c.posts[i-1].seq > seq {
		i--
	}
	return append([]post(nil), c.posts[i:]...), c.last, c.changed
}

// find looks for a post by its key; the caller holds mu.
func (c *channel) find(key string) (post, bool) {
	if key == "" {
		return post{}, false
	}
	for i := len(c.posts) - 1; i >= 0; i-- {
		if c.posts[i].key == key {
			return c.posts[i], true
		}
	}
	return post{}, false
}

func (c *channel) receipt(p post) bot.Receipt {
	return bot.Receipt{ID: c.ID + "-" + strconv.Itoa(p.seq), At: p.at}
}

// Send posts m to a channel of the page. Among the last 200 messages a key
// shows one message.
func (a *Adapter) Send(ctx context.Context, to bot.Place, m bot.Message) (bot.Receipt, error) {
	c, err := a.reach(ctx, to)
	if err != nil {
		return bot.Receipt{}, err
	}
	at := a.now().UTC()
	html := make(map[string]string)
	for _, lang := range a.books.Langs() {
		if html[lang], err = a.draw(view{W: a.books.Reader(lang, bot.Playground), Message: m, At: at}); err != nil {
			return bot.Receipt{}, fmt.Errorf("the playground cannot draw the message: %w", err)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if p, ok := c.find(m.Key); ok {
		return c.receipt(p), nil
	}
	c.last++
	p := post{seq: c.last, key: m.Key, at: at, html: html}
	if len(c.posts) == kept {
		c.posts = append(c.posts[:0], c.posts[1:]...)
	}
	c.posts = append(c.posts, p)
	close(c.changed)
	c.changed = make(chan struct{})
	return c.receipt(p), nil
}

// Find looks for m's key among the channel's last 200 messages.
func (a *Adapter) Find(ctx context.Context, to bot.Place, m bot.Message, _ time.Time) (bot.Receipt, bool, error) {
	c, err := a.reach(ctx, to)
	if err != nil {
		return bot.Receipt{}, false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	p, ok := c.find(m.Key)
	if !ok {
		return bot.Receipt{}, false, nil
	}
	return c.receipt(p), true, nil
}

// Posts lists what stands in the channel, which keeps its last 200 messages.
func (a *Adapter) Posts(ctx context.Context, to bot.Place, since time.Time) (list []bot.Posted, whole bool, err error) {
	c, err := a.reach(ctx, to)
	if err != nil {
		return nil, false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.posts {
		if !p.at.Before(since) {
			list = append(list, bot.Posted{Key: p.key, Receipt: c.receipt(p)})
		}
	}
	return list, true, nil
}

// Check is nil for the channels of the page.
func (a *Adapter) Check(ctx context.Context, to bot.Place) error {
	_, err := a.reach(ctx, to)
	return err
}

func (a *Adapter) reach(ctx context.Context, to bot.Place) (*channel, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if to.Platform == bot.Playground && to.Space == "" {
		if c := a.channel(to.Channel); c != nil {
			return c, nil
		}
	}
	return nil, &bot.PlaceError{Kind: bot.ErrUnreachable, Detail: "the playground has no such channel"}
}
