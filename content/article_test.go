package content

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

// load loads all cards, with the cards of one choice of each option.
func load(t testing.TB) *Library {
	t.Helper()
	l, err := Load(Options{Set: map[string]string{"outside-contact": "discouraged", "overdose-companions": "on"}, Voice: Voice{Say: sayEnglish}})
	must(t, err)
	return l
}

// everything is all text of a card below its title.
func everything(c Card) string {
	out := Plain(c.Answer)
	for _, s := range c.Sections {
		out += "\n" + s.Title + "\n" + Plain(s.Blocks)
	}
	return out + "\n" + Plain(c.Limits)
}

// TestFacts checks that each fact of the article is in a card where a reader looks for it.
func TestFacts(t *testing.T) {
	t.Parallel()
	facts := []struct{ fact, card, words string }{
		{"people arrive isolated", "why-trust", "alone"},
		{"people arrive vulnerable", "why-trust", "exposed"},
		{"people arrive doubting that opening up is wise", "why-trust", "doubt; open up"},
		{"feeling secure leads to sharing and to benefit", "why-trust", "secure; share more; get more"},
		{"no fear of judgment or betrayal", "why-trust", "judge; let you down"},
		{"confidentiality and respect lead to open sharing and fuller sessions", "why-trust", "confidentiality; respect; more freely; a session can help more"},
		{"accountability", "why-trust", "help each other do what they said"},
		{"constructive feedback and support", "why-trust", "feedback; useful; support"},
		{"trust takes time, patience, consistency and effort", "why-trust", "takes time; patience; steady; effort"},
		{"effort from therapists and from members", "why-trust", "therapists; members"},
		{"linked with lasting recovery", "why-trust", "linked with recovery that lasts"},
		{"each active member matters", "why-trust", "taking part are linked"},
		{"room for real interaction", "why-trust", "talk honestly"},
		{"each person's experience, feelings and behavior make it complex", "why-trust", "story; feelings; habits; never simple"},
		{"the common hurdles", "why-trust", "doubt, tension, worry about confidentiality and missed sessions"},
		{"naming hurdles early helps", "why-trust", "early"},
		{"strategies used steadily bring people closer", "why-trust", "steady practice; closer; to be real"},

		{"therapists model openness, authenticity and empathy", "therapist-part", "open; real; understand how others feel"},
		{"clear ground rules", "therapist-part", "clear ground rules"},
		{"rules of respect, confidentiality and a safe setting", "therapist-part", "respect for one another; confidentiality; safe"},
		{"members follow the example", "therapist-part", "week after week; begin to do it too"},
		{"therapists step into conflict and keep it fair", "therapist-part", "step in; conflict; fair"},
		{"members learn to trust the process", "therapist-part", "trust the therapy itself"},
		{"disagreements and hard feelings can be voiced and worked through", "therapist-part", "difficult feelings; out loud; work through; agree"},

		{"clear, open rules", "strategy-boundaries", "clear rules; everyone knows"},
		{"confidentiality and respect for privacy", "strategy-boundaries", "confidentiality; respect for privacy"},
		{"stated and often repeated", "strategy-boundaries", "said out loud; often; again"},
		{"what is shared stays in the group", "strategy-boundaries", "stay in the group"},

		{"listening is stressed again and again", "strategy-listening", "every session"},
		{"each contribution is validated", "strategy-listening", "words have value"},
		{"everyone is heard and understood", "strategy-listening", "heard and understood"},
		{"real interest builds trust and closeness", "strategy-listening", "real interest; trust; closer"},

		{"therapists share what fits and others can relate to", "strategy-vulnerability", "therapists; suitable; relate"},
		{"it makes openness normal", "strategy-vulnerability", "normal"},
		{"others follow", "strategy-vulnerability", "follow"},
		{"it shows trustworthiness and deepens bonds", "strategy-vulnerability", "trust; bonds grow deeper"},

		{"regular interaction", "strategy-interaction", "often"},
		{"planned activities or open talk", "strategy-interaction", "planned exercises; open talk"},
		{"familiarity and rapport", "strategy-interaction", "get to know each other; at ease"},
		{"emotional safety, which trust needs", "strategy-interaction", "emotionally safe; hard to trust without"},

		{"conflict comes up in any group", "strategy-conflict", "every group"},
		{"met at once, openly and with compassion", "strategy-conflict", "right away; in the open; with care"},
		{"rules and fairness reinforced", "strategy-conflict", "ground rules; in the same way"},
		{"it helps cohesion and trust", "strategy-conflict", "closer; trust can grow"},

		{"honest praise for taking part and for openness", "strategy-reinforcement", "honest thanks and praise; taking part; being open"},
		{"steadily", "strategy-reinforcement", "happens often"},
		{"it invites people to take part again", "strategy-reinforcement", "take part again"},
		{"cohesion and motivation to keep trusting", "strategy-reinforcement", "hold together; keep trusting"},

		{"common with newcomers and after bad experience", "challenge-skepticism", "new; went badly"},
		{"patient explanation of the process", "challenge-skepticism", "patience; how therapy works"},
		{"clear expectations", "challenge-skepticism", "what to expect"},
		{"trustworthy example", "challenge-skepticism", "someone who can be trusted"},
		{"doubts are met openly and barriers fall over time", "challenge-skepticism", "in the open; over time; guard down; real trust can form"},

		{"tensions are natural", "challenge-tensions", "natural"},
		{"unresolved they undermine trust", "challenge-tensions", "wear trust down"},
		{"act first and mediate", "challenge-tensions", "act early; mediate"},
		{"fairness and empathy, rules and respect", "challenge-tensions", "fairness and care; rules; respect"},
		{"cohesion is kept and trust reinforced", "challenge-tensions", "keeps the group together; trusted"},

		{"perhaps the most critical part of trust", "challenge-confidentiality", "may well be; matters most"},
		{"constant reminders", "challenge-confidentiality", "regular reminders; often"},
		{"breaches met swiftly and openly", "challenge-confidentiality", "quick and open response; act quickly; openly"},
		{"the commitment is renewed", "challenge-confidentiality", "renew the group’s promise"},
		{"the group feels more secure", "challenge-confidentiality", "whole group can feel more secure"},

		{"uneven attendance or participation interrupts trust", "challenge-attendance", "miss sessions; trust harder to build"},
		{"encourage attendance and participation", "challenge-attendance", "come often and join in"},
		{"each member's role counts", "challenge-attendance", "each person’s role counts"},
		{"structured, engaging sessions motivate", "challenge-attendance", "clear shape; worth joining"},
		{"bonds grow stronger", "challenge-attendance", "bonds grow stronger"},

		{"where and what the clinic is", "contact", "rehab center in beverly hills; addiction treatment"},
		{"guided group sessions by experienced people", "contact", "group therapy led by experienced professionals"},
		{"trust guides its approach", "contact", "work starts with trust"},
		{"tailored, caring, lasting support", "contact", "plan that fits each person; care; support them all along"},
		{"attribution", "contact", "building trust and connection in group therapy sessions; john michael lim; 3 october"},
	}
	l := load(t)
	for _, f := range facts {
		c, ok := l.Exact(f.card, "en")
		if !ok {
			t.Errorf("%s: no card %q", f.fact, f.card)
			continue
		}
		text := strings.ToLower(everything(c))
		for words := range strings.SplitSeq(f.words, "; ") {
			if !strings.Contains(text, words) {
				t.Errorf("%s: the card %s does not say %q", f.fact, f.card, words)
			}
		}
	}
}

func TestTitlesOfTheArticle(t *testing.T) {
	t.Parallel()
	l := load(t)
	for id, title := range map[string]string{
		"strategy-boundaries":    "Establish Clear Boundaries and Confidentiality",
		"strategy-listening":     "Encourage Active Listening",
		"strategy-vulnerability": "Model Vulnerability and Honesty",
		"strategy-interaction":   "Facilitate Consistent Group Interaction",
		"strategy-conflict":      "Manage Conflicts Constructively",
		"strategy-reinforcement": "Provide Continuous Positive Reinforcement",
	} {
		if c, _ := l.Exact(id, "en"); c.Title != title {
			t.Errorf("%s has the title %q, want %q", id, c.Title, title)
		}
	}
	if n := len(l.Cards(Strategy, "en")); n != 6 {
		t.Errorf("%d strategies, want 6", n)
	}
	if n := len(l.Cards(Challenge, "en")); n != 4 {
		t.Errorf("%d challenges, want 4", n)
	}
}

func TestContactIsExact(t *testing.T) {
	t.Parallel()
	l := load(t)
	for _, lang := range l.Langs() {
		c, _ := l.Exact("contact", lang)
		text := Plain(c.Answer)
		for _, want := range []string{"Synergy Empowering Recovery", "9665 Wilshire Blvd., Beverly Hills, CA 90212", "(323) 488-4114"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the contact card lacks %q", lang, want)
			}
		}
		var links []string
		for _, b := range c.Answer {
			for _, item := range b.Items {
				for _, s := range item {
					if s.Link != "" {
						links = append(links, s.Link)
					}
				}
			}
		}
		want := []string{"tel:+13234884114", "https://www.google.com/maps/search/?api=1&query=9665+Wilshire+Blvd.%2C+Beverly+Hills%2C+CA+90212", "tel:911", "tel:988"}
		if strings.Join(links, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s: links %q, want %q", lang, links, want)
		}
	}
}

// TestPlainSpeech checks the cards about what is not promised and what is stored.
func TestPlainSpeech(t *testing.T) {
	t.Parallel()
	l := load(t)
	for _, f := range []struct{ card, lang, words string }{
		{"limits", "en", "the law requires clinicians, but not members; have to tell others; danger; hurt; court; cannot promise; other members, Discord or Slack"},
		{"limits", "es", "la ley obliga a los profesionales clínicos; no obliga a los integrantes; a veces deben avisar a otros; peligro; daño; juez; no puede prometer; otros integrantes, Discord o Slack"},
		{"privacy", "en", "name; ID; words; language; direct messages; a moderator, facilitator or on staff; recorded: who, when and what; Discord or Slack ID; your name and license; topic, the group’s name, the day and about how many came in; staff may guess it, from the time or in a small group; kept until staff mark it done; Discord and Slack keep their own records"},
		{"privacy", "es", "nombre; identificador; palabras; idioma; mensajes directos; modera, facilita un grupo o es del personal; registrados: quién, cuándo y qué; identificador de Discord o Slack; su nombre y su licencia; el día y más o menos cuántas llegaron; por la hora, o en un grupo pequeño, podrían adivinarlo; hasta que el personal la marca como terminada; Discord y Slack guardan sus propios registros"},
		{"concern", "en", "facilitator; (323) 488-4114; 911; 988; automated; nobody watches"},
		{"concern", "es", "facilita; (323) 488-4114; 911; 988; automático; nadie lo supervisa"},
	} {
		c, _ := l.Exact(f.card, f.lang)
		for words := range strings.SplitSeq(f.words, "; ") {
			if !strings.Contains(everything(c), words) {
				t.Errorf("%s in %s does not say %q", f.card, f.lang, words)
			}
		}
	}
}

func TestEveryArticleCardNamesItsSource(t *testing.T) {
	t.Parallel()
	l := load(t)
	for _, k := range []Kind{Foundation, Strategy, Challenge, Contact} {
		for _, c := range l.Cards(k, "en") {
			for _, part := range []string{"John Michael Lim", "Building Trust and Connection in Group Therapy Sessions", "Synergy Empowering Recovery", "3 October"} {
				if !strings.Contains(c.Source, part) {
					t.Errorf("%s: the source lacks %q", c.ID, part)
				}
			}
		}
	}
}

// TestOwnWords checks that no card repeats the article, except in titles, sources and the contact
// card. The environment variable ARTICLE is the article's path, absolute or relative to the root of
// the repository.
func TestOwnWords(t *testing.T) {
	t.Parallel()
	file := os.Getenv("ARTICLE")
	if file == "" {
		t.Skip("ARTICLE names no article to compare with")
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join("..", file)
	}
	article, err := os.ReadFile(file)
	must(t, err)
	runs := map[string]bool{}
	for run := range runsOf(string(article)) {
		runs[run] = true
	}
	if len(runs) < 500 {
		t.Fatalf("the article has only %d runs of %d words", len(runs), runLength)
	}
	for _, c := range load(t).All() {
		if c.Kind == Contact {
			continue
		}
		for run := range runsOf(everything(c)) {
			if runs[run] {
				t.Errorf("%s: repeats the article: %q", c.File, run)
			}
		}
	}
}

// runLength is the number of consecutive words that a card may not have in common with the article.
const runLength = 8

// runsOf yields every run of words, case and punctuation folded.
func runsOf(text string) func(func(string) bool) {
	text = strings.NewReplacer("’", "", "'", "").Replace(strings.ToLower(text))
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return func(yield func(string) bool) {
		for i := 0; i+runLength <= len(words); i++ {
			if !yield(strings.Join(words[i:i+runLength], " ")) {
				return
			}
		}
	}
}

func TestRunsOf(t *testing.T) {
	t.Parallel()
	var got []string
	for run := range runsOf("One, two THREE; it’s (five) six-seven eight 9.") {
		got = append(got, run)
	}
	want := []string{"one two three its five six seven eight", "two three its five six seven eight 9"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got %q, want %q", got, want)
	}
}
