package words

import (
	"cmp"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// Names are the reminder's topic and the group's name, by which people know a subject. Either may
// be empty.
type Names struct{ Topic, Group string }

// News says what a notice to staff tells.
func News(r *Reader, of Names, n bot.News) []content.Block {
	switch n.Subject.Kind {
	case bot.AboutConcern:
		return []content.Block{Paragraph(concern(r, of, n))}
	case bot.AboutDigest:
		return digest(r, n.Digest)
	case bot.AboutMany:
		if n.Turn == bot.Healed {
			return []content.Block{content.Text(r.T("Resolved: the problems reported here together are over."))}
		}
		return []content.Block{Paragraph(r.Say("Trouble: there are too many problems to report one by one. Next: %s shows what happened to the posts.", Command("reminder history")))}
	}
	if n.Turn == bot.Healed {
		return []content.Block{Paragraph(r.Say(notices()[n.Subject.Kind].over, of.subject(n.Subject)...))}
	}
	return []content.Block{Paragraph(trouble(r, of, n.Subject, r.Reason(n.Reason)))}
}

// notice has the sentences about one kind of subject: its name, that the trouble is over, and that
// it began and why. The first argument of each is the subject, if it is more than its kind.
type notice struct{ name, over, began string }

func notices() sayings[bot.SubjectKind, notice] {
	return sayings[bot.SubjectKind, notice]{
		bot.AboutPlace: {"channel %s", "Resolved: posts reach %s again.",
			"Trouble: a post to %s could not be delivered (%s). The bot keeps trying, less and less often. Nothing is deleted. Next: let the bot post there, or choose another channel under %s."},
		bot.AboutMessage: {"message %s", "Resolved: %s accepts this post again.",
			"Trouble: %s does not accept this post (%s). The bot does not try it again, but it will try the next one."},
		bot.AboutOlder: {"older posts in %s", "Resolved: the bot can delete older posts in %s again.",
			"Trouble: the bot could not delete an older post in %s (%s). It is still there beside the newest one. Next: delete it by hand, or let all posts of the reminder stay."},
		bot.AboutView: {"agreements in view in %s", "Resolved: what the group agrees on is in view in %s.",
			"Trouble: what the group agrees on could not be put in view in %s (%s). The bot tries again once a day, and when the group is changed. Next: add what is missing, or stop keeping it in view there."},
		bot.AboutAudience: {"audience %s", "Resolved: %s is no longer open to others.",
			"Trouble: %s is open to others: %s."},
		bot.AboutPlatform: {"platform %s", "Resolved: %s accepts posts again.",
			"Trouble: %s does not accept posts (%s). Posts wait. Those that get too late are skipped, and the history shows them."},
		bot.AboutConnection: {"connection %s", "Resolved: the bot can answer people on %s again.",
			"Trouble: the bot cannot answer people on %[1]s (%[2]s). It keeps trying. It still posts reminders when %[1]s accepts them."},
		bot.AboutAccess: {"access %s", "Resolved: %s lets the bot in again.",
			"Trouble: %s does not let the bot in (%s). It cannot answer people there, and posts wait. Those that get too late are skipped, and the history shows them. The bot keeps trying, at least once an hour. A restart tries at once."},
		bot.AboutReminder: {"reminder %s", "Resolved: reminder %s is posted again.",
			"Trouble: reminder %s was not posted (%s). Next: %s shows more. If a clinician's approval is missing, ask whoever runs this bot to have it recorded."},
		bot.AboutClock: {"clock", "Resolved: reminders go by the machine's clock again.",
			"Trouble: the clock of a machine that runs this bot may be wrong (%s). The program there posts no reminders until this is settled. Next: ask whoever runs the machine to check its clock."},
		bot.AboutRetention: {"deletion", "Resolved: the bot deletes old records again when their time is over.",
			"Trouble: the bot does not delete old records for now, because the clock may be wrong (%s). Either the bot was off for that long, or the clock is wrong. Next: ask whoever runs the machine to check its clock. If it is right, there is nothing else to do: in ten days the bot deletes records again."},
		bot.AboutContent: {"card file %s", "Resolved: the changed file of cards, %s, can be used.",
			"Trouble: a changed file of cards cannot be used (%s). The words from before the change stay in force. Next: ask whoever runs this bot to correct that file. Nothing has to be restarted."},
		bot.AboutDiffering: {"different cards", "Resolved: all programs that run this bot have the same cards again.",
			"Trouble: several programs run this bot, and they have different cards (%s). What people read depends on which of them answers. Next: ask whoever runs this bot to give all of them the same folder of cards. /readyz and the log of each program name its cards."},
		bot.AboutLateness: {"skipped reminders", "Resolved: reminders are posted again.",
			"Trouble: some reminders were skipped, not posted (%s). Next: %s shows which."},
		bot.AboutDatabase: {"database", "",
			"The database answers again (%s). Meanwhile reminders waited and nothing could be changed; help in a crisis and other questions were answered. Reminders that got too late are skipped, and the history shows them. Next: if nobody was working on the database, ask whoever runs it to find out why."},
	}
}

// subject is the argument for a subject in a notice's sentences; nil if there is only the kind.
func (of Names) subject(s bot.Subject) []any {
	switch {
	case s.Kind == bot.AboutAudience:
		return []any{s.Place}
	case s.Place != bot.Place{}:
		return []any{of.named(Join(s.Place))}
	case s.Kind == bot.AboutReminder:
		return []any{of.named(Join(s.ID))}
	case s.ID != "":
		return []any{s.ID}
	}
	return nil
}

// trouble says that a trouble began, and why.
func trouble(r *Reader, of Names, s bot.Subject, why string) []content.Span {
	about, shows := of.subject(s), Command("reminder history")
	switch s.Kind {
	case bot.AboutPlace:
		shows = "group list"
	case bot.AboutContent:
		about = nil // the reason names the file
	}
	return r.Say(notices()[s.Kind].began, append(about, why, shows)...)
}

func concern(r *Reader, of Names, n bot.News) []content.Span {
	switch {
	case n.Turn == bot.Taken:
		return r.Say("Someone on staff is taking care of this concern.")
	case n.Turn == bot.Done:
		return r.Say("Done: staff have taken care of this concern.")
	case n.Concern == nil:
		return nil
	}
	c := *n.Concern
	return r.Say("A concern was sent from the group %s: %s. Day: %s. How many: %s. Nothing else is known, and you cannot answer the person here.",
		cmp.Or(of.Group, c.Group), r.Category(c.Category), SayDates(r, c.Day), r.HowMany(c.Count))
}

// The most entries of each list in a digest.
const (
	digestGroups   = 40
	digestTroubles = 10
)

func digest(r *Reader, d *bot.Digest) []content.Block {
	if d == nil {
		return nil
	}
	groups := bot.Each(d.Tallies, func(t bot.Tally) []content.Span {
		return r.Say("%s: %d sent, %d skipped, %d failed", cmp.Or(t.Name, t.Group), t.Sent, t.Skipped, t.Failed)
	})
	troubles := bot.Each(d.Troubles[:min(len(d.Troubles), digestTroubles)], func(t bot.OpenTrouble) []content.Span {
		return r.Say("%s: %s", Subject(r, Names{Group: d.Name(t.Group)}, t.Subject), r.Reason(t.Reason))
	})
	out := []content.Block{content.Text(r.T("Digest: reminders since %s.", r.Calendar.Day(d.Since.UTC()))), Bullets(AtMost(r, digestGroups, groups)...), content.Text(r.T("Open problems: %d", len(d.Troubles)))}
	if len(troubles) > 0 {
		out = append(out, Bullets(troubles...))
	}
	return append(out, content.Text(r.T("Cards without a clinician’s approval: %d. To be reviewed within %d days: %d.", d.Unapproved, bot.ReviewSoon, d.Soon)))
}

// named adds the names behind the spans.
func (of Names) named(spans []content.Span) []content.Span {
	name := of.Topic
	if name != "" && of.Group != "" {
		name += ", "
	}
	if name += of.Group; name == "" {
		return spans
	}
	return append(spans, content.Span{Text: " (" + name + ")"})
}

// Subject names what a trouble is about.
func Subject(r *Reader, of Names, s bot.Subject) []content.Span {
	if in, ok := notices()[s.Kind]; ok {
		return r.Say(in.name, of.subject(s)...)
	}
	return []content.Span{{Text: s.String()}}
}

func categories() sayings[string, string] {
	return sayings[string, string]{
		"confidentiality": "Confidentiality", "respect": "Respect", "conflict": "Conflict", "other": "Something else",
	}
}

// Category names what a concern is about.
func (r *Reader) Category(name string) string { return r.word(cmp.Or(categories()[name], name)) }

// HowMany says how many concerns came, and no exact number above bot.MaxConcerns.
func (r *Reader) HowMany(n int) string {
	switch {
	case n <= 1:
		return "1"
	case n < bot.MaxConcerns:
		return "2–4"
	}
	return r.T("5 or more")
}
