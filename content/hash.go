package content

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
)

// hash is the SHA-256 over everything of a card that people read, in lower-case
// hex. File names, order and line endings are not in it; the limits text is, so
// that a change to it asks for a new approval of each card that carries it.
func hash(c Card) string {
	read := struct {
		Version                 int
		ID, Lang, Title, Source string
		Answer                  []Block
		Sections                []Section
		Limits                  []Block
	}{1, c.ID, c.Lang, c.Title, c.Source, written(c.Answer), slices.Clone(c.Sections), written(c.Limits)}
	for i, s := range read.Sections {
		read.Sections[i].Blocks = written(s.Blocks)
	}
	// Strings, numbers and lists of them: encoding them cannot fail.
	encoded, _ := json.Marshal(read)
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:])
}
