package cards

import (
	"testing"
	"time"
)

// All readers share the prepared pages: if an adapter appends to a slice of a page, the append must
// copy the slice.
func TestPagesAreNotWrittenTo(t *testing.T) {
	t.Parallel()
	_, all := pagesOf(t, time.Now)
	if len(all.now.Load().pages) == 0 {
		t.Fatal("there are no pages")
	}
	for id, p := range all.now.Load().pages {
		m := p.message
		room := cap(m.Blocks) - len(m.Blocks) + cap(m.Actions) - len(m.Actions)
		if m.Menu != nil {
			room += cap(m.Menu.Options) - len(m.Menu.Options)
		}
		if room > 0 {
			t.Errorf("page %v can be written to", id)
		}
	}
}
