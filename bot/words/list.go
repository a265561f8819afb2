package words

// List is the title, the introduction and the call to choose of one of the lists of
// cards.
func (r *Reader) List(name string) (title, intro, choose string) {
	switch name {
	case "strategies":
		return r.T("Six strategies for trust"), r.T("Small things that help people in a group trust each other. Choose a strategy to read it."), r.T("Choose a strategy")
	case "challenges":
		return r.T("Four challenges, and what helps"), r.T("These come up in most groups. Choose one to read what helps."), r.T("Choose a challenge")
	case "agreements":
		return r.T("What this group agrees on"), r.T("There is a reason for each agreement. Choose an agreement to read it."), r.T("Choose an agreement")
	case "confidentiality":
		return r.T("What is shared here stays here"), r.T("How we protect each other’s stories. Choose a reminder to read it."), r.T("Choose a reminder")
	}
	return "", "", ""
}

// Rotation names a topic whose cards are posted in turn; "" if it is none.
func (r *Reader) Rotation(topic string) string {
	switch topic {
	case "agreements":
		return r.T("Agreements, a new one each time")
	case "confidentiality":
		return r.T("Confidentiality, a new reminder each time")
	case "strategies":
		return r.T("Strategies, a new one each time")
	case "challenges":
		return r.T("Challenges, a new one each time")
	case "foundations":
		return r.T("Foundations, a new one each time")
	}
	return ""
}
