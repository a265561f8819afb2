package bot

import "slices"

// Each makes something of each of several things. Of none it makes nil.
func Each[T, U any](all []T, of func(T) U) []U {
	out := slices.Grow([]U(nil), len(all))
	for _, one := range all {
		out = append(out, of(one))
	}
	return out
}

// Find is the first of several things that is as wanted; ok is false if there is none.
func Find[T any](all []T, wanted func(T) bool) (one T, ok bool) {
	if i := slices.IndexFunc(all, wanted); i >= 0 {
		return all[i], true
	}
	return one, false
}
