package bot

import "time"

// Subject is what a trouble or a notice is about. It identifies a trouble: there is at most
// one open trouble of each subject.
type Subject struct {
	Kind  SubjectKind
	Place Place  // of AboutPlace, AboutMessage, AboutOlder, AboutView and AboutAudience
	ID    string // what the kind's comment says; empty for the others
}

// SubjectKind tells what a subject is.
type SubjectKind string

// The kinds of subject: of troubles, and of notices that are about no trouble.
const (
	AboutPlace      SubjectKind = "place"      // posts to the place fail
	AboutMessage    SubjectKind = "message"    // the place does not accept a post, which is not tried again
	AboutOlder      SubjectKind = "older"      // older posts in the place could not be deleted, though a newer one replaces them
	AboutView       SubjectKind = "view"       // what a group agrees on is not in view in the place
	AboutPlatform   SubjectKind = "platform"   // the platform in ID takes no posts
	AboutConnection SubjectKind = "connection" // people on the platform in ID are not answered
	AboutAccess     SubjectKind = "access"     // the platform in ID does not let the program in
	AboutAudience   SubjectKind = "audience"   // others can read the place, where staff or moderators get notices
	AboutReminder   SubjectKind = "reminder"   // the reminder in ID was not posted
	AboutClock      SubjectKind = "clock"      // the machine's clock may be wrong: nothing is planned or posted until it is right
	AboutRetention  SubjectKind = "retention"  // old records are not deleted, as the clock may be ahead
	AboutContent    SubjectKind = "content"    // the file in ID, of the clinic's own cards, cannot be used
	AboutDiffering  SubjectKind = "differing"  // processes that share one database have different cards in force
	AboutLateness   SubjectKind = "late"       // reminders that were skipped: too late, or in quiet hours
	AboutDatabase   SubjectKind = "database"   // the database could not be reached; staff are told when it is over

	AboutMany    SubjectKind = "many"    // several troubles that are told together
	AboutConcern SubjectKind = "concern" // the concern in ID
	AboutDigest  SubjectKind = "digest"  // the digest of the occurrence in ID, as scheduler.Civil writes it
)

// Trouble is something that a human should know of. Staff are told once when
// it begins and once when it has healed.
type Trouble struct {
	Subject Subject
	Reason  Reason
	Group   string // whose moderators are told too; may be empty
}

// OpenTrouble is a trouble on record.
type OpenTrouble struct {
	Trouble
	Since time.Time
	Count int // how often it happened
}

// At is the subject of this kind at a place.
func (k SubjectKind) At(p Place) Subject { return Subject{Kind: k, Place: p} }

// Of is the subject of this kind that has an ID.
func (k SubjectKind) Of(id string) Subject { return Subject{Kind: k, ID: id} }

// PlatformTrouble is the trouble of a whole platform; detail is the adapter's words.
func PlatformTrouble(p Platform, detail string) Trouble {
	return Trouble{Subject: AboutPlatform.Of(string(p)), Reason: Down.With(detail)}
}

// ConnectionTrouble is that people on a platform are not answered, because the
// program is not connected to it.
func ConnectionTrouble(p Platform) Trouble {
	return Trouble{Subject: AboutConnection.Of(string(p)), Reason: Reason{Code: NotConnected}}
}

// AccessTrouble is that a platform does not let the program in any more; detail is the
// adapter's words.
func AccessTrouble(p Platform, detail string) Trouble {
	return Trouble{Subject: AboutAccess.Of(string(p)), Reason: NoAccess.With(detail)}
}

// DifferTrouble is that processes of one database have different cards in force;
// fingerprints name them.
func DifferTrouble(fingerprints string) Trouble {
	return Trouble{Subject: Subject{Kind: AboutDiffering}, Reason: CardsDiffer.With(fingerprints)}
}

// Platform is the platform that the subject is about as a whole; ok is false for every
// other subject.
func (s Subject) Platform() (Platform, bool) {
	switch s.Kind {
	case AboutPlatform, AboutConnection, AboutAccess:
		return Platform(s.ID), true
	}
	return "", false
}

// Unreached is the place that posts do not reach; ok is false if the subject is another one.
func (s Subject) Unreached() (Place, bool) {
	if s.Kind != AboutPlace {
		return Place{}, false
	}
	return s.Place, true
}

// String names the subject for logs and for the command line: "place slack:C1", "platform
// discord", "late". The keys of notices are made of this text, so it must not change.
// Nothing reads it back.
func (s Subject) String() string {
	switch {
	case s.Place != Place{}:
		return string(s.Kind) + " " + s.Place.String()
	case s.ID != "":
		return string(s.Kind) + " " + s.ID
	}
	return string(s.Kind)
}
