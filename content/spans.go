package content

import (
	"iter"
	"slices"
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
