package scheduler

import (
	"slices"
	"strings"
)

// cursor goes through the tokens of a text. Its methods read words that mean the same wherever they
// stand.
type cursor struct {
	tokens []token
	pos    int
}

// peek returns the token so many places ahead; an empty one if there is none.
func (p *cursor) peek(ahead int) token {
	return at(p.tokens, p.pos+ahead)
}

// begins returns how many tokens the words of a phrase are, if the tokens begin with them; 0 if not.
func begins(tokens []token, phrase string) int {
	if len(tokens) == 0 || !strings.HasPrefix(phrase, tokens[0].text) { // nearly always: be quick
		return 0
	}
	n := 0
	for more := true; more; n++ {
		var word string
		if word, phrase, more = strings.Cut(phrase, " "); n >= len(tokens) || tokens[n].text != word {
			return 0
		}
	}
	return n
}

func wordsOf(phrase string) int { return strings.Count(phrase, " ") + 1 }

// areWords reports whether one of the phrases comes next.
func (p *cursor) areWords(phrases ...string) bool { return p.areWordsAt(0, phrases...) }

func (p *cursor) areWordsAt(ahead int, phrases ...string) bool {
	rest := p.tokens[min(p.pos+ahead, len(p.tokens)):]
	for _, phrase := range phrases {
		if begins(rest, phrase) > 0 {
			return true
		}
	}
	return false
}

// skip passes over those of the words that come next, in this order; each may be missing.
func (p *cursor) skip(words ...string) {
	for _, w := range words {
		if p.peek(0).text == w {
			p.pos++
		}
	}
}

// skipWords passes over the first of the phrases that comes next, if one does.
func (p *cursor) skipWords(phrases ...string) bool {
	rest := p.tokens[min(p.pos, len(p.tokens)):]
	for _, phrase := range phrases {
		if n := begins(rest, phrase); n > 0 {
			p.pos += n
			return true
		}
	}
	return false
}

// meaning is what a phrase stands for.
type meaning struct {
	phrase string
	n      int
}

// meant passes over the first of the phrases that comes next, and returns what it stands for.
func (p *cursor) meant(all []meaning) (n int, ok bool) {
	rest := p.tokens[min(p.pos, len(p.tokens)):]
	for _, m := range all {
		if n := begins(rest, m.phrase); n > 0 {
			p.pos += n
			return m.n, true
		}
	}
	return 0, false
}

// small reads a number, in digits or in one word.
func (p *cursor) small(ahead int) (int, bool) {
	t := p.peek(ahead)
	if t.number {
		return t.num, !t.ordinal
	}
	return numberWord(t.text)
}

// afterAnd returns how many of the next tokens are the "and" of a list.
func (p *cursor) afterAnd(ahead int) int {
	n := 0
	for isAnd(p.peek(ahead + n).text) {
		n++
	}
	return n
}

// swap marks the token ahead as read, and leaves the one before it to be read.
func (p *cursor) swap(ahead int) {
	p.tokens = slices.Clone(p.tokens)
	p.tokens[p.pos], p.tokens[p.pos+ahead] = p.tokens[p.pos+ahead], p.tokens[p.pos]
	p.pos++
}
