package changes

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// fields is all that can be changed about a reminder.
func (s *Reminders) fields() Table[bot.Reminder] {
	return Table[bot.Reminder]{s.topicField(), s.atField(), lateField(), keepField()}
}

// MaxChoices is how many values a field's choices have at most.
const MaxChoices = 100

func (s *Reminders) topicField() Field[bot.Reminder] {
	return Field[bot.Reminder]{
		Name: "topic", Label: "What to post", Summary: "A card or a rotation, such as agreements", Example: "Confidentiality, a new reminder each time", Max: 100, Needed: true,
		Set: func(_ context.Context, a Asker, r *bot.Reminder, text string) error {
			r.Topic = s.TopicNamed(text, a.Words.Lang())
			return nil
		},
		Check: func(r bot.Reminder) error {
			if ids, ok := s.c.Library().Topic(r.Topic); !ok || len(ids) == 0 {
				return s.noTopic(r.Topic)
			}
			return nil
		},
		Texts: one(func(r bot.Reminder) string { return r.Topic }),
		Say: func(w *words.Reader, r bot.Reminder) []string {
			return []string{words.TopicName(w, s.c.Library(), r.Topic)}
		},
		Choices: func(w *words.Reader, r bot.Reminder) []bot.Choice {
			all := s.Topics(w)
			known := slices.ContainsFunc(all, func(c bot.Choice) bool { return c.Value == r.Topic })
			if len(all) > MaxChoices || !known && r.Topic != "" {
				return nil
			}
			return all
		},
		Offer: func(_ context.Context, a Asker, typed string) []bot.Choice { return Matching(typed, s.Topics(a.Words)) },
	}
}

func (s *Reminders) atField() Field[bot.Reminder] {
	return Field[bot.Reminder]{
		Name: "at", Label: "When", Also: words.Word("time,schedule"), Summary: "When: every Monday at 9:00 AM, or 30 minutes before each session", Example: "every Monday at 9:00 AM", Needed: true,
		Set: func(_ context.Context, a Asker, r *bot.Reminder, text string) error {
			text = a.withoutNext(text)
			rule, err := a.times(a.Group.Zone).Rule(text)
			if err != nil {
				return bot.AsUser("at", err)
			}
			if text := typed(text); text != words.RuleToType(a.Words, r.Rule) { // equal: the form's own text, unchanged
				r.Typed = text
			}
			r.Rule = rule.String()
			if r.Typed == r.Rule || r.Typed == rule.Describe(a.Words.Locale()) {
				r.Typed = ""
			}
			return nil
		},
		Check: func(r bot.Reminder) error {
			_, err := scheduler.ParseRule(r.Rule)
			return bot.AsUser("at", err)
		},
		Texts: func(w *words.Reader, r bot.Reminder) []string {
			if r.Rule == "" {
				return nil
			}
			return []string{words.RuleToType(w, r.Rule)}
		},
		Offer: func(_ context.Context, a Asker, typed string) []bot.Choice {
			return a.withNext(Choices(a.times(a.Group.Zone).Suggest(a.withoutNext(typed))...))
		},
	}
}

// typed is the text of a rule as it is stored beside the rule that was read from it. The text
// cannot name a person, because each of its words must belong to a rule.
func typed(text string) string {
	visible := strings.Map(func(c rune) rune {
		if content.Invisible(c) && !unicode.IsSpace(c) {
			return -1
		}
		return c
	}, text)
	return strings.Join(strings.Fields(visible), " ")
}

func lateField() Field[bot.Reminder] {
	return Field[bot.Reminder]{
		Name: "late", Label: "Late by at most", Summary: "How late it may still be posted, such as 2h", Example: "2h", Max: 20,
		Set: func(_ context.Context, _ Asker, r *bot.Reminder, text string) (err error) {
			r.Late, err = ParseLate(text)
			return err
		},
		Empty: func(r *bot.Reminder) { r.Late = bot.DefaultLate },
		Check: func(r bot.Reminder) error {
			if r.Late < time.Minute || r.Late > bot.MaxLate {
				return bot.Wrong("a reminder cannot be posted %s late: write a length between 1m and 24h, such as 2h", words.Length(r.Late))
			}
			return nil
		},
		Texts: one(func(r bot.Reminder) string {
			if r.Late == 0 {
				return ""
			}
			return words.Length(r.Late)
		}),
		Say: func(w *words.Reader, r bot.Reminder) []string { return []string{w.Length(r.Late)} },
		Offer: func(_ context.Context, _ Asker, typed string) []bot.Choice {
			return Matching(typed, Choices("2h", "30m", "1h", "4h", "12h"))
		},
	}
}

func keepField() Field[bot.Reminder] {
	f := Field[bot.Reminder]{
		Name: "keep", Label: "Posts that stay", Summary: "Which posts stay in the channel: all, or only the newest",
	}
	return either(f, func(r *bot.Reminder) *bool { return &r.KeepNewest },
		[2]words.Word{words.Word("all"), words.Word("newest")},
		func(w *words.Reader) [2]string { return [2]string{w.T("All of them"), w.T("Only the newest")} },
		func(text string) error { return bot.Wrong("posts that stay %q: write all or newest", clip(text)) })
}

// noTopic says that a topic is not known, and which one may be meant.
func (s *Reminders) noTopic(topic string) error {
	library := s.c.Library()
	names := s.topicNames()
	near := words.Nearest(topic, library.Topics(), func(t string) []string {
		_, rest, _ := strings.Cut(t, "-")
		return append(names[t], rest)
	})
	if len(near) > 0 {
		return bot.Because(&scheduler.Mistake{Offers: near[:1]}, "topic %q is not known: did you mean %s?", clip(topic), words.Topics{Library: library, IDs: near[:1]})
	}
	return bot.Wrong("topic %q is not known: write %s, or a card's title or ID", clip(topic), words.Topics{Library: library, IDs: library.Rotations()})
}

// topicNames are the names of each topic: its ID, and what it is called in each language.
func (s *Reminders) topicNames() map[string][]string {
	library, names := s.c.Library(), make(map[string][]string)
	for _, t := range library.Topics() {
		names[t] = []string{t}
		for _, lang := range library.Langs() {
			w := s.c.Books.Reader(lang)
			names[t] = append(names[t], words.RotationName(w, t), words.TopicName(w, library, t))
		}
	}
	return names
}

// Topics are all topics of reminders, each with the name that people read.
func (s *Reminders) Topics(w *words.Reader) []bot.Choice {
	return bot.Each(s.c.Library().Topics(), func(t string) bot.Choice {
		return bot.Choice{Name: bot.Short(words.TopicName(w, s.c.Library(), t), 75), Value: t}
	})
}

// TopicNamed is the topic that a person names: by its ID, or by its name in any language; a
// rotation also by its short name. Several have +, a comma or "and" between. It returns unknown text
// unchanged.
func (s *Reminders) TopicNamed(text, lang string) string {
	text = strings.TrimSpace(text)
	if _, ok := s.c.Library().Topic(text); ok {
		return text
	}
	if whole := s.topicCalled(text, lang); whole != text {
		return whole
	}
	parts := words.Parts(s.c.Books.Reader(lang), text)
	joined := strings.Join(bot.Each(parts, func(part string) string { return s.topicCalled(part, lang) }), "+")
	if _, ok := s.c.Library().Topic(joined); ok {
		return joined
	}
	return text
}

// Apart splits a text such as "agreements every Tuesday at 9" or "every Tuesday at 9 agreements" into a
// topic, by its ID, and a rule. at is empty if all of the text is a topic, or if it is neither a topic
// and a rule nor a rule alone. Where no topic is named, the one that is nearly named counts, and
// else what stands before or behind the rule: what is split is shown before it is saved.
func (s *Reminders) Apart(a Asker, text string) (topic, at string) {
	typed := strings.Fields(text)
	for n := len(typed); n > 0; n-- {
		if topic, ok := s.topicIn(a, typed[:n]); ok {
			return topic, strings.Join(typed[n:], " ")
		}
	}
	if s.IsRule(a, text) {
		return "", text
	}
	if topic, at := s.within(a, typed); at != "" {
		return topic, at
	}
	names := s.topicNames()
	for n := len(typed) - 1; n > 0; n-- {
		if topic, ok := s.nearIn(names, typed[:n]); ok {
			return topic, strings.Join(typed[n:], " ")
		}
	}
	for n := 1; n < len(typed); n++ {
		if topic, ok := s.nearIn(names, typed[n:]); ok && s.IsRule(a, strings.Join(typed[:n], " ")) {
			return topic, strings.Join(typed[:n], " ")
		}
	}
	for _, slips := range []bool{false, true} { // an unknown topic: the form asks for it
		for n := 1; n < len(typed); n++ {
			if at := strings.Join(typed[n:], " "); s.hasDays(a, at, slips) {
				return strings.Join(typed[:n], " "), at
			}
		}
		for n := len(typed) - 1; n > 0; n-- {
			if at := strings.Join(typed[:n], " "); s.hasDays(a, at, slips) {
				return strings.Join(typed[n:], " "), at
			}
		}
	}
	return text, ""
}

// hasDays reports whether a text is a rule, or the days of one. If slips, it may have to be asked back.
func (s *Reminders) hasDays(a Asker, text string, slips bool) bool {
	return slices.ContainsFunc([]string{text, text + " 9:00"}, func(text string) bool {
		_, err := a.times(a.Group.Zone).Rule(text)
		return err == nil || slips && len(scheduler.OffersOf(err)) > 0
	})
}

// nearIn is the one topic that words nearly name; names are those of each topic.
func (s *Reminders) nearIn(names map[string][]string, typed []string) (topic string, ok bool) {
	text := words.Fold(strings.Join(typed, " "))
	near := words.Nearest(text, s.c.Library().Topics(), func(t string) []string { // "the first Monday" is no beginning of "The therapist’s part"
		return slices.DeleteFunc(slices.Clone(names[t]), func(name string) bool { return strings.HasPrefix(words.Fold(name), text) })
	})
	if len(near) != 1 {
		return "", false
	}
	return near[0], true
}

// within finds a topic behind a rule or in the middle of one, the longest first; at is the rest of the
// text, and empty if there is none or if it is no rule.
func (s *Reminders) within(a Asker, typed []string) (topic, at string) {
	const most = 8 // words of a topic
	if len(typed) > 3*most {
		return "", ""
	}
	for n := min(len(typed)-1, most); n > 0; n-- {
		for from := 1; from+n <= len(typed); from++ {
			topic, ok := s.topicIn(a, typed[from:from+n])
			if !ok {
				continue
			}
			before := typed[:from]
			for len(before) > 0 {
				if _, leads := words.Means(a.Words, before[len(before)-1], words.Word("for,of,about"), words.Word("every,each,on,the")); !leads {
					break
				}
				before = before[:len(before)-1]
			}
			if at := strings.Join(slices.Concat(before, typed[from+n:]), " "); s.IsRule(a, at) {
				return topic, at
			}
		}
	}
	return "", ""
}

// topicIn is the topic that words name; ok is false if they name none.
func (s *Reminders) topicIn(a Asker, typed []string) (topic string, ok bool) {
	topic = s.TopicNamed(strings.Join(typed, " "), a.Words.Lang())
	_, ok = s.c.Library().Topic(topic)
	return topic, ok
}

// IsRule reports whether a text is a rule, or the days or the time of one: the rest may have to be asked.
func (s *Reminders) IsRule(a Asker, text string) bool {
	text = a.withoutNext(text)
	return s.hasDays(a, text, true) || s.hasDays(a, "daily "+text, true)
}

// MeantReminder is a reminder that somebody may have meant.
type MeantReminder struct{ ID, Group, Name string } // names of its group, and of its topic and rule

// String names all of it in a sentence.
func (m MeantReminder) String() string { return m.ID + " (" + m.Group + ": " + m.Name + ")" }

// Meant are the reminders that somebody may have meant by text that is no ID: an ID with a typing
// mistake, a topic or a group. A group that is not among groups is named by its ID.
func (s *Reminders) Meant(lang, typed string, all []bot.Reminder, groups map[string]bot.Group) []MeantReminder {
	w, topic := s.c.Books.Reader(lang), s.TopicNamed(typed, lang)
	names := func(r bot.Reminder) []string {
		all := append(NamesOf(groups[r.Group]), r.Group, r.ID, r.Topic)
		if r.Topic == topic {
			all = append(all, typed)
		}
		return all
	}
	return bot.Each(words.Nearest(typed, all, names), func(r bot.Reminder) MeantReminder {
		return MeantReminder{r.ID, cmp.Or(groups[r.Group].Name, r.Group), words.TopicName(w, s.c.Library(), r.Topic) + "; " + words.SayRule(w, r.Rule)}
	})
}

// topicCalled is the topic that people read as text; text itself if there is none.
func (s *Reminders) topicCalled(text, lang string) string {
	name := words.Fold(text)
	for _, l := range append([]string{lang}, s.c.Library().Langs()...) {
		w := s.c.Books.Reader(l)
		for _, c := range s.Topics(w) {
			rotation := words.Fold(words.RotationName(w, c.Value))
			if name == words.Fold(c.Name) || rotation != "" && name == rotation {
				return c.Value
			}
		}
	}
	return strings.TrimSpace(text)
}
