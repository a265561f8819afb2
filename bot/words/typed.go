package words

import (
	"slices"
	"strings"
)

// Word is one of the few words that can be typed where there is a choice, in English:
// "yes", "none". A catalogue has what people type for it in its language in the context
// TypedContext: one word, or several with commas between.
type Word string

// TypedContext is the context of the words that people type for a choice.
const TypedContext = "typed"

// None is what people type for nothing at all.
func None() Word { return Word("none") }

// Means finds the one of some words that a text stands for, in a reader's language, in
// English, or in another language that the bot speaks. Capitals and accents make no
// difference. ok is false if the text stands for none of them.
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

// IsNone reports whether a text stands for nothing at all.
func IsNone(r *Reader, text string) bool {
	_, none := Means(r, text, None())
	return none
}
