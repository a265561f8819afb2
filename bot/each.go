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
