package words

import (
	"slices"
	"strings"
)

// Word is an English word that people can type for a choice, such as "yes" or "none". Catalogues
// have it in the context TypedContext, with the words that people type for it in their language:
// one, or several with commas between.
type Word string

// TypedContext is the context of the words that people type for a choice.
const TypedContext = "typed"

// Means finds which of some a text means, in the reader's language, in English, or in another
// language that the bot speaks. It ignores case and accents. ok is false if the text means none
// of them.
func Means(r *Reader, text string, some ...Word) (meant Word, ok bool) {
	text = Fold(text)
	books := []book{r.book, nil}
	if r.open != nil {
		for _, lang := range r.open.langs {
			books = append(books, r.open.by[lang])
		}
	}
	for _, b := range books {
		for _, word := range some {
			typed := string(word)
			if b != nil {
				typed = b.label(TypedContext, typed)
			}
			if slices.ContainsFunc(strings.Split(typed, ","), func(s string) bool { return s != "" && Fold(s) == text }) {
				return word, true
			}
		}
	}
	return "", false
}

// Parts splits a list that somebody wrote, such as "a, b and c" or "a + b", in the reader's or
// another language.
func Parts(r *Reader, text string) []string {
	var out []string
	for part := range strings.SplitSeq(strings.NewReplacer(",", "+", ";", "+", "&", "+").Replace(text), "+") {
		var typed []string
		for _, word := range strings.Fields(part) {
			if _, and := Means(r, word, Word("and")); and {
				out, typed = append(out, strings.Join(typed, " ")), nil
				continue
			}
			typed = append(typed, word)
		}
		out = append(out, strings.Join(typed, " "))
	}
	return out
}

// IsNone reports whether a text means no value at all.
func IsNone(r *Reader, text string) bool {
	_, none := Means(r, text, Word("none"))
	return none
}
