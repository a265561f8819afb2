package bot

// Concern is what staff learn of a concern: what it is about, from which group's place
// it came and on which day. The program never stores who pressed the button, nor the
// time.
//
// All concerns of one group and category on one day are one Concern with a count. Staff
// are told at fixed hours of the day, at least an hour later: so the time of the notice
// tells only in which part of the day somebody pressed the button.
type Concern struct {
	ID       string // random, made by the store
	Group    string // a group's ID
	Category string // one of Categories
	Day      string // in the group's zone: "2026-11-24"
	Count    int    // at most MaxConcerns, which means that many or more
	State    ConcernState
}

// ConcernState is how far staff are with a concern.
type ConcernState string

// The states of a concern.
const (
	ConcernOpen  ConcernState = "open"
	ConcernTaken ConcernState = "taken" // somebody looks after it
	ConcernDone  ConcernState = "done"
)

// MaxConcerns is the largest count that staff are told; it means this many or more. An
// exact larger number could tell them who sent what.
const MaxConcerns = 5

// Categories is what a concern can be about.
func Categories() []string { return []string{"confidentiality", "respect", "conflict", "other"} }
