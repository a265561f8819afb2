package content

// Finding is something about a card's text that wants mending.
type Finding struct {
	File    string
	Line    int // from 1; 0 if the card is compiled in
	Card    string
	Lang    string
	Rule    string // "length", "grade", "words", "limits", "sections", "language"
	Message string
}

// Lint holds every card against the rules of what the bot says.
func (l *Library) Lint() []Finding { return nil }
