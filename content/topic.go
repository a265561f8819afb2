package content

import (
	"slices"
	"strings"
)

// rotations are the names of the rotations, with the kind of their cards.
func rotations() []struct {
	name string
	kind Kind
} {
	return []struct {
		name string
		kind Kind
	}{
		{"agreements", Agreement},
		{"confidentiality", Confidentiality},
		{"strategies", Strategy},
		{"challenges", Challenge},
		{"foundations", Foundation},
	}
}

// postable reports whether a reminder may post cards of a kind. It may not post the privacy card
// and the limits, which answer questions, nor notices about a session, which have slots.
func postable(k Kind) bool { return k != Privacy && k != Limits && k != Session }

// Topic resolves what a reminder posts: the name of a rotation, a card's ID, or
// several of these joined by "+". The IDs come in the order they are posted,
// each once.
func (l *Library) Topic(topic string) (ids []string, ok bool) {
	for part := range strings.SplitSeq(topic, "+") {
		found := l.topic(strings.TrimSpace(part))
		if len(found) == 0 {
			return nil, false
		}
		ids = slices.Grow(ids, len(found))
		for _, id := range found {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids, true
}

func (l *Library) topic(part string) []string {
	for _, r := range rotations() {
		if r.name == part {
			return l.kinds[r.kind]
		}
	}
	if c, ok := l.Exact(part, "en"); ok && postable(c.Kind) {
		return []string{c.ID}
	}
	return nil
}

// Rotations are the topics that run through all cards of a kind.
func (l *Library) Rotations() []string {
	var out []string
	for _, r := range rotations() {
		if len(l.kinds[r.kind]) > 0 {
			out = append(out, r.name)
		}
	}
	return out
}

// Topics gives what a reminder can be about: rotations first, then the single
// cards that may be posted. A further reason is not offered by itself.
func (l *Library) Topics() []string {
	out := l.Rotations()
	for _, k := range Kinds() {
		if postable(k) {
			for _, c := range l.Cards(k, "en") {
				out = append(out, c.ID)
			}
		}
	}
	return out
}
