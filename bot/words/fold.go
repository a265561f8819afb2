package words

import (
	"strings"
	"unicode"
)

// Fold makes names that people take for the same the same.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch r = unicode.ToLower(r); r {
		case 'á':
			return 'a'
		case 'é':
			return 'e'
		case 'í':
			return 'i'
		case 'ó':
			return 'o'
		case 'ú', 'ü':
			return 'u'
		case 'ñ':
			return 'n'
		case '_', ' ':
			return '-'
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
