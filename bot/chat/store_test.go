package chat

import (
	"testing"

	"circlekeeper/adapters/adaptertest"
	"circlekeeper/bot"
)

// The store in memory that stands for a database in these tests promises the same.
func TestMemoryIsAStore(t *testing.T) {
	t.Parallel()
	adaptertest.Store(t, func(*testing.T) bot.Store { return newMemory() })
}
