package chat

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// asked is a request, and what the bot says to the person who asked.
type asked struct {
	bot.Request
	w *words.Reader // in the reader's language, if the bot speaks it
}

// instead is an answer that replaces the message with the button: a sentence, and buttons for
// what can be done next.
func instead(said []content.Span, next ...bot.Action) bot.Answer {
	a := words.Notice(said)
	a.Message.Actions, a.Update = next, true
	return a
}

// sorry answers a request that failed through a fault of the program.
func sorry(r asked) bot.Answer {
	return words.Notice(r.w.Say("Something went wrong, and your change may not be saved. Please check if it was saved. If not, try again in a moment."))
}

// refusal says who may change things.
func refusal(p bot.Platform, w *words.Reader) []content.Span {
	switch p {
	case bot.Discord:
		return w.Say("Only moderators can change things: people with the Manage Server permission, or the moderator role. The facilitators of a group can change that group. You can use all other commands in %s.", words.Command("help"))
	case bot.Slack:
		return w.Say("Only staff can change things: members of the staff channel. The facilitators of a group can change that group. You can use all other commands in %s.", words.Command("help"))
	}
	return w.Say("Only moderators can make changes here, and facilitators in their own group. You can still use everything listed under help.")
}

// checkArgs checks what was written for arguments: characters, length, and what is missing.
func checkArgs(r asked, args []bot.Arg) error {
	for _, a := range args {
		text, most := r.Args[a.Name], cmp.Or(a.Max, 200)
		missing := a.Required && strings.TrimSpace(text) == "" && !r.Submit
		switch {
		case !utf8.ValidString(text) || strings.ContainsFunc(text, content.Invisible):
			return bot.Wrong("The text for %s has characters that cannot be read. Please type it again.", argName(r, a))
		case utf8.RuneCountInString(text) > most:
			return bot.Wrong("The text for %s is too long. It can have up to %d characters.", argName(r, a), most)
		case missing && a.Name == "id": // no list shows IDs that people could type
			return whichReminder()
		case missing && r.Command == "session":
			return bot.About(a.Name, bot.Wrong("Which session? Choose it in %s, or write its day: %s %s", words.Command("session list"), typed(r.Call), usage(r, args)))
		case missing && a.Name == "group":
			return bot.Wrong("Which group? Write its name: %s %s", typed(r.Call), usage(r, args))
		case missing:
			return bot.Wrong("Please add %s. Write: %s %s", argName(r, a), typed(r.Call), usage(r, args))
		}
	}
	return nil
}

// whichReminder asks for the reminder that was left out.
func whichReminder() error {
	return bot.About("id", bot.Wrong("Which reminder? Choose it in %s.", words.Command("reminder list")))
}

// typed is the command of a call, for a sentence.
func typed(c bot.Call) words.Command {
	return words.Command(strings.TrimSpace(c.Command + " " + c.Sub))
}

// sign is what stands between an argument's name and its value where somebody types.
func sign(r asked) string {
	if r.Platform == bot.Slack {
		return "="
	}
	return ":"
}

// usage is how a command's arguments are written.
func usage(r asked, args []bot.Arg) string {
	return strings.Join(bot.Each(args, func(a bot.Arg) string {
		if a.Required {
			return argName(r, a) + sign(r) + "…"
		}
		return "[" + argName(r, a) + sign(r) + "…]"
	}), " ")
}

// argName is an argument's name in the reader's language: Discord shows it so, and elsewhere
// it may be typed so.
func argName(r asked, a bot.Arg) string {
	return cmp.Or(a.Local[r.w.Lang()], a.Name)
}

// check checks what was written for a command against its row of the table.
func check(r asked, row *row) error {
	if err := meantName(r, row.Args); err != nil {
		return err
	}
	if err := checkArgs(r, row.Args); err != nil {
		return err
	}
	return checkArgs(r, row.fields)
}

// meantName is the error for a word that looks like an argument's name, but is none. It asks
// which argument was meant.
func meantName(r asked, args []bot.Arg) error {
	if r.Misnamed == "" {
		return nil
	}
	near := words.Nearest(r.Misnamed, args, bot.Arg.Names)
	if len(near) == 0 {
		names := bot.Each(args, func(a bot.Arg) string { return argName(r, a) + sign(r) })
		return bot.Wrong("%q cannot be used here. You can use: %s. If that word is part of a value, put the value in quotes.", bot.Short(r.Misnamed, 40), strings.Join(names, ", "))
	}
	if words.Called(r.Misnamed, near[0].Name, near[0].Local) {
		return nameless(r, args, r.Misnamed, near[0])
	}
	meant := argName(r, near[0])
	return withButtons(bot.Wrong("%q is not clear here. Did you mean %s? Write %s and then the value. If that word is part of the value, put the whole value in quotes.", bot.Short(r.Misnamed, 40), meant, meant+sign(r)), valued(r, args, r.Misnamed, near[0]))
}

// nameless asks about a word that is an argument's name, but was typed like a part of a value.
func nameless(r asked, args []bot.Arg, word string, meant bot.Arg) error {
	return withButtons(bot.Wrong("%q may be the name of a value, or part of a value. If it is the name, write %s and then the value. If it is part of the value, put the whole value in quotes.", bot.Short(word, 40), argName(r, meant)+sign(r)), valued(r, args, word, meant))
}

// valued is the button that takes what follows a word as the value of the argument that is meant. There
// is none if that has a value, or if nothing would be left of an argument that is needed.
func valued(r asked, args []bot.Arg, word string, meant bot.Arg) offers {
	if strings.TrimSpace(r.Args[meant.Name]) != "" {
		return nil
	}
	for _, a := range args {
		typed := strings.Fields(r.Args[a.Name])
		at := slices.IndexFunc(typed, func(s string) bool { return s[:strings.IndexAny(s+":", ":=")] == word })
		if at < 0 {
			continue
		}
		before, value := strings.Join(typed[:at], " "), strings.TrimLeft(strings.TrimPrefix(strings.Join(typed[at:], " "), word), ":= ")
		if first, rest, more := strings.Cut(value, " "); more && leadsTo(r.w, first) { // "name to Late circle"
			value = rest
		}
		if value != "" && (before != "" || !a.Required) {
			r.Call = r.With(a.Name, before)
			return offering(r, meant.Name, []bot.Choice{{Name: argName(r, meant) + sign(r) + " " + value, Value: value}})
		}
	}
	return nil
}

// meantValue asks whether a value was meant where the name of a group was read, and no such group
// is there: "skip dec 24", or "skip" alone. It returns err where no argument's name begins it.
func meantValue(r asked, args []bot.Arg, err error) error {
	first, _, _ := strings.Cut(strings.TrimSpace(r.Args["group"]), " ")
	if first == "" || bot.FieldOf(err) != "group" {
		return err
	}
	for _, a := range args {
		if a.Name != "group" && words.Called(first, a.Name, a.Local, a.Label, a.Also) {
			return nameless(r, args, first, a)
		}
	}
	return err
}

// unknownCommand answers text that is no command. The answer is always the same and begins with
// the crisis numbers, because somebody in need may have typed a sentence. It never guesses a
// command.
func (k *kit) unknownCommand(r asked) bot.Answer {
	a := words.Notice(
		r.w.Say("If someone is in danger, call 911. If you are going through a hard time, you do not have to go through it alone: call or text 988, day or night."),
		r.w.Say("This bot gives fixed answers. It is not a person, and it does not tell anyone what you type. %s shows what you can ask.", words.Command("help")))
	if k.deck.Help.Unusual() {
		a.Message.Blocks[0] = k.deck.Help.Card(r.w.Lang()).Answer[0]
	}
	a.Message.Actions = []bot.Action{
		{Label: r.w.T("Help now"), Call: bot.NewCall("crisis")}, {Label: r.w.T("Contact the clinic"), Call: bot.NewCall("contact")},
		{Label: r.w.T("What you can ask"), Call: bot.NewCall("help")},
	}
	return a
}

// unknownSub lists the sub-commands that the asker may use and asks whether the nearest one was
// meant. It may guess, unlike unknownCommand, because members do not get this answer.
func unknownSub(r asked, parent *row) bot.Answer {
	lang := r.w.Lang()
	said := words.Join(parent.Summary.In(lang))
	can := slices.DeleteFunc(commandTable(parent.subs), func(c bot.Command) bool { return r.Actor.IsFacilitator() && !c.Facilitators })
	meant := words.MeantSub(r.Sub, commandTable(parent.subs))
	if meant != nil && !slices.ContainsFunc(can, func(c bot.Command) bool { return c.Name == meant.Name }) {
		meant = nil
	}
	switch {
	case meant != nil:
		said = r.w.Say("The command cannot do that. Did you mean %s? It can do this:", words.Command(parent.Name+" "+meant.Name))
	case r.Sub != "":
		said = r.w.Say("The command cannot do that. It can do this:")
	}
	a := words.Notice(said)
	if meant != nil {
		a.Message.Actions = offerSub(r, parent.NameIn(lang), *meant, lang)
	}
	list := content.Block{Kind: content.List}
	for _, s := range can {
		name := parent.NameIn(lang) + " " + s.NameIn(lang)
		list.Items = append(list.Items, cards.Described(content.Command(name), s.Summary.In(lang)))
		if offered := len(a.Message.Actions) > 0 && a.Message.Actions[0].Call.Sub == s.Name; !offered && (s.Name == "add" || s.Name == "list") {
			a.Message.Actions = append(a.Message.Actions, bot.Action{Label: bot.Short(s.Summary.In(lang), 75), Call: bot.Call{Command: parent.Name, Sub: s.Name}})
		}
	}
	if len(list.Items) > 0 {
		a.Message.Blocks = append(a.Message.Blocks, list)
	}
	return a
}

// offerSub is a button for the sub-command that was probably meant. Its call has the arguments that
// were typed. There is no button if a required argument is missing, or if a button has no room for what
// was typed.
func offerSub(r asked, parent string, meant bot.Command, lang string) []bot.Action {
	call := bot.NewSub(r.Command, meant.Name)
	label := []string{parent, meant.NameIn(lang)}
	for _, a := range meant.Args {
		switch text := strings.TrimSpace(r.Args[a.Name]); {
		case text != "":
			call = call.With(a.Name, text)
			label = append(label, text)
		case a.Required:
			return nil
		}
	}
	if r.Platform != bot.Slack && call.Encode() == "" { // only Slack's buttons have room for more
		return nil
	}
	said := meant.Summary.In(lang)
	if len(call.Args) > 0 {
		said = strings.Join(label, " ")
	}
	return []bot.Action{{Label: bot.Short(said, 75), Call: call}}
}
