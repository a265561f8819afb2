package content

import (
	"strings"
	"testing"
	"time"
)

func TestParseReviewer(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Full Name, LMFT 00000":             "Full Name, LMFT 00000",
		"  Full   Name ,LMFT 00000":         "Full Name, LMFT 00000",
		"Name, PhD, PSY 00000":              "Name, PhD, PSY 00000",
		"Name":                              "",
		"Name,":                             "",
		", LMFT":                            "",
		"":                                  "",
		"Name, L\x00":                       "",
		"Name, \xff":                        "",
		"Name, " + strings.Repeat("a", 200): "",
	} {
		got, err := ParseReviewer(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestNewApproval(t *testing.T) {
	t.Parallel()
	at := time.Date(2027, 2, 1, 12, 0, 0, 0, time.UTC)
	c, _ := load(t).Exact("contact", "es")
	tests := []struct {
		name     string
		reviewBy time.Time
		want     time.Time // zero if refused
	}{
		{"unset", time.Time{}, at.AddDate(1, 0, 0)},
		{"soon", at.AddDate(0, 1, 0), at.AddDate(0, 1, 0)},
		{"twelve months", at.AddDate(1, 0, 0), at.AddDate(1, 0, 0)},
		{"longer", at.AddDate(1, 0, 1), time.Time{}},
		{"now", at, time.Time{}},
		{"past", at.AddDate(0, 0, -1), time.Time{}},
	}
	for _, test := range tests {
		a, err := NewApproval(c, "Full Name, LMFT 00000", at, test.reviewBy)
		if (err != nil) != test.want.IsZero() || !a.ReviewBy.Equal(test.want) {
			t.Errorf("%s: got %v, %v", test.name, a.ReviewBy, err)
		}
		if err == nil && (a.Card != "contact" || a.Lang != "es" || a.Hash != c.Hash || !a.At.Equal(at)) {
			t.Errorf("%s: got %+v", test.name, a)
		}
	}
	evening := time.Date(2026, 11, 29, 22, 55, 0, 0, time.FixedZone("PST", -8*60*60)) // in UTC it is the next day
	if _, err := NewApproval(c, "Full Name, LMFT 00000", evening, evening.AddDate(2, 0, 0)); err == nil || !strings.Contains(err.Error(), "by 2027-11-30") {
		t.Errorf("the last day is said as it is kept: %v", err)
	}
	if _, err := NewApproval(c, "Nobody", at, time.Time{}); err == nil {
		t.Error("accepted a reviewer without a licence")
	}
}

func TestSignOff(t *testing.T) {
	t.Parallel()
	at := time.Date(2027, 2, 1, 12, 0, 0, 0, time.UTC)
	c := Card{ID: "a", Lang: "en", Hash: "h1"}
	approve := func(hash string, at time.Time, months int) Approval {
		return Approval{Card: "a", Lang: "en", Hash: hash, Reviewer: "Full Name, LMFT 00000", At: at, ReviewBy: at.AddDate(0, months, 0)}
	}
	spanish := approve("h1", at, 12)
	spanish.Lang = "es"
	tests := []struct {
		name      string
		approvals []Approval
		now       time.Time
		want      Standing
	}{
		{"none", nil, at, NeverApproved},
		{"other language", []Approval{spanish}, at, NeverApproved},
		{"approved", []Approval{approve("h1", at, 12)}, at, IsApproved},
		{"until review", []Approval{approve("h1", at, 6)}, at.AddDate(0, 6, 0).Add(-time.Second), IsApproved},
		{"review has come", []Approval{approve("h1", at, 6)}, at.AddDate(0, 6, 0), Expired},
		{"changed", []Approval{approve("h0", at, 12)}, at, ChangedSince},
		{"approved anew", []Approval{approve("h0", at, 12), approve("h1", at.Add(time.Hour), 12)}, at.AddDate(0, 1, 0), IsApproved},
		{"in any order", []Approval{approve("h1", at.Add(time.Hour), 12), approve("h0", at, 12)}, at.AddDate(0, 1, 0), IsApproved},
		{"back to older text", []Approval{approve("h1", at, 12), approve("h2", at.Add(time.Hour), 12)}, at.AddDate(0, 1, 0), ChangedSince},
		{"same moment", []Approval{approve("h0", at, 12), approve("h1", at, 12)}, at, IsApproved},
	}
	for _, test := range tests {
		s := NewSignOff(test.approvals, 1)
		got, a := s.Status(c, test.now)
		if got != test.want || s.Approved(c, test.now) != (test.want == IsApproved) {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
		if (a.Reviewer != "") != (test.want != NeverApproved) {
			t.Errorf("%s: comes with the approval %+v", test.name, a)
		}
	}
	if (SignOff{}).Approved(c, at) {
		t.Error("the zero SignOff approves")
	}
}

// Two different reviewers must sign exactly the same words, and both signatures must be valid.
func TestTwoAreNeeded(t *testing.T) {
	t.Parallel()
	at := time.Date(2027, 2, 1, 12, 0, 0, 0, time.UTC)
	c := Card{ID: "a", Lang: "en", Hash: "h1"}
	sign := func(reviewer, hash string, hours, months int) Approval {
		signed := at.Add(time.Duration(hours) * time.Hour)
		return Approval{Card: "a", Lang: "en", Hash: hash, Reviewer: reviewer, At: signed, ReviewBy: signed.AddDate(0, months, 0)}
	}
	const one, two, three = "One, LMFT 1", "Two, LCSW 2", "Three, PSY 3"
	for _, test := range []struct {
		name  string
		given []Approval
		later int // months
		want  Standing
		left  int
	}{
		{"nobody", nil, 1, NeverApproved, 2},
		{"one", []Approval{sign(one, "h1", 0, 12)}, 1, Partly, 1},
		{"one twice", []Approval{sign(one, "h1", 0, 12), sign(one, "h1", 1, 12)}, 1, Partly, 1},
		{"one in other letters", []Approval{sign(one, "h1", 0, 12), sign("ONE,  lmft 1", "h1", 1, 12)}, 1, Partly, 1},
		{"two", []Approval{sign(one, "h1", 0, 12), sign(two, "h1", 1, 12)}, 1, IsApproved, 0},
		{"two, of other words each", []Approval{sign(one, "h0", 0, 12), sign(two, "h1", 1, 12)}, 1, Partly, 1},
		{"two, changed since", []Approval{sign(one, "h0", 0, 12), sign(two, "h0", 1, 12)}, 1, ChangedSince, 2},
		{"the first ran out", []Approval{sign(one, "h1", 0, 3), sign(two, "h1", 1, 12)}, 4, Partly, 1},
		{"the second ran out", []Approval{sign(one, "h1", 0, 12), sign(two, "h1", 1, 3)}, 4, Partly, 1},
		{"both ran out", []Approval{sign(one, "h1", 0, 3), sign(two, "h1", 1, 3)}, 4, Expired, 2},
		{"a third took over", []Approval{sign(one, "h1", 0, 3), sign(two, "h1", 1, 12), sign(three, "h1", 2, 12)}, 4, IsApproved, 0},
		{"signed anew", []Approval{sign(one, "h1", 0, 3), sign(two, "h1", 1, 12), sign(one, "h1", 2, 12)}, 4, IsApproved, 0},
	} {
		s, now := NewSignOff(test.given, 2), at.AddDate(0, test.later, 0)
		if got, _ := s.Status(c, now); got != test.want || s.Approved(c, now) != (test.want == IsApproved) || s.Missing(c, now) != test.left {
			t.Errorf("%s: %s with %d missing, want %s with %d", test.name, got, s.Missing(c, now), test.want, test.left)
		}
	}
	if !NewSignOff([]Approval{sign(one, "h1", 0, 12)}, 1).Approved(c, at) {
		t.Error("where one is needed, one is not enough")
	}
}

func TestChangedLimitsUnapprove(t *testing.T) {
	t.Parallel()
	at := time.Date(2027, 2, 1, 12, 0, 0, 0, time.UTC)
	var approvals []Approval
	for _, c := range load(t).All() {
		a, err := NewApproval(c, "Full Name, LMFT 00000", at, time.Time{})
		must(t, err)
		approvals = append(approvals, a)
	}
	s := NewSignOff(approvals, 1)
	other, err := Load(Options{
		Set: map[string]string{"outside-contact": "discouraged", "overdose-companions": "on"},
		Dir: mapDir("en/limits.md", cardFile("limits", Limits)),
	})
	must(t, err)
	for _, c := range other.All() {
		changed := c.Lang == "en" && (len(c.Limits) > 0 || c.Kind == Limits)
		if s.Approved(c, at) == changed {
			t.Errorf("%s in %s: approved is %v", c.ID, c.Lang, !changed)
		}
	}
}

func TestStampDue(t *testing.T) {
	t.Parallel()
	at := time.Date(2027, 2, 1, 12, 0, 0, 0, time.UTC)
	c := CrisisCard("en", nil, nil)
	a, err := NewApproval(c, "Full Name, LMFT 00000", at, time.Time{})
	must(t, err)
	s := NewSignOff([]Approval{a}, 1)
	for _, test := range []struct {
		name string
		s    SignOff
		c    Card
		now  time.Time
		want string
	}{
		{"never", SignOff{}, c, at, "nobody"},
		{"fresh", s, c, at, ""},
		{"180 days", s, c, at.AddDate(0, 0, 180), ""},
		{"a second more", s, c, at.AddDate(0, 0, 180).Add(time.Second), "180 days"},
		{"other numbers", s, CrisisCard("en", map[string]string{"overdose-companions": "on"}, nil), at, "changed"},
		{"other language", s, CrisisCard("es", nil, func(_, english string) string { return english + " (es)" }), at, "nobody"},
	} {
		got := test.s.StampDue(test.c, test.now)
		if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

// Waiting leaves out exempt cards and counts drafts separately.
func TestWhatWaitsIsCountedOnce(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	cards := []Card{
		{ID: "signed", Lang: "en", Hash: "h"}, {ID: "half", Lang: "en", Hash: "h"}, {ID: "never", Lang: "en", Hash: "h"},
		{ID: "contact", Lang: "en", Hash: "h", Exempt: true}, {ID: "never", Lang: "es", Hash: "h", Draft: true},
	}
	sign := func(id, reviewer string) Approval {
		return Approval{Card: id, Lang: "en", Hash: "h", Reviewer: reviewer, At: at.AddDate(0, -1, 0), ReviewBy: at.AddDate(0, 6, 0)}
	}
	s := NewSignOff([]Approval{sign("signed", "A. One, LMFT 1"), sign("signed", "B. Two, LMFT 2"), sign("half", "A. One, LMFT 1")}, 2)
	if waiting, drafts := s.Waiting(cards, at); waiting != 2 || drafts != 1 {
		t.Errorf("%d wait and %d drafts", waiting, drafts)
	}
	if waiting, drafts := s.Waiting(cards, at.AddDate(1, 0, 0)); waiting != 3 || drafts != 1 {
		t.Errorf("when the signatures have ended, %d wait and %d drafts", waiting, drafts)
	}
}

// Nobody signs twice by writing the name in another way; an equal licence number alone does not
// make two people one.
func TestSameReviewer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b          string
		same, licence bool
	}{
		{"ana ruiz, psyd 12345", "Ana Ruiz, Psy.D. 12345", true, true},
		{"Ana Ruiz, PsyD 12345", "Ana  Ruiz, Psy. D. 12-345", true, true},
		{"Ana Ruiz, PsyD 12345", "A. Ruiz, PsyD 12345", false, true},
		{"Ana Ruiz, PsyD 12345", "Ana Ruiz, PsyD 12346", false, false},
		{"One, LMFT", "Two, LMFT", false, false},
		{"José, LMFT 1", "Jose, LMFT 1", false, true},
	} {
		if same, licence := SameReviewer(test.a, test.b), SameLicence(test.a, test.b); same != test.same || licence != test.licence {
			t.Errorf("%q and %q: same %t, licence %t", test.a, test.b, same, licence)
		}
	}
}
