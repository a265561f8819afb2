package content

import (
	"slices"
	"strings"
)

// stiff are phrases that readers stumbled over: riddles, phrases in the word order of another
// language, and second names for things that have one.
func stiff(lang string) []string {
	switch lang {
	case "en":
		return []string{
			"welcome with it", "a warm push", "worth the trip", "call it back", "look after that courage", "said in twos",
			"take more in", "trust needs that", "more weight", "interrupts trust", "guides with experience", "rub each other",
			"contact card has", "crisis card has", "give the floor back", "with half an ear", "approved these words yet",
			"you find the number", "you find more", "line drops", "walls can come down", "while you are here", "if you talk little",
			"talk one on one", "as it does for clinicians", "turn off your sound", "place is waiting",
		}
	case "es":
		return []string{
			"se le nota", "falta de confidencialidad", "faltas de confidencialidad", "le debe la razón", "pide valor", "ese valor",
			"bienvenido o bienvenida", "reciben gracias", "con ganas de más", "le deja terminar", "les vean", "le juzguen",
			"preocupación", "preocupaciones", "miembro", "miembros", "aventón", "tener una sobredosis", "lo vigila",
			"busque a una persona", "un texto", "tarjeta de contacto", "tarjeta de crisis", "está cambiado",
			"puede tener que", "pueden tener que", "al pendiente", "pulse", "altavoz", "dejamos fuera", "cierre su cuenta",
			"apague el sonido", "los muros", "pedirse cuentas", "contando con usted", "su lugar lo espera",
		}
	}
	return nil
}

// vague are sources that nobody can look up.
func vague() []string {
	return []string{"published group agreements", "acuerdos de grupo publicados", "various", "common practice", "the internet", "internet", "unknown"}
}

// clash is phrases that one card must not have, because they contradict another card.
type clash struct {
	with string // the ID of the card that they contradict
	id   string // the ID of the card that must not have them; empty for every card
	says map[string][]string
}

func clashes() []clash {
	return []clash{
		{"agreement-pass", "", map[string][]string{
			"en": {"say at least", "everyone speaks", "everyone shares", "everybody speaks", "everybody shares", "must speak", "must share", "each person speaks"},
			"es": {"decir al menos", "diga al menos", "todos hablan", "todos comparten", "debe hablar", "debe compartir", "cada persona habla"},
		}},
		{"confidentiality-no-recording", "agreement-unwanted-messages", map[string][]string{
			"en": {"screenshot", "screenshots", "record"}, "es": {"captura", "capturas", "grabe"},
		}},
		{"agreement-come-back", "agreement-sober", map[string][]string{
			"en": {"do not come", "stay away", "stay home", "go home", "asked to leave", "removed from"},
			"es": {"no venga", "quédese en casa", "váyase", "se le pedirá que salga", "expulsado", "expulsada"},
		}},
		{"agreement-medicine", "agreement-sober", map[string][]string{
			"en": {"no medicine", "no medicines", "no medication", "drug free", "free of all drugs"}, "es": {"sin medicamentos", "libre de drogas"},
		}},
		{"limits", "", map[string][]string{
			"en": {"nobody will know", "no one will know", "nobody will ever know", "completely private", "fully confidential"},
			"es": {"nadie lo sabrá", "nadie se enterará", "totalmente privado", "totalmente confidencial"},
		}},
		{"privacy", "concern", map[string][]string{
			"en": {"staff cannot know", "cannot tell who sent it", "no time"}, "es": {"no puede saber quién", "no pueden saber quién"},
		}},
	}
}

// rivals are pairs of cards; a group can agree on only one of the two.
func rivals() [][2]string {
	return [][2]string{{"agreement-outside-allowed", "agreement-outside-discouraged"}}
}

// contradicts reports phrases in a text that contradict other cards.
func (k *linter) contradicts(tokens []string, line int) {
	for _, c := range clashes() {
		if c.id != "" && c.id != k.ID && c.id != k.Base {
			continue
		}
		if _, ok := k.library.Exact(c.with, k.Lang); !ok || c.with == k.ID {
			continue
		}
		for _, phrase := range c.says[k.Lang] {
			if says(tokens, phrase) {
				k.report(line, "contradiction", "says %q, which the card %q contradicts", phrase, c.with)
			}
		}
	}
}

// origin checks the card's source, and whether the library also has the card's rival.
func (k *linter) origin() {
	tokens := letters(k.Source)
	for _, phrase := range vague() {
		if says(tokens, phrase) {
			k.report(k.titleLine(), "sources", "the source %q cannot be looked up: name the document", k.Source)
			break
		}
	}
	practice := slices.ContainsFunc(k.Sections, func(s Section) bool { return s.ID == "facilitators" })
	article := strings.Contains(k.Source, "Building Trust and Connection in Group Therapy Sessions")
	if practice && article && !strings.Contains(k.Source, "with practice tips added") && !strings.Contains(k.Source, "con consejos prácticos añadidos") {
		k.report(k.titleLine(), "sources", "has practice tips beyond the article: the source says \"adapted, with practice tips added\"")
	}
	for _, pair := range rivals() {
		if _, both := k.library.Exact(pair[0], k.Lang); both && k.ID == pair[1] {
			k.report(k.titleLine(), "contradiction", "stands beside the card %q: a group agrees on one of them", pair[0])
		}
	}
}

// leastRepeated is the length, in words, from which a sentence may be in one card only.
const leastRepeated = 6

// repeated finds sentences that are in several cards: a person who reads both would think that
// they have read the second one before. Reasons for the same agreement may repeat it.
func (k *linter) repeated(text string, line int, seen map[string]string) {
	family := k.ID
	if k.Base != "" {
		family = k.Base
	}
	for _, sentence := range sentences(text) {
		words := letters(sentence)
		if len(words) < leastRepeated {
			continue
		}
		key := k.Lang + " " + strings.Join(words, " ")
		if other, ok := seen[key]; ok && other != family {
			k.report(line, "repeated", "says %q, as the card %q does", strings.TrimSpace(sentence), other)
			continue
		}
		seen[key] = family
	}
}

// sentences splits a text at full stops, question and exclamation marks, and lines.
func sentences(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".!?…\n", r) })
}
