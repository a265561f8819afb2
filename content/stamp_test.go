package content

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A folder's stamp changes with every change of a file, and with nothing else.
func TestAStampIsAnotherAfterEachChange(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	at := time.Date(2026, time.November, 30, 9, 0, 0, 0, time.UTC)
	write := func(name, text string, when time.Time) {
		t.Helper()
		file := filepath.Join(folder, name)
		must(t, os.MkdirAll(filepath.Dir(file), 0o700))
		must(t, os.WriteFile(file, []byte(text), 0o600))
		must(t, os.Chtimes(file, when, when))
	}
	take := func() Stamp {
		t.Helper()
		s, err := TakeStamp(os.DirFS(folder))
		must(t, err)
		return s
	}
	write("en/a.md", "one", at)
	last := take()
	for _, c := range []struct {
		name             string
		do               func()
		cards, sentences bool
	}{
		{"nothing", func() {}, false, false},
		{"a hidden file", func() { write("en/.a.md.swp", "x", at) }, false, false},
		{"size", func() { write("en/a.md", "three", at) }, true, false},
		{"time", func() { write("en/a.md", "three", at.Add(time.Millisecond)) }, true, false},
		{"another file", func() { write("es/a.md", "uno", at) }, true, false},
		{"sentences", func() { write("es/words.po", "uno", at) }, false, true},
		{"a link", func() {
			must(t, os.Symlink("a.md", filepath.Join(folder, "en", "b.md")))
		}, true, false},
		{"a link's file", func() { write("en/a.md", "fourth", at) }, true, false},
		{"a file gone", func() {
			must(t, os.Remove(filepath.Join(folder, "en", "a.md")))
		}, true, false},
	} {
		c.do()
		now := take()
		if (now.Cards != last.Cards) != c.cards || (now.Sentences != last.Sentences) != c.sentences {
			t.Errorf("%s: %v, then %v", c.name, last, now)
		}
		last = now
	}
	if _, err := TakeStamp(os.DirFS(filepath.Join(folder, "nowhere"))); err == nil {
		t.Error("a folder that is gone has a stamp")
	}
}
