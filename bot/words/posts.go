package words

import (
	"circlekeeper/bot"
	"circlekeeper/content"
)

// states name how far a delivery is.
func states() sayings[bot.State, string] {
	return sayings[bot.State, string]{
		bot.Due: "due", bot.Sending: "being sent", bot.Sent: "sent", bot.Skipped: "skipped", bot.Failed: "failed",
	}
}

// revising has the words for one kind of revision: that it is under way, done or not done, and, of
// a post, that it was revised since.
type revising struct{ open, done, not, since string }

func revisions() sayings[bot.DeliveryKind, revising] {
	return sayings[bot.DeliveryKind, revising]{
		bot.OfCorrection: {"post is being corrected", "post corrected", "post not corrected", "corrected later"},
		bot.OfWithdrawal: {"post is being withdrawn", "post withdrawn", "post not withdrawn", "withdrawn later"},
		bot.OfRemoval:    {"post is being deleted", "post deleted", "post not deleted", "deleted later"},
	}
}

// Outcome says what became of a delivery, and why.
func Outcome(r *Reader, d bot.Delivery) string {
	said := states()[d.State]
	switch of := revisions()[d.Kind]; {
	case !d.Kind.Revises():
	case !d.State.Final():
		said = of.open
	case d.State == bot.Sent:
		said = of.done
	default:
		said = of.not
	}
	said = r.word(said)
	if since := Became(r, d.Became); since != "" {
		said += ", " + since
	}
	if !d.Reason.IsZero() {
		said += " (" + r.Reason(d.Reason) + ")"
	}
	return said
}

// Became says how a post was revised after it was sent; empty if it was not.
func Became(r *Reader, k bot.DeliveryKind) string { return r.word(revisions()[k].since) }

// Plan says, in one sentence each, what a correction or withdrawal would do and which posts it
// cannot reach.
func Plan(r *Reader, plan bot.Revision) [][]content.Span {
	n := len(plan.Posts)
	all := r.N(n, "%d post would get the words that are signed now.", "%d posts would get the words that are signed now.", n)
	switch {
	case n == 0 && plan.Kind == bot.OfWithdrawal:
		all = r.T("There is nothing to withdraw.")
	case n == 0:
		all = r.T("There is nothing to correct.")
	case plan.Kind == bot.OfWithdrawal:
		all = r.N(n, "%d post would be replaced by a line that says that it was withdrawn.", "%d posts would be replaced by a line that says that they were withdrawn.", n)
	}
	out := [][]content.Span{Join(all)}
	if plan.Same > 0 {
		out = append(out, Join(r.N(plan.Same, "%d post has these words already.", "%d posts have these words already.", plan.Same)))
	}
	if plan.Unsigned > 0 {
		out = append(out, Join(r.N(plan.Unsigned, "%d post stays as it is: a clinician has not approved the current words of its card.", "%d posts stay as they are: a clinician has not approved the current words of their card.", plan.Unsigned)))
	}
	if len(plan.Doubtful) > 0 {
		out = append(out, r.Say("Posts do not reach %s right now, so those that are there may stay as they are.", Places(plan.Doubtful)))
	}
	if plan.Forgotten > 0 {
		out = append(out, Join(r.N(plan.Forgotten, "%d post is so old that it is no longer on record, and it cannot be changed.", "%d posts are so old that they are no longer on record, and they cannot be changed.", plan.Forgotten)))
	}
	return out
}

// Revised says how many posts of a correction or withdrawal are done.
func Revised(r *Reader, made []bot.Delivery) string {
	var done, open int
	for _, d := range made {
		switch {
		case d.State == bot.Sent:
			done++
		case !d.State.Final():
			open++
		}
	}
	return r.T("Done: %[1]d of %[2]d. In progress: %[3]d. Not done: %[4]d.", done, len(made), open, len(made)-done-open)
}
