package adaptertest

import (
	"strings"
	"unicode"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// typed is in every free text that the suite types. It must never be logged.
const typed = "quietlytyped"

func letter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// table has commands with all kinds of arguments that the command table knows.
func table() []bot.Command {
	en := func(s string) bot.Words { return bot.Words{"en": s, "es": s} }
	return []bot.Command{
		{Name: "strategies", Local: bot.Words{"es": "estrategias"}, Summary: en("Ways to build trust"), Args: []bot.Arg{{
			Name: "name", Summary: en("Which one"),
			Complete: true,
		}}},
		{Name: "agreements", Summary: en("What the group agreed on"), Args: []bot.Arg{
			{Name: "name", Summary: en("Which one"), Max: 400},
			{Name: "near", Summary: en("Or one like it"), Max: 400},
		}},
		{Name: "help", Summary: en("What can be asked")},
		{Name: "share", Summary: en("Post a card"), Who: bot.Moderators, Args: []bot.Arg{
			{Name: "card", Summary: en("Which card"), Required: true, Complete: true},
			{Name: "place", Summary: en("Where"), Place: true},
		}},
		{Name: "reminder", Summary: en("Reminders"), Who: bot.Moderators, Subs: []bot.Command{
			{Name: "add", Summary: en("Add one"), Who: bot.Moderators, Args: []bot.Arg{
				{Name: "topic", Summary: en("What"), Required: true},
				{Name: "at", Summary: en("When"), Required: true},
				{Name: "late", Summary: en("Late by at most")},
			}},
			{Name: "list", Summary: en("All of them"), Who: bot.Moderators},
		}},
	}
}

func call(command, sub string, args ...string) bot.Call {
	c := bot.Call{Command: command, Sub: sub}
	for i := 0; i+1 < len(args); i += 2 {
		if c.Args == nil {
			c.Args = map[string]string{}
		}
		c.Args[args[i]] = args[i+1]
	}
	return c
}

// calls are typed by people, each as the person who may.
func calls() []Ask {
	long := strings.TrimSpace(strings.Repeat("a long value ", 22)) + " " + typed
	return []Ask{
		{Call: call("help", "")},
		{Call: call("strategies", "")},
		{Call: call("strategies", "", "name", "strategy-conflicts")},
		{Call: call("agreements", "", "name", typed)},
		{Call: call("agreements", "", "name", "", "near", typed)},
		{Call: call("agreements", "", "near", "names before near: "+typed)},
		{Call: call("agreements", "", "name", "Zoë’s café — 信頼, доверие, ثقة 👪🏽 "+typed)},
		{Call: call("agreements", "", "name", `say "hello", it's `+typed)},
		{Call: call("agreements", "", "name", "a & b < c > d &amp; *e* _f_ ~g~ `h` "+typed)},
		{Call: call("agreements", "", "name", long, "near", "x="+long)},
		{Who: Moderator, Call: call("share", "", "card", "agreement-confidentiality")},
		{Who: Moderator, Call: call("reminder", "list")},
		{Who: Moderator, Call: call("reminder", "add", "topic", "rotation", "at", "0 9 * * 1-5")},
		{Who: Moderator, Call: call("reminder", "add", "topic", "rotation", "at", "every Monday at 9:00", "late", "2h")},
	}
}

// menu is an answer with everything that can be pressed.
func menu() bot.Answer {
	a := say("Pick one")
	a.Message.Menu = &bot.Menu{Label: "Choose a strategy", Options: []bot.Action{
		{Label: "Active Listening", Hint: "Hear people out", Call: call("strategies", "", "name", "strategy-listening")},
		{Label: "Manage Conflicts", Call: call("strategies", "", "name", "strategy-conflicts")},
	}}
	a.Message.Actions = []bot.Action{
		{Label: "More", Call: call("strategies", "", "name", "a&b=c?d/e"), Style: bot.Primary},
		{Label: "Back", Call: call("help", "")},
		{Label: "Add", Call: call("reminder", "add", "topic", "rotation"), Style: bot.Danger},
		{Label: "Map", Link: "https://example.org/map?a=1&b=2"},
	}
	return a
}

// form asks for what a reminder needs.
func form() bot.Answer {
	return bot.Answer{Form: &bot.Form{
		Title: "Add a reminder", Submit: "Add", Call: call("reminder", "add", "topic", "rotation"),
		Fields: []bot.Field{
			{Name: "at", Label: "When", Hint: "A phrase or five cron fields", Required: true},
			{Name: "late", Label: "Late by at most", Value: "2h"},
			{Name: "zone", Label: "Zone", Value: "UTC", Choices: []bot.Choice{{Name: "UTC", Value: "UTC"}, {Name: "Madrid", Value: "Europe/Madrid"}}},
		},
	}}
}

// mentions are texts that platforms turn into notifications.
func mentions() []string {
	return []string{
		"@everyone", "@here", "@channel", "<@123456789012345678>", "<@!123456789012345678>", "<@&123456789012345678>", "<@U0123456789>",
		"<!channel>", "<!here>", "<!everyone>", "<!subteam^S0123456789>", "<#C0123456789>", "<#123456789012345678>", "&lt;!channel&gt;",
	}
}

// loud is a message with every mention in every part that holds text.
func loud(key string) bot.Message {
	all := strings.Join(mentions(), " ")
	return bot.Message{
		Key: key, Title: "Title @everyone <!here>", Note: "Note <!channel> @here", Footer: []content.Span{{Text: "Footer <@&1> <!channel> @here"}},
		Blocks: []content.Block{
			content.Text(all), content.Bullets(mentions()...),
			{Kind: content.Heading, Items: [][]content.Span{{{Text: "Heading @everyone <!channel>"}}}},
			{Items: [][]content.Span{{{Text: "bold @everyone", Bold: true}, {Text: "<!here>", Italic: true}, {Text: "link <!channel> @here", Link: "https://example.org/@everyone"}}}},
		},
		Menu:    &bot.Menu{Label: "Menu @everyone", Options: []bot.Action{{Label: "Option <!here>", Hint: "Hint @here", Call: call("help", "")}}},
		Actions: []bot.Action{{Label: "Button @everyone", Call: call("help", "")}},
	}
}
