package changes

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// Named gives a new group without an ID a free one, made from its name.
func (s *Groups) Named(ctx context.Context, g bot.Group) (bot.Group, error) {
	if g.ID != "" {
		return g, nil
	}
	if strings.TrimSpace(g.Name) == "" {
		return g, bot.About("name", bot.Wrong("write the name of the group, such as Evening circle"))
	}
	id, err := s.freeName(ctx, g.Name)
	g.ID = id
	return g, err
}

// NamesOf is what people may call a group by.
func NamesOf(g bot.Group) []string { return []string{g.ID, g.Name} }

// ShortName makes an ID from a name: evening-circle from "Evening Circle". It has at most 36
// characters, so that a number fits behind it.
func ShortName(name string) string {
	const longest = 36
	id := strings.Join(strings.FieldsFunc(words.Fold(name), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "-")
	if id = strings.Trim(id[:min(len(id), longest)], "-"); id == "" { // a name in other letters
		return "group"
	}
	return id
}

// freeName makes an ID that no group has or had: evening-circle-2 if evening-circle is taken.
func (s *Groups) freeName(ctx context.Context, name string) (string, error) {
	id := ShortName(name)
	removed, err := s.c.Store.RemovedGroups(ctx)
	if err != nil {
		return "", err
	}
	taken := make(map[string]bool)
	for _, g := range removed {
		taken[g.ID] = true
	}
	for free, n := id, 2; ; free, n = id+"-"+strconv.Itoa(n), n+1 {
		_, err := s.c.Store.Group(ctx, free)
		switch {
		case errors.Is(err, bot.ErrNotFound) && !taken[free]:
			return free, nil
		case err != nil && !errors.Is(err, bot.ErrNotFound):
			return "", err
		}
	}
}
