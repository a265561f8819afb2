package slack

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"io"
	"slices"
	"sync"

	"github.com/slack-go/slack"

	"circlekeeper/bot"
)

// gallery keeps what the latest messages look like: most answers are one of a few
// hundred cards, and laying one out costs more than all else that is done for an
// answer. It holds what the bot says and nothing of who asked.
type gallery struct {
	mu   sync.Mutex
	kept map[[sha256.Size]byte][]leaf
}

// maxShown is how many messages are kept; a few KB each.
const maxShown = 512

// leaf is a message, or a part of one that is too long for one, as it is posted
// to a response URL.
type leaf struct {
	text   string
	blocks []slack.Block
	fresh  []byte // JSON of a further message
	stead  []byte // JSON of one in the place of what was pressed
}

// of lays a message out, or remembers how it was.
func (s *gallery) of(m bot.Message) []leaf {
	key := digest(m)
	s.mu.Lock()
	leaves, ok := s.kept[key]
	s.mu.Unlock()
	if ok {
		return leaves
	}
	text := words(m)
	for part := range slices.Chunk(render(m), maxBlocks) {
		l := leaf{text: text, blocks: part}
		body, err := json.Marshal(struct {
			Text   string        `json:"text"`
			Blocks []slack.Block `json:"blocks,omitempty"`
			Type   string        `json:"response_type"`
			Parse  string        `json:"parse"`
			Links  bool          `json:"unfurl_links"`
			Media  bool          `json:"unfurl_media"`
		}{Text: text, Blocks: part, Type: slack.ResponseTypeEphemeral, Parse: "none"})
		if err == nil { // an error there shows when it is posted
			open := slices.Clip(body[:len(body)-1])
			l.fresh, l.stead = append(open, `,"replace_original":false}`...), append(open, `,"replace_original":true}`...)
		}
		leaves = append(leaves, l)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept == nil || len(s.kept) >= maxShown {
		s.kept = make(map[[sha256.Size]byte][]leaf)
	}
	s.kept[key] = leaves
	return leaves
}

// digest tells messages apart by everything that is seen of them.
func digest(m bot.Message) (sum [sha256.Size]byte) {
	h := sha256.New()
	buf := make([]byte, 0, 4096)
	text := func(parts ...string) {
		for _, s := range parts {
			buf = append(binary.AppendUvarint(buf, uint64(len(s))), s...)
		}
	}
	count := func(n int) { buf = binary.AppendUvarint(buf, uint64(n)) } //nolint:gosec // lengths and small kinds
	action := func(a bot.Action) {
		text(a.Label, a.Hint, a.Link, a.Call.Encode())
		count(int(a.Style))
	}
	text(m.Title, m.Note, m.Footer)
	count(len(m.Blocks))
	for _, b := range m.Blocks {
		count(int(b.Kind))
		count(len(b.Items))
		for _, item := range b.Items {
			count(len(item))
			for _, s := range item {
				text(s.Text, s.Link)
				style := 0
				if s.Bold {
					style |= 1
				}
				if s.Italic {
					style |= 2
				}
				count(style)
			}
		}
	}
	if m.Menu == nil {
		count(0)
	} else {
		text(m.Menu.Label)
		count(1 + len(m.Menu.Options))
		for _, o := range m.Menu.Options {
			action(o)
		}
	}
	count(len(m.Actions))
	for _, a := range m.Actions {
		action(a)
	}
	_, _ = h.Write(buf) // a hash takes anything
	h.Sum(sum[:0])
	return sum
}

// drain empties an answer that nobody reads, so that its connection can be used
// again.
func drain(r io.Reader) { _, _ = io.Copy(io.Discard, io.LimitReader(r, 64<<10)) }
