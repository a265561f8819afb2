package bot

import (
	"time"

	"circlekeeper/scheduler"
)

// Zone finds a time zone by its IANA name, in the zone data that all of the program
// goes by. The standard library would read the machine's, which may be older.
func Zone(name string) (*time.Location, error) { return scheduler.ParseZone(name) }
