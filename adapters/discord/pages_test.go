package discord

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
	"circlekeeper/content"
)

// What the real core answers besides single cards, as it is sent: lists, help and what
// stands behind a button, in both languages.
func TestPages(t *testing.T) {
	t.Parallel()
	store := &witness{}
	store.reminders = []bot.Reminder{{ID: "rem001", Group: "monday", Topic: "confidentiality", Rule: "every Monday at 9:00", Late: 2 * time.Hour}}
	b, library := realCore(t, store)
	c := newContract(t)
	moderator := bot.Actor{ID: "discord:500000000000000001"}
	section := func(kind string) bot.Call {
		card, ok := library.Card("strategy-listening", "en")
		if !ok {
			t.Fatal("no such card")
		}
		for _, s := range card.Sections {
			if s.ID == kind {
				return bot.Call{Command: "strategies", Args: map[string]string{"name": card.ID, "part": s.ID}}
			}
		}
		t.Fatalf("the card has no section %q", kind)
		return bot.Call{}
	}
	call := func(command, sub string, args ...string) bot.Call {
		out := bot.Call{Command: command, Sub: sub, Args: map[string]string{}}
		for i := 0; i < len(args); i += 2 {
			out.Args[args[i]] = args[i+1]
		}
		return out
	}
	for name, ask := range map[string]bot.Call{
		"help": call("help", ""), "help_moderators": call("help", ""),
		"strategies": call("strategies", ""), "challenges": call("challenges", ""), "agreements": call("agreements", ""),
		"more": section("more"), "facilitators": section("facilitators"),
		"unknown": call("strategies", "", "name", "lisening"),
		"groups":  call("group", "list"), "reminders": call("reminder", "list"),
	} {
		for _, lang := range []string{"en", "es"} {
			r := bot.Request{Platform: bot.Discord, Place: here, Lang: lang, Call: ask}
			if ask.Sub != "" || strings.HasSuffix(name, "moderators") {
				r.Actor = moderator
			}
			a := b.Handle(t.Context(), r)
			all, err := private(a.Message)
			if err != nil {
				t.Errorf("%s %s: %v", lang, name, err)
				continue
			}
			out, err := readable(all)
			must(t, err)
			golden(t, filepath.Join("pages", lang, name+".json"), out)
			if !strings.Contains(string(out), "/crisis") {
				t.Errorf("%s %s: no pointer to help", lang, name)
			}
			for _, p := range all {
				heldAnswer(t, c, p)
			}
		}
	}
}

// Posts as they go to a group: in one language, in two, and as a draft that the
// clinician has not seen.
func TestPosts(t *testing.T) {
	t.Parallel()
	b, library := realCore(t, nil)
	c := newContract(t)
	now := time.Date(2026, 11, 30, 18, 0, 0, 0, time.UTC)
	for name, ask := range map[string]struct {
		id    string
		langs []string
	}{
		"one_language": {"confidentiality-stays-here", []string{"en"}}, "two_languages": {"confidentiality-stays-here", []string{"en", "es"}},
		"two_languages_strategy": {"strategy-boundaries", []string{"es", "en"}},
	} {
		var approvals []content.Approval
		for _, lang := range ask.langs {
			card, _ := library.Card(ask.id, lang)
			approvals = append(approvals, content.Approval{Card: card.ID, Lang: lang, Hash: card.Hash, Reviewer: "A clinician", At: now, ReviewBy: now.AddDate(1, 0, 0)})
		}
		m, _, skip := b.Deck().Post(ask.id, bot.Discord, ask.langs, content.NewSignOff(approvals, 1), now)
		if !skip.IsZero() {
			t.Errorf("%s: skipped: %v", name, skip)
			continue
		}
		goldenPost(t, c, name, m)
	}
	card, _ := library.Card("strategy-listening", "es")
	goldenPost(t, c, "draft", b.Deck().Message(card, false))
}

func goldenPost(t *testing.T, c *contract, name string, m bot.Message) {
	t.Helper()
	m.Key, m.Silent = "abcdefghijklmnopqrstuvwx", true
	out, err := Preview(m)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	golden(t, filepath.Join("posts", name+".json"), out)
	if why := c.check(discordtest.Request{Method: "POST", Route: "/channels/{channel_id}/messages", Body: out}); why != "" {
		t.Errorf("%s: %s", name, why)
	}
}

// The command table as Discord is told it, of the real core.
func TestRealCommands(t *testing.T) {
	t.Parallel()
	b, _ := realCore(t, &shelf{})
	out, err := Manifest(b.Commands())
	must(t, err)
	golden(t, "real_commands.json", out)
	if why := newContract(t).check(discordtest.Request{Method: "PUT", Route: "/applications/{application_id}/commands", Body: out}); why != "" {
		t.Error(why)
	}
}

// A moderator who reads Spanish is asked and answered in it, word by word.
func TestSpanishModerator(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, http bool) {
		w := newAsks(t, http)
		do := func(a discordtest.Ask, err error) discordtest.Shown {
			t.Helper()
			must(t, err)
			a.Rights, a.Locale = discordtest.ManageGuild, "es-419"
			return answer(t, w.s.Do(a))
		}
		says := func(what string, sh discordtest.Shown, words ...string) {
			t.Helper()
			for _, word := range words {
				if !strings.Contains(sh.Words(), word) {
					t.Errorf("%s does not say %q: %s", what, word, sh.Words())
				}
			}
		}
		form := do(discordtest.Ask{Kind: discordtest.Command, Name: "group", Sub: "edit"}, nil)
		says("the form", form, "Zona horaria", "Horas sin mensajes", "Idiomas")
		form = do(discordtest.Ask{Kind: discordtest.Command, Name: "reminder", Sub: "add"}, nil)
		says("the other form", form, "Agregar recordatorio", "Cuándo", "cada lunes a las 9:00")
		wrong := do(form.Fill(map[string]string{"topic": "confidentiality", "at": "cuando sea"}))
		says("what was wrong", wrong, "cuando sea", "Abrir el formulario", "¿Necesita ayuda ahora?")
		form = do(wrong.Press("Abrir el formulario"))
		saved := do(form.Fill(map[string]string{"at": "cada lunes a las 9:00"}))
		says("what was saved", saved, "Se agregó el recordatorio.", "Próximas veces", "(lun. 9:00 a. m. PST)", "Deshacer", "¿Necesita ayuda ahora?")
		refusedNothing(t, w.s)
	})
}
