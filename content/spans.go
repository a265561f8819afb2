package content

import (
	"iter"
	"slices"
	"sort"
	"strings"
)

// Spans are the spans of blocks in reading order.
func Spans(blocks ...Block) iter.Seq[Span] {
	return func(yield func(Span) bool) {
		for _, b := range blocks {
			for _, item := range b.Items {
				for _, s := range item {
					if !yield(s) {
						return
					}
				}
			}
		}
	}
}

// AnySpan reports whether a span of blocks fits.
func AnySpan(fits func(Span) bool, blocks ...Block) bool {
	for s := range Spans(blocks...) {
		if fits(s) {
			return true
		}
	}
	return false
}

// EachItem returns a copy of blocks in which each item is replaced by what change returns. blocks
// may be shared: neither EachItem nor change may modify them.
func EachItem(blocks []Block, change func([]Span) []Span) []Block {
	out := slices.Clone(blocks)
	for i, b := range out {
		out[i].Items = make([][]Span, len(b.Items))
		for j, item := range b.Items {
			out[i].Items[j] = change(item)
		}
	}
	return out
}

// EachSpan is EachItem for a change that replaces each span by one other.
func EachSpan(blocks []Block, change func(Span) Span) []Block {
	return EachItem(blocks, func(item []Span) []Span {
		item = slices.Clone(item)
		for i, s := range item {
			item[i] = change(s)
		}
		return item
	})
}

// Split cuts spans into pieces of at most most characters, between words. size counts the
// characters that a span takes on a platform. A piece ends with the space behind its last word if
// that fits; none begins with a space. A fact goes into the next piece uncut; one that is longer
// than a piece is cut as plain words. A link that leaves no room for its text is left out.
func Split(spans []Span, most int, size func(Span) int) (pieces [][]Span) {
	var piece []Span
	used := 0
	flush := func() {
		if len(piece) > 0 {
			pieces = append(pieces, piece)
		}
		piece, used = nil, 0
	}
	for _, s := range spans {
		for s.Text != "" {
			if n := size(s); used+n <= most {
				piece, used = append(piece, s), used+n
				break
			}
			if s.Fact != nil && used > 0 {
				flush()
				continue
			}
			s.Fact = nil
			head, whole := beginning(s, most-used, size)
			switch {
			case !whole && used > 0: // the word may fit into the next piece
				flush()
			case head.Text == "":
				s.Link = ""
			default:
				piece, s.Text = append(piece, head), s.Text[len(head.Text):]
				flush()
			}
			s.Text = strings.TrimLeft(s.Text, " ")
		}
	}
	flush()
	return pieces
}

// beginning returns the beginning of a span that takes at most n characters: whole words or, if
// none fits, a part of the first.
func beginning(s Span, n int, size func(Span) int) (head Span, whole bool) {
	var ends []int // possible ends, in bytes
	for i := range s.Text {
		if i > 0 {
			ends = append(ends, i)
		}
	}
	ends = append(ends, len(s.Text))
	head = s
	fit := sort.Search(len(ends), func(i int) bool {
		head.Text = s.Text[:ends[i]]
		return size(head) > n
	})
	switch fit {
	case 0:
		head.Text = ""
		return head, false
	case len(ends):
		return s, true
	}
	end := ends[fit-1]
	if i := strings.LastIndexByte(s.Text[:end+1], ' '); i > 0 {
		end, whole = min(i+1, end), true
	}
	head.Text = s.Text[:end]
	return head, whole
}
