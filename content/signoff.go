package content

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Approval is a clinician's signature under one version of a card.
type Approval struct {
	Card, Lang, Hash string
	Reviewer         string // "Name, licence"
	At, ReviewBy     time.Time
	Text             string `json:",omitempty"` // the words that were signed, as Card.Text gives them; empty for approvals from before they were kept
}

// MaxReview is how many months an approval lasts at most.
const MaxReview = 12

// NewApproval signs a card. A zero reviewBy means the longest allowed, twelve
// months on.
func NewApproval(c Card, reviewer string, at, reviewBy time.Time) (Approval, error) {
	reviewer, err := ParseReviewer(reviewer)
	if err != nil {
		return Approval{}, err
	}
	last := at.UTC().AddDate(0, MaxReview, 0)
	if reviewBy.IsZero() {
		reviewBy = last
	}
	if !reviewBy.After(at) || reviewBy.After(last) {
		return Approval{}, fmt.Errorf("review-by %s: choose a day after today and at most %d months on, by %s",
			reviewBy.Format(time.DateOnly), MaxReview, last.Format(time.DateOnly))
	}
	return Approval{Card: c.ID, Lang: c.Lang, Hash: c.Hash, Reviewer: reviewer, At: at, ReviewBy: reviewBy, Text: c.Text()}, nil
}

// ParseReviewer checks "Name, licence" and gives it back with its spaces
// tidied. The licence may itself hold commas.
func ParseReviewer(s string) (string, error) {
	name, licence, ok := strings.Cut(s, ",")
	name, licence = fold(name), fold(licence)
	if !ok || name == "" || licence == "" {
		return "", fmt.Errorf(`reviewer %q: write "Name, licence", such as "Full Name, LMFT 00000"`, s)
	}
	out := name + ", " + licence
	if !utf8.ValidString(out) || utf8.RuneCountInString(out) > 200 || strings.ContainsFunc(out, Invisible) {
		return "", fmt.Errorf("reviewer: at most 200 visible characters")
	}
	return out, nil
}

// Standing is the state of a card's sign-off.
type Standing int

// The standings of a card.
const (
	NeverApproved Standing = iota
	ChangedSince           // the latest approval is for other text
	Expired                // the review-by date of every signature under it has come
	IsApproved
	Partly // somebody signed it, but fewer than are needed
)

// String names the standing as people read it.
func (s Standing) String() string {
	switch s {
	case IsApproved:
		return "approved"
	case ChangedSince:
		return "changed since approval"
	case Expired:
		return "approval expired"
	case Partly:
		return "waits for another signature"
	}
	return "never approved"
}

// SignOff has the signatures of each card's latest signed words.
type SignOff struct {
	signed map[name][]Approval // all of one hash; each reviewer's latest, newest first
	needed int                 // how many different reviewers; 0 means one
}

// NewSignOff takes approvals in any order. The latest approval of each card and language decides
// which words are signed; of two at the same moment, the later in the list does. A card is
// approved only if needed different reviewers have signed exactly the same words; 0 means one.
func NewSignOff(approvals []Approval, needed int) SignOff {
	ordered := slices.Clone(approvals)
	slices.Reverse(ordered)
	slices.SortStableFunc(ordered, func(a, b Approval) int { return b.At.Compare(a.At) })
	s := SignOff{signed: make(map[name][]Approval, len(approvals)), needed: needed}
	for _, a := range ordered {
		key := name{a.Lang, a.Card}
		known := s.signed[key]
		other := len(known) > 0 && known[0].Hash != a.Hash
		again := slices.ContainsFunc(known, func(k Approval) bool { return SameReviewer(k.Reviewer, a.Reviewer) })
		if !other && !again {
			s.signed[key] = append(known, a)
		}
	}
	return s
}

// LastSigned is a reviewer's own latest approval of a card, of any words; if they never signed it,
// anybody's. Of two at the same moment, it is the later in the list.
func LastSigned(approvals []Approval, c Card, reviewer string) (last Approval, ok bool) {
	own := false
	for _, a := range approvals {
		theirs := SameReviewer(a.Reviewer, reviewer)
		if a.Card != c.ID || a.Lang != c.Lang || own && !theirs {
			continue
		}
		if !ok || theirs && !own || !a.At.Before(last.At) {
			last, own, ok = a, theirs, true
		}
	}
	return last, ok
}

// SameReviewer reports whether two names, as ParseReviewer returns them, are one person's. It
// ignores case, spaces and punctuation, so that nobody signs twice by writing "PsyD" as "Psy.D.".
func SameReviewer(a, b string) bool { return strings.EqualFold(lettersOf(a), lettersOf(b)) }

// lettersOf returns the letters and digits of a text.
func lettersOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.L, unicode.M, unicode.N) {
			return r
		}
		return -1
	}, s)
}

// SameLicence reports whether two reviewers' licences have the same number. It may be one person
// who wrote their name in two ways, or two people whose licences are of different kinds.
func SameLicence(a, b string) bool {
	number := func(reviewer string) string {
		_, licence, _ := strings.Cut(reviewer, ",")
		return strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return r
			}
			return -1
		}, licence)
	}
	return number(a) != "" && number(a) == number(b)
}

// Approved reports whether a card's words are signed off at the moment now.
func (s SignOff) Approved(c Card, now time.Time) bool {
	standing, _ := s.Status(c, now)
	return standing == IsApproved
}

// Status is the state of a card's sign-off, and its latest approval; zero if there is none.
func (s SignOff) Status(c Card, now time.Time) (Standing, Approval) {
	all := s.signed[name{c.Lang, c.ID}]
	if len(all) == 0 {
		return NeverApproved, Approval{}
	}
	switch good := len(s.Signatures(c, now)); {
	case all[0].Hash != c.Hash:
		return ChangedSince, all[0]
	case good == 0:
		return Expired, all[0]
	case good < max(s.needed, 1):
		return Partly, all[0]
	}
	return IsApproved, all[0]
}

// Signatures are the approvals of exactly a card's words that are valid at the moment now, one of
// each reviewer, newest first.
func (s SignOff) Signatures(c Card, now time.Time) (good []Approval) {
	for _, a := range s.signed[name{c.Lang, c.ID}] {
		if a.Hash == c.Hash && now.Before(a.ReviewBy) {
			good = append(good, a)
		}
	}
	return good
}

// Missing is how many more reviewers must sign a card.
func (s SignOff) Missing(c Card, now time.Time) int {
	return max(max(s.needed, 1)-len(s.Signatures(c, now)), 0)
}

// Waits reports whether a card needs a signature before it may be posted. Exempt cards never do.
func (s SignOff) Waits(c Card, now time.Time) bool { return !c.Exempt && s.Missing(c, now) > 0 }

// Waiting counts the cards that wait for a signature. drafts counts separately the ones that need
// a qualified translator first.
func (s SignOff) Waiting(all []Card, now time.Time) (cards, drafts int) {
	for _, c := range all {
		switch {
		case !s.Waits(c, now):
		case c.Draft:
			drafts++
		default:
			cards++
		}
	}
	return cards, drafts
}

// maxStamp is how long a check of the crisis numbers by telephone is good.
const maxStamp = 180 * 24 * time.Hour

// StampDue says why the crisis numbers must be called again; "" if somebody signed exactly this
// card at most maxStamp ago.
func (s SignOff) StampDue(crisis Card, now time.Time) string {
	switch standing, a := s.Status(crisis, now); {
	case standing == NeverApproved:
		return "nobody has telephoned the numbers yet"
	case standing == ChangedSince:
		return "the card changed since the numbers were telephoned"
	case now.Sub(a.At) > maxStamp:
		return "the numbers were last telephoned more than 180 days ago"
	}
	return ""
}
