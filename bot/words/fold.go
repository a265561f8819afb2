package words

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// accents are pairs: a letter with an accent, then the plain letter that people type for it.
const accents = "áaàaâaäaãaåaéeèeêeëeíiìiîiïióoòoôoöoõoúuùuûuüuñnçcýy"

// Fold makes names equal that people take for the same: it lowers capitals, drops accents
// and the spaces around, and writes a hyphen for a space or an underscore inside.
func Fold(s string) string {
	latin := false // the letter before is
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf { // nearly all are, and need no tables
			r = unicode.ToLower(r)
			latin = 'a' <= r && r <= 'z'
			if r == '_' || r == ' ' {
				return '-'
			}
			return r
		}
		if latin && unicode.Is(unicode.Mn, r) {
			return -1 // an accent that stands by itself; elsewhere it is a vowel
		}
		r = unicode.ToLower(r)
		latin = unicode.Is(unicode.Latin, r)
		if i := strings.IndexRune(accents, r); i >= 0 {
			return rune(accents[i+utf8.RuneLen(r)])
		}
		return r
	}, strings.TrimSpace(s))
}

// longestName is how long a name may be to be compared, in bytes.
const longestName = 120

// Alike reports whether one name may be a slip for the other.
func Alike(a, b string) bool {
	if len(a) < 3 || len(a) > longestName || len(b) > longestName {
		return false
	}
	most := max(1, min(len(a), len(b))/4)
	return strings.HasPrefix(b, a) || len(a)-len(b) <= most && len(b)-len(a) <= most && distance(a, b) <= most
}

// mostMeant is how many are named at once of what may have been meant.
const mostMeant = 3

// Nearest are those of all that may have been meant by what was typed instead of one of
// their names, at most three. The likeliest comes first; the others differ from what was
// typed by at most one letter more than it does.
func Nearest[T any](typed string, all []T, names func(T) []string) []T {
	typed = Fold(typed)
	type near struct {
		of  T
		off int // letters
	}
	var found []near
	for _, v := range all {
		off := -1
		for _, name := range names(v) {
			name = Fold(name)
			switch {
			case name == typed && typed != "":
				off = 0
			case Alike(typed, name) && (off < 0 || distance(typed, name) < off):
				off = distance(typed, name)
			}
		}
		if off >= 0 {
			found = append(found, near{v, off})
		}
	}
	slices.SortStableFunc(found, func(a, b near) int { return cmp.Compare(a.off, b.off) })
	var out []T
	for _, n := range found[:min(len(found), mostMeant)] {
		if n.off <= found[0].off+1 {
			out = append(out, n.of)
		}
	}
	return out
}

// distance is the number of letters to change, add, leave out or swap.
// Neither name is longer than longestName.
func distance(a, b string) int {
	var rows [3][longestName + 1]int // two letters ago, one letter ago, now
	for j := range len(b) + 1 {
		rows[1][j] = j
	}
	for i := range len(a) {
		rows[2][0] = i + 1
		for j := range len(b) {
			change := rows[1][j]
			if a[i] != b[j] {
				change++
			}
			d := min(change, rows[1][j+1]+1, rows[2][j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				d = min(d, rows[0][j-1]+1)
			}
			rows[2][j+1] = d
		}
		rows[0], rows[1] = rows[1], rows[2]
	}
	return rows[1][len(b)]
}
