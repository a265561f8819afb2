package content

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
)

// hash is the SHA-256, in lower-case hex, of everything in a card that people read. File names,
// order and line endings do not change it. The limits text does: after a change of it, each card
// that has it needs a new approval.
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
	// It has only strings, numbers and lists of them: encoding cannot fail.
	encoded, _ := json.Marshal(read)
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:])
}
