package words

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"circlekeeper/bot"
)

// Langs are languages as an argument of a sentence. Chat has their names in the reader's language; the
// command line has their tags.
type Langs []string

func (l Langs) String() string { return strings.Join(l, ", ") }

// LangName is the name of a language, a BCP 47 tag, in the reader's language: "Spanish". If CLDR has no
// name for it, it is the tag.
func LangName(r *Reader, lang string) string {
	tag, ok := known(lang)
	if !ok {
		return lang
	}
	own := r.lang
	if Base(r.Locale()) == Base(own) { // of a country, which may have another word
		own = r.Locale()
	}
	return display.Tags(language.Make(own)).Name(tag)
}

// LangNames names several languages.
func LangNames(r *Reader, langs []string) string {
	return strings.Join(bot.Each(langs, func(lang string) string { return LangName(r, lang) }), ", ")
}

// known is the language of a tag; ok is false if CLDR does not know it.
func known(lang string) (tag language.Tag, ok bool) {
	tag, err := language.Parse(lang)
	return tag, err == nil && display.English.Tags().Name(tag) != display.English.Tags().Name(language.Und)
}

// alsoNamed is the language, by its English name, for which catalogues have a second name that
// CLDR does not have: castellano.
const alsoNamed = Word("Spanish")

// namesLang reports whether a text names a language: by its tag, or in the reader's language,
// in English or in the language itself.
func namesLang(r *Reader, text, lang string) bool {
	if strings.EqualFold(text, lang) {
		return true
	}
	tag, ok := known(lang)
	if !ok {
		return false
	}
	english := display.English.Tags().Name(tag)
	for _, name := range []string{LangName(r, lang), english, display.Self.Name(tag)} {
		if name != "" && Fold(name) == Fold(text) {
			return true
		}
	}
	if english != string(alsoNamed) {
		return false
	}
	_, other := Means(r, text, alsoNamed)
	return other
}

// ReadLangs reads the languages that somebody wrote, such as "en,es", "English and Spanish" or
// "criollo haitiano". all are the possible tags. Words that name none of them are returned as
// written.
func ReadLangs(r *Reader, text string, all []string) []string {
	typed := strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(",;/&+", c) || unicode.IsSpace(c) })
	var out []string
	for len(typed) > 0 {
		lang, count := firstLang(r, typed, all)
		if _, and := Means(r, typed[0], Word("and")); !and {
			out = append(out, lang)
		}
		typed = typed[count:]
	}
	return out
}

// firstLang is the language that the first words name, and the number of these words. If all has a
// language only with countries, such as es-MX, its name means the first of these.
func firstLang(r *Reader, typed, all []string) (lang string, count int) {
	const most = 5 // "español de Estados Unidos"
	for count := min(len(typed), most); count > 0; count-- {
		text := strings.Join(typed[:count], " ")
		if i := slices.IndexFunc(all, func(lang string) bool { return namesLang(r, text, lang) }); i >= 0 {
			return all[i], count
		}
		if i := slices.IndexFunc(all, func(lang string) bool { return namesLang(r, text, Base(lang)) }); i >= 0 {
			return all[i], count
		}
	}
	return typed[0], 1
}
