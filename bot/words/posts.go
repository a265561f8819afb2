package words

import (
	"strings"

	"circlekeeper/bot"
)

// Posts says what became of deliveries, and of what corrects, withdraws or removes them.
type Posts struct{ w *Reader }

// Posts says what became of deliveries.
func (r *Reader) Posts() Posts { return Posts{r} }

// State names a delivery's state.
func (r Posts) State(s bot.State) string {
	switch s {
	case bot.Due:
		return r.w.T("due")
	case bot.Sending:
		return r.w.T("being sent")
	case bot.Sent:
		return r.w.T("sent")
	case bot.Skipped:
		return r.w.T("skipped")
	case bot.Failed:
		return r.w.T("failed")
	}
	return string(s)
}

// Outcome says what became of a delivery, and why.
func (r Posts) Outcome(d bot.Delivery) string {
	said := r.State(d.State)
	if d.Kind.Revises() {
		said = r.revision(d.Kind, d.State)
	}
	if since := r.Became(d.Became); since != "" {
		said += ", " + since
	}
	if !d.Reason.IsZero() {
		said += " (" + r.w.Reason(d.Reason) + ")"
	}
	return said
}

// removal names the state of a removal.
func (r Posts) removal(s bot.State) string {
	switch s {
	case bot.Due, bot.Sending:
		return r.w.T("post is being taken away")
	case bot.Sent:
		return r.w.T("post taken away")
	}
	return r.w.T("post not taken away")
}

// revision names the state of a correction, withdrawal or removal.
func (r Posts) revision(k bot.DeliveryKind, s bot.State) string {
	switch {
	case k == bot.OfRemoval:
		return r.removal(s)
	case s == bot.Due || s == bot.Sending:
		return r.beingRevised(k)
	case k == bot.OfCorrection && s == bot.Sent:
		return r.w.T("post corrected")
	case s == bot.Sent:
		return r.w.T("post withdrawn")
	case k == bot.OfCorrection:
		return r.w.T("post not corrected")
	}
	return r.w.T("post not withdrawn")
}

func (r Posts) beingRevised(k bot.DeliveryKind) string {
	if k == bot.OfCorrection {
		return r.w.T("post is being corrected")
	}
	return r.w.T("post is being withdrawn")
}

// Became says what became of a post that was sent; empty if nothing did.
func (r Posts) Became(k bot.DeliveryKind) string {
	switch k {
	case "":
		return ""
	case bot.OfCorrection:
		return r.w.T("corrected since")
	case bot.OfRemoval:
		return r.w.T("taken away since")
	}
	return r.w.T("withdrawn since")
}

// Plan says what a correction or withdrawal would do, and what it will not reach; a
// sentence each.
func (r Posts) Plan(plan bot.Revision) []string {
	n := len(plan.Posts)
	out := []string{r.w.N(n, "%d post would get the words that are signed now.", "%d posts would get the words that are signed now.", n)}
	if plan.Kind == bot.OfWithdrawal {
		out = []string{r.w.N(n, "In the place of %d post a line would say that it was withdrawn.", "In the place of %d posts a line would say that they were withdrawn.", n)}
	}
	if plan.Same > 0 {
		out = append(out, r.w.N(plan.Same, "%d post has these words already.", "%d posts have these words already.", plan.Same))
	}
	if plan.Unsigned > 0 {
		out = append(out, r.w.N(plan.Unsigned, "%d post stays as it is: its card has no words now that a clinician has approved.", "%d posts stay as they are: their card has no words now that a clinician has approved.", plan.Unsigned))
	}
	if len(plan.Doubtful) > 0 {
		places := make([]string, len(plan.Doubtful))
		for i, p := range plan.Doubtful {
			places[i] = p.String()
		}
		out = append(out, r.w.T("Posts do not arrive now in %s: what stands there may not be reached.", strings.Join(places, ", ")))
	}
	if plan.Forgotten > 0 {
		out = append(out, r.w.N(plan.Forgotten, "%d post is older than the record goes back, and cannot be reached.", "%d posts are older than the record goes back, and cannot be reached.", plan.Forgotten))
	}
	return out
}

// Revised counts how a correction or withdrawal went.
func (r Posts) Revised(made []bot.Delivery) string {
	var done, open int
	for _, d := range made {
		switch {
		case d.State == bot.Sent:
			done++
		case !d.State.Final():
			open++
		}
	}
	return r.w.T("Done: %[1]d of %[2]d. Under way: %[3]d. Not done: %[4]d.", done, len(made), open, len(made)-done-open)
}
