package scheduler

import "sync"

// keptMost bounds how many texts of one kind are remembered. A clinic uses few different rules.
const keptMost = 512

// kept remembers the meaning of texts that were read without an error. It depends only on the
// text, and the engine reads the same few texts for every reminder that it plans. The zero
// value is empty and ready.
type kept[T any] struct {
	mu  sync.RWMutex
	all map[string]T
}

// read returns what a text means, from memory or by parse.
func (k *kept[T]) read(text string, parse func(string) (T, error)) (T, error) {
	k.mu.RLock()
	v, ok := k.all[text]
	k.mu.RUnlock()
	if ok {
		return v, nil
	}
	v, err := parse(text)
	if err != nil {
		return v, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all == nil || len(k.all) >= keptMost {
		k.all = make(map[string]T)
	}
	k.all[text] = v
	return v, nil
}
