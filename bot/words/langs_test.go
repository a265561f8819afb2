package words_test

import (
	"strings"
	"testing"

	"circlekeeper/bot/words"
)

// People can name a language in their own language, in English, in that language, or by its tag.
func TestLanguagesAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	b, err := words.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ reader, text, there, want string }{
		{"en", "en,es", "en es", "en es"}, {"en", "EN / es", "en es", "en es"}, {"en", "English and Spanish", "en es", "en es"},
		{"en", "en & es", "en es", "en es"}, {"en", "English;Spanish", "en es", "en es"}, {"en", "English, Klingon", "en es", "en Klingon"},
		{"en", "spanish", "en es", "es"}, {"en", "castellano", "en es", "es"}, {"es", "inglés y español", "en es", "en es"}, {"es", "ingles", "en es", "en"},
		{"en", "Armenian, Haitian Creole and English", "en es hy ht", "hy ht en"}, {"es", "armenio, haitiano", "en es hy ht", "hy ht"},
		{"es-MX", "Armenian", "en es hy", "hy"}, {"en", "հայերեն", "en hy", "hy"}, {"en", "Brazilian Portuguese", "en pt-BR", "pt-BR"},
		{"en", "Portuguese", "en pt-BR", "pt-BR"}, {"en", "Spanish, Mexican Spanish", "en es es-MX", "es es-MX"}, {"en", "xx", "en xx", "xx"},
	} {
		if got := strings.Join(words.ReadLangs(b.Reader(tt.reader), tt.text, strings.Fields(tt.there)), " "); got != tt.want {
			t.Errorf("%q, read in %s: %s, want %s", tt.text, tt.reader, got, tt.want)
		}
	}
	if got := words.LangNames(b.Reader("es"), []string{"en", "es", "ht", "xx"}); got != "inglés, español, haitiano, xx" {
		t.Errorf("in Spanish: %s", got)
	}
	if got := words.LangNames(words.InEnglish(), []string{"en", "zh-Hant"}); got != "English, Traditional Chinese" {
		t.Errorf("in English: %s", got)
	}
}
