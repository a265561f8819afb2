package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// Each kind of trouble has sentences that name it, that say that it began and why, and that it is
// over.
func TestEveryTroubleHasWords(t *testing.T) {
	t.Parallel()
	f, err := parser.ParseFile(token.NewFileSet(), "../trouble.go", nil, 0)
	must(t, err)
	kinds := 0
	say := InEnglish()
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || typeName(spec.Type) != "SubjectKind" {
			return true
		}
		text, _ := literal(spec.Values[0])
		kinds++
		s := bot.SubjectKind(text).Of("the-id")
		switch s.Kind {
		case bot.AboutMany, bot.AboutConcern, bot.AboutDigest: // not about a single trouble
			return true
		case bot.AboutClock, bot.AboutRetention, bot.AboutDiffering, bot.AboutLateness, bot.AboutDatabase:
			s.ID = ""
		case bot.AboutPlace, bot.AboutMessage, bot.AboutOlder, bot.AboutView, bot.AboutAudience:
			s = s.Kind.At(bot.Place{Platform: bot.Slack, Channel: "C0123456789"})
		}
		began := content.Plain(News(say, Names{}, bot.News{Subject: s, Reason: bot.Exposed.With("the-reason")}))
		if !strings.Contains(began, "the-reason") || strings.Contains(began, "%") {
			t.Errorf("%s begins: %s", text, began)
		}
		over := content.Plain(News(say, Names{}, bot.News{Subject: s, Turn: bot.Healed}))
		if (over == "") != (s.Kind == bot.AboutDatabase) || strings.Contains(over, "%") {
			t.Errorf("%s is over: %s", text, over)
		}
		if name := Plain(Subject(say, Names{}, s)); name == "" || strings.Contains(name, "%") {
			t.Errorf("%s is called %q", text, name)
		}
		return true
	})
	if kinds < 15 {
		t.Errorf("only %d kinds are found", kinds)
	}
}
