package bot

// Named is a channel with the name that people know it by. Names are asked of the
// platform when they are shown, and are not stored.
type Named struct {
	Place Place
	Name  string // without the # in front
}
