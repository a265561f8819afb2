package content

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// Stamp is a digest of the names, sizes and times of the files in a folder of cards. If two stamps
// differ, something in the folder was changed.
type Stamp struct {
	Cards     string
	Sentences string // the same for the catalogues beside the cards
}

// TakeStamp makes the stamp of a folder without reading its files. It looks at a bounded number of
// them, several times as many as Load accepts.
func TakeStamp(dir fs.FS) (Stamp, error) {
	cards, sentences := sha256.New(), sha256.New()
	left := 4 * maxFiles
	err := fs.WalkDir(dir, ".", func(file string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case file != "." && strings.HasPrefix(e.Name(), "."):
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case strings.Count(file, "/") > 1 && e.IsDir():
			return fs.SkipDir
		}
		if left--; left < 0 {
			return fs.SkipAll
		}
		if e.IsDir() {
			fmt.Fprintf(cards, "%q\n", file)
			return nil
		}
		to := io.Writer(cards)
		if path.Base(file) == catalogue {
			to = sentences
		}
		info, err := fs.Stat(dir, file) // follows a link
		if errors.Is(err, fs.ErrNotExist) {
			fmt.Fprintf(to, "%q is gone\n", file)
			return nil
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(to, "%q %d %d\n", file, info.Size(), info.ModTime().UnixNano())
		return nil
	})
	return Stamp{hex.EncodeToString(cards.Sum(nil)), hex.EncodeToString(sentences.Sum(nil))}, err
}

// Fingerprint is a digest of the words of all cards, 12 hex digits. Programs with the same
// fingerprint have the same words.
func (l *Library) Fingerprint() string {
	all := sha256.New()
	for _, c := range l.ordered {
		fmt.Fprintf(all, "%s/%s %s\n", c.Lang, c.ID, c.Hash)
	}
	return hex.EncodeToString(all.Sum(nil))[:12]
}

// LintSince returns the findings in these cards that the cards of before did not have, and those
// about packs that cannot be used.
func (l *Library) LintSince(before *Library) []Finding {
	known := make(map[Finding]bool)
	for _, f := range before.Lint() {
		known[f.anywhere()] = true
	}
	var out []Finding
	for _, f := range l.Lint() {
		if f.Rule == packRule || !known[f.anywhere()] {
			out = append(out, f)
		}
	}
	return out
}

// anywhere is the finding without its file and line, to compare findings.
func (f Finding) anywhere() Finding {
	f.File, f.Line = "", 0
	return f
}
