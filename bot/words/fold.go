package words

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"circlekeeper/bot"
)

// accents are pairs: a letter with an accent, then the plain letter that people type for it.
const accents = "áaàaâaäaãaåaéeèeêeëeíiìiîiïióoòoôoöoõoúuùuûuüuñnçcýy"

// Fold makes equal the names that people take for the same. It writes lower case, drops accents
// and the spaces around, and replaces spaces and underscores inside by hyphens.
func Fold(s string) string {
	latin := false // the letter before is Latin
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf { // ASCII, as nearly all are: faster without Unicode tables
			r = unicode.ToLower(r)
			latin = 'a' <= r && r <= 'z'
			if r == '_' || r == ' ' {
				return '-'
			}
			return r
		}
		if latin && unicode.Is(unicode.Mn, r) {
			return -1 // a combining accent; behind other letters than Latin it may be a vowel, which stays
		}
		r = unicode.ToLower(r)
		latin = unicode.Is(unicode.Latin, r)
		if i := strings.IndexRune(accents, r); i >= 0 {
			return rune(accents[i+utf8.RuneLen(r)])
		}
		return r
	}, strings.TrimSpace(s))
}

// longestName is the length, in bytes, up to which Alike compares names.
const longestName = 120

// Called reports whether a text is one of some names, in any language. A text of others may have
// several names, with commas between.
func Called(text, name string, others ...bot.Words) bool {
	text = Fold(text)
	if text == "" || text == Fold(name) {
		return text != ""
	}
	for _, names := range others {
		for _, all := range names {
			for one := range strings.SplitSeq(all, ",") {
				if Fold(one) == text {
					return true
				}
			}
		}
	}
	return false
}

// Alike reports whether a may be the beginning of b, or b with typing mistakes.
func Alike(a, b string) bool {
	if len(a) < 3 || len(a) > longestName || len(b) > longestName {
		return false
	}
	most := max(1, min(len(a), len(b))/4)
	return strings.HasPrefix(b, a) || len(a)-len(b) <= most && len(b)-len(a) <= most && distance(a, b) <= most
}

// mostMeant is the most values that Nearest returns.
const mostMeant = 3

// Nearest are the values, at most mostMeant, whose names somebody may have meant by typed. The
// likeliest comes first. The others differ from typed by at most one letter more than the first.
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
