package bot

// Concern is what staff learn of a concern: what it is about, whose group's
// place it came from and on which day. Of whoever pressed the button, and of the
// time, nothing is kept anywhere.
//
// What comes of one group and category on one day is one concern. Staff are told
// at fixed hours of the day, at least an hour later, so that the moment of a
// notice says only in which part of the day it was.
type Concern struct {
	ID       string // made by the store, of chance alone
	Group    string // a group's ID
	Category string // one of Categories
	Day      string // in the group's zone: "2026-11-24"
	Count    int    // at most MaxConcerns: "that many or more"
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

// MaxConcerns is the largest count that staff are told, meaning this many or more: an exact
// number could tell them who sent what.
const MaxConcerns = 5

// Categories is what a concern can be about.
func Categories() []string { return []string{"confidentiality", "respect", "conflict", "other"} }
