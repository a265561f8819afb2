package playground

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"circlekeeper/bot"
)

// kept is how many messages a channel keeps, for pages that are opened later and for Find.
const kept = 200

// post is one message in a channel.
type post struct {
	seq     int // its number, which names it
	changed int // the number of its last change; seq before the first
	key     string
	element string // its name on the page
	at      time.Time
	html    map[string]string // by the reader's language, for the texts around the message; nil once the post was deleted
}

// channel holds the last messages of a channel and wakes whoever watches it.
type channel struct {
	Channel

	mu      sync.Mutex
	last    int // the newest number: posts and changes are counted together
	posts   []post
	changed chan struct{} // closed and replaced at each post and change
}

// after returns the posts that were made or changed after a number, in that order; the newest
// number; and a channel that is closed at the next post or change.
func (c *channel) after(seq int) ([]post, int, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var some []post
	for _, p := range c.posts {
		if p.changed > seq {
			some = append(some, p)
		}
	}
	slices.SortFunc(some, func(a, b post) int { return a.changed - b.changed })
	return some, c.last, c.changed
}

// standing returns the posts that are not deleted, and the newest number.
func (c *channel) standing() ([]post, int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(c.posts), post.gone), c.last
}

// gone tells whether a post was deleted. Its number stays, for pages that still show it.
func (p post) gone() bool { return p.html == nil }

// nextNumber counts a post or a change and wakes whoever watches; the caller holds mu.
func (c *channel) nextNumber() int {
	c.last++
	close(c.changed)
	c.changed = make(chan struct{})
	return c.last
}

// find looks for a post by its key; the caller holds mu.
func (c *channel) find(key string) (post, bool) {
	i := slices.IndexFunc(c.posts, func(p post) bool { return key != "" && p.key == key && !p.gone() })
	if i < 0 {
		return post{}, false
	}
	return c.posts[i], true
}

func (c *channel) receipt(p post) bot.Receipt {
	return bot.Receipt{ID: c.ID + "-" + strconv.Itoa(p.seq), At: p.at}
}

// Send posts m to a channel of the page. A key that one of the last 200 messages has is not
// posted again.
func (a *Adapter) Send(ctx context.Context, to bot.Place, m bot.Message) (bot.Receipt, error) {
	c, err := a.reach(ctx, to)
	if err != nil {
		return bot.Receipt{}, err
	}
	p := post{key: m.Key, element: "p" + strconv.FormatInt(a.uid.Add(1), 10), at: a.c.Now().UTC()}
	if p.html, err = drawn(a, p, m); err != nil {
		return bot.Receipt{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if p, ok := c.find(m.Key); ok {
		return c.receipt(p), nil
	}
	p.seq = c.nextNumber()
	p.changed = p.seq
	if len(c.posts) == kept {
		c.posts = append(c.posts[:0], c.posts[1:]...)
	}
	c.posts = append(c.posts, p)
	return c.receipt(p), nil
}

// drawn draws a message that is posted, in each language.
func drawn(a *Adapter, p post, m bot.Message) (map[string]string, error) {
	html := make(map[string]string)
	var err error
	for _, lang := range a.c.Books.Langs() {
		if html[lang], err = a.draw(view{W: a.c.Books.Reader(lang), Message: m, At: p.at, ID: p.element}); err != nil {
			return nil, fmt.Errorf("the playground cannot draw the message: %w", err)
		}
	}
	return html, nil
}

// Edit replaces one of the channel's last 200 messages by m; see bot.Adapter.
func (a *Adapter) Edit(ctx context.Context, to bot.Place, messageID string, m bot.Message) error {
	return change(ctx, a, to, messageID, func(p post) (map[string]string, error) { return drawn(a, p, m) })
}

// Delete deletes one of the channel's last 200 messages; see bot.Adapter.
func (a *Adapter) Delete(ctx context.Context, to bot.Place, messageID string) error {
	return change(ctx, a, to, messageID, func(post) (map[string]string, error) { return nil, nil })
}

// change draws a post again; nil deletes it.
func change(ctx context.Context, a *Adapter, to bot.Place, messageID string, draw func(post) (map[string]string, error)) error {
	c, err := a.reach(ctx, to)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.posts, func(p post) bool { return c.receipt(p).ID == messageID && !p.gone() })
	if i < 0 {
		return bot.ErrGone
	}
	html, err := draw(c.posts[i])
	if err != nil {
		return err
	}
	c.posts[i].html, c.posts[i].changed = html, c.nextNumber()
	return nil
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
		if !p.at.Before(since) && !p.gone() {
			list = append(list, bot.Posted{Key: p.key, Receipt: c.receipt(p)})
		}
	}
	return list, true, nil
}

// Inspect tells only whether the page has such a channel.
func (a *Adapter) Inspect(ctx context.Context, to bot.Place) (bot.Channel, error) {
	_, err := a.reach(ctx, to)
	return bot.Channel{}, err
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
	return nil, &bot.PlatformError{Kind: bot.ErrUnreachable, Detail: "the playground has no such channel"}
}
