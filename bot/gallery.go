package bot

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"sync"

	"circlekeeper/content"
)

// Gallery remembers how an adapter drew the latest pages: most answers are one of a
// few hundred cards, and drawing one costs more than all else that is done for an
// answer. It holds what everybody may read and nothing of who asked: answers to staff
// and previews pass through. The zero Gallery is empty; it is safe for concurrent use.
type Gallery[T any] struct {
	mu     sync.Mutex
	kept   map[likeness]T
	scribe sync.Pool
}

// maxKept is how many messages are remembered; a few KB each.
const maxKept = 512

// Of returns what draw makes of a message. If the message is a page, Of remembers the result
// and next time returns it without drawing. The result is shared and must not be changed.
// An error of draw is not remembered. also lists what draw depends on besides the message.
func (g *Gallery[T]) Of(m Message, draw func(Message) (T, error), also ...string) (T, error) {
	if !m.Page {
		return draw(m)
	}
	p, ok := g.scribe.Get().(*scribe)
	if !ok {
		p = new(scribe)
	}
	key := p.likeness(m, also...)
	g.scribe.Put(p)
	g.mu.Lock()
	drawn, known := g.kept[key]
	g.mu.Unlock()
	if known {
		return drawn, nil
	}
	drawn, err := draw(m)
	if err != nil {
		return drawn, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.kept == nil || len(g.kept) >= maxKept {
		g.kept = make(map[likeness]T)
	}
	g.kept[key] = drawn
	return drawn, nil
}

// likeness is a digest of everything that people see of a message.
type likeness [sha256.Size]byte

// scribe writes values one after the other so that no two lists of them read the
// same.
type scribe struct{ buf []byte }

func (p *scribe) likeness(m Message, also ...string) likeness {
	p.buf = p.buf[:0]
	p.texts(also...)
	p.texts(m.Key, m.Title, m.Note, m.Thread)
	p.spans(m.Footer)
	p.flags(m.Silent)
	p.count(len(m.Blocks))
	for _, b := range m.Blocks {
		p.count(int(b.Kind))
		p.count(len(b.Items))
		for _, item := range b.Items {
			p.spans(item)
		}
	}
	p.flags(m.Menu != nil)
	if m.Menu != nil {
		p.texts(m.Menu.Label)
		p.actions(m.Menu.Options)
	}
	p.actions(m.Actions)
	return sha256.Sum256(p.buf)
}

func (p *scribe) spans(all []content.Span) {
	p.count(len(all))
	for _, s := range all {
		p.texts(s.Text, s.Link)
		p.flags(s.Bold, s.Italic)
		p.fact(s.Fact)
	}
}

// fact writes the kind of a fact before its value.
func (p *scribe) fact(fact any) {
	switch f := fact.(type) {
	case nil:
		p.texts("")
	case content.Moment:
		p.texts("moment", f.Clock)
		p.buf = binary.AppendVarint(p.buf, f.At.Unix())
	case content.Command:
		p.texts("command", string(f))
	default: // no channel's text is equal to a role's
		p.texts("named", fmt.Sprint(f))
	}
}

func (p *scribe) count(n int) { p.buf = binary.AppendUvarint(p.buf, uint64(n)) } //nolint:gosec // lengths and small kinds

func (p *scribe) texts(all ...string) {
	for _, s := range all {
		p.count(len(s))
		p.buf = append(p.buf, s...)
	}
}

func (p *scribe) flags(all ...bool) {
	for _, f := range all {
		n := byte(0)
		if f {
			n = 1
		}
		p.buf = append(p.buf, n)
	}
}

func (p *scribe) actions(all []Action) {
	p.count(len(all))
	for _, a := range all {
		p.texts(a.Label, a.Hint, a.Link, a.Call.Command, a.Call.Sub)
		p.count(int(a.Style))
		p.texts(a.Call.Flow.encode())
		p.count(len(a.Call.Args))
		switch len(a.Call.Args) {
		case 0:
		case 1: // nearly always
			for name, value := range a.Call.Args {
				p.texts(name, value)
			}
		default:
			for _, name := range slices.Sorted(maps.Keys(a.Call.Args)) {
				p.texts(name, a.Call.Args[name])
			}
		}
	}
}
