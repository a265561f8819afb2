package chat

import (
	"testing"

	"circlekeeper/adapters/adaptertest"
	"circlekeeper/bot"
)

// The in-memory store, which these tests use instead of a database, behaves as a database does.
func TestMemoryIsAStore(t *testing.T) {
	t.Parallel()
	adaptertest.Store(t, func(*testing.T) bot.Store { return newMemory() })
}
