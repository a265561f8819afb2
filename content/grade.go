package content

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Plain is the text of blocks without styles, one line for each paragraph,
// heading or bullet.
func Plain(blocks []Block) string {
	var lines []string
	for _, b := range blocks {
		lines = append(lines, textsOf(b)...)
	}
	return strings.Join(lines, "\n")
}

// textsOf are the texts of a block's paragraphs or bullets.
func textsOf(b Block) (texts []string) {
	for _, item := range b.Items {
		texts = append(texts, textOf(item))
	}
	return texts
}

// textOf is the text of spans.
func textOf(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

// Words counts the words and numbers of blocks.
func Words(blocks []Block) int {
	n := 0
	for _, field := range strings.Fields(Plain(blocks)) {
		if strings.ContainsFunc(field, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			n++
		}
	}
	return n
}

// Grade is the Flesch–Kincaid grade of English blocks: 0.39 × words per
// sentence + 11.8 × syllables per word − 15.59 (Kincaid et al., 1975). Every
// bullet ends a sentence; figures, such as telephone numbers, are not words.
// Text without words has grade 0.
func Grade(blocks []Block) float64 {
	var words, sentences, syllables int
	for line := range strings.Lines(Plain(blocks)) {
		open := false // there are words since the end of the last sentence
		for _, field := range strings.Fields(line) {
			for part := range strings.FieldsFuncSeq(field, func(r rune) bool { return r == '-' || r == '–' || r == '/' || r == '—' }) {
				if n := syllablesIn(part); n > 0 {
					words++
					syllables += n
					open = true
				}
			}
			end, _ := utf8.DecodeLastRuneInString(strings.TrimRight(field, "”’\"')]"))
			if open && strings.ContainsRune(".!?…", end) {
				sentences++
				open = false
			}
		}
		if open {
			sentences++
		}
	}
	if words == 0 {
		return 0
	}
	return 0.39*float64(words)/float64(sentences) + 11.8*float64(syllables)/float64(words) - 15.59
}

// syllablesIn counts the syllables of one English word; 0 if it has no letter.
// Spelling only hints at sound, so known exceptions come first.
func syllablesIn(field string) int {
	word := strings.Map(func(r rune) rune {
		switch {
		case r == '’':
			return '\''
		case r == '\'' || unicode.IsLetter(r):
			return unicode.ToLower(r)
		}
		return -1
	}, field)
	word = strings.Trim(word, "'")
	if !strings.ContainsFunc(word, unicode.IsLetter) {
		return 0
	}
	word = strings.TrimSuffix(word, "'s")
	extra := 0
	if stem, ok := strings.CutSuffix(word, "n't"); ok {
		if strings.HasSuffix(stem, "d") || strings.HasSuffix(stem, "s") { // didn't, isn't
			extra = 1
		}
		word = stem
	}
	return max(1, syllables(strings.ReplaceAll(word, "'", ""))) + extra
}

// irregular gives the syllables of words whose spelling misleads; 0 for others.
func irregular(word string) int {
	switch word {
	case "clothes", "eye", "eyes", "friend", "friends", "real":
		return 1
	case "business", "create", "creates", "every", "friendship", "hundred", "naked", "poem", "react", "safety", "science":
		return 2
	case "anyone", "area", "areas", "behavior", "behaviors", "created", "creative", "everyone", "everything", "genuine",
		"idea", "ideas", "reaction":
		return 3
	case "anybody", "everybody", "behavioral", "reality", "reliable":
		return 4
	}
	return 0
}

func syllables(word string) int {
	if n := irregular(word); n > 0 {
		return n
	}
	// A silent e stays silent before these.
	for _, suffix := range []string{"ly", "ful", "less", "ness", "ment", "ments"} {
		if stem, ok := strings.CutSuffix(word, suffix); ok && len(stem) > 1 && strings.ContainsAny(stem, "aeiouy") {
			return syllables(stem) + 1
		}
	}
	for _, prefix := range []string{"some", "there", "where", "home"} {
		if rest, ok := strings.CutPrefix(word, prefix); ok && len(rest) > 2 {
			return 1 + syllables(rest)
		}
	}
	w := strings.ReplaceAll(word, "qu", "q")
	n, before := 0, false
	for i := range len(w) {
		v := vowel(w, i)
		if v && !before {
			n++
		}
		before = v
	}
	return n - silent(w) + hiatus(w)
}

// vowel says whether a letter sounds as a vowel. A y before a vowel does not,
// at the start of a word or after another vowel: "you", "player".
func vowel(w string, i int) bool {
	if w[i] != 'y' {
		return strings.IndexByte("aeiou", w[i]) >= 0
	}
	next := i+1 < len(w) && strings.IndexByte("aeiou", w[i+1]) >= 0
	return !next || i > 0 && strings.IndexByte("aeiou", w[i-1]) < 0
}

// silent counts an e at the end that is written but not heard.
func silent(w string) int {
	stem, ending := w, ""
	for _, e := range []string{"e", "es", "ed"} {
		if s, ok := strings.CutSuffix(w, e); ok {
			stem, ending = s, e
		}
	}
	n := len(stem)
	if ending == "" || n == 0 || !strings.ContainsAny(stem, "aeiouy") || vowel(stem, n-1) {
		return 0
	}
	last := stem[n-1]
	switch {
	case last == 'l' && n > 1 && !vowel(stem, n-2): // table, handled, articles
		return 0
	case ending == "ed" && (last == 't' || last == 'd'):
		return 0
	case ending == "es" && (strings.IndexByte("sxzcg", last) >= 0 || strings.HasSuffix(stem, "ch") || strings.HasSuffix(stem, "sh")):
		return 0
	}
	return 1
}

// hiatus counts neighbouring vowels that are heard apart.
func hiatus(w string) int {
	n := 0
	for _, h := range []struct{ pair, notAfter string }{
		{"ia", "tcgl"}, {"io", "tscgxn"}, {"iu", ""}, {"ua", "gs"}, {"uo", ""}, {"ien", "tc"}, {"iet", ""}, {"uen", "g"},
	} {
		if i := strings.Index(w, h.pair); i > 0 && strings.IndexByte(h.notAfter, w[i-1]) < 0 {
			n++
		}
	}
	if strings.Contains(w, "tiality") || strings.Contains(w, "ciality") {
		n++
	}
	if stem, ok := strings.CutSuffix(strings.TrimSuffix(w, "s"), "ing"); ok && len(stem) > 0 && vowel(w, len(stem)-1) {
		n++
	}
	if len(w) > 4 && strings.HasSuffix(w, "ier") && !vowel(w, len(w)-4) {
		n++
	}
	if strings.HasSuffix(w, "ism") || strings.HasSuffix(w, "isms") {
		n++
	}
	return n
}
