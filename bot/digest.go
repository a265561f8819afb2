package bot

// Tally counts what became of a group's posts.
type Tally struct {
	Group                 string // its ID
	Sent, Skipped, Failed int
}
