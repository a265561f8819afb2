package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"circlekeeper/bot"
)

// Reasons are in the reader's language; an adapter's own words in them stay as they are.
func TestReasonsAreReadInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	books, err := Embedded()
	must(t, err)
	for _, tc := range []struct {
		why    bot.Reason
		en, es string
	}{
		{bot.Reason{}, "", ""},
		{bot.Reason{Code: bot.Late}, "late", "fuera de plazo"},
		{bot.Reason{Code: bot.LateNewer}, "late: a newer one is due", "fuera de plazo: ya toca uno más nuevo"},
		{bot.LateGap.OnRecord("2026-11-24T09:00"), "late, and all others before Tuesday, November 24, 2026 at 9:00 AM", "fuera de plazo, y todos los demás antes de martes, 24 de noviembre de 2026, 9:00"},
		{bot.Limited.For(90 * time.Second), "not delivered: rate limited for 90 seconds", "no entregado: la plataforma pide esperar 90 segundos"},
		{bot.ClockMoved.For(-960*time.Hour - 2*time.Second), "it was set back by 40 days", "se atrasó 40 días"},
		{bot.ClockMoved.For(8000 * time.Second), "it was set forward by 133 minutes, or the machine slept for that long", "se adelantó 133 minutos, o la computadora estuvo en reposo ese tiempo"},
		{bot.ClockAhead.OnRecord("26281h52m52s"), "it is 1095 days ahead of the newest record", "está adelantado 1095 días respecto del registro más reciente"},
		{bot.ClockBehind.OnRecord("some days"), "the newest record is some days ahead of it", "el registro más reciente es some days posterior"},
		{bot.Unreachable.With("the channel: is archived"), "unreachable: the channel: is archived", "sin acceso al canal: «the channel: is archived»"},
		{bot.Reason{Code: bot.Unreachable}, "unreachable", "sin acceso al canal"},
		{bot.NotSetUp.With("discord"), "unreachable: discord is not set up in this program", "sin acceso al canal: discord no está configurado en este programa"},
		{bot.Reason{Code: bot.Limited}, "not delivered: rate limited", "no entregado: la plataforma pide esperar"},
		{bot.Slowmode.OnRecord("0s"), "not delivered: the channel has slowmode", "no entregado: el canal tiene modo lento"},
		{bot.Reason{Code: bot.LateGap}, "late", "fuera de plazo"},
		{bot.Reason{Code: bot.Down}, "no details are on record", "no hay detalles registrados"},
		{bot.Down.With("the token is no longer valid: install it again"), "the token is no longer valid: install it again", "«the token is no longer valid: install it again»"},
	} {
		if got := InEnglish().Reason(tc.why); got != tc.en {
			t.Errorf("%v is read as %q, want %q", tc.why, got, tc.en)
		}
		if got := books.Reader("es-MX").Reason(tc.why); got != tc.es {
			t.Errorf("%v is read as %q, want %q", tc.why, got, tc.es)
		}
	}
}

// Each code of a reason has a sentence in every language.
func TestEveryReasonHasWords(t *testing.T) {
	t.Parallel()
	f, err := parser.ParseFile(token.NewFileSet(), "../reason.go", nil, 0)
	must(t, err)
	codes := 0
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || typeName(spec.Type) != "ReasonCode" {
			return true
		}
		text, _ := literal(spec.Values[0])
		codes++
		for _, why := range []bot.Reason{bot.ReasonCode(text).With("x"), {Code: bot.ReasonCode(text)}, bot.ReasonCode(text).OnRecord("0s")} {
			if said := InEnglish().Reason(why); said == "" || strings.Contains(said, "%") {
				t.Errorf("%+v is read as %q", why, said)
			}
		}
		switch code := bot.ReasonCode(text); code {
		case bot.Down, bot.NoAccess, bot.Exposed, bot.BadContent, bot.RuleFault, bot.Recorded:
		default:
			if got := InEnglish().Reason(bot.Reason{Code: code, Detail: "x"}); got == "x" {
				t.Errorf("%s is only its detail", text)
			}
		}
		return true
	})
	if codes < 20 {
		t.Errorf("only %d codes are found", codes)
	}
}

// The English of a country counts as English: a platform's sentence is not quoted in it.
func TestReadersOfAnyEnglishReadPlatformsUnquoted(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "en-GB"} {
		o := Options{DirName: ".", Dir: fstest.MapFS{lang + "/words.po": {Data: []byte("msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n\nmsgid \"Save\"\nmsgstr \"Keep\"\n")}}}
		books, err := Open(o)
		must(t, err)
		r := books.Reader(lang)
		if got := r.T("Save") + ", " + r.Reason(bot.Down.With("the token is revoked")); got != "Keep, the token is revoked" {
			t.Errorf("%s reads %q", lang, got)
		}
	}
}
